// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Model
import Testing

@testable import Journal

/// Writes to a real journald and reads back. Run by Tests/EndToEnd/journal.sh, which starts one of its own.
@Suite(
    .serialized,
    .enabled(
        if: ProcessInfo.processInfo.environment["GUAITA_JOURNAL"] == "private",
        "skipped: needs a journald of its own, run Tests/EndToEnd/journal.sh"))
struct JournalEndToEndTests {
    private let wanted: Set<String> = [
        "MESSAGE", "MESSAGE_ID", "SYSLOG_IDENTIFIER", "GUAITA_SEQ", "GUAITA_EVIDENCE", "PRIORITY",
    ]

    /// The journal as it is now.
    private func reader() throws -> JournalReader {
        let root = URL(fileURLWithPath: "/run/log/journal")
        let files = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".journal") }
        let handles = try files.map { try FileHandle(forReadingFrom: root.appendingPathComponent($0)) }
        defer { for handle in handles { #expect((try? handle.close()) != nil, "its descriptor stays the caller's") } }
        return try JournalReader(handles.map(\.fileDescriptor))
    }

    /// Entries of a scan, once journald has written as many as there should be.
    private func entries(_ scan: String, expecting count: Int) async throws -> [(entry: JournalEntry, cursor: String)] {
        for _ in 0..<50 {
            let reader = try reader()
            var found: [(JournalEntry, String)] = []
            _ = try reader.read(JournalQuery(matches: ["GUAITA_SCAN_ID": [scan]], fields: wanted)) { entry, cursor in
                found.append((entry, cursor() ?? ""))
                return true
            }
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the journal did not hold \(count) entries of \(scan) within 2.5 s")
        return []
    }

    private func send(_ scan: String, _ sequence: Int, _ evidence: String = "x") {
        let result = JournalWriter().send(
            .findingNew,
            [
                JournalField(.message, "finding \(sequence)"), JournalField(.priority, "3"),
                JournalField(.scan, scan), JournalField(.sequence, String(sequence)), JournalField(.evidence, evidence),
            ])
        if case .failure(let error) = result { Issue.record("\(error.description)") }
    }

    @Test func whatIsWrittenIsRead() async throws {
        let evidence = "two\nlines = and à"
        send("e2e-1", 1, evidence)
        let found = try await entries("e2e-1", expecting: 1)
        let entry = try #require(found.first).entry
        #expect(entry.fields["MESSAGE"] == "finding 1")
        #expect(entry.fields["MESSAGE_ID"] == JournalMessage.findingNew.id)
        #expect(entry.fields["SYSLOG_IDENTIFIER"] == "guaita")
        #expect(entry.fields["PRIORITY"] == "3")
        #expect(entry.fields["GUAITA_EVIDENCE"] == evidence)
        #expect(entry.fields["_PID"] == nil, "only what was asked for")
        #expect(abs(Double(entry.time.seconds) - Date().timeIntervalSince1970) < 60)
    }

    @Test func readingGoesOnAfterACursorAndStopsAtItsLimit() async throws {
        for sequence in 1...5 { send("e2e-2", sequence) }
        let found = try await entries("e2e-2", expecting: 5)
        #expect(found.map { $0.entry.fields["GUAITA_SEQ"] } == ["1", "2", "3", "4", "5"])
        let reader = try reader()
        var rest: [String] = []
        let query = JournalQuery(
            matches: ["GUAITA_SCAN_ID": ["e2e-2"]], after: found[1].cursor, fields: wanted, limit: 2)
        let reading = try reader.read(query) { entry, _ in
            rest.append(entry.fields["GUAITA_SEQ"] ?? "")
            return true
        }
        #expect(rest == ["3", "4"])
        #expect(reading == JournalReader.Reading(isCut: true, damaged: 0))
        var future = 0
        let later = Timestamp(seconds: found[4].entry.time.seconds + 60)
        let more = try reader.read(JournalQuery(since: later, fields: wanted)) { _, _ in
            future += 1
            return true
        }
        #expect(future == 0)
        #expect(!more.isCut)
    }

    @Test func valuesOfAFieldAreAlternatives() async throws {
        send("e2e-3", 1)
        send("e2e-4", 2)
        _ = try await entries("e2e-3", expecting: 1)
        _ = try await entries("e2e-4", expecting: 1)
        let reader = try reader()
        var found = 0
        let matches = ["GUAITA_SCAN_ID": ["e2e-3", "e2e-4"], "SYSLOG_IDENTIFIER": ["guaita"]]
        _ = try reader.read(JournalQuery(matches: matches, fields: wanted)) { _, _ in
            found += 1
            return true
        }
        #expect(found == 2)
    }
}
