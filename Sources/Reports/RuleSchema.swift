// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The rule format of docs/rules.md as JSON Schema 2020-12. Expressions are strings here; `guaita rules check` reads
/// them.
public enum RuleSchema {
    /// The schema. `roots` are the names a test may give facts for.
    public static func json(roots: [String]) -> JSON {
        .object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .string("urn:guaita:rule:1")),
            ("title", .string("guaita rule")),
            ("type", .string("object")),
            (
                "properties",
                .object([
                    ("guaita", .object([("const", .int(1))])),
                    ("id", string("<area>.<name>, never reused", pattern: #"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$"#)),
                    ("posture", values(Posture.allCases.map(\.rawValue), "which score it belongs to")),
                    ("severity", values(Severity.allCases.map(\.rawValue), "what one open finding means by itself")),
                    (
                        "confidence",
                        values(Confidence.allCases.map(\.rawValue), "how surely a failure is a real weakness")
                    ),
                    ("exposure", values(Exposure.allCases.map(\.rawValue), "who can reach it")),
                    ("title", reference("text")), ("message", reference("text")), ("why", reference("text")),
                    ("fix", reference("text")),
                    ("applies", string("CEL: does the rule speak of this host?")),
                    ("let", .object([("type", .string("object")), ("additionalProperties", string("CEL"))])),
                    ("each", string("CEL: a list whose elements are judged one by one")),
                    ("as", string("the element's name")),
                    ("events", reference("events")),
                    ("require", string("CEL: true means compliant")),
                    (
                        "effort",
                        .object([
                            ("type", .string("integer")), ("minimum", .int(1)), ("description", .string("minutes")),
                        ])
                    ),
                    ("references", .object([("type", .string("object"))])),
                    ("tests", list(reference("test"))),
                ])
            ),
            (
                "required",
                .strings(["guaita", "id", "posture", "severity", "title", "require", "message", "why", "fix", "effort"])
            ),
            ("additionalProperties", .bool(false)),
            ("$defs", .object([("text", text), ("events", events), ("test", test(roots)), ("file", file)])),
        ])
    }

    private static let text = object(
        Language.allCases.map { ($0.rawValue, string()) }, required: [Language.en.rawValue])

    private static let events = object(
        [
            ("from", list(string("a log source"))), ("where", string("CEL over one event")),
            ("extract", .object([("type", .strings(["string", "array"])), ("items", string())])),
            ("by", list(string())), ("distinct", string()),
            ("window", string("as 90s, 10m, 1h30m", pattern: TimeSpan.wholeUnitsPattern)),
        ], required: ["from", "where"])

    private static func test(_ roots: [String]) -> JSON {
        object(
            [
                ("name", string()),
                ("files", .object([("type", .string("object")), ("additionalProperties", reference("file"))])),
                ("facts", object(roots.map { ($0, .bool(true)) }, required: [])),
                ("absent", list(string("a root that is not on the host"))),
                ("unknown", .object([("type", .string("object")), ("additionalProperties", string("why"))])),
                ("log", .object([("type", .string("object")), ("additionalProperties", list(string()))])),
                ("now", string("a moment, RFC 3339")),
                ("outcome", values(Outcome.allCases.map(\.rawValue), "what the rule must say")),
                ("at", list(string("path:line"))),
            ], required: ["name", "outcome"])
    }

    private static let file = JSON.object([
        (
            "oneOf",
            .array([
                string("content"),
                object(
                    [
                        ("content", string()), ("mode", string("octal", pattern: "^[0-7]{1,5}$")), ("owner", string()),
                        ("group", string()), ("modified", string()), ("link", string()),
                        ("unreadable", .object([("type", .string("boolean"))])),
                        ("directory", .object([("type", .string("boolean"))])),
                    ], required: []),
            ])
        )
    ])

    private static func string(_ description: String = "", pattern: String? = nil) -> JSON {
        .object(
            [("type", .string("string"))] + (description.isEmpty ? [] : [("description", .string(description))])
                + (pattern.map { [("pattern", JSON.string($0))] } ?? []))
    }

    private static func values(_ names: [String], _ description: String) -> JSON {
        .object([("enum", .strings(names)), ("description", .string(description))])
    }

    private static func list(_ items: JSON) -> JSON { .object([("type", .string("array")), ("items", items)]) }

    private static func reference(_ name: String) -> JSON { .object([("$ref", .string("#/$defs/\(name)"))]) }

    private static func object(_ properties: [(String, JSON)], required: [String]) -> JSON {
        .object([
            ("type", .string("object")), ("properties", .object(properties)), ("required", .strings(required)),
            ("additionalProperties", .bool(false)),
        ])
    }
}
