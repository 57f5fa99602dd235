// SPDX-License-Identifier: GPL-3.0-or-later

/// What a scan found, in English and without the lessons: what the daemon compares with the scan before, tells the
/// journal, and keeps.
public struct ScanSummary: Sendable, Hashable {
    /// The moment of the scan.
    public var moment: Timestamp
    /// The audited host's name.
    public var host: String
    /// False when the scan lacked the right to read everything.
    public var isPrivileged: Bool
    /// The rule set.
    public var ruleSet: Report.RuleSetSummary
    /// Rules that were not loaded.
    public var rejectedRules: Int
    /// The scores; a posture no rule applied to is not there.
    public var scores: [Posture: Score]
    /// Share of the applicable rules that were judged in full, in tenths of a percent; nil when none applied.
    public var coverageTenths: Int?
    /// What is open, worst first.
    public var findings: [OpenFinding]
    /// What could not be judged, in the report's order.
    public var unjudged: [NotEvaluated]
    /// What each rule said, by id.
    public var outcomes: [Report.RuleOutcome]
    /// How many files could not be read or parsed.
    public var problems: Int

    /// A finding without its texts.
    public struct OpenFinding: Sendable, Hashable {
        /// The finding's fingerprint.
        public var fingerprint: String
        /// The rule's id.
        public var rule: String
        /// Which score it belongs to.
        public var posture: Posture
        /// Its severity.
        public var severity: Severity
        /// True when a waiver accepts all of it.
        public var isWaived: Bool
        /// The rule's title.
        public var title: String
        /// What failed.
        public var objects: [OpenObject]

        /// A finding without its texts.
        public init(
            fingerprint: String, rule: String, posture: Posture, severity: Severity, isWaived: Bool, title: String,
            objects: [OpenObject]
        ) {
            self.fingerprint = fingerprint
            self.rule = rule
            self.posture = posture
            self.severity = severity
            self.isWaived = isWaived
            self.title = title
            self.objects = objects
        }
    }

    /// A failing element.
    public struct OpenObject: Sendable, Hashable {
        /// Stable over time.
        public var fingerprint: String
        /// The kind of element and what tells it from its siblings.
        public var subject: String
        /// What was found.
        public var message: String
        /// The line that tells most; nil where there is none.
        public var place: Origin?

        /// A failing element.
        public init(fingerprint: String, subject: String, message: String, place: Origin?) {
            self.fingerprint = fingerprint
            self.subject = subject
            self.message = message
            self.place = place
        }
    }

    /// A summary.
    public init(
        moment: Timestamp, host: String, isPrivileged: Bool, ruleSet: Report.RuleSetSummary, rejectedRules: Int,
        scores: [Posture: Score], coverageTenths: Int?, findings: [OpenFinding], unjudged: [NotEvaluated],
        outcomes: [Report.RuleOutcome], problems: Int
    ) {
        self.moment = moment
        self.host = host
        self.isPrivileged = isPrivileged
        self.ruleSet = ruleSet
        self.rejectedRules = rejectedRules
        self.scores = scores
        self.coverageTenths = coverageTenths
        self.findings = findings
        self.unjudged = unjudged
        self.outcomes = outcomes
        self.problems = problems
    }
}

extension Report {
    /// The report in short.
    public var summary: ScanSummary {
        ScanSummary(
            moment: moment, host: host.name, isPrivileged: host.privileged, ruleSet: ruleSet,
            rejectedRules: rejectedRules.count, scores: scores, coverageTenths: coverageTenths,
            findings: findings.map { finding in
                ScanSummary.OpenFinding(
                    fingerprint: finding.fingerprint, rule: finding.rule, posture: finding.posture,
                    severity: finding.severity, isWaived: finding.waiver != nil, title: finding.title(.en),
                    objects: finding.objects.map { object in
                        ScanSummary.OpenObject(
                            fingerprint: object.fingerprint,
                            subject: object.key.isEmpty ? object.kind : "\(object.kind) \(object.key)",
                            message: object.message(.en), place: object.places.first)
                    })
            },
            unjudged: notEvaluated, outcomes: outcomes, problems: problems.count)
    }
}
