// SPDX-License-Identifier: GPL-3.0-or-later

import CGuaita
import Glibc

/// The signals the daemon acts upon, as a descriptor to wait for (signalfd(2)).
final class Signals {
    enum Signal: Int32 {
        case hangup = 1
        case interrupt = 2
        case terminate = 15
        case child = 17
    }

    let raw: Int32

    /// Blocks the signals and opens the descriptor. Processes spawned later must unblock them again.
    init?() {
        var set = sigset_t()
        // All calls fill or read `set`, which outlives them.
        unsafe sigemptyset(&set)
        for signal in [Signal.hangup, .interrupt, .terminate, .child] { unsafe sigaddset(&set, signal.rawValue) }
        guard unsafe sigprocmask(SIG_BLOCK, &set, nil) == 0 else { return nil }
        raw = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard raw >= 0 else { return nil }
    }

    deinit { close(raw) }

    /// The next signal that has arrived; nil when none is waiting.
    func next() -> Signal? {
        var info = signalfd_siginfo()
        // The kernel writes whole structures only.
        let count = unsafe withUnsafeMutableBytes(of: &info) { unsafe read(raw, $0.baseAddress, $0.count) }
        return count == MemoryLayout<signalfd_siginfo>.size ? Signal(rawValue: Int32(info.ssi_signo)) : nil
    }
}
