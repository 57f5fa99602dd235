// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model

/// A collector's answer with ways to look into it.
struct FactsProbe {
    let values: [String: Value]
    let collection: Collection

    init(
        _ collector: some Collector, _ host: some Host, now: Int64 = 1_795_392_000, keys: [String: [String]] = [:],
        after needed: [any Collector] = []
    ) {
        collection = Collection(host: host, now: Timestamp(seconds: now), requestedKeys: keys)
        for other in needed { collection.collect(other) }
        let answers = collector.collect(collection)
        values = Dictionary(
            uniqueKeysWithValues: zip(collector.declarations, answers).map { ($0.name, $1) })
    }

    /// The value at a path of fields, keys and indexes, as `["kernel", "parameters", "vm.swappiness", "value"]`; nil
    /// where the path leads nowhere, where a map has no such key, and for a field that is not set.
    func value(_ path: String...) -> Value? {
        guard var current = path.first.flatMap({ values[$0] }) else { return nil }
        for name in path.dropFirst() {
            guard let next = Self.step(current, name) else { return nil }
            current = next
        }
        if case .absent = current.kind { return nil }
        return current
    }

    static func step(_ value: Value, _ name: String) -> Value? {
        switch value.kind {
        case .record(let record): record[name]
        case .map(let map): map[name]
        case .list(let list):
            if let index = Int(name) {
                list.indices.contains(index) ? list[index] : nil
            } else {
                list.first { text(step($0, "name")) == name }
            }
        default: nil
        }
    }

    /// A value in words: what it says, `unknown: …`, or nil for none.
    static func text(_ value: Value?) -> String? {
        switch value?.kind {
        case .string(let text), .version(let text): text
        case .int(let number): String(number)
        case .bool(let bool): String(bool)
        case .mode(let mode): mode.description
        case .byteSize(let size): String(size)
        case .timestamp(let moment): String(moment.seconds)
        case .duration(let span): String(span.seconds)
        case .list(let list): "[" + list.map { text($0) ?? "" }.joined(separator: ", ") + "]"
        case .unknown(let unknowns): "unknown: " + unknowns.map(\.reason).joined(separator: "; ")
        case .record: "record"
        case .map(let map): "map of \(map.count)"
        case nil, .absent: nil
        default: "other"
        }
    }

    /// The words at a path.
    subscript(_ path: String...) -> String? {
        guard var current = path.first.flatMap({ values[$0] }) else { return nil }
        for name in path.dropFirst() {
            guard let next = Self.step(current, name) else { return nil }
            current = next
        }
        return Self.text(current)
    }

    /// Where the value at a path comes from.
    func source(_ value: Value?) -> Source? { value.flatMap { collection.sources[$0.source] } }
}
