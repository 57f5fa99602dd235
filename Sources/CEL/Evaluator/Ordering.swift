// SPDX-License-Identifier: GPL-3.0-or-later

/// CEL's order: negative, zero or positive; nil for values that have none (NaN, lists, modes, different kinds).
/// Numbers of all kinds stand on one line; strings and bytes go by bytes; versions as dpkg sorts them.
public func celCompare(_ left: Value, _ right: Value) -> Int? {
    switch (left.kind, right.kind) {
    case (.int(let a), .int(let b)): return order(a, b)
    case (.string(let a), .string(let b)): return compareBytes(a, b)
    case (.int, _), (.uint, _), (.double, _): return compareNumbers(left, right)
    case (.bool(let a), .bool(let b)): return order(a ? 1 : 0, b ? 1 : 0)
    case (.bytes(let a), .bytes(let b)):
        return a == b ? 0 : a.lexicographicallyPrecedes(b) ? -1 : 1
    case (.timestamp(let a), .timestamp(let b)): return order(a, b)
    case (.duration(let a), .duration(let b)): return order(a, b)
    case (.byteSize(let a), .byteSize(let b)): return order(a, b)
    case (.version(let a), .version(let b)): return compareDebianVersions(a, b)
    default: return nil
    }
}

/// Int, uint and double against each other; nil for NaN and for what is no number. Against a double, an integer of
/// its range is compared as the nearest double, as the conformance suite has it (`not_lt_dyn_int_big_lossy_double`).
func compareNumbers(_ left: Value, _ right: Value) -> Int? {
    switch (left.kind, right.kind) {
    case (.int(let a), .int(let b)): return order(a, b)
    case (.uint(let a), .uint(let b)): return order(a, b)
    case (.int(let a), .uint(let b)): return a < 0 ? -1 : order(a.magnitude, b)
    case (.uint(let a), .int(let b)): return b < 0 ? 1 : order(a, b.magnitude)
    case (.double(let a), .double(let b)): return order(a, b)
    case (.int(let a), .double(let b)): return order(Double(a), b)
    case (.double(let a), .int(let b)): return order(a, Double(b))
    case (.uint(let a), .double(let b)): return order(Double(a), b)
    case (.double(let a), .uint(let b)): return order(a, Double(b))
    default: return nil
    }
}

private func order<T: Comparable>(_ left: T, _ right: T) -> Int { left < right ? -1 : left == right ? 0 : 1 }

private func order(_ left: Double, _ right: Double) -> Int? {
    if left.isNaN || right.isNaN { return nil }
    return left < right ? -1 : left == right ? 0 : 1
}

/// UTF-8 keeps the order of code points, which is the order CEL asks for.
private func compareBytes(_ left: String, _ right: String) -> Int {
    let a = left.utf8Span.span
    let b = right.utf8Span.span
    for index in 0..<min(a.count, b.count) where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
    return order(a.count, b.count)
}
