// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Patterns

/// The `events:` of a rule over logs: which events count, and how they are grouped.
public struct EventClause: Sendable {
    /// Names of log sources.
    public var from: [String]
    /// Over one `event`; true counts it.
    public var predicate: Program
    /// Strings one of which a counted message must contain, read off the predicate; empty when it says nothing of it.
    public var requiredLiterals: [String]
    /// Matched against the message; named groups become fields. An event that no pattern matches does not count.
    public var extract: [Pattern]
    /// One group for each value of these fields.
    public var by: [String]
    /// Count distinct values of this field.
    public var distinct: String?
    /// The busiest window of each group; nil counts all events.
    public var windowSeconds: Int64?
    /// What a group is, for the checker.
    public var groupSchema: RecordSchema
}
