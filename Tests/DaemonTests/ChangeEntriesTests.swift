// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Journal
import Model
import TestSupport
import Testing

@testable import Daemon

@Suite("What the journal says of changes")
struct ChangeEntriesTests {
    private func lines(_ summaries: ScanSummary..., closing: ChangeEntries.Closing = .none) -> [String] {
        var book = Watchbook()
        var changes: [Change] = []
        for (index, summary) in summaries.enumerated() { changes = book.record(summary, scanID: "s\(index)") }
        guard let last = summaries.last else { return [] }
        return ChangeEntries(limit: 1000, report: "/r").entries(
            changes, of: last, open: book.open.count, closing: closing
        ).map { entry in
            let value = { (key: JournalKey) in entry.fields.first { $0.key == key }?.value ?? "" }
            return "\(value(.priority)) \(entry.message.rawValue): \(value(.message))"
        }
    }

    private let day: Int64 = 86_400

    @Test("is one line each: how bad, which rule, what, where")
    func found() {
        let two = Scans.finding("ssh.root-login", .critical, objects: ["global", "root"], message: "lets\nroot in")
        #expect(
            lines(Scans.summary(at: 0, [two, Scans.finding("tls.soon", .low, isWaived: true)]), closing: .scanEnd) == [
                "2 finding-new: critical: ssh.root-login: global lets root in (/etc/ssh/sshd_config:12), and 1 more",
                "6 finding-new: low: tls.soon: global is wrong (/etc/ssh/sshd_config:12)",
                "6 scan-end: scan done: security 82.1 (B), 2 findings open; 2 new",
            ])
    }

    @Test("tells since when, and how long")
    func over() {
        let finding = Scans.finding("a.a")
        #expect(
            lines(Scans.summary(at: 0, [finding]), Scans.summary(at: 3 * day)) == [
                "6 finding-resolved: resolved: a.a (high): sshd.context global; it was open since "
                    + "2026-11-23 09:00 UTC (3 days)"
            ])
        #expect(
            lines(Scans.summary(at: 0, [finding]), Scans.summary(at: 60), Scans.summary(at: 7260, [finding])) == [
                "3 finding-regressed: high: a.a is back after 2 hours: global is wrong (/etc/ssh/sshd_config:12)"
            ])
        #expect(
            lines(Scans.summary(at: 0, [finding]), Scans.summary(at: 60), Scans.summary(at: -60, [finding])) == [
                "3 finding-regressed: high: a.a is back after an unknown time: global is wrong "
                    + "(/etc/ssh/sshd_config:12)"
            ])
        #expect(
            lines(Scans.summary(at: 0, [finding]), Scans.summary(at: 60, rules: ["c.c"])) == [
                "5 finding-retired: a.a (high) is not among the rules any more; its finding, open since "
                    + "2026-11-23 09:00 UTC, is no longer followed"
            ])
    }

    @Test("tells what differs")
    func changed() {
        let before = Scans.finding("a.a", .medium, objects: ["x", "y"])
        let after = Scans.finding("a.a", .high, objects: ["x", "v", "w"], isWaived: true)
        #expect(
            lines(Scans.summary(at: 0, [before]), Scans.summary(at: 60, [after])) == [
                "6 finding-changed: high: a.a: was medium, now accepted, 2 more and 1 less: x is wrong "
                    + "(/etc/ssh/sshd_config:12), and 2 more"
            ])
    }

    @Test("a rule out of sight is no good news")
    func sight() {
        let blind = Scans.summary(at: 60, unjudged: [Scans.unjudged("a.a", keys: ["x"])], low: 700, high: 821)
        #expect(
            lines(Scans.summary(at: 0, [Scans.finding("a.a")]), blind, closing: .scanEnd) == [
                "4 sight-lost: a.a (high) can no longer be judged, what is open stays open: "
                    + "/etc/shadow: permission denied (x)",
                "5 posture-changed: security is now 70.0–82.1 (C–B); it was 82.1 (B) since 2026-11-23 09:00 UTC",
                "6 scan-end: scan done: security 70.0–82.1 (C–B), 1 finding open, 1 rule not judged; 1 out of sight",
            ])
        #expect(
            lines(blind, Scans.summary(at: 120, low: 700, high: 821))
                == ["6 sight-regained: a.a (high) can be judged again, after 1 minute"])
        #expect(lines(blind) == ["5 not-evaluated: a.a (high) cannot be judged: /etc/shadow: permission denied (x)"])
    }

    @Test("has every field that the catalog's text for it names")
    func fields() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let catalog = try String(contentsOf: root.appendingPathComponent("systemd/guaita.catalog"), encoding: .utf8)
        var wanted: [String: Set<String>] = [:]
        for text in catalog.components(separatedBy: "\n-- ").dropFirst() {
            let names = text.split(separator: "@").map(String.init)
                .filter { $0.hasPrefix("GUAITA_") && !$0.contains(" ") }
            wanted[String(text.prefix(32))] = Set(names)
        }
        var generator = SeededGenerator(seed: SeededGenerator.seed(usually: 20_261_123))
        var book = Watchbook()
        var told: Set<JournalMessage> = []
        for step in 0..<200 {
            let summary = Scans.random(at: Int64(step) * 3600, using: &generator)
            let changes = book.record(summary, scanID: "s")
            let closing: ChangeEntries.Closing = step % 2 == 0 ? .scanEnd : .heartbeat(since: summary.moment)
            let batch = JournalBatch(
                scan: "s",
                entries: ChangeEntries(limit: step % 3, report: "/r").entries(
                    changes, of: summary, open: 0, closing: closing))
            for (index, entry) in batch.entries.enumerated() {
                told.insert(entry.message)
                let names = Set(batch.fields(at: index).map(\.key.rawValue))
                #expect(wanted[entry.message.id]?.isSubset(of: names) == true, "\(entry.message)")
                #expect(names.count == batch.fields(at: index).count, "a field is there twice: \(entry.message)")
                #expect(entry.fields.first { $0.key == .message }?.value.contains("\n") == false)
            }
        }
        #expect(told.count >= 11, "\(told)")
    }
}
