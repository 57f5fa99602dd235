// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Audit
import CEL
import Facts
import Model
import Rules
import Scan

/// `guaita rules explain`: a rule in words and, on a host, the value of each of its parts.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says what a rule means, and what each part of it is on a host.")

    @Argument(help: "The rule's id.")
    var id: String

    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var options: RuleOptions

    @Option(help: "The language: ca, es or en. (default: the locale's)")
    var lang: Language?

    func run() throws {
        let (set, _) = try options.load(.scan)
        guard let rule = set.rules.first(where: { $0.id == id }) else {
            let near = set.rules.map(\.id).filter { $0.hasPrefix(id.prefix { $0 != "." }) }
            throw Ending(
                code: .usage,
                message: "guaita: no rule \(id)" + (near.isEmpty ? "" : "; there are \(near.joined(separator: ", "))"))
        }
        Terminal.print(RuleText.text(rule, lang ?? Terminal.language))
        let facts = FactCollection(
            try hostOptions.host(), now: try hostOptions.moment(), roots: rule.roots,
            requestedKeys: [rule].requestedKeys)
        let explainer = Explainer(rule: rule, facts: facts, now: try hostOptions.moment())
        Terminal.print("\n" + explainer.text())
    }
}

/// The values of a rule's parts, with their places.
struct Explainer {
    let rule: Rule
    let facts: FactCollection
    let now: Timestamp

    func text() -> String {
        var lines: [String] = []
        let sources = facts.collection.sources
        let evaluator = RuleEvaluator(
            facts: facts.collection.facts.merging(["now": .timestamp(now)]) { $1 }, sources: sources,
            zoneFile: ZoneFiles.read
        ) { program, observations in
            lines.append(program.text)
            let bytes = Array(program.text.utf8)
            for observation in observations {
                guard let value = observation.value, Self.isTelling(value) else { continue }
                let part = String(decoding: bytes[observation.range.clamped(to: 0..<bytes.count)], as: UTF8.self)
                if part == Self.short(value) || part.hasPrefix("\"") { continue }
                let place = sources[value.source].map { "    # \($0.origin.description)" } ?? ""
                lines.append("  \(part) = \(Self.short(value))\(place)")
            }
        }
        let scan = Scan(host: facts.recorder, rules: [rule], now: now)
        let result = evaluator.evaluate(rule, groups: scan.eventGroups([rule], facts.collection)[rule.id])
        lines.append("\(rule.id): \(result.outcome.rawValue)")
        lines += result.unjudged.flatMap(\.reasons).map { "  \($0)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// False for records and maps: their fields are shown where they count.
    private static func isTelling(_ value: Value) -> Bool {
        switch value.kind {
        case .record, .map: false
        default: true
        }
    }

    private static func short(_ value: Value) -> String {
        switch value.kind {
        case .unknown(let unknowns): return "unknown (\(unknowns.map(\.reason).joined(separator: "; ")))"
        case .error(let error): return "error (\(error.message))"
        case .absent: return "not on this host"
        case .list(let items): return "a list of \(items.count)"
        default:
            let text = rendered(value)
            return text.count > 100 ? text.prefix(99) + "…" : text
        }
    }
}
