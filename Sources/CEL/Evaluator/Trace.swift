// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Evaluator {
    /// Remembers where a value comes from, when an operator or a function uses it. A list that has no place of its
    /// own stands for its elements.
    mutating func consume(_ value: Value) {
        if !value.source.isNone {
            note(value.source)
        } else if case .list(let elements) = value.kind {
            for element in elements where !element.source.isNone { note(element.source) }
        }
    }

    /// Neighbouring values often come from one line; it is noted once, unless a mark stands between.
    private mutating func note(_ source: SourceID) {
        if trace.count > lastMark, trace.last == source { return }
        trace.append(source)
    }

    /// Where the trace stands now, for reads that may be kept or dropped apart from those before.
    mutating func mark() -> Int {
        lastMark = trace.count
        return lastMark
    }

    /// A part of a list, a map or a record; without a place of its own it has the whole's, unless it is a list whose
    /// elements say more.
    func part(_ value: Value, of whole: SourceID) -> Value {
        if case .list(let elements) = value.kind, let first = elements.first, !first.source.isNone { return value }
        return value.source.isNone && !whole.isNone ? Value(value.kind, source: whole) : value
    }

    /// Each place once, in the order they were read.
    func distinctSources() -> [SourceID] {
        guard trace.count > 1 else { return trace }
        var seen: Set<SourceID> = []
        return trace.filter { seen.insert($0).inserted }
    }
}

extension SourceID {
    var isNone: Bool { raw == 0 }
}
