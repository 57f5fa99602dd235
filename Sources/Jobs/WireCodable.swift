// SPDX-License-Identifier: GPL-3.0-or-later

public import Wire

/// A value that broker and worker can tell each other, and that the broker can keep. Reading believes nothing: whoever
/// wrote the bytes has parsed hostile input, so numbers are held to what they can mean.
public protocol WireCodable: Sendable {
    /// Writes the value.
    func write(to writer: inout WireWriter)
    /// Reads what `write(to:)` wrote.
    init(from reader: inout WireReader) throws(WireError)
}

extension WireCodable {
    /// The value as bytes.
    public var wire: [UInt8] {
        var writer = WireWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The value that some bytes are, all of them.
    public init(wire bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        try self.init(from: &reader)
        try reader.end()
    }
}

extension WireReader {
    /// The next value, of the type that is asked for.
    public mutating func next<Value: WireCodable>() throws(WireError) -> Value { try Value(from: &self) }

    /// A number of things: from 0 to `bound`.
    mutating func natural(upTo bound: Int = Int(Int32.max)) throws(WireError) -> Int {
        let number = try int()
        guard (0...bound).contains(number) else { throw .malformed }
        return number
    }
}

extension WireCodable where Self: RawRepresentable<String> {
    /// Writes the raw value.
    public func write(to writer: inout WireWriter) { writer.write(rawValue) }
    /// Reads a raw value that names one of the alternatives.
    public init(from reader: inout WireReader) throws(WireError) { self = try reader.alternative(Self.self) }
}

extension String: WireCodable {
    /// Writes a length and UTF-8.
    public func write(to writer: inout WireWriter) { writer.write(self) }
    /// Reads a length and UTF-8.
    public init(from reader: inout WireReader) throws(WireError) { self = try reader.string() }
}

extension Array: WireCodable where Element: WireCodable {
    /// Writes how many there are, then each.
    public func write(to writer: inout WireWriter) { writer.write(self) { $1.write(to: &$0) } }
    /// Reads how many there are, then each.
    public init(from reader: inout WireReader) throws(WireError) {
        self = try reader.array { (reader) throws(WireError) in try reader.next() }
    }
}

extension Optional: WireCodable where Wrapped: WireCodable {
    /// Writes whether there is a value, then the value.
    public func write(to writer: inout WireWriter) { writer.write(self) { $1.write(to: &$0) } }
    /// Reads whether there is a value, then the value.
    public init(from reader: inout WireReader) throws(WireError) {
        self = try reader.optional { (reader) throws(WireError) in try reader.next() }
    }
}
