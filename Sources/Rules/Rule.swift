// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Model

/// A rule, loaded and type-checked. The format is documented in docs/rules.md.
public struct Rule: Sendable {
    /// `<area>.<name>`, for ever of one meaning.
    public var id: String
    /// Which score it belongs to.
    public var posture: Posture
    /// What one open finding means by itself.
    public var severity: Severity
    /// How surely a failure is a real weakness.
    public var confidence: Confidence
    /// Who can reach it.
    public var exposure: Exposure
    /// What holds where the rule passes, in a few words.
    public var title: LocalizedText
    /// The lesson.
    public var why: LocalizedText
    /// What to do.
    public var fix: LocalizedText
    /// What was found, by language.
    public var message: [Language: Template]
    /// Whether the rule speaks of this host at all; nil: wherever the roots it reads are.
    public var applies: Program?
    /// Names for expressions, in the order they are evaluated.
    public var lets: [Let]
    /// The list whose elements are judged one by one; nil judges the host as a whole.
    public var each: Program?
    /// The name of the element.
    public var element: String
    /// True means compliant.
    public var require: Program
    /// The log events whose groups are the elements; nil for rules over facts.
    public var events: EventClause?
    /// Minutes the fix takes.
    public var effortMinutes: Int
    /// Ids in frameworks, by framework.
    public var references: [String: [String]]
    /// The rule's own tests.
    public var tests: [RuleTest]
    /// Where the rule is written.
    public var origin: Origin

    /// A name for an expression.
    public struct Let: Sendable {
        /// The name.
        public var name: String
        /// The expression.
        public var program: Program
    }

    /// The first part of the id.
    public var area: String { id.firstIndex(of: ".").map { String(id[..<$0]) } ?? id }

    /// Every condition of the rule, in the order it is evaluated, with the name of the field it stands in.
    public var programs: [(field: String, program: Program)] {
        var programs: [(String, Program)] = []
        if let events { programs.append(("events.where", events.predicate)) }
        if let applies { programs.append(("applies", applies)) }
        programs += lets.map { ("let.\($0.name)", $0.program) }
        if let each { programs.append(("each", each)) }
        return programs + [("require", require)]
    }

    /// The roots of the catalogue the rule reads (names bound by the rule itself left out).
    public var roots: Set<String> {
        var bound: Set<String> = Set(lets.map(\.name)).union(["now", "event"])
        if each != nil || events != nil { bound.insert(element) }
        return variables.subtracting(bound)
    }

    /// Every name its conditions and its message read.
    var variables: Set<String> {
        let messages = message.values.flatMap { $0.programs.flatMap(\.variables) }
        return Set(programs.flatMap(\.program.variables) + messages)
    }
}
