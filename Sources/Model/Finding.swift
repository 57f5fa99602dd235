// SPDX-License-Identifier: GPL-3.0-or-later

/// One cause, with all its places: what a rule found wrong on this host.
public struct Finding: Sendable, Hashable {
    /// Stable over time: rule, kind of object and object; never lines or values.
    public var fingerprint: String
    /// The rule's id.
    public var rule: String
    /// Which score it belongs to.
    public var posture: Posture
    /// The rule's severity.
    public var severity: Severity
    /// The rule's title.
    public var title: LocalizedText
    /// The lesson.
    public var why: LocalizedText
    /// What to do.
    public var fix: LocalizedText
    /// Minutes the fix takes.
    public var effortMinutes: Int
    /// Ids in frameworks, by framework, sorted: `["cis": ["debian12:5.1.20"]]`.
    public var references: [String: [String]]
    /// What failed: one object for each failing element, in a fixed order.
    public var objects: [FoundObject]
    /// Its share of the open risk, in points (scoring, score_version 1).
    public var points: Double
    /// Its share of what is missing to 100, in tenths of a point; the shares of a posture sum exactly.
    public var contributionTenths: Int
    /// What the score gains when this alone is fixed, in tenths of a point.
    public var gainTenths: Int
    /// The waiver that accepts it, when one is in force.
    public var waiver: Waiver?

    /// A finding. Points, contribution and gain are the scorer's to fill in.
    public init(
        fingerprint: String, rule: String, posture: Posture, severity: Severity, title: LocalizedText,
        why: LocalizedText, fix: LocalizedText, effortMinutes: Int, references: [String: [String]],
        objects: [FoundObject]
    ) {
        self.fingerprint = fingerprint
        self.rule = rule
        self.posture = posture
        self.severity = severity
        self.title = title
        self.why = why
        self.fix = fix
        self.effortMinutes = effortMinutes
        self.references = references
        self.objects = objects
        points = 0
        contributionTenths = 0
        gainTenths = 0
    }
}

/// One failing element of a finding.
public struct FoundObject: Sendable, Hashable {
    /// Stable over time, as the finding's own.
    public var fingerprint: String
    /// The kind of element, as `sshd.context`; the rule's area where there is no element.
    public var kind: String
    /// What tells this element from its siblings; empty where there is only one.
    public var key: String
    /// What was found, in words.
    public var message: LocalizedText
    /// The lines that decided it, the telling ones first.
    public var places: [Origin]

    /// A failing element.
    public init(fingerprint: String, kind: String, key: String, message: LocalizedText, places: [Origin]) {
        self.fingerprint = fingerprint
        self.kind = kind
        self.key = key
        self.message = message
        self.places = places
    }
}

/// What could not be judged, and why.
public struct NotEvaluated: Sendable, Hashable {
    /// The rule's id.
    public var rule: String
    /// Which score it widens.
    public var posture: Posture
    /// The rule's severity.
    public var severity: Severity
    /// `unknown` or `error`.
    public var outcome: Outcome
    /// The elements concerned; empty when it is the rule as a whole.
    public var keys: [String]
    /// Why, in words, sorted and without repetitions.
    public var reasons: [String]

    /// What could not be judged.
    public init(
        rule: String, posture: Posture, severity: Severity, outcome: Outcome, keys: [String], reasons: [String]
    ) {
        self.rule = rule
        self.posture = posture
        self.severity = severity
        self.outcome = outcome
        self.keys = keys
        self.reasons = reasons
    }
}

/// A risk somebody has accepted until a day. It never moves the technical score.
public struct Waiver: Sendable, Hashable {
    /// The rule it speaks of.
    public var rule: String
    /// The object keys or paths it covers, with `*` and `?`; nil covers all.
    public var object: String?
    /// The host it covers, with `*` and `?`; nil covers all.
    public var host: String?
    /// Who answers for it.
    public var owner: String
    /// Why the risk is accepted.
    public var reason: String
    /// The last moment it holds, UTC.
    public var until: Timestamp
    /// Where it is written.
    public var origin: Origin

    /// A waiver.
    public init(
        rule: String, object: String?, host: String?, owner: String, reason: String, until: Timestamp, origin: Origin
    ) {
        self.rule = rule
        self.object = object
        self.host = host
        self.owner = owner
        self.reason = reason
        self.until = until
        self.origin = origin
    }
}
