// SPDX-License-Identifier: GPL-3.0-or-later
import Audit
import CEL
import Model
import Rules
import Testing

/// A small catalogue, rules over it in YAML, and facts with places.
enum Fixture {
    static let context = RecordSchema(
        "sshd.context", "A block.", identity: ["scope"],
        fields: [
            .init("scope", .string, "Whom it is for."), .init("PermitRootLogin", .string, "As the manual has it."),
        ])
    static let sshd = RecordSchema(
        "sshd", "A server.",
        fields: [.init("contexts", .list(.record(context)), "Blocks."), .init("MaxAuthTries", .int, "Tries.")])
    static let event = RecordSchema("event", "An event.", fields: [.init("message", .string, "Its text.")])
    static let catalogue = [
        Variable("sshd", .record(sshd)), Variable("memory", .int), Variable("disks", .list(.string)),
    ]

    static func rule(_ body: String, severity: String = "high", id: String = "test.rule") throws -> Rule {
        let text = """
            guaita: 1
            id: \(id)
            posture: security
            severity: \(severity)
            title: {ca: t, es: t, en: t}
            message: {ca: m, es: m, en: m}
            why: {ca: w, es: w, en: w}
            fix: {ca: f, es: f, en: f}
            effort: 5
            \(body)
            """
        let set = RuleLoader(catalogue: catalogue, event: event).load([
            RuleFile(path: "test.yaml", bytes: Array(text.utf8))
        ])
        for problem in set.errors { Issue.record("\(problem.rendered)") }
        return try #require(set.rules.first)
    }

    /// A block whose PermitRootLogin stands on a line, 0 for a default.
    static func context(_ scope: String, _ value: String, line: Int, _ sources: inout SourceTable) -> Value {
        let source = sources.add(
            Source(Origin(path: "/etc/ssh/sshd_config", line: line), means: line > 0 ? .set : .default))
        return .record(Record(context, ["scope": .string(scope), "PermitRootLogin": .string(value, source)]))
    }
}
