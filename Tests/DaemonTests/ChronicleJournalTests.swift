// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Journal
import Model
import Testing

@testable import Daemon

/// Speaks to a real journald. Run by Tests/EndToEnd/journal.sh, which starts one of its own.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["GUAITA_JOURNAL"] == "private",
        "skipped: needs a journald of its own, run Tests/EndToEnd/journal.sh"))
struct ChronicleJournalTests {
    /// The journal as it is now.
    private func reader() throws -> JournalReader {
        let root = URL(fileURLWithPath: "/run/log/journal")
        let files = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".journal") }
        let handles = try files.map { try FileHandle(forReadingFrom: root.appendingPathComponent($0)) }
        return try JournalReader(handles.map(\.fileDescriptor))
    }

    /// The numbers of a scan's entries, once journald has written as many as there should be.
    private func numbers(of scan: String, expecting count: Int) async throws -> [String] {
        var found: [String] = []
        for _ in 0..<100 {
            found = []
            let query = JournalQuery(matches: ["GUAITA_SCAN_ID": [scan]], fields: ["GUAITA_SEQ"])
            _ = try reader().read(query) { entry, _ in
                found.append(entry.fields["GUAITA_SEQ"] ?? "")
                return true
            }
            if found.count >= count { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        return found
    }

    @Test("1,000 changed findings are written within a second, each once, and numbered")
    func thousand() async throws {
        let directory = NSTemporaryDirectory() + "guaita-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        var chronicle = Chronicle(
            file: StateFile(path: directory + "/state"), sink: JournalWriter(),
            entries: ChangeEntries(limit: 1000, report: directory + "/report.json"), heartbeat: 86_400,
            complain: { Issue.record("\($0)") })
        let rules = (0..<1000).map { "area.rule-\($0)" }
        let before = Scans.summary(at: 0, rules.map { Scans.finding($0, .low) }, rules: rules)
        let after = Scans.summary(at: 60, rules.map { Scans.finding($0, .high) }, rules: rules)
        _ = chronicle.record(before, scanID: "many-1", occasion: .start)
        let clock = ContinuousClock()
        let start = clock.now
        #expect(chronicle.record(after, scanID: "many-2", occasion: .full).count == 1000)
        let took = clock.now - start
        print("1,000 changed findings: compared, saved, written, saved in \(took)")
        #expect(took <= .seconds(1))
        #expect(chronicle.journal.pending == 0)
        let numbers = try await numbers(of: "many-2", expecting: 1001)
        #expect(numbers == (1...1001).map(String.init))
    }
}
