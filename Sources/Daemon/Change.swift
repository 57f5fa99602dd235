// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// What is different since the scan before.
public enum Change: Sendable, Hashable {
    /// Found for the first time in as long as the book remembers.
    case new(ScanSummary.OpenFinding)
    /// Was resolved, and is back.
    case regressed(ScanSummary.OpenFinding, resolved: Timestamp)
    /// Severity, acceptance or the failing objects are others than they were.
    case changed(ScanSummary.OpenFinding, from: ScanSummary.OpenFinding, since: Timestamp)
    /// The rule holds now, or does not apply any more.
    case resolved(ScanSummary.OpenFinding, since: Timestamp)
    /// The rule is not loaded any more; what was open of it is closed without having been looked at.
    case retired(rule: String, Severity, finding: Watchbook.OpenFinding?)
    /// The rule, or more elements of it than before, cannot be judged. What is open of it stays open.
    case sightLost(rule: String, Watchbook.Blindness, isOpen: Bool)
    /// The rule can be judged in full again.
    case sightRegained(rule: String, Watchbook.Blindness)
    /// Another grade, or a score that moved by a point or more; nil where no rule applies.
    case postureChanged(Posture, from: Watchbook.HeldScore?, to: Watchbook.HeldScore?)

    /// The rule's id; empty for a posture.
    public var rule: String {
        switch self {
        case .new(let finding), .regressed(let finding, _), .changed(let finding, _, _), .resolved(let finding, _):
            finding.rule
        case .retired(let rule, _, _), .sightLost(let rule, _, _), .sightRegained(let rule, _): rule
        case .postureChanged: ""
        }
    }

    /// The severity of the rule; info for a posture.
    public var severity: Severity {
        switch self {
        case .new(let finding), .regressed(let finding, _), .changed(let finding, _, _), .resolved(let finding, _):
            finding.severity
        case .retired(_, let severity, _): severity
        case .sightLost(_, let blindness, _), .sightRegained(_, let blindness): blindness.severity
        case .postureChanged: .info
        }
    }

    /// Whether this is about a rule, not about a score.
    var isOfRule: Bool {
        if case .postureChanged = self { false } else { true }
    }

    /// What is bad news comes first.
    var rank: Int {
        switch self {
        case .regressed: 0
        case .new: 1
        case .changed: 2
        case .sightLost: 3
        case .retired: 4
        case .sightRegained: 5
        case .resolved: 6
        case .postureChanged: 7
        }
    }

    /// Two findings of one rule, as of two acceptances that have run out, differ in this.
    private var fingerprint: String {
        switch self {
        case .new(let finding), .regressed(let finding, _), .changed(let finding, _, _), .resolved(let finding, _):
            finding.fingerprint
        case .retired(_, _, let finding): finding?.finding.fingerprint ?? ""
        case .sightLost, .sightRegained, .postureChanged: ""
        }
    }

    /// Worst severity first, bad news before good, then by rule.
    static func isWorse(_ left: Change, _ right: Change) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.rank != right.rank { return left.rank < right.rank }
        if left.rule != right.rule { return left.rule.utf8.lexicographicallyPrecedes(right.rule.utf8) }
        return left.fingerprint < right.fingerprint
    }
}
