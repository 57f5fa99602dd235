// SPDX-License-Identifier: GPL-3.0-or-later

/// How much an open finding matters. The order of the cases is the order of severities.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case info, low, medium, high, critical

    /// A severity is smaller than another when it matters less.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    /// 0 for `info` to 4 for `critical`.
    public var rank: Int {
        switch self {
        case .info: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}
