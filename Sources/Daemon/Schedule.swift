// SPDX-License-Identifier: GPL-3.0-or-later

/// When to look next, and at what. Pure: every moment is handed in, in milliseconds of the boot clock.
///
/// A full scan is due at the start, then at each interval with some milliseconds added by chance. A changed file is
/// looked at when it has been quiet for a while; a file that never is quiet is looked at all the same, but ever less
/// often, so that a busy directory cannot make the watch itself a load.
struct Schedule {
    /// What is due.
    enum Look: Equatable {
        case full
        /// These collectors' inputs changed.
        case changed(Set<String>)
    }

    private let interval: Int64
    private let jitter: Int64
    private let settle: Int64
    /// The longest a change waits for quiet, in `settle`s.
    private static let patience: Int64 = 2
    /// Looks at changes that may follow each other without rest; each `refill` gives one back.
    private static let burst: Int64 = 60
    private static let refill: Int64 = 60_000

    /// When the next full scan is due.
    private(set) var nextFull: Int64
    private var changed: Set<String> = []
    private var firstChange: Int64 = 0
    private var lastChange: Int64 = 0
    private var allowance = Self.burst
    private var allowanceSince: Int64

    /// The first full scan is due at once.
    init(now: Int64, interval: Int64, jitter: Int64, settle: Int64) {
        self.interval = interval
        self.jitter = jitter
        self.settle = settle
        nextFull = now
        allowanceSince = now
    }

    /// A full scan is due at once.
    mutating func wantFull(now: Int64) { nextFull = min(nextFull, now) }

    /// Inputs of these collectors changed.
    mutating func note(_ collectors: Set<String>, now: Int64) {
        guard !collectors.isEmpty else { return }
        if changed.isEmpty { firstChange = now }
        lastChange = now
        changed.formUnion(collectors)
    }

    /// When something will be due.
    var due: Int64 { changed.isEmpty ? nextFull : min(nextFull, changeDue) }

    private var changeDue: Int64 {
        let quiet = min(lastChange + settle, firstChange + Self.patience * settle)
        return allowance > 0 ? quiet : max(quiet, allowanceSince + Self.refill)
    }

    /// Takes what is due; a full scan covers the changes too. `chance` answers a number up to and with its argument.
    mutating func take(now: Int64, chance: (Int64) -> Int64) -> Look? {
        let refills = max(0, (now - allowanceSince) / Self.refill)
        allowance = min(Self.burst, allowance + refills)
        allowanceSince += refills * Self.refill
        if now >= nextFull {
            nextFull = now + interval + chance(jitter)
            changed = []
            return .full
        }
        guard !changed.isEmpty, now >= changeDue else { return nil }
        allowance -= 1
        defer { changed = [] }
        return .changed(changed)
    }
}
