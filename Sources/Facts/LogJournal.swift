// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Journal
import Logs

/// The systemd journal as a source of log events. Its files have an index and are read through libsystemd, which only
/// reads those of the machine it runs on: in a tree the journal is not read, and says so.
enum LogJournal {
    case absent
    case readable
    case unreadable(String)

    /// Where journald keeps its files (journald.conf(5), Storage=).
    private static let directories = ["/var/log/journal", "/run/log/journal"]

    /// Looks for journal files. libsystemd leaves out files it may not read without a word, so each is tried.
    init(_ host: any Host) {
        self = .absent
        var path = ""
        do throws(HostError) {
            for directory in Self.directories {
                path = directory
                for machine in try Self.names(in: directory, host) {
                    path = "\(directory)/\(machine)"
                    for name in try Self.names(in: path, host)
                    where name.hasPrefix("system") && name.hasSuffix(".journal") {
                        guard host.isLive else { throw .unavailable("journal files are only read on the running host") }
                        _ = try host.stream("\(path)/\(name)", from: 0, limit: 8) { _ in false }
                        self = .readable
                    }
                }
            }
        } catch {
            self = .unreadable("\(path): \(error.description)")
        }
    }

    /// None where there is no such directory.
    private static func names(in directory: String, _ host: any Host) throws(HostError) -> [String] {
        do throws(HostError) {
            return try host.list(directory).map(\.name)
        } catch {
            switch error {
            case .notFound, .wrongKind: return []
            default: throw error
            }
        }
    }

    /// The fields an event is made of (systemd.journal-fields(7)).
    static let fields: Set<String> = [
        "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "_PID", "_COMM", "_HOSTNAME", "_SYSTEMD_UNIT",
    ]

    /// An entry as an event.
    static func event(_ entry: JournalEntry) -> Event {
        let message = entry.fields["MESSAGE"] ?? ""
        return Event(
            time: entry.time, host: entry.fields["_HOSTNAME"],
            program: entry.fields["SYSLOG_IDENTIFIER"] ?? entry.fields["_COMM"],
            pid: (entry.fields["_PID"] ?? entry.fields["SYSLOG_PID"]).flatMap { Int64($0) },
            message: message.utf8.first == 0x20 ? String(message.drop { $0 == " " }) : message,
            unit: entry.fields["_SYSTEMD_UNIT"], priority: entry.fields["PRIORITY"].flatMap { Int64($0) })
    }
}
