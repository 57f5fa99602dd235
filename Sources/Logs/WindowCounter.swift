// SPDX-License-Identifier: GPL-3.0-or-later

/// The busiest sliding window over one group's events. Exact for events in any order, as long as no event is older
/// than a window before those that were already folded away (`foldAt` events or more ago).
struct WindowCounter {
    /// One event: 24 bytes.
    struct Entry {
        var time: Int64
        var origin: OriginTable.Reference
        /// Number of the distinct field's value; `.max` when the event has none.
        var value: UInt32
        /// Equal events this one stands for.
        var weight: UInt32
    }

    /// A window and what is in it.
    struct Busiest {
        var count: Int
        var distinct: Int
        var first: Int64
        var last: Int64
        var samples: [OriginTable.Reference]
    }

    private let window: Int64?
    private let countsDistinct: Bool
    private var entries: [Entry] = []
    private var best: Busiest?
    private var foldAt = 8192
    // Without a window nothing needs to be remembered but these.
    private var seen: Set<UInt32> = []

    /// `window` in seconds; nil: everything is one window.
    init(window: Int64?, distinct: Bool) {
        self.window = window.map { seconds in
            let (product, overflow) = max(1, seconds).multipliedReportingOverflow(by: 1_000_000)
            return overflow ? .max : product
        }
        countsDistinct = distinct
    }

    mutating func add(_ entry: Entry) {
        guard window != nil else { return addToAll(entry) }
        entries.append(entry)
        if entries.count >= foldAt { fold() }
    }

    private mutating func addToAll(_ entry: Entry) {
        if countsDistinct, entry.value != .max { seen.insert(entry.value) }
        guard var all = best else {
            best = Busiest(
                count: Int(entry.weight), distinct: seen.count, first: entry.time, last: entry.time,
                samples: [entry.origin])
            return
        }
        all.count += Int(entry.weight)
        all.distinct = seen.count
        all.first = min(all.first, entry.time)
        all.last = max(all.last, entry.time)
        if all.samples.count < EventGroup.sampleLimit { all.samples.append(entry.origin) }
        best = all
    }

    /// Settles what is older than a window before the newest event, so that memory follows the window and not the log.
    private mutating func fold() {
        guard let window else { return }
        sort()
        best = better(best, Self.scan(entries, window, countsDistinct))
        if let newest = entries.last?.time {
            let (edge, overflow) = newest.subtractingReportingOverflow(window)
            if !overflow { entries.removeAll { $0.time <= edge } }
        }
        foldAt = max(8192, entries.count * 2)
    }

    private mutating func sort() {
        for index in entries.indices.dropFirst() where entries[index].time < entries[index - 1].time {
            // Equal times keep the order they were read in.
            let order = entries.indices.sorted {
                (entries[$0].time, $0) < (entries[$1].time, $1)
            }
            entries = order.map { entries[$0] }
            return
        }
    }

    private func better(_ left: Busiest?, _ right: Busiest?) -> Busiest? {
        guard let left else { return right }
        guard let right else { return left }
        return (right.distinct, right.count) > (left.distinct, left.count) ? right : left
    }

    func busiest() -> Busiest? {
        guard let window else { return best }
        var copy = self
        copy.sort()
        return better(best, Self.scan(copy.entries, window, countsDistinct))
    }

    /// Two pointers over sorted times: the window ends at `right` and starts at the first event less than `window`
    /// before it.
    private static func scan(_ entries: [Entry], _ window: Int64, _ countsDistinct: Bool) -> Busiest? {
        var best: (left: Int, right: Int, count: Int, distinct: Int)?
        var left = 0
        var count = 0
        var inside: [UInt32: Int] = [:]
        for right in entries.indices {
            let entry = entries[right]
            count += Int(entry.weight)
            if countsDistinct, entry.value != .max { inside[entry.value, default: 0] += 1 }
            while true {
                let (age, overflow) = entry.time.subtractingReportingOverflow(entries[left].time)
                if !overflow && age < window { break }
                count -= Int(entries[left].weight)
                if countsDistinct, entries[left].value != .max, let held = inside[entries[left].value] {
                    inside[entries[left].value] = held > 1 ? held - 1 : nil
                }
                left += 1
            }
            if (inside.count, count) > (best?.distinct ?? -1, best?.count ?? -1) {
                best = (left, right, count, inside.count)
            }
        }
        guard let best else { return nil }
        return Busiest(
            count: best.count, distinct: best.distinct, first: entries[best.left].time, last: entries[best.right].time,
            samples: entries[best.left...best.right].prefix(EventGroup.sampleLimit).map { $0.origin })
    }
}
