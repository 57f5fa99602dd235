// SPDX-License-Identifier: GPL-3.0-or-later

import Journal
public import Model

/// What a scan tells the journal: one entry a change, the worst first and at most `limit` of them, then how many were
/// left out, then the scores.
public struct ChangeEntries: Sendable {
    /// The most entries about rules.
    public var limit: Int
    /// Path of the report that holds everything; empty where there is none.
    public var report: String

    /// What the entries of a scan end with.
    public enum Closing: Sendable, Hashable {
        /// Nothing: a look at what changed, between two full scans.
        case none
        /// The scores.
        case scanEnd
        /// The scores, and that nothing has changed since.
        case heartbeat(since: Timestamp)
    }

    /// Entries with a limit and a report.
    public init(limit: Int, report: String) {
        self.limit = max(0, limit)
        self.report = report
    }

    /// The entries of a scan.
    public func entries(_ changes: [Change], of summary: ScanSummary, open: Int, closing: Closing)
        -> [JournalBatch.Entry]
    {
        let common: [JournalField] = [
            JournalField(.report, report),
            JournalField(.pack, "\(summary.ruleSet.count) rules@\(summary.ruleSet.sha256.prefix(12))"),
        ]
        let ofRules = changes.filter(\.isOfRule)
        var entries = ofRules.prefix(limit).map { $0.entry(at: summary.moment) }
        if ofRules.count > limit {
            let hidden = ofRules.count - limit
            entries.append(
                .init(
                    .suppressed, priority: 5,
                    "and \(hidden) more \(hidden == 1 ? "change" : "changes"); everything is in the report",
                    [JournalField(.suppressed, String(hidden))]))
        }
        entries += changes.filter { !$0.isOfRule }.map { $0.entry(at: summary.moment) + Self.scoreFields(summary) }
        switch closing {
        case .none: break
        case .scanEnd:
            let told = Self.tally(changes)
            entries.append(
                .init(
                    .scanEnd, priority: 6, "scan done: \(Self.standing(summary, open: open))\(told)",
                    Self.scoreFields(summary)))
        case .heartbeat(let since):
            entries.append(
                .init(
                    .heartbeat, priority: 6,
                    "nothing changed since \(since.minute): \(Self.standing(summary, open: open))",
                    Self.scoreFields(summary) + [JournalField(.since, since.description)]))
        }
        return entries.map { $0 + common }
    }

    /// `security 82.1 (B), scalability 90.0–94.0 (A), 12 findings open, 3 rules not judged`.
    private static func standing(_ summary: ScanSummary, open: Int) -> String {
        let scores = Posture.allCases.compactMap { posture in
            summary.scores[posture].map { "\(posture.rawValue) \($0.told)" }
        }
        let blind = Set(summary.unjudged.map(\.rule)).count
        let counts =
            ["\(open) \(open == 1 ? "finding" : "findings") open"]
            + (blind > 0 ? ["\(blind) \(blind == 1 ? "rule" : "rules") not judged"] : [])
        return ((scores.isEmpty ? ["no rule applies"] : scores) + counts).joined(separator: ", ")
    }

    /// `; 2 new, 1 resolved`, or nothing.
    private static func tally(_ changes: [Change]) -> String {
        var counts: [(word: String, count: Int)] = []
        for word in changes.sorted(by: { $0.rank < $1.rank }).compactMap(\.word) {
            if counts.last?.word == word {
                counts[counts.count - 1].count += 1
            } else {
                counts.append((word, 1))
            }
        }
        return counts.isEmpty ? "" : "; " + counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")
    }

    private static func scoreFields(_ summary: ScanSummary) -> [JournalField] {
        [
            JournalField(.securityScore, summary.scores[.security]?.range ?? ""),
            JournalField(.scalabilityScore, summary.scores[.scalability]?.range ?? ""),
        ]
    }
}

extension JournalBatch.Entry {
    static func + (entry: Self, fields: [JournalField]) -> Self {
        var entry = entry
        entry.fields += fields
        return entry
    }
}
