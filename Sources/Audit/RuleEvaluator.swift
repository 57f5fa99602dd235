// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Model
public import Rules

/// The elements of a rule over logs.
public struct EventGroups: Sendable {
    /// A list of groups; `.absent` where none of the rule's sources exists; `.unknown` where nothing could be seen.
    public var list: Value
    /// What could not be seen, in words: groups that fail still fail, but what passes is not proved.
    public var gaps: [String]

    /// The elements of a rule over logs.
    public init(_ list: Value, gaps: [String] = []) {
        self.list = list
        self.gaps = gaps
    }
}

/// Evaluates rules over facts. Pure: the same facts give the same results.
public struct RuleEvaluator {
    /// Told of every expression and the values of its parts, for coverage and explanations.
    public typealias Observer = (_ program: Program, _ observations: [Observation]) -> Void

    let facts: Bindings
    let absentRoots: Set<String>
    let sources: SourceTable
    let zoneFile: @Sendable (String) -> [UInt8]?
    let observer: Observer?

    /// The most failing elements a finding lists.
    public static let objectLimit = 1000

    /// An evaluator over collected facts (`now` included) and the table of their sources.
    public init(
        facts: [String: Value], sources: SourceTable, zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil },
        observer: Observer? = nil
    ) {
        self.facts = Bindings(facts)
        absentRoots = Set(facts.filter { if case .absent = $0.value.kind { true } else { false } }.keys)
        self.sources = sources
        self.zoneFile = zoneFile
        self.observer = observer
    }

    /// What a rule says. A rule over logs has its groups handed in.
    public func evaluate(_ rule: Rule, groups: EventGroups? = nil) -> RuleResult {
        if let applies = rule.applies {
            let value = evaluate(applies, facts).value
            guard case .bool(let isTrue) = value.kind else { return .unjudged(kind: rule.area, value) }
            if !isTrue { return .notApplicable() }
        } else if !rule.roots.isDisjoint(with: absentRoots) {
            return .notApplicable()
        }
        var bindings = facts
        var letSources: [String: [SourceID]] = [:]
        for binding in rule.lets {
            let evaluation = evaluate(binding.program, bindings)
            bindings = bindings.adding(binding.name, evaluation.value)
            letSources[binding.name] =
                evaluation.sources
                + binding.program.variables.sorted().flatMap { letSources[$0] ?? [] }
        }
        guard let list = groups?.list ?? rule.each.map({ evaluate($0, bindings).value }) else {
            return judgeHost(rule, bindings, letSources)
        }
        switch list.kind {
        case .absent: return .notApplicable()
        case .list(let elements):
            // No group means no matching event: that is a pass. No element means there is nothing to speak of.
            if elements.isEmpty, groups == nil { return .notApplicable() }
            return judge(elements, gaps: groups?.gaps ?? [], rule, bindings, letSources)
        default: return .unjudged(kind: rule.area, list)
        }
    }

    private func evaluate(_ program: Program, _ bindings: Bindings) -> Evaluation {
        guard let observer else { return program.evaluate(bindings, zoneFile: zoneFile) }
        let (evaluation, observations) = program.evaluateObserving(bindings, zoneFile: zoneFile)
        observer(program, observations)
        return evaluation
    }

    private func judgeHost(_ rule: Rule, _ bindings: Bindings, _ letSources: [String: [SourceID]]) -> RuleResult {
        let evaluation = evaluate(rule.require, bindings)
        guard case .bool(let holds) = evaluation.value.kind else {
            return .unjudged(kind: rule.area, evaluation.value)
        }
        guard !holds else { return RuleResult(outcome: .pass, passing: 1) }
        var element = RuleResult.Element(kind: rule.area, key: "")
        element.places = places(evaluation.sources + sources(of: rule.require, letSources))
        element.message = message(rule, bindings)
        return RuleResult(outcome: .fail, failing: [element])
    }

    private func judge(
        _ elements: [Value], gaps: [String], _ rule: Rule, _ bindings: Bindings, _ letSources: [String: [SourceID]]
    ) -> RuleResult {
        var result = RuleResult(outcome: .pass)
        if !gaps.isEmpty {
            result.unjudged.append(RuleResult.Element(kind: rule.area, key: "", reasons: gaps.sorted()))
        }
        var causes: Set<[Origin]> = []
        var identities = ElementIdentities(elements, area: rule.area)
        for (index, value) in elements.enumerated() {
            let bound = bindings.adding(rule.element, value)
            let evaluation = evaluate(rule.require, bound)
            guard case .bool(let holds) = evaluation.value.kind else {
                let (kind, key) = identities[index]
                result.unjudged.append(RuleResult.Element(kind: kind, key: key, value: evaluation.value))
                continue
            }
            guard !holds else {
                result.passing += 1
                continue
            }
            let deciding = evaluation.sources + sources(of: rule.require, letSources)
            // One cause is one finding: a block that merely inherits the failing line adds nothing to it.
            if let cause = writtenCause(deciding), !causes.insert(cause).inserted { continue }
            let (kind, key) = identities[index]
            var element = RuleResult.Element(kind: kind, key: key)
            element.places = places(deciding + [value.source])
            element.message = message(rule, bound)
            result.failing.append(element)
        }
        result.outcome =
            if !result.failing.isEmpty {
                .fail
            } else if result.unjudged.contains(where: \.isError) {
                .error
            } else if !result.unjudged.isEmpty {
                .unknown
            } else {
                .pass
            }
        return result
    }

    private func sources(of program: Program, _ letSources: [String: [SourceID]]) -> [SourceID] {
        program.variables.sorted().flatMap { letSources[$0] ?? [] }
    }

    /// The settings that decided, when they are all lines somebody wrote or defaults; nil when a file, the kernel or a
    /// computation had a part in it.
    private func writtenCause(_ ids: [SourceID]) -> [Origin]? {
        let deciding = ids.compactMap { sources[$0] }
        guard !deciding.isEmpty,
            deciding.allSatisfy({ ($0.means == .set && $0.origin.line > 0) || $0.means == .default })
        else { return nil }
        return Set(deciding.map(\.origin)).sorted()
    }

    /// Each place once, what somebody wrote before what is a default or live.
    private func places(_ ids: [SourceID]) -> [Origin] {
        var seen: Set<Origin> = []
        let known = ids.compactMap { sources[$0] }
        let written = known.filter { $0.means == .set || $0.means == .file }
        let others = known.filter { $0.means != .set && $0.means != .file }
        return Array((written + others).map(\.origin).filter { seen.insert($0).inserted }.prefix(Self.placeLimit))
    }

    /// The most places told of one element: whoever must act wants a line to look at, not every line of a file in which
    /// something was looked for in vain.
    private static let placeLimit = 16

    private func message(_ rule: Rule, _ bindings: Bindings) -> LocalizedText {
        LocalizedText(rule.message.mapValues { $0.rendered(bindings) })
    }
}

/// What elements are called in fingerprints: the kind of record and its identity fields. Most elements of most rules are
/// as they should be and are never called anything.
private struct ElementIdentities {
    private let elements: [Value]
    private let area: String
    /// How many elements have each name, up to the last one that was asked for.
    private var counts: [String: Int] = [:]
    private var counted = 0

    init(_ elements: [Value], area: String) {
        self.elements = elements
        self.area = area
    }

    /// The kind and the key of an element; to be asked for in order. Two elements of one name stay two: the second is
    /// `name #2`.
    subscript(index: Int) -> (kind: String, key: String) {
        mutating get {
            var (name, count) = ("", 0)
            while counted <= index {
                name = self.name(counted)
                count = (counts[name] ?? 0) + 1
                counts[name] = count
                counted += 1
            }
            let kind = if case .record(let record) = elements[index].kind { record.schema.name } else { area }
            return (kind, count == 1 ? name : "\(name) #\(count)")
        }
    }

    private func name(_ index: Int) -> String {
        guard case .record(let record) = elements[index].kind else { return rendered(elements[index]) }
        return record.schema.identity.map { rendered(record.values[$0]) }.joined(separator: " ")
    }
}

extension Observation {
    /// The bytes of the expression's text it is about.
    public var range: Range<Int> { offset..<(offset + length) }
}
