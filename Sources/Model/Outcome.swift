// SPDX-License-Identifier: GPL-3.0-or-later

/// What a rule says of a host, or of one element of it.
public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The requirement holds.
    case pass
    /// The requirement does not hold.
    case fail
    /// A fact the requirement needs could not be had. Never counted as a pass.
    case unknown
    /// What the rule speaks of is not on this host.
    case notApplicable = "not_applicable"
    /// The rule itself is at fault: an overflow, a cost limit, a value that is not there.
    case error
}
