// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

/// The zone in which a host writes the local times of its logs.
enum LogZone {
    /// Seconds east of UTC at a local time, from the host's own /etc/localtime (localtime(5)); UTC where there is none.
    static func offset(_ collection: Collection) -> @Sendable (_ local: Int64) -> Int64 {
        let path = "/etc/localtime"
        do throws(HostError) {
            guard let zone = TimeZoneFile(try collection.host.read(path).bytes) else {
                collection.report(.init(path: path), "not a time zone file: local times are taken as UTC")
                return { _ in 0 }
            }
            // The offset at a moment that is wrong by one offset differs from the right one only around a change of the
            // clocks; the second step settles all but the hour that happens twice.
            return { local in
                let guess = Int64(zone.offset(at: local))
                return Int64(zone.offset(at: local - guess))
            }
        } catch {
            if error != .notFound { collection.report(.init(path: path), error.description) }
            return { _ in 0 }
        }
    }
}
