// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Model
import Rules

/// What one scan leaves for the next, so that the next need not look again at what did not change: the facts, and what
/// each rule said of them. Facts stay bytes until a rule or a collector reads them.
///
/// The memory of another version of guaita, of another rule set or of another host is of no use and is passed over; so
/// is one that is damaged.
public struct ScanMemory: Sendable, Hashable {
    /// What a scan must share with the one before to build on it.
    struct Circumstances: Sendable, Hashable {
        /// guaita's version.
        var version: String
        /// The rules.
        var ruleSet: Report.RuleSetSummary
        /// The host, as it describes itself.
        var host: String
    }

    /// What a collector gave.
    struct CollectorMemory: Sendable, Hashable {
        /// Besides its facts.
        var notes: FactCollection.Notes
        /// Its roots as `FactWriter` writes them.
        var roots: [String: [UInt8]]
    }

    /// What a rule said.
    struct RuleMemory: Sendable, Hashable {
        /// What the report needs of the rule.
        var card: RuleCard
        /// What it said.
        var result: RuleResult
        /// The groups of events it judged; nil for rules over facts.
        var groups: Groups?
    }

    /// The elements of a rule over logs.
    struct Groups: Sendable, Hashable {
        /// As `FactWriter` writes them.
        var list: [UInt8]
        /// What could not be seen.
        var gaps: [String]
    }

    var circumstances: Circumstances
    /// The moment of the scan.
    var moment: Timestamp
    /// Keys that rules name literally, by the paths that collect only what is asked for.
    var requestedKeys: [String: [String]]
    /// In the registry's order.
    var collectors: [CollectorMemory]
    /// In the order of the rule set.
    var rules: [RuleMemory]
    /// What could not be read or parsed of the logs.
    var logProblems: [Report.Problem]

    /// A root's bytes; nil where it was not collected.
    func root(_ name: String) -> [UInt8]? {
        for collector in collectors {
            if let bytes = collector.roots[name] { return bytes }
        }
        return nil
    }
}
