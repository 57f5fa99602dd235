// SPDX-License-Identifier: GPL-3.0-or-later

import CSystemd
import Glibc

/// The manager that started this service: systemd(1), told what goes on by sd_notify(3). Without one (started by hand)
/// nothing is told and nothing fails.
public enum ServiceManager {
    /// What can be told.
    public enum Notice: Sendable, Hashable {
        /// The first rule set is loaded and the watch has begun.
        case ready
        /// A reload began, at a CLOCK_MONOTONIC moment in microseconds; `ready` ends it.
        case reloading(monotonicMicroseconds: Int64)
        /// The end began.
        case stopping
        /// One line for `systemctl status`.
        case status(String)
        /// Alive.
        case watchdog

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let moment): "RELOADING=1\nMONOTONIC_USEC=\(moment)"
            case .stopping: "STOPPING=1"
            // A line feed would begin another assignment.
            case .status(let text): "STATUS=" + text.split(separator: "\n").joined(separator: " ")
            case .watchdog: "WATCHDOG=1"
            }
        }
    }

    /// Tells the manager, all in one datagram.
    public static func tell(_ notices: Notice...) {
        // The text lives for the call. An error means that nobody listens: then nobody needs to know.
        _ = unsafe sd_notify(0, notices.map(\.text).joined(separator: "\n"))
    }

    /// Milliseconds within which the manager wants to hear `watchdog`; nil where it does not watch (sd_watchdog_enabled(3)).
    public static var watchdogMilliseconds: Int64? {
        var microseconds: UInt64 = 0
        guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }  // writes one UInt64
        return Int64(clamping: microseconds / 1000)
    }
}
