// SPDX-License-Identifier: GPL-3.0-or-later

/// Writes values as bytes for another process of this very program, or for its own state: no names, no types, fixed
/// widths, little-endian. `WireReader` takes them back in the same order.
public struct WireWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// One byte.
    public mutating func write(_ value: UInt8) { bytes.append(value) }

    /// One byte: 0 or 1.
    public mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    /// Eight bytes.
    public mutating func write(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// Seven bits a byte, the lowest first: one byte for numbers below 128, ten at most (LEB128).
    public mutating func write(compact value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A compact length and UTF-8.
    public mutating func write(compact value: String) {
        write(compact: UInt64(value.utf8.count))
        bytes += value.utf8
    }

    /// Eight bytes, two's complement.
    public mutating func write(_ value: Int64) { write(UInt64(bitPattern: value)) }

    /// Eight bytes, two's complement.
    public mutating func write(_ value: Int) { write(Int64(value)) }

    /// Eight bytes, IEEE 754.
    public mutating func write(_ value: Double) { write(value.bitPattern) }

    /// A length and the bytes.
    public mutating func write(_ value: [UInt8]) {
        write(value.count)
        bytes += value
    }

    /// A length and UTF-8.
    public mutating func write(_ value: String) {
        write(value.utf8.count)
        bytes += value.utf8
    }

    /// Whether there is a value, then the value.
    public mutating func write<Value>(_ value: Value?, _ body: (inout WireWriter, Value) -> Void) {
        write(value != nil)
        if let value { body(&self, value) }
    }

    /// How many, then each.
    public mutating func write<Values: Collection>(
        _ values: Values, _ body: (inout WireWriter, Values.Element) -> Void
    ) {
        write(values.count)
        for value in values { body(&self, value) }
    }
}
