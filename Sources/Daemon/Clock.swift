// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Model

/// The clocks of the machine, in milliseconds.
enum Clock {
    /// Since boot, suspension included; nobody can set it (clock_gettime(2), CLOCK_BOOTTIME).
    static var boot: Int64 { milliseconds(CLOCK_BOOTTIME) }

    /// Since 1970; somebody may set it.
    static var wall: Int64 { milliseconds(CLOCK_REALTIME) }

    /// The wall clock as reports have it, in whole seconds.
    static var now: Timestamp { Timestamp(seconds: wall / 1000) }

    /// Microseconds as sd_notify(3) wants them in MONOTONIC_USEC.
    static var monotonicMicroseconds: Int64 { milliseconds(CLOCK_MONOTONIC, perSecond: 1_000_000) }

    private static func milliseconds(_ clock: clockid_t, perSecond: Int64 = 1000) -> Int64 {
        var time = timespec()
        // The kernel writes one `timespec`, which is what it is given.
        guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * perSecond + Int64(time.tv_nsec) / (1_000_000_000 / perSecond)
    }
}

/// Notices when somebody sets the wall clock: it then no longer runs beside the boot clock.
struct ClockWatch {
    private var offset: Int64

    /// Milliseconds below which a difference is no news: NTP corrects that much without asking.
    static let tolerance: Int64 = 10_000

    init(boot: Int64, wall: Int64) { offset = wall - boot }

    /// How far the wall clock was set since the last look, in milliseconds; nil when it was not.
    mutating func jump(boot: Int64, wall: Int64) -> Int64? {
        let jump = wall - boot - offset
        guard abs(jump) >= Self.tolerance else { return nil }
        offset = wall - boot
        return jump
    }
}
