// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Jobs

/// One line on standard error that says what is being looked at; only on a terminal, and only when it takes a while.
final class Progress {
    private let isShown: Bool
    private let start = Progress.milliseconds
    private var isDrawn = false

    init(isShown: Bool) { self.isShown = isShown && Terminal.isErrorTerminal }

    /// Says what begins.
    func callAsFunction(_ step: Step) {
        guard isShown, Self.milliseconds - start > 200 else { return }
        let what =
            switch step {
            case .facts(let root): "reading \(root)"
            case .logs: "reading logs"
            case .rule: "evaluating rules"
            case .own: "writing the report"
            }
        Terminal.complain("\r\u{1B}[K\(what) …\u{1B}[1A")
        isDrawn = true
    }

    /// Takes the line away.
    func end() { if isDrawn { Terminal.complain("\r\u{1B}[K\u{1B}[1A") } }

    private static var milliseconds: Int64 {
        var time = timespec()
        // The kernel writes one `timespec`, which is what it is given.
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
