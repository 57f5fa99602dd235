// SPDX-License-Identifier: GPL-3.0-or-later

/// All that a scan has to say. The sinks (JSON, text, journal) write it and add nothing.
public struct Report: Sendable {
    /// guaita's version.
    public var version: String
    /// The rule set: how many rules, the SHA-256 of their files.
    public var ruleSet: RuleSetSummary
    /// The host.
    public var host: HostSummary
    /// The moment of the scan, UTC.
    public var moment: Timestamp
    /// The scores; a posture no rule applied to is not there.
    public var scores: [Posture: Score]
    /// Rules by outcome.
    public var counts: [Outcome: Int]
    /// Share of the applicable rules that were judged in full, in tenths of a percent; nil when none applied.
    public var coverageTenths: Int?
    /// What is open, worst first.
    public var findings: [Finding]
    /// What to fix first, by gain for each minute.
    public var actions: [Action]
    /// What could not be judged.
    public var notEvaluated: [NotEvaluated]
    /// Files that could not be read or parsed.
    public var problems: [Problem]
    /// Rules that were not loaded.
    public var rejectedRules: [Problem]
    /// The resource ledger.
    public var ledger: [LedgerLine]
    /// What each rule said, by id.
    public var outcomes: [RuleOutcome]

    /// The rule set a report was made with.
    public struct RuleSetSummary: Sendable, Hashable {
        /// Rules loaded.
        public var count: Int
        /// SHA-256 over the rule files, lower-case hex.
        public var sha256: String

        /// A summary.
        public init(count: Int, sha256: String) {
            self.count = count
            self.sha256 = sha256
        }
    }

    /// The host a report is about.
    public struct HostSummary: Sendable, Hashable {
        /// Its name, empty when it does not say.
        public var name: String
        /// Its operating system's pretty name, empty when it does not say.
        public var system: String
        /// `live`, or the root of a tree.
        public var view: String
        /// False when the scan lacked the right to read everything.
        public var privileged: Bool

        /// A summary.
        public init(name: String, system: String, view: String, privileged: Bool) {
            self.name = name
            self.system = system
            self.view = view
            self.privileged = privileged
        }
    }

    /// What could not be read, parsed or used.
    public struct Problem: Sendable, Hashable {
        /// Where.
        public var origin: Origin
        /// What, in English, to stand after the place: "permission denied", "line is longer than 64 KiB".
        public var message: String

        /// A problem.
        public init(origin: Origin, message: String) {
            self.origin = origin
            self.message = message
        }
    }

    /// Findings that are best fixed together, and what that gains.
    public struct Action: Sendable, Hashable {
        /// The score that gains.
        public var posture: Posture
        /// The rules whose findings are fixed.
        public var rules: [String]
        /// What the score gains, in tenths of a point.
        public var gainTenths: Int
        /// Minutes for all of them.
        public var effortMinutes: Int

        /// An action.
        public init(posture: Posture, rules: [String], gainTenths: Int, effortMinutes: Int) {
            self.posture = posture
            self.rules = rules
            self.gainTenths = gainTenths
            self.effortMinutes = effortMinutes
        }
    }

    /// One resource: its limit and what is known of its use.
    public struct LedgerLine: Sendable, Hashable {
        /// `memory`, `disk:/var`, …
        public var resource: String
        /// `bytes`, `count`, …
        public var unit: String
        /// What there is; nil when unknown.
        public var limit: Double?
        /// What configuration commits at worst; nil when nothing bounds it or it is unknown.
        public var committed: Double?
        /// What is used now; nil when unknown.
        public var used: Double?
        /// Why the line cannot be told in full; empty when it can.
        public var whyNot: String

        /// A line.
        public init(
            resource: String, unit: String, limit: Double?, committed: Double?, used: Double?, whyNot: String
        ) {
            self.resource = resource
            self.unit = unit
            self.limit = limit
            self.committed = committed
            self.used = used
            self.whyNot = whyNot
        }
    }

    /// What one rule said.
    public struct RuleOutcome: Sendable, Hashable {
        /// The rule's id.
        public var rule: String
        /// What it said.
        public var outcome: Outcome

        /// An outcome.
        public init(rule: String, outcome: Outcome) {
            self.rule = rule
            self.outcome = outcome
        }
    }

    /// A report.
    public init(
        version: String, ruleSet: RuleSetSummary, host: HostSummary, moment: Timestamp, scores: [Posture: Score],
        counts: [Outcome: Int], coverageTenths: Int?, findings: [Finding], actions: [Action],
        notEvaluated: [NotEvaluated],
        problems: [Problem], rejectedRules: [Problem], ledger: [LedgerLine], outcomes: [RuleOutcome]
    ) {
        self.version = version
        self.ruleSet = ruleSet
        self.host = host
        self.moment = moment
        self.scores = scores
        self.counts = counts
        self.coverageTenths = coverageTenths
        self.findings = findings
        self.actions = actions
        self.notEvaluated = notEvaluated
        self.problems = problems
        self.rejectedRules = rejectedRules
        self.ledger = ledger
        self.outcomes = outcomes
    }
}
