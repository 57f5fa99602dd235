// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Model
import Patterns
import YAML

/// Reads rule files against a catalogue: YAML, fields, types of every expression, patterns, texts, references.
/// docs/rules.md is the format.
public struct RuleLoader: Sendable {
    /// How much is asked of a rule.
    public enum Strictness: Sendable {
        /// What a scan needs: the rule's tests are not read.
        case scan
        /// What a shared rule set needs: tests, three languages, references that exist.
        case check
    }

    let catalogue: [String: ValueType]
    let environment: Environment
    let eventEnvironment: Environment
    let eventSchema: RecordSchema
    let strictness: Strictness

    /// A loader. `catalogue` has the roots rules may name, `event` what one log event is.
    public init(catalogue: [Variable], event: RecordSchema, strictness: Strictness = .scan) {
        let now = Variable("now", .timestamp)
        self.catalogue = Dictionary(catalogue.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        environment = Environment(variables: catalogue + [now])
        eventEnvironment = Environment(variables: [Variable("event", .record(event)), now])
        eventSchema = event
        self.strictness = strictness
    }

    /// The rules in some files, sorted by id. The second of two rules with one id is an error.
    public func load(_ files: [RuleFile]) -> RuleSet {
        var set = RuleSet()
        var seen: [String: Origin] = [:]
        for file in files {
            let (documents, problems) = YAML.parse(file.bytes)
            set.problems += problems.map { RuleProblem(file: file, problem: $0) }
            let isBroken = problems.contains { $0.severity == .error }
            for document in documents {
                var reader = RuleReader(loader: self, file: file)
                let rule = reader.rule(document)
                if let rule, let first = seen[rule.id] {
                    reader.decoder.error(
                        "the id \(rule.id) is taken by \(first.description)", at: document["id"] ?? document,
                        code: "R002")
                } else if let rule, !reader.decoder.hasErrors, !isBroken {
                    seen[rule.id] = rule.origin
                    set.rules.append(rule)
                }
                set.problems += reader.decoder.problems.map { RuleProblem(file: file, problem: $0) }
            }
        }
        set.rules.sort { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        return set
    }
}

/// Reads one rule. Problems pile up in the decoder; a rule comes out only when all its parts could be had.
struct RuleReader {
    let loader: RuleLoader
    let file: RuleFile
    var decoder = Decoder()

    init(loader: RuleLoader, file: RuleFile) {
        self.loader = loader
        self.file = file
    }

    private static let languages = Language.allCases.map(\.rawValue)
    private static let fields = [
        "guaita", "id", "posture", "severity", "confidence", "exposure", "title", "applies", "let", "each", "as",
        "events", "require", "message", "why", "fix", "effort", "references", "tests",
    ]

    mutating func rule(_ document: Node) -> Rule? {
        guard let node = decoder.mapping(document, known: Self.fields) else { return nil }
        if let version = decoder.required("guaita", of: node, { $0.int($1) }), version != 1 {
            decoder.error(
                "this guaita knows version 1 of the rule format, not \(version)", at: node["guaita"] ?? node,
                code: "R001")
        }
        let id = decoder.required("id", of: node) { $0.string($1) }
        if let id, !Self.isIdentifier(id) {
            decoder.error(
                "an id is <area>.<name> in lower-case letters, digits and hyphens", at: node["id"] ?? node,
                code: "R003",
                hint: "as ssh.root-login")
        }
        let posture = decoder.required("posture", of: node) { $0.enumeration($1, of: Posture.self) }
        let severity = decoder.required("severity", of: node) { $0.enumeration($1, of: Severity.self) }
        let confidence = decoder.field("confidence", of: node) { $0.enumeration($1, of: Confidence.self) }
        let exposure = decoder.field("exposure", of: node) { $0.enumeration($1, of: Exposure.self) }
        let title = text("title", of: node)
        let why = text("why", of: node)
        let fix = text("fix", of: node)
        let effort = decoder.required("effort", of: node) { $0.int($1, in: 1...100_000) }
        let references = self.references(node)

        var environment = loader.environment
        let applies = node["applies"].flatMap { compile($0, environment, expecting: .bool) }
        let lets = self.lets(node, &environment)
        let events = node["events"].flatMap { self.events($0, id: id ?? "") }
        let each = node["each"].flatMap { compile($0, environment, expecting: .list(.dyn)) }
        let element = self.element(node, each: each, events: events, &environment)
        let require = decoder.required("require", of: node) { _, node in node }
            .flatMap { compile($0, environment, expecting: .bool) }
        let message = messages(node, environment)
        let tests = loader.strictness == .check ? self.tests(node) : []

        guard let id, let posture, let severity, let title, let why, let fix, let effort, let require, let message,
            !decoder.hasErrors
        else { return nil }
        let card = RuleCard(
            id: id, posture: posture, severity: severity, confidence: confidence ?? .high,
            exposure: exposure ?? .normal, title: title, why: why, fix: fix, effortMinutes: effort,
            references: references, origin: Origin(path: file.path, line: node.line))
        return Rule(
            card, message: message, applies: applies, lets: lets, each: each, element: element, require: require,
            events: events, tests: tests)
    }

    // MARK: Texts

    /// The areas a rule may name are any; the form is what fingerprints and file names rely on.
    private static func isIdentifier(_ id: String) -> Bool {
        let parts = id.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count >= 2 && id.utf8.count <= 100
            && parts.allSatisfy { part in
                part.first.map { (0x61...0x7A).contains($0) } ?? false
                    && part.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }
    }

    private mutating func text(_ field: String, of node: Node) -> LocalizedText? {
        guard let texts = localized(field, of: node) else { return nil }
        var localized = LocalizedText()
        for text in texts { localized[text.language] = text.text }
        return localized
    }

    private typealias Localized = (language: Language, text: String, node: Node)

    private mutating func localized(_ field: String, of node: Node) -> [Localized]? {
        guard let node = decoder.required(field, of: node, { _, node in node }),
            let mapping = decoder.mapping(node, known: Self.languages)
        else { return nil }
        var texts: [Localized] = []
        for language in Language.allCases {
            guard let node = mapping[language.rawValue], let text = decoder.string(node) else { continue }
            if text.isEmpty { decoder.error("\(field) is empty in \(language.rawValue)", at: node, code: "R010") }
            texts.append((language, text, node))
        }
        if texts.count == Language.allCases.count { return texts }
        let missing = Language.allCases.filter { language in !texts.contains { $0.language == language } }
        if missing.contains(.en) || loader.strictness == .check {
            let names = missing.map(\.rawValue).joined(separator: ", ")
            decoder.error("\(field) is missing in \(names)", at: node, code: "R010")
        }
        return texts
    }

    private mutating func messages(_ rule: Node, _ environment: Environment) -> [Language: Template]? {
        guard let texts = localized("message", of: rule) else { return nil }
        var templates: [Language: Template] = [:]
        for (language, text, node) in texts {
            guard let pieces = Template.split(text) else {
                decoder.error("a ${ is not closed", at: node, code: "R011", hint: "write $${ for a literal ${")
                continue
            }
            let compiled = pieces.compactMap { piece -> Template.Piece? in
                guard piece.isExpression else { return .text(piece.text) }
                return compile(piece.text, at: node, environment).map(Template.Piece.program)
            }
            templates[language] = Template(pieces: compiled)
        }
        if Set(templates.values.lazy.map { $0.placeholders }).count > 1 {
            decoder.error(
                "the languages of the message do not hold the same ${…}", at: rule["message"] ?? rule, code: "R012")
        }
        return templates
    }

    // MARK: Expressions

    private mutating func lets(_ node: Node, _ environment: inout Environment) -> [Rule.Let] {
        guard let mapping = node["let"], let entries = decoder.entries(mapping) else { return [] }
        var lets: [Rule.Let] = []
        for entry in entries {
            guard let name = decoder.string(entry.key), let program = compile(entry.value, environment) else {
                continue
            }
            lets.append(Rule.Let(name: name, program: program))
            environment = environment.adding([Variable(name, program.type)])
        }
        return lets
    }

    private mutating func element(
        _ node: Node, each: Program?, events: EventClause?, _ environment: inout Environment
    ) -> String {
        let name = decoder.field("as", of: node) { $0.string($1) } ?? (node["events"] == nil ? "" : "group")
        if node["each"] != nil, node["events"] != nil {
            decoder.error("a rule has each or events, not both", at: node["events"] ?? node, code: "R020")
        }
        if node["each"] != nil, name.isEmpty {
            decoder.error("each needs a name for its element: as", at: node["each"] ?? node, code: "R021")
        }
        if node["each"] == nil, node["events"] == nil, let stray = node["as"] {
            decoder.error("as names the element of each or events; there is neither", at: stray, code: "R021")
        }
        let type: ValueType? =
            if let events {
                .record(events.groupSchema)
            } else if case .list(let element) = each?.type {
                element
            } else {
                node["each"] == nil && node["events"] == nil ? nil : .dyn
            }
        if let type, !name.isEmpty { environment = environment.adding([Variable(name, type)]) }
        return name
    }

    mutating func compile(_ node: Node, _ environment: Environment, expecting type: ValueType? = nil) -> Program? {
        decoder.string(node).flatMap { compile($0, at: node, environment, expecting: type) }
    }

    private mutating func compile(
        _ text: String, at node: Node, _ environment: Environment, expecting type: ValueType? = nil
    ) -> Program? {
        do throws(CompileFailure) {
            return try environment.compile(text, expecting: type)
        } catch {
            let place = ExpressionPlace(file: file, node: node, text: text)
            for diagnostic in error.diagnostics {
                decoder.error(
                    diagnostic.message, at: place.node(at: diagnostic.offset), code: "R030", hint: diagnostic.hint)
            }
            return nil
        }
    }

    // MARK: Logs

    private mutating func events(_ node: Node, id: String) -> EventClause? {
        let known = ["from", "where", "extract", "by", "distinct", "window"]
        guard let mapping = decoder.mapping(node, known: known) else { return nil }
        let from = decoder.required("from", of: mapping) { $0.strings($1) }
        let predicate = decoder.required("where", of: mapping) { _, node in node }
            .flatMap { compile($0, loader.eventEnvironment, expecting: .bool) }
        var patterns: [Pattern] = []
        for text in mapping["extract"].map(Self.items) ?? [] {
            guard let source = decoder.string(text) else { continue }
            do throws(PatternError) {
                patterns.append(try Pattern(source))
            } catch {
                decoder.error("the pattern is not valid RE2: \(error.message)", at: text, code: "R031")
            }
        }
        let by = decoder.field("by", of: mapping) { $0.strings($1) } ?? []
        let distinct = decoder.field("distinct", of: mapping) { $0.string($1) }
        var window: Int64?
        if let node = mapping["window"], let text = decoder.string(node) {
            window = TimeSpan(wholeUnits: text).map(\.seconds).flatMap { $0 > 0 ? $0 : nil }
            if window == nil {
                decoder.error("expected a span of time", at: node, code: "R032", hint: "as 90s, 10m or 1h30m")
            }
        }
        let fields = loader.eventSchema
        let extracted = Set(patterns.flatMap { $0.groupNames.compactMap(\.self) })
        for name in by + (distinct.map { [$0] } ?? [])
        where !extracted.contains(name) && fields.position(of: name) == nil {
            decoder.error(
                "\"\(name)\" is no field of an event and no named group of extract", at: mapping["by"] ?? mapping,
                code: "R033")
        }
        guard let from, let predicate else { return nil }
        return EventClause(
            from: from, predicate: predicate, requiredLiterals: RequiredLiterals.of(predicate.text), extract: patterns,
            by: by, distinct: distinct, windowSeconds: window, groupSchema: EventClause.schema(rule: id, by: by))
    }

    private static func items(_ node: Node) -> [Node] {
        if case .sequence(let items) = node.content { items } else { [node] }
    }

    // MARK: References

    private mutating func references(_ node: Node) -> [String: [String]] {
        guard let mapping = node["references"], let entries = decoder.entries(mapping) else {
            if loader.strictness == .check, node["references"] == nil {
                decoder.error("references are missing", at: node, code: "R040", hint: "known: \(Framework.names)")
            }
            return [:]
        }
        var references: [String: [String]] = [:]
        for entry in entries {
            guard let name = entry.key.text, let framework = Framework(rawValue: name) else {
                decoder.error("no such framework", at: entry.key, code: "R041", hint: "known: \(Framework.names)")
                continue
            }
            let ids = Self.items(entry.value).compactMap(\.text)
            if loader.strictness == .check {
                for item in Self.items(entry.value) where !framework.catalogue.contains(item.text ?? "") {
                    decoder.error(
                        "\(name) has no id `\((item.text ?? "").clipped(to: 40))`", at: item, code: "R042",
                        hint: framework.form)
                }
            }
            references[name] = ids
        }
        return references
    }
}

extension EventClause {
    /// What a group of a rule is: counts, times and the fields it was grouped by.
    static func schema(rule id: String, by: [String]) -> RecordSchema {
        RecordSchema(
            "log.group.\(id)", "Events of one kind, grouped.", identity: by,
            fields: [
                .init("count", .int, "Events in the busiest window."),
                .init("distinct", .int, "Different values of the `distinct` field in that window."),
                .init("first", .timestamp, "The first event of that window."),
                .init("last", .timestamp, "The last event of that window."),
            ] + by.map { .init($0, .string, "The value the events were grouped by.") })
    }
}
