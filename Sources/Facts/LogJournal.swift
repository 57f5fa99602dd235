// SPDX-License-Identifier: GPL-3.0-or-later

import Journal
import Logs

/// Entries of the systemd journal as log events.
enum LogJournal {
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
