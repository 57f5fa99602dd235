// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Logs
import Model
import Patterns
import Testing

import struct Foundation.Date
import class Foundation.ProcessInfo

@Suite struct LogJournalTests {
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    private func run(_ host: any Host) throws -> EventOutcome? {
        let query = EventQuery(
            id: "q", sources: ["ssh"], requiredLiterals: ["Failed password"], by: ["address"], window: 3600,
            extract: [try Pattern(#" from (?P<address>\S+) port"#)]
        ) { $0.message.hasPrefix("Failed password") }
        return LogEventCollector().run([query], Collection(host: host, now: now))["q"]
    }

    private let journal = ["/run/log/journal/x/system.journal": MemoryHost.Entry("LPKSHHRH")]

    @Test func aTreesJournalIsNotRead() throws {
        #expect(
            try run(MemoryHost(journal))
                == .unknown("/run/log/journal/x: journal files are only read on the running host"))
    }

    @Test func aJournalThatMayNotBeReadIsUnknown() throws {
        let file = ["/var/log/journal/x/system.journal": MemoryHost.Entry("", failure: .permissionDenied)]
        #expect(try run(MemoryHost(file, isLive: true)) == .unknown("/var/log/journal/x: permission denied"))
        let directory = ["/var/log/journal": MemoryHost.Entry(kind: .directory, failure: .permissionDenied)]
        #expect(try run(MemoryHost(directory, isLive: true)) == .unknown("/var/log/journal: permission denied"))
    }

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["GUAITA_JOURNAL"] == "private",
            "skipped: needs a journald of its own, run Tests/EndToEnd/journal.sh"))
    func entriesAreToldByWhoReallyWroteThem() throws {
        // Tests/EndToEnd/journal.sh wrote 12 entries as sshd and 12 as somebody else who says to be sshd.
        guard case .groups(let groups, let gaps)? = try run(MemoryHost(journal, isLive: true)) else {
            Issue.record("no groups")
            return
        }
        #expect(gaps == [])
        #expect(groups.map(\.keys) == [[ExtractedField(name: "address", value: "203.0.113.9")]])
        #expect(groups.first?.count == 12)
        #expect(groups.first?.samples.count == 5)
        #expect(groups.first?.samples.allSatisfy { $0.path == "journal" && $0.cursor != nil } == true)
        // Where rsyslog writes the same entries to a file, they count once.
        var both = journal
        both["/var/log/auth.log"] = MemoryHost.Entry("", modified: now)
        #expect(try run(MemoryHost(both, isLive: true)) == .groups([], gaps: []))
        both["/var/log/auth.log"] = MemoryHost.Entry("", modified: Timestamp(seconds: now.seconds - 90_000))
        #expect(try run(MemoryHost(both, isLive: true)) == .groups(groups, gaps: []))
    }
}
