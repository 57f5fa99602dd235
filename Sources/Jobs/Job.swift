// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// One piece of work that the broker gives a worker. A worker does one job and ends; what is to be kept from one job to
/// the next is in files that the broker holds and nobody else reads.
///
/// | job | files that come with it | files the worker writes |
/// |---|---|---|
/// | loadRules | | `bundle` |
/// | scan | `bundle`; `memory` unless all is to be collected anew | `result`, `memory` |
/// | journalPosition | | |
public enum Job: Sendable, Hashable {
    /// Read and check every rule file, and write those of the set to a bundle.
    case loadRules(LoadRules)
    /// Audit the host.
    case scan(ScanOrder)
    /// The last GUAITA_SEQ that the journal has of a scan, so that after a crash no entry is lost and none is doubled.
    case journalPosition(scan: String)

    /// Which rules.
    public struct LoadRules: Sendable, Hashable {
        /// Files and directories of the broker's machine, as `--rules` names them. One that is missing is skipped where
        /// `mayBeMissing` says so, else it is an error.
        public var paths: [String]
        /// Whether a path that is not there is no error.
        public var mayBeMissing: Bool
        /// Globs over ids; empty: all.
        public var only: [String]

        /// Which rules.
        public init(paths: [String], mayBeMissing: Bool, only: [String] = []) {
            self.paths = paths
            self.mayBeMissing = mayBeMissing
            self.only = only
        }
    }

    /// An audit.
    public struct ScanOrder: Sendable, Hashable {
        /// The moment to judge at.
        public var now: Timestamp
        /// The names of the collectors, and of what they share, whose inputs changed since the job that wrote `memory`; nil: collect everything.
        /// Collectors are named by their first root, as `Step.facts` names them.
        public var changed: Set<String>?
        /// The file of accepted risks, on the broker's machine; a missing one is no error.
        public var waivers: String
        /// What earlier workers died of in this scan; it is left alone and becomes a finding.
        public var casualties: [Casualty]
        /// What is wrong with rules and settings that a reload did not put in force, at most `rejectedLimit`; it becomes
        /// a finding.
        public var rejected: [Report.Problem]

        /// The most problems sent; the packet must hold them.
        public static let rejectedLimit = JobResult.LoadedRules.limit

        /// An audit.
        public init(
            now: Timestamp, changed: Set<String>? = nil, waivers: String, casualties: [Casualty] = [],
            rejected: [Report.Problem] = []
        ) {
            self.now = now
            self.changed = changed
            self.waivers = waivers
            self.casualties = casualties
            self.rejected = rejected
        }
    }
}

/// What a worker was at when it died, hung or outgrew its memory.
public struct Casualty: Sendable, Hashable {
    /// The kinds of work.
    public enum Subject: Sendable, Hashable {
        /// Reading a file of the audited host.
        case path(String)
        /// Collecting the facts of a root.
        case facts(String)
        /// Reading the logs for the rules over them.
        case logs
        /// Evaluating a rule.
        case rule(String)
    }

    /// How it ended.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// A signal, as SIGSEGV or SIGILL, or an exit of its own.
        case crashed
        /// No sign of life within its time.
        case hung
        /// More memory than it may have.
        case outgrew = "outgrew its memory"
    }

    /// What it was at.
    public var subject: Subject
    /// How it ended.
    public var ending: Ending

    /// A casualty.
    public init(_ subject: Subject, _ ending: Ending) {
        self.subject = subject
        self.ending = ending
    }
}

/// What a worker begins; sent before it does. The broker knows by it what a dead worker was at, and which collector
/// asked for which path.
public enum Step: Sendable, Hashable {
    /// Facts of the collector whose first root this is.
    case facts(String)
    /// Reading logs for the rules over them.
    case logs
    /// Evaluating a rule.
    case rule(String)
    /// Writing results, reading rules and everything else of guaita's own.
    case own
}

/// How a job ended. Everything large is in the files.
public enum JobResult: Sendable, Hashable {
    /// The rules: a bundle was written.
    case rules(LoadedRules)
    /// An audit: `result` holds a `ScanSummary` and the report.
    case scanned
    /// The last GUAITA_SEQ of the scan; nil where the journal has none of it; unknown with the reason.
    case journalPosition(Int?)
    /// The job could not be done, in words for a person.
    case failed(String)

    /// A rule set.
    public struct LoadedRules: Sendable, Hashable {
        /// How many are valid, and the digest over their files.
        public var ruleSet: Report.RuleSetSummary
        /// What is wrong with those that are not, at most `limit`.
        public var rejected: [Report.Problem]
        /// How many problems there are in all.
        public var rejectedCount: Int

        /// The most problems listed; the packet must hold them.
        public static let limit = 50

        /// A rule set.
        public init(ruleSet: Report.RuleSetSummary, rejected: [Report.Problem], rejectedCount: Int) {
            self.ruleSet = ruleSet
            self.rejected = rejected
            self.rejectedCount = rejectedCount
        }
    }
}
