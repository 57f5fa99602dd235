// SPDX-License-Identifier: GPL-3.0-or-later

/// A CEL map: keys are bool, int, uint or string; numeric keys that are equal are one key; order is kept so that
/// output is the same on every run.
public struct MapValue: Sendable {
    /// Entries in the order they were given.
    public let pairs: [(key: Value, value: Value)]
    private let index: [Key: Int]

    /// A key by value: strings by bytes, numbers by magnitude.
    public enum Key: Hashable, Sendable {
        case bool(Bool)
        /// Any integer, signed or not.
        case integer(negative: Bool, magnitude: UInt64)
        case string([UInt8])

        /// Nil for values that cannot be keys. A double that is a whole number finds the integer key.
        public init?(_ value: Value) {
            switch value.kind {
            case .bool(let bool): self = .bool(bool)
            case .int(let int): self = .integer(negative: int < 0, magnitude: int.magnitude)
            case .uint(let uint): self = .integer(negative: false, magnitude: uint)
            case .double(let double):
                if let int = Int64(exactly: double) {
                    self = .integer(negative: int < 0, magnitude: int.magnitude)
                } else if let uint = UInt64(exactly: double) {
                    self = .integer(negative: false, magnitude: uint)
                } else {
                    return nil
                }
            case .string(let string): self = .string(Array(string.utf8))
            default: return nil
            }
        }
    }

    /// Entries; the first of two equal keys wins (callers that must refuse duplicates check first).
    public init(_ pairs: [(Value, Value)]) {
        self.pairs = pairs.map { (key: $0.0, value: $0.1) }
        var index: [Key: Int] = [:]
        index.reserveCapacity(pairs.count)
        for (position, pair) in pairs.enumerated() {
            if let key = Key(pair.0), index[key] == nil { index[key] = position }
        }
        self.index = index
    }

    /// The value at a key.
    public subscript(key: Value) -> Value? {
        guard let key = Key(key), let position = index[key] else { return nil }
        return pairs[position].value
    }

    /// The value at a string key.
    public subscript(key: String) -> Value? {
        guard let position = index[.string(Array(key.utf8))] else { return nil }
        return pairs[position].value
    }

    /// How many entries.
    public var count: Int { pairs.count }
}
