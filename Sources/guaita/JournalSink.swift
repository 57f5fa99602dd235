// SPDX-License-Identifier: GPL-3.0-or-later
import Journal
import Model

/// Tells the journal what a scan found. The report is the record: the journal gets at most `limit` findings, numbered,
/// so that a reader can prove that nothing is missing.
struct JournalSink {
    /// The most findings of one scan that are written one by one.
    static let limit = 200

    private let writer = JournalWriter()
    private let scan: String
    private let report: String
    /// The rule set: how many rules, and the beginning of their digest.
    private let pack: String
    private var sequence = 0

    /// Sends a report where a journal is running; a failure is said on standard error, once.
    static func send(_ report: Report, savedAs path: String) {
        guard JournalWriter.isAvailable else { return }
        var sink = JournalSink(
            scan: report.moment.description, report: path,
            pack: "\(report.ruleSet.count) rules@\(report.ruleSet.sha256.prefix(12))")
        do throws(JournalError) {
            try sink.send(report)
        } catch {
            Terminal.complain("guaita: the journal does not take the findings: \(error.description)")
        }
    }

    private init(scan: String, report: String, pack: String) {
        self.scan = scan
        self.report = report
        self.pack = pack
    }

    private mutating func send(_ report: Report) throws(JournalError) {
        for finding in report.findings.prefix(Self.limit) { try send(finding) }
        if report.findings.count > Self.limit {
            let hidden = report.findings.count - Self.limit
            try entry(
                .suppressed, priority: 5, message: "and \(hidden) more findings; they are in the report",
                [.init(.suppressed, String(hidden))])
        }
        for item in report.notEvaluated.prefix(Self.limit) {
            try entry(
                .notEvaluated, priority: 5,
                message: "\(item.rule) could not be judged: \(item.reasons.joined(separator: "; "))",
                [
                    .init(.rule, item.rule), .init(.status, "not-evaluated"), .init(.severity, item.severity.rawValue),
                    .init(.evidence, item.reasons.joined(separator: "; ")),
                ])
        }
        let scores = Posture.allCases.compactMap { posture in
            report.scores[posture].map { "\(posture.rawValue) \(Self.range($0)) (\($0.grade.rawValue))" }
        }
        try entry(
            .scanEnd, priority: 6,
            message: "scan done: \(scores.joined(separator: ", ")), \(report.findings.count) findings, "
                + "\(report.notEvaluated.count) not judged",
            [
                .init(.securityScore, report.scores[.security].map(Self.range) ?? ""),
                .init(.scalabilityScore, report.scores[.scalability].map(Self.range) ?? ""),
            ])
    }

    private mutating func send(_ finding: Finding) throws(JournalError) {
        let object = finding.objects.first
        let place = object?.places.first.map { " (\($0.description))" } ?? ""
        let more = finding.objects.count > 1 ? ", and \(finding.objects.count - 1) more" : ""
        let evidence = object?.message(.en) ?? finding.title(.en)
        try entry(
            .findingNew, priority: finding.waiver == nil ? Self.priority(finding.severity) : 6,
            message: "\(finding.severity.rawValue): \(finding.rule): \(evidence)\(place)\(more)",
            [
                .init(.rule, finding.rule), .init(.finding, finding.fingerprint),
                .init(.subject, object.map { "\($0.kind) \($0.key)" } ?? ""),
                .init(.status, finding.waiver == nil ? "fail" : "waived"),
                .init(.severity, finding.severity.rawValue),
                .init(.evidence, finding.objects.map { $0.message(.en) }.joined(separator: "\n")),
            ])
    }

    private mutating func entry(
        _ kind: JournalMessage, priority: Int, message: String, _ fields: [JournalField]
    ) throws(JournalError) {
        sequence += 1
        let common: [JournalField] = [
            .init(.message, message), .init(.priority, String(priority)), .init(.scan, scan),
            .init(.sequence, String(sequence)), .init(.report, report), .init(.pack, pack),
        ]
        try writer.send(kind, common + fields).get()
    }

    /// syslog(3): critical 2, high 3 (err), medium 4, low 5, info 6.
    private static func priority(_ severity: Severity) -> Int { 6 - severity.rank }

    private static func range(_ score: Score) -> String {
        "\(score.lowTenths / 10).\(score.lowTenths % 10)–\(score.highTenths / 10).\(score.highTenths % 10)"
    }
}
