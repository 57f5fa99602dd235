// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import CEL
public import Facts
public import Host
import Logs
public import Model
public import Rules

/// One audit of one host, from its bytes to a report.
public struct Scan {
    /// The host.
    public var host: any Host
    /// The rules to evaluate.
    public var rules: [Rule]
    /// The moment of the scan.
    public var now: Timestamp
    /// Accepted risks.
    public var waivers: [Waiver]
    /// Rules of an IANA time zone (RFC 8536), for rules that name one.
    public var zoneFile: @Sendable (String) -> [UInt8]?
    /// How far back logs are read.
    public var logs: LogEventCollector

    /// What the report says of the tool and its rules.
    public struct Identity: Sendable {
        /// guaita's version.
        public var version: String
        /// The rule set.
        public var ruleSet: Report.RuleSetSummary
        /// Rules that were not loaded.
        public var rejectedRules: [Report.Problem]

        /// An identity.
        public init(version: String, ruleSet: Report.RuleSetSummary, rejectedRules: [Report.Problem]) {
            self.version = version
            self.ruleSet = ruleSet
            self.rejectedRules = rejectedRules
        }
    }

    /// A part of the work that begins.
    public enum Step: Sendable, Hashable {
        /// Facts of one root.
        case facts(String)
        /// Reading logs.
        case logs
        /// Evaluating rules.
        case rules
    }

    /// A scan.
    public init(
        host: any Host, rules: [Rule], now: Timestamp, waivers: [Waiver] = [], logs: LogEventCollector = .init(),
        zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.host = host
        self.rules = rules
        self.now = now
        self.waivers = waivers
        self.logs = logs
        self.zoneFile = zoneFile
    }

    /// Roots of the report itself: the host's name and system, and the ledger.
    private static let reportRoots: Set<String> = ["os", "ledger"]

    /// Runs it.
    public func run(_ identity: Identity, progress: (Step) -> Void = { _ in }) -> Report {
        let roots = Set(rules.flatMap(\.roots)).union(Self.reportRoots)
        let facts = FactCollection(
            host, now: now, roots: roots, requestedKeys: rules.requestedKeys, progress: { progress(.facts($0)) })
        let collection = facts.collection
        progress(.logs)
        let groups = eventGroups(collection)
        progress(.rules)
        let evaluator = RuleEvaluator(
            facts: collection.facts.merging(["now": .timestamp(now)]) { $1 }, sources: collection.sources,
            zoneFile: zoneFile)
        let results = rules.map { (rule: $0, result: evaluator.evaluate($0, groups: groups[$0.id])) }
        let context = Auditor.Context(
            version: identity.version, ruleSet: identity.ruleSet, host: summary(collection), moment: now,
            waivers: waivers,
            problems: collection.problems,
            rejectedRules: identity.rejectedRules, ledger: ledger(collection))
        return Auditor(context).report(results)
    }

    /// The groups of the rules over logs, by rule id; each log is read once.
    public func eventGroups(_ collection: Collection) -> [String: EventGroups] {
        let asking = rules.compactMap { rule in rule.events.map { (rule.id, $0) } }
        guard !asking.isEmpty else { return [:] }
        let outcomes = logs.run(asking.map { $1.query(rule: $0, now: now) }, collection)
        var groups: [String: EventGroups] = [:]
        for (id, clause) in asking {
            groups[id] = clause.groups(outcomes[id] ?? .unknown("the logs gave no answer")) {
                collection.source($0.path, $0.line)
            }
        }
        return groups
    }

    private func summary(_ collection: Collection) -> Report.HostSummary {
        func text(_ field: String) -> String {
            guard case .record(let os)? = collection.facts["os"]?.kind, case .string(let text)? = os[field]?.kind
            else { return "" }
            return text
        }
        return Report.HostSummary(
            name: text("hostname"), system: text("pretty_name"), view: host.description,
            privileged: canReadSecrets)
    }

    /// Who can read shadow(5) can read what the rules need.
    private var canReadSecrets: Bool {
        do throws(HostError) {
            _ = try host.read("/etc/shadow")
            return true
        } catch {
            return error != .permissionDenied
        }
    }

    private func ledger(_ collection: Collection) -> [Report.LedgerLine] {
        guard case .list(let lines)? = collection.facts["ledger"]?.kind else { return [] }
        return lines.compactMap { line in
            guard case .record(let record) = line.kind, case .string(let resource)? = record["resource"]?.kind else {
                return nil
            }
            func number(_ field: String) -> Double? {
                switch record[field]?.kind {
                case .double(let double): double
                case .int(let int): Double(int)
                case .byteSize(let bytes): Double(bytes)
                default: nil
                }
            }
            func text(_ field: String) -> String {
                if case .string(let text)? = record[field]?.kind { text } else { "" }
            }
            return Report.LedgerLine(
                resource: resource, unit: text("unit"), limit: number("limit"), committed: number("committed"),
                used: number("used"), whyNot: text("why_not"))
        }
    }
}

extension [Rule] {
    /// Keys the rules name literally, by the paths of the catalogue that collect only what is asked for.
    public var requestedKeys: [String: [String]] {
        var keys: [String: [String]] = [:]
        for path in ["files", "kernel.parameters"] {
            keys[path] = Set(flatMap { rule in rule.programs.flatMap { $0.program.literalKeys(of: path) } })
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        return keys
    }
}
