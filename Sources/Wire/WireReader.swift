// SPDX-License-Identifier: GPL-3.0-or-later

/// Why bytes are not what was expected. Whoever wrote them is another version, damaged, or hostile.
public enum WireError: Error, Sendable, Hashable {
    /// The bytes end too early.
    case truncated
    /// A number names none of the alternatives, a text is not UTF-8, a length is impossible.
    case malformed
    /// Something stands after the end.
    case excess
}

/// Takes back what `WireWriter` wrote. Never trusts a length: nothing is allocated for elements that are not there.
public struct WireReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Reads from the beginning of some bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    /// Throws unless everything was read.
    public func end() throws(WireError) { if remaining > 0 { throw .excess } }

    /// One byte.
    public mutating func byte() throws(WireError) -> UInt8 {
        guard remaining >= 1 else { throw .truncated }
        defer { position += 1 }
        return bytes[position]
    }

    /// A byte that is 0 or 1.
    public mutating func bool() throws(WireError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw .malformed
        }
    }

    /// Eight bytes.
    public mutating func uint64() throws(WireError) -> UInt64 {
        guard remaining >= 8 else { throw .truncated }
        var value: UInt64 = 0
        for offset in 0..<8 { value |= UInt64(bytes[position + offset]) << UInt64(8 * offset) }
        position += 8
        return value
    }

    /// A compact number.
    public mutating func compact() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            let bits = UInt64(byte & 0x7F)
            // The tenth byte has one bit left to say; a last byte of nothing says nothing.
            guard shift < 63 || bits < 2, shift == 0 || byte != 0 else { throw .malformed }
            value |= bits << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }

    /// A compact length and UTF-8.
    public mutating func compactString() throws(WireError) -> String {
        guard let count = Int(exactly: try compact()) else { throw .malformed }
        guard count <= remaining else { throw .truncated }
        return try string(of: count)
    }

    /// Eight bytes, two's complement.
    public mutating func int64() throws(WireError) -> Int64 { Int64(bitPattern: try uint64()) }

    /// Eight bytes, two's complement.
    public mutating func int() throws(WireError) -> Int { Int(try int64()) }

    /// Eight bytes, IEEE 754.
    public mutating func double() throws(WireError) -> Double { Double(bitPattern: try uint64()) }

    /// A length and bytes.
    public mutating func byteArray() throws(WireError) -> [UInt8] {
        let count = try self.count()
        defer { position += count }
        return Array(bytes[position..<(position + count)])
    }

    /// A length and UTF-8.
    public mutating func string() throws(WireError) -> String {
        try string(of: try count())
    }

    private mutating func string(of count: Int) throws(WireError) -> String {
        guard let text = String(validating: bytes[position..<(position + count)], as: UTF8.self) else {
            throw .malformed
        }
        position += count
        return text
    }

    /// A value that may be missing.
    public mutating func optional<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? { try bool() ? try body(&self) : nil }

    /// How many, then each. Every element takes at least one byte.
    public mutating func array<Value>(
        _ body: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        let count = try self.count()
        var values: [Value] = []
        values.reserveCapacity(min(count, 4096))
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    /// An alternative by its raw value.
    public mutating func alternative<Value: RawRepresentable<String>>(
        _ type: Value.Type
    ) throws(WireError) -> Value {
        guard let value = Value(rawValue: try string()) else { throw .malformed }
        return value
    }

    /// A count of things that are at least a byte each.
    private mutating func count() throws(WireError) -> Int {
        let count = try int()
        guard count >= 0 else { throw .malformed }
        guard count <= remaining else { throw .truncated }
        return count
    }
}
