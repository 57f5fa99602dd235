// SPDX-License-Identifier: GPL-3.0-or-later

import Formats

/// How libpam goes through a stack: each module's result, by the control of its line, changes the impression so far and
/// where to go on. The same step serves one run with given results and the search through all results there can be.
struct PAMDispatch {
    /// Where a run stands.
    struct State: Hashable {
        /// The next entry.
        var index = 0
        /// What is known so far: 0 nothing, 1 good, -1 bad. The first failure decides and stays.
        var impression = 0
        /// What would be returned now.
        var status = PAMResult.permissionDenied
        /// Somebody proved who they are.
        var isProved = false
        private var previousLevel = 0
        /// Impression and status at the entry of each level.
        private var entered = [Entered()]

        private struct Entered: Hashable {
            var impression = 0
            var status = PAMResult.permissionDenied
        }

        /// Before an entry runs: a substack that begins remembers what was known.
        mutating func enter(_ handler: PAMHandler) {
            guard previousLevel < handler.level else { return }
            while entered.count <= handler.level { entered.append(Entered()) }
            entered[handler.level] = Entered(impression: impression, status: status)
        }

        /// After it ran.
        mutating func leave(_ handler: PAMHandler, _ result: Int, in stack: [PAMHandler]) {
            previousLevel = handler.level
            guard handler.kind != .substack else {
                index += 1
                return
            }
            let actions = handler.control.actions
            switch actions.indices.contains(result) ? actions[result] : .bad {
            case .ignore: break
            case .reset:
                let state = entered.indices.contains(handler.level) ? entered[handler.level] : Entered()
                (impression, status) = (state.impression, state.status)
            case .ok: accept(result)
            case .done:
                accept(result)
                if impression > 0 { skipToEnd(handler.level, in: stack) }
            case .bad: reject(result)
            case .die:
                reject(result)
                skipToEnd(handler.level, in: stack)
            case .jump(let count):
                var left = count
                // "jump over the next N modules in the stack": a substack counts as one; past its end is a failure.
                while left > 0, index + 1 < stack.count, stack[index + 1].level >= handler.level {
                    repeat { index += 1 } while index + 1 < stack.count && stack[index + 1].level > handler.level
                    left -= 1
                }
                if left > 0 { (impression, status) = (-1, PAMResult.permissionDenied) }
            }
            index += 1
        }

        private mutating func accept(_ result: Int) {
            guard impression == 0 || (impression > 0 && status == PAMResult.success) else { return }
            (impression, status) = (1, result)
        }

        private mutating func reject(_ result: Int) {
            guard impression >= 0 else { return }
            (impression, status) = (-1, result == PAMResult.ignore ? PAMResult.permissionDenied : result)
        }

        private mutating func skipToEnd(_ level: Int, in stack: [PAMHandler]) {
            while index + 1 < stack.count, stack[index + 1].level >= level { index += 1 }
        }

        /// What the run returns.
        var outcome: Int { status == PAMResult.success && impression <= 0 ? PAMResult.permissionDenied : status }
    }

    let stack: [PAMHandler]

    /// One run; `result` says what a module returns, `visit` hears of each that runs.
    func run(_ result: (PAMHandler) -> Int, visit: (PAMHandler) -> Void = { _ in }) -> Int {
        var state = State()
        while state.index < stack.count {
            let handler = stack[state.index]
            state.enter(handler)
            var value = PAMResult.permissionDenied
            if handler.kind == .module {
                visit(handler)
                value = result(handler)
                if value == PAMResult.incomplete { return value }
            }
            state.leave(handler, value, in: stack)
        }
        return state.outcome
    }

    /// All that can happen.
    struct Reach {
        /// The entries that can run.
        var indexes: Set<Int> = []
        /// Some run returns success.
        var canSucceed = false
        /// Some run returns success, and nobody proved who they are.
        var isOpen = false
        /// Too much to look through.
        var isUnknown = false
    }

    private static let stateLimit = 20_000

    /// Looks through all results that `results` allows; one of each action stands for all with it.
    func reach(_ results: (PAMHandler) -> [Int], proves: (PAMHandler) -> Bool) -> Reach {
        var reach = Reach()
        var seen: Set<State> = []
        var open = [State()]
        while var state = open.popLast() {
            guard state.index < stack.count else {
                if state.outcome == PAMResult.success {
                    reach.canSucceed = true
                    if !state.isProved { reach.isOpen = true }
                }
                continue
            }
            guard seen.insert(state).inserted else { continue }
            guard seen.count < Self.stateLimit else {
                reach.isUnknown = true
                return reach
            }
            reach.indexes.insert(state.index)
            let handler = stack[state.index]
            state.enter(handler)
            var taken: [PAMControl.Action] = []
            for result in handler.kind == .module ? results(handler) : [PAMResult.permissionDenied] {
                let isGood = result == PAMResult.success || result == PAMResult.newPasswordRequired
                let action = handler.control.actions[result]
                if !isGood, result != PAMResult.ignore, result != PAMResult.moduleUnknown {
                    guard !taken.contains(action) else { continue }
                    taken.append(action)
                }
                var next = state
                // What has nothing to say of a user (no second factor is set up, say) is no opening by itself.
                let isExcused = result == PAMResult.ignore || result == PAMResult.moduleUnknown
                if isGood || isExcused, proves(handler) { next.isProved = true }
                next.leave(handler, result, in: stack)
                open.append(next)
            }
        }
        return reach
    }
}
