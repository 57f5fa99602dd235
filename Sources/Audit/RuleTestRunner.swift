// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Model
public import Rules

/// The world a rule's test describes, as the real collectors saw it.
public struct TestWorld {
    /// Facts by root.
    public var facts: [String: Value]
    /// Where they come from.
    public var sources: SourceTable
    /// The groups of a rule over logs. Asked anew for each mutant: its `where` may differ.
    public var groups: (Rule) -> EventGroups?

    /// A world.
    public init(facts: [String: Value], sources: SourceTable, groups: @escaping (Rule) -> EventGroups?) {
        self.facts = facts
        self.sources = sources
        self.groups = groups
    }
}

/// Runs the tests rules carry, measures what they cover and whether they notice a change of the rule.
public struct RuleTestRunner {
    private let world: (Rule, RuleTest) -> TestWorld

    /// A runner. `world` puts a test's files through the real parsers.
    public init(world: @escaping (Rule, RuleTest) -> TestWorld) { self.world = world }

    /// A test that did not go as it says.
    public struct Failure: Sendable, Hashable {
        /// The rule's id.
        public var rule: String
        /// The test, the mutant or the expression.
        public var subject: String
        /// What was expected and what came.
        public var message: String
        /// Where the test or the rule is written.
        public var origin: Origin
    }

    /// Every test of a rule that fails.
    public func run(_ rule: Rule) -> [Failure] {
        rule.tests.compactMap { test in
            failure(of: rule, test, world(rule, test)).map {
                Failure(rule: rule.id, subject: test.name, message: $0, origin: test.origin)
            }
        }
    }

    /// Every flipped comparison or connective that no test of the rule notices, and how many were tried.
    public func mutate(_ rule: Rule) -> (survivors: [Failure], tried: Int) {
        let worlds = rule.tests.map { ($0, world(rule, $0)) }
        var survivors: [Failure] = []
        var tried = 0
        for mutation in rule.mutations() {
            tried += 1
            let isNoticed = worlds.contains { failure(of: mutation.rule, $0, $1) != nil }
            if !isNoticed {
                survivors.append(
                    Failure(
                        rule: rule.id, subject: mutation.description, message: "no test notices it", origin: rule.origin
                    ))
            }
        }
        return (survivors, tried)
    }

    /// Every condition the tests have not shown both true and false.
    public func uncovered(_ rule: Rule) -> [Failure] {
        var seen: [Range<Int>: (text: String, values: Set<Bool>)] = [:]
        for (field, program) in rule.programs where !field.hasPrefix("events") && !field.hasPrefix("let") {
            var byRange: [Range<Int>: Set<Bool>] = [:]
            for test in rule.tests {
                let world = world(rule, test)
                let observer: RuleEvaluator.Observer = { observed, observations in
                    guard observed.text == program.text else { return }
                    for observation in observations where observation.isBoolean {
                        if observation.sawTrue { byRange[observation.range, default: []].insert(true) }
                        if observation.sawFalse { byRange[observation.range, default: []].insert(false) }
                    }
                }
                let evaluator = RuleEvaluator(
                    facts: world.facts.merging(["now": .timestamp(test.now)]) { $1 }, sources: world.sources,
                    observer: observer)
                _ = evaluator.evaluate(rule, groups: world.groups(rule))
            }
            let bytes = Array(program.text.utf8)
            for (range, values) in byRange where values.count < 2 {
                let text = String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
                // A rule over logs may say that there must be no such events at all: `require: "false"`.
                if text == "true" || text == "false" { continue }
                seen[range] = ("\(field): \(text)", values)
            }
        }
        return seen.sorted { ($0.key.lowerBound, $0.key.upperBound) < ($1.key.lowerBound, $1.key.upperBound) }
            .map { _, value in
                Failure(
                    rule: rule.id, subject: value.text,
                    message: "the tests only ever see it \(value.values.contains(true) ? "true" : "false")",
                    origin: rule.origin)
            }
    }

    private func failure(of rule: Rule, _ test: RuleTest, _ world: TestWorld) -> String? {
        let facts = world.facts.merging(["now": .timestamp(test.now)]) { $1 }
        let evaluator = RuleEvaluator(facts: facts, sources: world.sources)
        let result = evaluator.evaluate(rule, groups: world.groups(rule))
        guard result.outcome == test.outcome else {
            let reasons = result.unjudged.flatMap(\.reasons).prefix(3).joined(separator: "; ")
            return "expected \(test.outcome.rawValue), got \(result.outcome.rawValue)"
                + (reasons.isEmpty ? "" : " (\(reasons))")
        }
        guard !test.places.isEmpty else { return nil }
        let expected = Set(test.places)
        let named = Set(result.failing.flatMap { $0.places.map(\.description) })
        let missing = expected.subtracting(named).sorted()
        let stray = result.failing.filter { expected.isDisjoint(with: $0.places.map(\.description)) }
        if !missing.isEmpty {
            return "does not name \(missing.joined(separator: ", ")) but \(named.sorted().joined(separator: ", "))"
        }
        if let element = stray.first {
            return "also fails at \(element.places.first?.description ?? "no place") (\(element.key))"
        }
        return nil
    }
}

extension Rule {
    /// The rule with one comparison or connective flipped, for each there is.
    func mutations() -> [(rule: Rule, description: String)] {
        var mutations: [(Rule, String)] = []
        func add(_ program: Program, _ field: String, _ put: (inout Rule, Program) -> Void) {
            for mutant in program.mutants() {
                var rule = self
                put(&rule, mutant.program)
                mutations.append((rule, "\(field): \(mutant.description)"))
            }
        }
        if let events { add(events.predicate, "events.where") { $0.events?.replacePredicate($1) } }
        if let applies { add(applies, "applies") { $0.applies = $1 } }
        for index in lets.indices {
            add(lets[index].program, "let.\(lets[index].name)") { $0.lets[index].program = $1 }
        }
        if let each { add(each, "each") { $0.each = $1 } }
        add(require, "require") { $0.require = $1 }
        return mutations
    }
}

extension EventClause {
    /// A mutant may count lines the original never looks at.
    mutating func replacePredicate(_ program: Program) {
        predicate = program
        requiredLiterals = []
    }
}
