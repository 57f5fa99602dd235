// SPDX-License-Identifier: GPL-3.0-or-later

/// CEL's `==` (language definition, "Equality"): numbers of all kinds on one line, NaN unlike everything, strings by
/// bytes, lists and maps by their entries, values of different kinds simply unequal. What is not known equals nothing.
public func celEquals(_ left: Value, _ right: Value) -> Bool {
    var comparison = Comparison()
    return comparison.areEqual(left, right) && comparison.unknown.isEmpty
}

/// A comparison in progress.
struct Comparison {
    /// One unit for each value and each ten bytes looked at.
    private(set) var work = 0
    /// Facts that were not known where they were compared. Values with such parts are equal as far as anyone can tell,
    /// or differ in a part that is known.
    private(set) var unknown: [Unknown] = []

    /// Whether two values are equal, apart from what is unknown.
    mutating func areEqual(_ left: Value, _ right: Value) -> Bool {
        work &+= 1
        switch (left.kind, right.kind) {
        case (.string(let a), .string(let b)):
            work &+= min(a.utf8.count, b.utf8.count) / 10
            return bytesEqual(a, b)
        case (.unknown(let facts), _), (_, .unknown(let facts)):
            unknown.append(contentsOf: facts.filter { !unknown.contains($0) })
            return true
        case (.int(let a), .int(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.null, .null), (.absent, .absent): return true
        case (.int, _), (.uint, _), (.double, _): return compareNumbers(left, right) == 0
        case (.bytes(let a), .bytes(let b)):
            work &+= min(a.count, b.count) / 10
            return a == b
        case (.list(let a), .list(let b)): return areEqual(a, b)
        case (.record(let a), .record(let b)): return a.schema == b.schema && areEqual(a.values, b.values)
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            for pair in a.pairs {
                guard let other = b[pair.key], areEqual(pair.value, other) else { return false }
            }
            return true
        case (.optional(let a), .optional(let b)):
            switch (a, b) {
            case (nil, nil): return true
            case (let a?, let b?): return areEqual(a, b)
            default: return false
            }
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a.runtimeName == b.runtimeName
        case (.mode(let a), .mode(let b)): return a == b
        case (.byteSize(let a), .byteSize(let b)): return a == b
        case (.version(let a), .version(let b)): return compareDebianVersions(a, b) == 0
        case (.ip(let a), .ip(let b)): return a.unmapped == b.unmapped
        case (.cidr(let a), .cidr(let b)): return a == b
        default: return false
        }
    }

    private mutating func areEqual(_ left: [Value], _ right: [Value]) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where !areEqual(left[index], right[index]) { return false }
        return true
    }
}

/// Swift's own `==` on strings is canonical equivalence, which would let two spellings of a name pass for one.
func bytesEqual(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    let a = left.utf8Span.span
    let b = right.utf8Span.span
    for index in a.indices where a[index] != b[index] { return false }
    return true
}

extension IPAddress {
    /// `::ffff:192.0.2.1` and `192.0.2.1` name the same host (RFC 4291 section 2.5.5.2).
    var unmapped: [UInt8] {
        guard bytes.count == 16, bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF else {
            return bytes
        }
        return Array(bytes[12...])
    }
}
