// SPDX-License-Identifier: GPL-3.0-or-later

/// Queries at work: events go in, in the order they are read; answers come out.
public struct EventRun {
    private var tallies: [EventTally]

    /// Queries at work.
    public init(_ queries: [EventQuery]) { tallies = queries.map { EventTally($0) } }

    /// Shows an event of a source to the queries over that source.
    public mutating func add(_ event: Event, source: String) {
        for index in tallies.indices where tallies[index].query.sources.contains(source) { tallies[index].add(event) }
    }

    /// Shows an event to one query, by its position.
    mutating func add(_ event: Event, to index: Int) { tallies[index].add(event) }

    /// The groups of each query so far, and what it could not see.
    public func results() -> [(id: String, groups: [EventGroup], gaps: [String])] {
        tallies.map { ($0.query.id, $0.result(), $0.gaps) }
    }
}
