// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Patterns

/// A question over events: which count, how they are grouped, and how long a window may be. Many queries are answered
/// in one pass over each log.
public struct EventQuery: Sendable {
    /// Tells queries apart: the rule's id.
    public var id: String
    /// Names of `LogSource`s.
    public var sources: [String]
    /// A promise of the caller: whenever `predicate` holds, at least one of these stands in the line as it was
    /// written. Lines without any are skipped before they are decoded. Empty: every event is examined.
    public var requiredLiterals: [String]
    /// Whether an event counts. Nil: could not be decided, which makes the answer incomplete.
    public var predicate: @Sendable (Event) -> Bool?
    /// Patterns, tried in order on `Event.message`; the first that matches gives the event its named groups as fields. When
    /// there are patterns and none matches, the event does not count.
    public var extract: [Pattern]
    /// Fields that make a group: one group for each combination of values. An event without a field has "" there.
    public var by: [String]
    /// A field whose distinct values are counted in each group.
    public var distinct: String?
    /// Seconds. Two events share a window when they are less than this apart. Nil: all events of a group are one window.
    public var window: Int64?
    /// The most groups kept; events of further groups are only counted, and the answer says it is incomplete.
    public var groupLimit: Int

    /// A question.
    public init(
        id: String, sources: [String], requiredLiterals: [String] = [], by: [String] = [], distinct: String? = nil,
        window: Int64? = nil, groupLimit: Int = 10_000, extract: [Pattern] = [],
        predicate: @escaping @Sendable (Event) -> Bool? = { _ in true }
    ) {
        self.id = id
        self.sources = sources
        self.requiredLiterals = requiredLiterals
        self.predicate = predicate
        self.extract = extract
        self.by = by
        self.distinct = distinct
        self.window = window
        self.groupLimit = groupLimit
    }
}

/// The events of one combination of values of the `by` fields, in the group's busiest window: the one with most
/// distinct values where `distinct` is asked for, then with most events, then the earliest.
public struct EventGroup: Sendable, Hashable {
    /// The `by` fields, in the query's order.
    public var keys: [ExtractedField]
    /// Events in that window.
    public var count: Int
    /// Different values of the `distinct` field in that window; 0 when none was asked for.
    public var distinct: Int
    /// First event of that window.
    public var first: Timestamp
    /// Last event of that window.
    public var last: Timestamp
    /// Where the first of them stand, at most five.
    public var samples: [EventOrigin]

    /// The most samples kept of a group.
    public static let sampleLimit = 5

    /// A group.
    public init(
        keys: [ExtractedField], count: Int, distinct: Int, first: Timestamp, last: Timestamp, samples: [EventOrigin]
    ) {
        self.keys = keys
        self.count = count
        self.distinct = distinct
        self.first = first
        self.last = last
        self.samples = samples
    }
}

/// The answer to a query.
public enum EventOutcome: Sendable, Hashable {
    /// The groups, busiest first; none when no event counts. Each gap says in words what could not be seen (a file
    /// that could not be read, a limit): groups are then right as far as they go, and what passes is not proved.
    case groups([EventGroup], gaps: [String])
    /// None of the query's sources is on this host.
    case notApplicable(String)
    /// Nothing could be seen.
    case unknown(String)
}
