// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import TestSupport

@testable import Daemon

/// Summaries of scans, made by hand.
enum Scans {
    /// A moment some seconds after a fixed one.
    static func moment(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_795_424_400 + seconds) }

    static func finding(
        _ rule: String, _ severity: Severity = .high, objects: [String] = ["global"], isWaived: Bool = false,
        message: String = "is wrong"
    ) -> ScanSummary.OpenFinding {
        ScanSummary.OpenFinding(
            fingerprint: "f-\(rule)", rule: rule, posture: .security, severity: severity, isWaived: isWaived,
            title: "\(rule) holds",
            objects: objects.map {
                ScanSummary.OpenObject(
                    fingerprint: "o-\(rule)-\($0)", subject: "sshd.context \($0)", message: "\($0) \(message)",
                    place: Origin(path: "/etc/ssh/sshd_config", line: 12))
            })
    }

    static func unjudged(_ rule: String, keys: [String] = [], reason: String = "/etc/shadow: permission denied")
        -> NotEvaluated
    {
        NotEvaluated(
            rule: rule, posture: .security, severity: .high, outcome: .unknown, keys: keys, reasons: [reason])
    }

    /// A summary in which the rules with findings fail, the unjudged ones are unknown, and the others pass.
    static func summary(
        at seconds: Int64, _ findings: [ScanSummary.OpenFinding] = [], unjudged: [NotEvaluated] = [],
        rules: [String] = ["a.a", "b.b", "c.c"], notApplicable: Set<String> = [], low: Int = 821, high: Int = 821
    ) -> ScanSummary {
        let failing = Set(findings.map(\.rule))
        let unknown = Set(unjudged.map(\.rule))
        return ScanSummary(
            moment: moment(seconds), host: "web1", isPrivileged: true,
            ruleSet: .init(count: rules.count, sha256: String(repeating: "ab", count: 32)), rejectedRules: 0,
            scores: [
                .security: Score(
                    lowTenths: low, highTenths: high, grade: Grade(tenths: low), gradeHigh: Grade(tenths: high),
                    cap: nil, points: 1, managedTenths: low)
            ],
            coverageTenths: 1000, findings: findings, unjudged: unjudged,
            outcomes: rules.map { rule in
                Report.RuleOutcome(
                    rule: rule,
                    outcome: failing.contains(rule)
                        ? .fail
                        : unknown.contains(rule) ? .unknown : notApplicable.contains(rule) ? .notApplicable : .pass)
            },
            problems: 0)
    }

    /// A summary by chance: rules that come and go, findings of one to three objects, some of them out of sight.
    static func random(at seconds: Int64, using generator: inout SeededGenerator) -> ScanSummary {
        let rules = (0..<8).filter { _ in generator.below(8) > 0 }.map { "area.rule-\($0)" }
        var findings: [ScanSummary.OpenFinding] = []
        var unjudged: [NotEvaluated] = []
        for rule in rules {
            let objects = ["x", "y", "z"].filter { _ in generator.below(3) == 0 }
            if !objects.isEmpty {
                findings.append(
                    finding(
                        rule, generator.pick(Severity.allCases), objects: objects, isWaived: generator.below(5) == 0,
                        message: "says \(generator.below(100))"))
            }
            if generator.below(4) == 0 {
                unjudged.append(Self.unjudged(rule, keys: ["x", "y"].filter { _ in generator.below(2) == 0 }))
            }
        }
        if generator.below(4) == 0 { findings.append(finding("guaita.waiver-expired", .info)) }
        let low = generator.below(1001)
        return summary(
            at: seconds, findings, unjudged: unjudged, rules: rules, low: low,
            high: min(1000, low + generator.below(50)))
    }
}
