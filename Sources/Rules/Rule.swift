// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Model

/// A rule, loaded and type-checked: its card and its expressions. The format is documented in docs/rules.md.
@dynamicMemberLookup
public struct Rule: Sendable {
    /// What a report needs of it; its fields are the rule's own.
    public private(set) var card: RuleCard
    /// What was found, by language.
    public let message: [Language: Template]
    /// Whether the rule speaks of this host at all; nil: wherever the roots it reads are.
    public var applies: Program?
    /// Names for expressions, in the order they are evaluated.
    public var lets: [Let]
    /// The list whose elements are judged one by one; nil judges the host as a whole.
    public var each: Program?
    /// The name of the element.
    public let element: String
    /// True means compliant.
    public var require: Program
    /// The log events whose groups are the elements; nil for rules over facts.
    public var events: EventClause?
    /// The rule's own tests.
    public let tests: [RuleTest]

    /// A rule. What its expressions read is put on its card.
    init(
        _ card: RuleCard, message: [Language: Template], applies: Program?, lets: [Let], each: Program?,
        element: String, require: Program, events: EventClause?, tests: [RuleTest]
    ) {
        self.card = card
        self.message = message
        self.applies = applies
        self.lets = lets
        self.each = each
        self.element = element
        self.require = require
        self.events = events
        self.tests = tests
        let read = Set(
            programs.flatMap(\.program.variables) + message.values.flatMap { $0.programs.flatMap(\.variables) })
        // Names bound by the rule itself are no roots.
        var bound = Set(lets.map(\.name)).union(["now", "event"])
        if each != nil || events != nil { bound.insert(element) }
        self.card.roots = read.subtracting(bound)
        self.card.readsNow = read.contains("now")
        self.card.isOverLogs = events != nil
    }

    /// A field of the card.
    public subscript<Value>(dynamicMember field: KeyPath<RuleCard, Value>) -> Value { card[keyPath: field] }

    /// A name for an expression.
    public struct Let: Sendable {
        /// The name.
        public var name: String
        /// The expression.
        public var program: Program
    }

    /// Every condition of the rule, in the order it is evaluated, with the name of the field it stands in.
    public var programs: [(field: String, program: Program)] {
        var programs: [(String, Program)] = []
        if let events { programs.append(("events.where", events.predicate)) }
        if let applies { programs.append(("applies", applies)) }
        programs += lets.map { ("let.\($0.name)", $0.program) }
        if let each { programs.append(("each", each)) }
        return programs + [("require", require)]
    }
}
