// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

import func Glibc.exp2
import func Glibc.log2

/// What one rule adds to a posture's risk.
public struct Risk: Sendable, Hashable {
    /// The rule's severity.
    public var severity: Severity
    /// How surely it is a real weakness.
    public var confidence: Confidence
    /// Who can reach it.
    public var exposure: Exposure
    /// Elements that failed.
    public var failing: Int
    /// Elements that could not be judged.
    public var unknown: Int
    /// Failing elements somebody has accepted.
    public var accepted: Int
    /// Minutes the fix takes.
    public var effortMinutes: Int

    /// What one rule adds.
    public init(
        severity: Severity, confidence: Confidence = .high, exposure: Exposure = .normal, failing: Int = 1,
        unknown: Int = 0, accepted: Int = 0, effortMinutes: Int = 30
    ) {
        self.severity = severity
        self.confidence = confidence
        self.exposure = exposure
        self.failing = failing
        self.unknown = unknown
        self.accepted = accepted
        self.effortMinutes = effortMinutes
    }

    /// `w(severity) · confidence · exposure · min(1 + ¼ log₂ m, 2)` for m objects; nothing for none.
    func points(objects: Int) -> Double {
        guard objects > 0 else { return 0 }
        let spread = min(1 + 0.25 * log2(Double(objects)), 2)
        return RiskModel.weight(severity) * confidence.factor * exposure.factor * spread
    }
}

/// score_version 1: `S = C · 2^(−R/60)`. R is the sum of the points of what is open, C a cap by the worst severity
/// open: every 60 points of open risk halve the score, and no number of passing rules lifts it.
public enum RiskModel {
    /// Changes only together with the formula; reports name it.
    public static let version = 1

    /// Points of one open finding.
    public static func weight(_ severity: Severity) -> Double {
        switch severity {
        case .critical: 30
        case .high: 10
        case .medium: 3
        case .low: 1
        case .info: 0
        }
    }

    /// The best score possible while something of this severity is open.
    public static func cap(_ worst: Severity?) -> Double {
        switch worst {
        case .critical: 39
        case .high: 74
        case .medium: 89
        case .low, .info, nil: 100
        }
    }

    /// The score for some points under a cap, 0 to 100.
    static func score(points: Double, cap: Double) -> Double { cap * exp2(-points / 60) }

    /// What is counted of each risk.
    enum View {
        case failing, failingAndUnknown, failingAndUnknownButAccepted

        func objects(of risk: Risk) -> Int {
            switch self {
            case .failing: risk.failing
            case .failingAndUnknown: risk.failing + risk.unknown
            case .failingAndUnknownButAccepted: risk.failing - risk.accepted + risk.unknown
            }
        }
    }

    /// The score of some risks in real arithmetic, 0 to 100.
    static func score(_ risks: [Risk], _ view: View) -> Double {
        let open = OpenRisk(risks, view)
        guard view == .failingAndUnknownButAccepted else { return open.score }
        let technical = OpenRisk(risks, .failingAndUnknown).worst
        return score(points: open.points, cap: min(cap(open.worst), cap(oneStepBelow(technical))))
    }

    /// The severity whose cap an accepted risk may lift the score to.
    private static func oneStepBelow(_ severity: Severity?) -> Severity? {
        switch severity {
        case .critical: .high
        case .high: .medium
        case .medium, .low, .info, nil: nil
        }
    }

    /// Tenths of a point, half away from zero.
    static func tenths(_ score: Double) -> Int { Int((score * 10).rounded()) }
}
