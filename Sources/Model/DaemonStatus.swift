// SPDX-License-Identifier: GPL-3.0-or-later

/// How the daemon is: what `guaita status` shows. Everybody on the machine may read it, so it holds counts, ids of rules
/// and scores, but nothing that was found, no path that was read and no address.
public struct DaemonStatus: Sendable, Hashable {
    /// guaita's version.
    public var version: String
    /// The audited host's name; empty before the first scan.
    public var host = ""
    /// The daemon's process.
    public var pid: Int
    /// When that process began, in clock ticks since the machine was started (proc_pid_stat(5), field 22): another
    /// process with the same number has another one. Nil where it could not be read.
    public var processStart: Int64?
    /// When the daemon began.
    public var started: Timestamp
    /// When this was written.
    public var written: Timestamp
    /// What it is at.
    public var activity = Activity.starting
    /// The scores.
    public var scores: [Posture: HeldScore] = [:]
    /// Open findings by severity, accepted ones included.
    public var open: [Severity: Int] = [:]
    /// How many of the open findings are accepted.
    public var accepted = 0
    /// The last full scan.
    public var lastScan: Timestamp?
    /// The last look at what had changed.
    public var lastLook: Timestamp?
    /// When the next full scan is due.
    public var nextScan: Timestamp?
    /// Rules in use.
    public var rules = 0
    /// Problems of rules that are not.
    public var rejectedRules = 0
    /// The first of them, in words: of rule files, which are no secret.
    public var ruleProblems: [String] = []
    /// Share of the applicable rules that were judged in full, in tenths of a percent.
    public var coverageTenths: Int?
    /// How many rules could not be judged, or not in full.
    public var unjudgedRules = 0
    /// The first of their ids.
    public var unjudged: [String] = []
    /// False when the last scan lacked the right to read everything.
    public var isPrivileged = true
    /// What the sandbox keeps the daemon from seeing, in words.
    public var sandboxHides: [String] = []
    /// What of the sandbox could not be put in force, in words.
    public var sandboxMissing: [String] = []
    /// How often a worker died and was replaced since the daemon began.
    public var workerRestarts = 0
    /// What the last scan left alone because workers died of it, in words.
    public var casualties: [String] = []
    /// Directories that are watched.
    public var watches = 0
    /// Directories that the kernel refused to watch.
    public var watchesRefused = 0
    /// Entries that the journal has not taken.
    public var journalPending = 0

    /// What the daemon is at.
    public enum Activity: String, Sendable, Hashable, CaseIterable {
        case starting, scanning, watching, stopping
    }

    /// A score and since when it holds.
    public struct HeldScore: Sendable, Hashable {
        /// Unknown counted as failed.
        public var lowTenths: Int
        /// Unknown counted as passed.
        public var highTenths: Int
        /// Since when.
        public var since: Timestamp

        /// A score.
        public init(lowTenths: Int, highTenths: Int, since: Timestamp) {
            self.lowTenths = lowTenths
            self.highTenths = highTenths
            self.since = since
        }
    }

    /// A daemon that begins.
    public init(version: String, pid: Int, processStart: Int64?, started: Timestamp) {
        self.version = version
        self.pid = pid
        self.processStart = processStart
        self.started = started
        written = started
    }

    /// What is not as it should be with the daemon itself. What is open on the host is not its fault.
    public enum Concern: Sendable, Hashable {
        /// No scan has ended yet.
        case notScanned
        /// The full scan that was due then has not been made.
        case overdue(Timestamp)
        /// The right to read everything is lacking.
        case unprivileged
        /// So many problems of rules that are not in use.
        case rulesRejected(Int)
        /// So many parts of the sandbox are not in force.
        case sandbox(Int)
        /// So much was left alone because workers died of it.
        case casualties(Int)
        /// So many directories are not watched.
        case watchesRefused(Int)
        /// So many entries wait for the journal.
        case journalPending(Int)
    }

    /// Seconds after which a scan that is due is late.
    public static let patience: Int64 = 900

    /// What is not as it should be at a moment, the gravest first.
    public func concerns(at now: Timestamp) -> [Concern] {
        var concerns: [Concern] = []
        if lastScan == nil { concerns.append(.notScanned) }
        if let nextScan, now.seconds > nextScan.seconds, now.seconds - nextScan.seconds > Self.patience {
            concerns.append(.overdue(nextScan))
        }
        if !isPrivileged { concerns.append(.unprivileged) }
        if rejectedRules > 0 { concerns.append(.rulesRejected(rejectedRules)) }
        if !sandboxMissing.isEmpty { concerns.append(.sandbox(sandboxMissing.count)) }
        if !casualties.isEmpty { concerns.append(.casualties(casualties.count)) }
        if watchesRefused > 0 { concerns.append(.watchesRefused(watchesRefused)) }
        if journalPending > 0 { concerns.append(.journalPending(journalPending)) }
        return concerns
    }
}
