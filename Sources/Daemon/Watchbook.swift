// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// What the daemon knows between two scans: what is open and since when, what was resolved lately, which rules it has
/// lost sight of, the scores and since when they hold.
///
/// Nothing is ever closed because it could not be looked at: while anything of a rule cannot be judged, what was open
/// of it stays open.
public struct Watchbook: Sendable, Hashable {
    /// What is open, by fingerprint.
    public internal(set) var open: [String: OpenFinding] = [:]
    /// When what was open lately was resolved, by fingerprint.
    public internal(set) var resolved: [String: Timestamp] = [:]
    /// Rules that cannot be judged, or not in full, by id.
    public internal(set) var blind: [String: Blindness] = [:]
    /// The ids of the rules of the last scan.
    public internal(set) var rules: Set<String> = []
    /// The scores.
    public internal(set) var scores: [Posture: HeldScore] = [:]
    /// The last scan; nil before the first.
    public internal(set) var lastScan: ScanMark?
    /// The last scan that changed anything, or the first.
    public internal(set) var lastChange: Timestamp?
    /// When the journal was last told of the scores: at the end of a scan with changes, or as a sign of life.
    public var lastWord: Timestamp?
    /// Scans recorded since the book was begun.
    public internal(set) var scanCount = 0
    /// Changes found since the book was begun.
    public internal(set) var changeCount = 0

    /// How long what was resolved is remembered, so that it is told as regressed when it is back: 90 days.
    public static let memorySeconds: Int64 = 90 * 86_400
    /// The most that is remembered of it; the oldest is forgotten first.
    public static let memoryLimit = 10_000

    /// A book nothing is written in.
    public init() {}

    /// An open finding.
    public struct OpenFinding: Sendable, Hashable {
        /// What is open. Objects that cannot be judged now are as they were last seen.
        public var finding: ScanSummary.OpenFinding
        /// The scan that found it.
        public var since: Timestamp
    }

    /// What cannot be judged of a rule.
    public struct Blindness: Sendable, Hashable {
        /// Which score it widens.
        public var posture: Posture
        /// The rule's severity.
        public var severity: Severity
        /// The elements concerned, sorted; empty when it is the rule as a whole.
        public var keys: [String]
        /// Why, in words, sorted.
        public var reasons: [String]
        /// The scan that could not judge it.
        public var since: Timestamp
        /// Whether an earlier scan could.
        public var wasJudged: Bool
    }

    /// A score and since when it holds.
    public struct HeldScore: Sendable, Hashable {
        /// Unknown counted as failed.
        public var lowTenths: Int
        /// Unknown counted as passed.
        public var highTenths: Int
        /// The scan since when the grades are the same and the score has moved by less than a point.
        public var since: Timestamp

        /// The letter of the low end.
        public var grade: Grade { Grade(tenths: lowTenths) }
        /// The letter of the high end.
        public var gradeHigh: Grade { Grade(tenths: highTenths) }
        /// The range with its letters: `82.1–90.0 (B–A)`.
        public var told: String { Score.told(lowTenths, highTenths) }
    }

    /// A scan's name and moment.
    public struct ScanMark: Sendable, Hashable {
        /// The GUAITA_SCAN_ID of its entries.
        public var id: String
        /// The moment it judged at.
        public var moment: Timestamp

        /// A scan.
        public init(id: String, moment: Timestamp) {
            self.id = id
            self.moment = moment
        }
    }

    /// How many findings are open, by severity.
    public var openBySeverity: [Severity: Int] {
        open.values.reduce(into: [:]) { $0[$1.finding.severity, default: 0] += 1 }
    }

    /// Writes a scan down and answers what it changed, the worst first.
    public mutating func record(_ summary: ScanSummary, scanID: String) -> [Change] {
        let loaded = Set(summary.outcomes.map(\.rule))
        let blindNow = Self.blindness(in: summary)
        var changes = recordFindings(summary, loaded: loaded, blindNow: blindNow)
        let retired = Set(changes.compactMap { if case .retired(let rule, _, _) = $0 { rule } else { nil } })
        changes += recordSight(summary, loaded: loaded, blindNow: blindNow, retired: retired)
        changes.sort(by: Change.isWorse)
        changes += recordScores(summary)
        forget(at: summary.moment)
        rules = loaded
        if !changes.isEmpty || lastScan == nil { lastChange = summary.moment }
        lastScan = ScanMark(id: scanID, moment: summary.moment)
        scanCount += 1
        changeCount += changes.count
        return changes
    }

    // MARK: Findings

    private mutating func recordFindings(
        _ summary: ScanSummary, loaded: Set<String>, blindNow: [String: Blindness]
    ) -> [Change] {
        var changes: [Change] = []
        var found: Set<String> = []
        for finding in summary.findings where found.insert(finding.fingerprint).inserted {
            guard let before = open[finding.fingerprint] else {
                open[finding.fingerprint] = OpenFinding(finding: finding, since: summary.moment)
                let resolvedAt = resolved.removeValue(forKey: finding.fingerprint)
                changes.append(resolvedAt.map { .regressed(finding, resolved: $0) } ?? .new(finding))
                continue
            }
            let now = blindNow[finding.rule] == nil ? finding : finding.keeping(before.finding.objects)
            open[finding.fingerprint]?.finding = now
            if !now.differsOnlyInWords(from: before.finding) {
                changes.append(.changed(now, from: before.finding, since: before.since))
            }
        }
        let unseen = Set(summary.outcomes.filter { $0.outcome == .unknown || $0.outcome == .error }.map(\.rule))
            .union(blindNow.keys)
        for (fingerprint, gone) in open where !found.contains(fingerprint) && !unseen.contains(gone.finding.rule) {
            let rule = gone.finding.rule
            // guaita's own findings, as of an acceptance that has run out, come from no rule that could be loaded.
            if !loaded.contains(rule), rules.contains(rule) {
                open[fingerprint] = nil
                changes.append(.retired(rule: rule, gone.finding.severity, finding: gone))
                continue
            }
            open[fingerprint] = nil
            resolved[fingerprint] = summary.moment
            changes.append(.resolved(gone.finding, since: gone.since))
        }
        return changes
    }

    /// Forgets what was resolved long ago. A clock that was set back makes nothing older than it is.
    private mutating func forget(at now: Timestamp) {
        resolved = resolved.filter { now.seconds - $0.value.seconds <= Self.memorySeconds }
        guard resolved.count > Self.memoryLimit else { return }
        let newest = resolved.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.memoryLimit)
        resolved = Dictionary(uniqueKeysWithValues: newest.map { ($0.key, $0.value) })
    }

    // MARK: Sight

    private static func blindness(in summary: ScanSummary) -> [String: Blindness] {
        var blind: [String: Blindness] = [:]
        for item in summary.unjudged {
            guard let other = blind[item.rule] else {
                blind[item.rule] = Blindness(
                    posture: item.posture, severity: item.severity, keys: item.keys.sorted(),
                    reasons: item.reasons.sorted(), since: summary.moment, wasJudged: false)
                continue
            }
            let isWhole = other.keys.isEmpty || item.keys.isEmpty
            blind[item.rule]?.keys = isWhole ? [] : Set(other.keys + item.keys).sorted()
            blind[item.rule]?.reasons = Set(other.reasons + item.reasons).sorted()
        }
        return blind
    }

    private mutating func recordSight(
        _ summary: ScanSummary, loaded: Set<String>, blindNow: [String: Blindness], retired: Set<String>
    ) -> [Change] {
        var changes: [Change] = []
        for (rule, before) in blind where blindNow[rule] == nil && !retired.contains(rule) {
            let isRetired = rules.contains(rule) && !loaded.contains(rule)
            changes.append(
                isRetired ? .retired(rule: rule, before.severity, finding: nil) : .sightRegained(rule: rule, before))
        }
        let openRules = Set(open.values.map(\.finding.rule))
        for (rule, var now) in blindNow {
            let before = blind[rule]
            now.since = before?.since ?? summary.moment
            now.wasJudged = before?.wasJudged ?? rules.contains(rule)
            if before?.covers(now) != true {
                changes.append(.sightLost(rule: rule, now, isOpen: openRules.contains(rule)))
            }
            blind[rule] = now
        }
        blind = blind.filter { blindNow[$0.key] != nil }
        return changes
    }

    // MARK: Scores

    private mutating func recordScores(_ summary: ScanSummary) -> [Change] {
        var changes: [Change] = []
        for posture in Posture.allCases {
            let before = scores[posture]
            let now = summary.scores[posture].map {
                HeldScore(lowTenths: $0.lowTenths, highTenths: $0.highTenths, since: summary.moment)
            }
            if let before, let now, before.isNear(now) { continue }
            guard before != nil || now != nil else { continue }
            scores[posture] = now
            // The first scores are told with the first scan, they are no change.
            if lastScan != nil { changes.append(.postureChanged(posture, from: before, to: now)) }
        }
        return changes
    }
}

extension Watchbook.HeldScore {
    /// The same grades, and neither end a point or more away. Compared with the score that was told last, so that a slow
    /// drift is told too.
    func isNear(_ other: Self) -> Bool {
        grade == other.grade && gradeHigh == other.gradeHigh && abs(lowTenths - other.lowTenths) < 10
            && abs(highTenths - other.highTenths) < 10
    }
}

extension Watchbook.Blindness {
    /// True when nothing is out of sight in the other that is not in this.
    func covers(_ other: Self) -> Bool {
        keys.isEmpty || (!other.keys.isEmpty && Set(keys).isSuperset(of: other.keys))
    }
}

extension ScanSummary.OpenFinding {
    /// The finding with those objects of an earlier scan that this one did not see fail: they could not be judged.
    func keeping(_ earlier: [ScanSummary.OpenObject]) -> Self {
        let seen = Set(objects.map(\.fingerprint))
        var result = self
        result.objects += earlier.filter { !seen.contains($0.fingerprint) }
        return result
    }

    /// True when severity, acceptance and failing objects are the same; what is said about them may differ.
    func differsOnlyInWords(from other: Self) -> Bool {
        severity == other.severity && isWaived == other.isWaived
            && Set(objects.map(\.fingerprint)) == Set(other.objects.map(\.fingerprint))
    }
}
