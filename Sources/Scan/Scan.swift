// SPDX-License-Identifier: GPL-3.0-or-later

public import Audit
import CEL
public import Facts
public import Host
public import Jobs
import Logs
public import Model
public import Rules

/// One audit of one host, from its bytes to a report.
public struct Scan {
    /// Gives the rules with these ids, or all of them, in byte order of their ids. A scan that builds on the one before
    /// asks only for those it must evaluate again.
    public typealias RuleSource = (_ ids: Set<String>?) -> [Rule]

    /// The host.
    public var host: any Host
    /// The rules to evaluate.
    public var rules: RuleSource
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

    /// Work that must not be done, because it was the end of whoever tried, with the reason in words for the report.
    public struct LeftOut: Sendable, Hashable {
        /// Collectors by their first root: their roots are unknown.
        public var facts: [String: String]
        /// Rules by id: each is an error.
        public var rules: [String: String]
        /// Reading logs: what they hold is unknown.
        public var logs: String?

        /// Work that must not be done.
        public init(facts: [String: String] = [:], rules: [String: String] = [:], logs: String? = nil) {
            self.facts = facts
            self.rules = rules
            self.logs = logs
        }
    }

    /// A scan with rules that are given one by one as they are asked for.
    public init(
        host: any Host, rules: @escaping RuleSource, now: Timestamp, waivers: [Waiver] = [],
        logs: LogEventCollector = .init(), zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.host = host
        self.rules = rules
        self.now = now
        self.waivers = waivers
        self.logs = logs
        self.zoneFile = zoneFile
    }

    /// A scan with rules that are at hand.
    public init(
        host: any Host, rules: [Rule], now: Timestamp, waivers: [Waiver] = [], logs: LogEventCollector = .init(),
        zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.init(
            host: host, rules: { ids in ids.map { ids in rules.filter { ids.contains($0.id) } } ?? rules }, now: now,
            waivers: waivers, logs: logs, zoneFile: zoneFile)
    }

    /// Audits the host as it is. `progress` is told of each part of the work before it begins.
    public func run(_ identity: Identity, progress: (Step) -> Void = { _ in }) -> Report {
        ScanPass(self, identity, leavingOut: LeftOut(), progress).report
    }

    /// Audits the host, with what the scan before left where that is of use.
    ///
    /// `changed` names the collectors, by their first roots, and what collectors share (`Collection.subjects`), whose
    /// inputs changed since the scan that left `memory`; `logs` among them has the logs read. The report is the one a whole scan would give at this moment, but for what
    /// changes without a word: values that a kernel counts, and new lines in logs that are not among `changed`.
    /// Everything is collected anew where `changed` is nil or the memory does not fit.
    public func run(
        _ identity: Identity, memory: ScanMemory?, changed: Set<String>?, leavingOut: LeftOut = LeftOut(),
        step: (Step) -> Void = { _ in }
    ) -> (report: Report, memory: ScanMemory) {
        if let memory, let changed, memory.circumstances == circumstances(identity) {
            do {
                let pass = try ScanPass(self, identity, after: memory, changed, leavingOut: leavingOut, step)
                return (pass.report, pass.memory)
            } catch {
                // A memory that does not hold what it should is as good as none.
            }
        }
        let pass = ScanPass(self, identity, leavingOut: leavingOut, step)
        return (pass.report, pass.memory)
    }

    /// What the memory of this scan is worth something for.
    func circumstances(_ identity: Identity) -> ScanMemory.Circumstances {
        ScanMemory.Circumstances(version: identity.version, ruleSet: identity.ruleSet, host: host.description)
    }

    /// The groups of the rules over logs, by rule id; each log is read once.
    public func eventGroups(_ rules: [Rule], _ collection: Collection) -> [String: EventGroups] {
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
