// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
public import Model

/// `report.json`, the record of a scan: everything the report says, in all three languages. The shape is published as
/// docs/report.schema.json.
public enum JSONReport {
    /// The name of the shape.
    public static let schema = "guaita-report/1"

    /// The report as JSON.
    public static func text(_ report: Report) -> [UInt8] {
        JSON.object([
            ("schema", .string(schema)),
            ("tool", tool(report)),
            ("host", host(report.host)),
            (
                "scan",
                .object([
                    ("moment", .string(report.moment.description)),
                    ("privileged", .bool(report.host.privileged)),
                    ("coverage", report.coverageTenths.map { .double(Double($0) / 1000) } ?? .null),
                ])
            ),
            (
                "scores",
                .object(
                    Posture.allCases.compactMap { posture in
                        report.scores[posture].map { (posture.rawValue, score($0)) }
                    })
            ),
            ("counts", .object(Outcome.allCases.map { ($0.rawValue, .int(report.counts[$0] ?? 0)) })),
            ("findings", .array(report.findings.map(finding))),
            ("actions", .array(report.actions.map(action))),
            ("not_evaluated", .array(report.notEvaluated.map(notEvaluated))),
            ("accepted", .array(report.findings.filter { $0.waiver != nil }.map { .string($0.fingerprint) })),
            ("ledger", .array(report.ledger.map(ledgerLine))),
            ("problems", .array(report.problems.map(problem))),
            ("rejected_rules", .array(report.rejectedRules.map(problem))),
            ("rules", .object(report.outcomes.map { ($0.rule, .string($0.outcome.rawValue)) })),
        ]).text
    }

    private static func tool(_ report: Report) -> JSON {
        .object([
            ("name", .string("guaita")),
            ("version", .string(report.version)),
            (
                "ruleset",
                .object([("rules", .int(report.ruleSet.count)), ("sha256", .string(report.ruleSet.sha256))])
            ),
            ("score_version", .int(RiskModel.version)),
        ])
    }

    private static func host(_ host: Report.HostSummary) -> JSON {
        .object([("name", .string(host.name)), ("os", .string(host.system)), ("view", .string(host.view))])
    }

    private static func score(_ score: Score) -> JSON {
        .object([
            ("low", .tenths(score.lowTenths)),
            ("high", .tenths(score.highTenths)),
            ("grade", .string(score.grade.rawValue)),
            ("grade_high", .string(score.gradeHigh.rawValue)),
            ("cap", .optional(score.cap?.rawValue)),
            ("points", .double((score.points * 100).rounded() / 100)),
            ("managed", .tenths(score.managedTenths)),
        ])
    }

    private static func finding(_ finding: Finding) -> JSON {
        .object([
            ("fingerprint", .string(finding.fingerprint)),
            ("rule", .string(finding.rule)),
            ("posture", .string(finding.posture.rawValue)),
            ("severity", .string(finding.severity.rawValue)),
            ("state", .string("fail")),
            ("title", text(finding.title)),
            ("objects", .array(finding.objects.map(object))),
            ("points", .double((finding.points * 100).rounded() / 100)),
            ("contribution", .tenths(finding.contributionTenths)),
            ("gain", .tenths(finding.gainTenths)),
            ("effort_min", .int(finding.effortMinutes)),
            ("references", .object(finding.references.sorted { $0.key < $1.key }.map { ($0.key, .strings($0.value)) })),
            ("why", text(finding.why)),
            ("fix", text(finding.fix)),
            ("waiver", finding.waiver.map(waiver) ?? .null),
        ])
    }

    private static func object(_ object: FoundObject) -> JSON {
        .object([
            ("fingerprint", .string(object.fingerprint)),
            ("kind", .string(object.kind)),
            ("key", .string(object.key)),
            ("path", .optional(object.places.first?.path)),
            ("line", object.places.first.map { .int($0.line) } ?? .null),
            ("message", text(object.message)),
            ("places", .array(object.places.map(place))),
        ])
    }

    private static func place(_ origin: Origin) -> JSON {
        .object([("path", .string(origin.path)), ("line", .int(origin.line)), ("column", .int(origin.column))])
    }

    private static func action(_ action: Report.Action) -> JSON {
        .object([
            ("posture", .string(action.posture.rawValue)), ("rules", .strings(action.rules)),
            ("gain", .tenths(action.gainTenths)), ("effort_min", .int(action.effortMinutes)),
        ])
    }

    private static func notEvaluated(_ item: NotEvaluated) -> JSON {
        .object([
            ("rule", .string(item.rule)),
            ("posture", .string(item.posture.rawValue)),
            ("severity", .string(item.severity.rawValue)),
            ("state", .string(item.outcome.rawValue)),
            ("objects", .strings(item.keys)),
            ("why", .strings(item.reasons)),
        ])
    }

    private static func waiver(_ waiver: Waiver) -> JSON {
        .object([
            ("owner", .string(waiver.owner)), ("reason", .string(waiver.reason)),
            ("until", .string(waiver.until.description)),
        ])
    }

    private static func ledgerLine(_ line: Report.LedgerLine) -> JSON {
        .object([
            ("resource", .string(line.resource)),
            ("unit", .string(line.unit)),
            ("limit", line.limit.map(JSON.double) ?? .null),
            ("committed", line.committed.map(JSON.double) ?? .null),
            ("used", line.used.map(JSON.double) ?? .null),
            ("why_not", .string(line.whyNot)),
        ])
    }

    private static func problem(_ problem: Report.Problem) -> JSON {
        .object([
            ("path", .string(problem.origin.path)), ("line", .int(problem.origin.line)),
            ("column", .int(problem.origin.column)), ("message", .string(problem.message)),
        ])
    }

    private static func text(_ text: LocalizedText) -> JSON {
        .object(
            Language.allCases.compactMap { language in
                text[language].map { (language.rawValue, .string($0)) }
            })
    }
}
