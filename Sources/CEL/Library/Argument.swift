// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// A Swift type that stands for a type of CEL, so that a function's Swift signature is its CEL signature.
protocol Argument: Sendable {
    /// The type of CEL.
    static var type: ValueType { get }
    /// Nil when the value is of another kind.
    init?(_ kind: Value.Kind)
    /// Back to CEL.
    var kind: Value.Kind { get }
}

extension Bool: Argument {
    static var type: ValueType { .bool }
    init?(_ kind: Value.Kind) {
        guard case .bool(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .bool(self) }
}

extension Int64: Argument {
    static var type: ValueType { .int }
    init?(_ kind: Value.Kind) {
        guard case .int(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .int(self) }
}

extension UInt64: Argument {
    static var type: ValueType { .uint }
    init?(_ kind: Value.Kind) {
        guard case .uint(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .uint(self) }
}

extension Double: Argument {
    static var type: ValueType { .double }
    init?(_ kind: Value.Kind) {
        guard case .double(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .double(self) }
}

extension String: Argument {
    static var type: ValueType { .string }
    init?(_ kind: Value.Kind) {
        guard case .string(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .string(self) }
}

extension [UInt8]: Argument {
    static var type: ValueType { .bytes }
    init?(_ kind: Value.Kind) {
        guard case .bytes(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .bytes(self) }
}

extension Timestamp: Argument {
    static var type: ValueType { .timestamp }
    init?(_ kind: Value.Kind) {
        guard case .timestamp(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .timestamp(self) }
}

extension TimeSpan: Argument {
    static var type: ValueType { .duration }
    init?(_ kind: Value.Kind) {
        guard case .duration(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .duration(self) }
}

extension FileMode: Argument {
    static var type: ValueType { .mode }
    init?(_ kind: Value.Kind) {
        guard case .mode(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .mode(self) }
}

extension IPAddress: Argument {
    static var type: ValueType { .ip }
    init?(_ kind: Value.Kind) {
        guard case .ip(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .ip(self) }
}

extension CIDR: Argument {
    static var type: ValueType { .cidr }
    init?(_ kind: Value.Kind) {
        guard case .cidr(let value) = kind else { return nil }
        self = value
    }
    var kind: Value.Kind { .cidr(self) }
}

extension ByteSize: Argument {
    static var type: ValueType { .byteSize }
    init?(_ kind: Value.Kind) {
        guard case .byteSize(let count) = kind else { return nil }
        self.init(count)
    }
    var kind: Value.Kind { .byteSize(count) }
}

/// A Debian package version.
struct Version: Argument {
    let text: String
    init(text: String) { self.text = text }
    static var type: ValueType { .version }
    init?(_ kind: Value.Kind) {
        guard case .version(let text) = kind else { return nil }
        self.text = text
    }
    var kind: Value.Kind { .version(text) }
}

/// A list of strings.
struct Strings: Argument {
    let texts: [String]
    init(_ texts: [String]) { self.texts = texts }
    static var type: ValueType { .list(.string) }
    init?(_ kind: Value.Kind) {
        guard case .list(let values) = kind else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(values.count)
        for value in values {
            guard case .string(let text) = value.kind else { return nil }
            texts.append(text)
        }
        self.texts = texts
    }
    var kind: Value.Kind { .list(texts.map { Value(.string($0)) }) }
}

/// A list of anything: `T` is one type throughout the signature.
struct Elements: Argument {
    let values: [Value]
    init(_ values: [Value]) { self.values = values }
    static var type: ValueType { .list(.parameter("T")) }
    init?(_ kind: Value.Kind) {
        guard case .list(let values) = kind else { return nil }
        self.values = values
    }
    var kind: Value.Kind { .list(values) }
}

/// A value of type `T`.
struct Element: Argument {
    let value: Value
    init(_ value: Value) { self.value = value }
    static var type: ValueType { .parameter("T") }
    init?(_ kind: Value.Kind) { value = Value(kind) }
    var kind: Value.Kind { value.kind }
}

/// A map of anything.
struct Entries: Argument {
    let map: MapValue
    static var type: ValueType { .map(.parameter("K"), .parameter("V")) }
    init?(_ kind: Value.Kind) {
        guard case .map(let map) = kind else { return nil }
        self.map = map
    }
    var kind: Value.Kind { .map(map) }
}

/// A list whose elements may each be of another type.
struct Anything: Argument {
    let values: [Value]
    static var type: ValueType { .list(.dyn) }
    init?(_ kind: Value.Kind) {
        guard case .list(let values) = kind else { return nil }
        self.values = values
    }
    var kind: Value.Kind { .list(values) }
}
