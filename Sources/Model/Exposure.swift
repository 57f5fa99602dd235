// SPDX-License-Identifier: GPL-3.0-or-later

/// Who can reach the weakness.
public enum Exposure: String, Sendable, Hashable, CaseIterable {
    case `internal`, normal, internet

    /// The factor on a rule's points.
    public var factor: Double {
        switch self {
        case .internal: 0.5
        case .normal: 1
        case .internet: 1.5
        }
    }
}
