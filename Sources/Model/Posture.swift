// SPDX-License-Identifier: GPL-3.0-or-later

/// The two questions guaita answers about a host. Their scores are never averaged.
public enum Posture: String, Sendable, Hashable, CaseIterable {
    /// Is it safe?
    case security
    /// Will it hold, and for how long?
    case scalability
}
