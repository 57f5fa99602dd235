// SPDX-License-Identifier: GPL-3.0-or-later

/// How surely a failing rule is a real weakness.
public enum Confidence: String, Sendable, Hashable, CaseIterable {
    case high, medium, low

    /// The factor on a rule's points.
    public var factor: Double {
        switch self {
        case .high: 1
        case .medium: 0.75
        case .low: 0.5
        }
    }
}
