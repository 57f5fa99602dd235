// SPDX-License-Identifier: GPL-3.0-or-later

import CGuaita
import Glibc
import Host

/// A worker: this very program in a process of its own, at the other end of a channel. It starts without the broker's
/// capability, and gives up every other right before it reads anything.
final class WorkerProcess {
    /// How a process ended, and what it took.
    struct End {
        /// The signal that ended it; 0 when it ended by itself.
        let signal: Int32
        /// Its exit status; meaningless after a signal.
        let status: Int32
        /// The most memory it had, in bytes.
        let peakMemory: Int64
        /// Processor time in milliseconds.
        let processorTime: Int64
    }

    /// The broker's end.
    let channel: Channel
    private(set) var pid: pid_t = 0

    /// Starts a worker. `memory` is the most it may have of its own, in bytes.
    init(memory: Int64) throws {
        let (own, other) = try Channel.pair()
        channel = own
        // The texts live for the call, which writes one pid_t.
        let failure = unsafe guaita_spawn_worker("/proc/self/exe", String(memory), other.raw, &pid)
        guard failure == 0 else { throw ChannelError.system(failure) }
    }

    deinit {
        // Nobody may be left behind who holds open files of the host.
        guard pid > 0 else { return }
        kill(pid, SIGKILL)
        _ = waitpid(pid, nil, 0)
    }

    /// Ends it at once.
    func end() { if pid > 0 { kill(pid, SIGKILL) } }

    /// How it ended; nil while it runs.
    func reap() -> End? {
        var status: Int32 = 0
        var usage = rusage()
        // Both are filled by the call and outlive it.
        guard pid > 0, unsafe wait4(pid, &status, WNOHANG, &usage) == pid else { return nil }
        pid = 0
        func milliseconds(_ time: timeval) -> Int64 { Int64(time.tv_sec) * 1000 + Int64(time.tv_usec) / 1000 }
        // The macros of wait(2), which Swift does not see.
        return End(
            signal: status & 0x7F, status: (status >> 8) & 0xFF, peakMemory: Int64(usage.ru_maxrss) << 10,
            processorTime: milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime))
    }
}
