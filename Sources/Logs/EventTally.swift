// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Patterns

/// The running answer to one query.
struct EventTally {
    let query: EventQuery
    private let literals: LiteralSet?
    /// Events that could not be decided.
    private(set) var undecided = 0
    /// Events of groups over the limit.
    private(set) var overflowed = 0
    private var positions: [ByteKey: Int] = [:]
    private var groups: [Group] = []
    private var values: [ByteKey: UInt32] = [:]
    private var origins = OriginTable()

    private struct Group {
        var keys: [String]
        var window: WindowCounter
    }

    init(_ query: EventQuery) {
        self.query = query
        literals = LiteralSet(query.requiredLiterals.map { Array($0.utf8) })
    }

    /// Does one of the query's literals stand in one of the event's texts?
    func mayCount(_ event: Event) -> Bool {
        guard let literals else { return true }
        for text in [event.message, event.program ?? "", event.unit ?? "", event.host ?? ""] {
            let bytes = Array(text.utf8)
            var isFound = false
            literals.search(bytes, 0..<bytes.count) { _ in
                isFound = true
                return false
            }
            if isFound { return true }
        }
        return false
    }

    mutating func add(_ event: Event) {
        guard let counts = query.predicate(event) else {
            undecided += 1
            return
        }
        guard counts else { return }
        guard !query.extract.isEmpty else { return count(event) }
        for pattern in query.extract {
            if let fields = Self.fields(pattern, event.message) {
                var event = event
                event.extracted = fields
                return count(event)
            }
        }
    }

    /// The named groups of a pattern that took part in its first match.
    private static func fields(_ pattern: Pattern, _ message: String) -> [ExtractedField]? {
        let bytes = message.utf8.span
        guard let ranges = pattern.captures(in: bytes) else { return nil }
        var fields: [ExtractedField] = []
        for (name, range) in zip(pattern.groupNames, ranges) {
            guard let name, let range else { continue }
            fields.append(ExtractedField(name: name, value: String(repairing: bytes.extracting(range))))
        }
        return fields
    }

    private mutating func count(_ event: Event) {
        var keys: [String] = []
        keys.reserveCapacity(query.by.count)
        var bytes: [UInt8] = []
        for field in query.by {
            let value = event.text(of: field) ?? ""
            keys.append(value)
            bytes += value.utf8
            bytes.append(0xFF)  // Never a byte of UTF-8.
        }
        let name = ByteKey(bytes)
        let position: Int
        if let known = positions[name] {
            position = known
        } else {
            guard groups.count < query.groupLimit else {
                overflowed += 1
                return
            }
            position = groups.count
            positions[name] = position
            groups.append(
                Group(keys: keys, window: WindowCounter(window: query.window, distinct: query.distinct != nil)))
        }
        var value: UInt32?
        if let field = query.distinct, let text = event.text(of: field) { value = intern(text) }
        groups[position].window.add(
            WindowCounter.Entry(
                time: event.time.microseconds, origin: origins.add(event.origin), value: value ?? .max,
                weight: UInt32(clamping: event.repeats)))
    }

    private mutating func intern(_ text: String) -> UInt32 {
        let bytes = ByteKey(Array(text.utf8))
        if let known = values[bytes] { return known }
        let next = UInt32(clamping: values.count)
        values[bytes] = next
        return next
    }

    /// The groups, busiest first, then by the bytes of their keys.
    func result() -> [EventGroup] {
        var answer: [EventGroup] = []
        for group in groups {
            guard let best = group.window.busiest() else { continue }
            answer.append(
                EventGroup(
                    keys: zip(query.by, group.keys).map { ExtractedField(name: $0, value: $1) },
                    count: best.count, distinct: best.distinct, first: Timestamp(microseconds: best.first),
                    last: Timestamp(microseconds: best.last), samples: best.samples.compactMap { origins[$0] }))
        }
        return answer.sorted { left, right in
            if left.distinct != right.distinct { return left.distinct > right.distinct }
            if left.count != right.count { return left.count > right.count }
            for (one, other) in zip(left.keys, right.keys) where one.value != other.value {
                return one.value.utf8.lexicographicallyPrecedes(other.value.utf8)
            }
            return false
        }
    }

    /// What this query could not see, in words.
    var gaps: [String] {
        var gaps: [String] = []
        if undecided > 0 { gaps.append("the condition could not be decided for \(undecided) events") }
        if overflowed > 0 {
            gaps.append("more than \(query.groupLimit) groups: \(overflowed) events of further ones were not counted")
        }
        return gaps
    }
}

/// Origins by number, so that a counted event costs four bytes and not a path.
struct OriginTable {
    private var paths: [String] = []
    private var cursors: [String] = []

    /// A line of a file by the file's number, or an entry of the journal.
    struct Reference: Hashable {
        var file: UInt32
        var line: UInt32
        static let journal = UInt32.max
    }

    /// Cursors kept: only samples need one, and a cursor is about 120 bytes.
    static let cursorLimit = 20_000

    mutating func add(_ origin: EventOrigin) -> Reference {
        if let cursor = origin.cursor {
            guard cursors.count < Self.cursorLimit else { return Reference(file: Reference.journal, line: .max) }
            cursors.append(cursor)
            return Reference(file: Reference.journal, line: UInt32(clamping: cursors.count - 1))
        }
        if paths.last != origin.path { paths.append(origin.path) }
        return Reference(file: UInt32(clamping: paths.count - 1), line: UInt32(clamping: origin.line))
    }

    subscript(reference: Reference) -> EventOrigin? {
        if reference.file == Reference.journal {
            let index = Int(reference.line)
            return cursors.indices.contains(index) ? EventOrigin(path: "journal", cursor: cursors[index]) : nil
        }
        let index = Int(reference.file)
        return paths.indices.contains(index) ? EventOrigin(path: paths[index], line: Int(reference.line)) : nil
    }
}
