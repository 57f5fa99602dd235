// SPDX-License-Identifier: GPL-3.0-or-later

// The part of FoundationEssentials that swift-argument-parser uses, under its name: 5 MB of the program less than the
// whole of it. The Makefile compiles it, and the command parser of a release is compiled and linked with it; everything
// else, `swift build` and `swift test` too, has the toolchain's.

/// An error with a text of its own for people.
public protocol LocalizedError: Error {
    /// What went wrong.
    var errorDescription: String? { get }
}

/// The bytes of a text.
public struct Data: Sendable {
    let bytes: [UInt8]
}

extension String {
    /// How bytes are read as a text.
    public struct Encoding: Sendable {
        /// The one there is.
        public static let utf8 = Encoding()
    }

    /// The text of bytes that are UTF-8.
    public init?(data: Data, encoding: Encoding) {
        self.init(validating: data.bytes, as: UTF8.self)
    }
}

/// Writes values as JSON: as `JSONEncoder` does with `prettyPrinted` and `sortedKeys`, to the byte.
public final class JSONEncoder {
    /// How the text looks. It always looks the same here: on lines of its own, and sorted.
    public struct OutputFormatting: OptionSet, Sendable {
        /// The options as bits.
        public let rawValue: UInt

        /// Options from their bits.
        public init(rawValue: UInt) { self.rawValue = rawValue }

        /// Each member on a line of its own.
        public static let prettyPrinted = OutputFormatting(rawValue: 1)
        /// Members by their names.
        public static let sortedKeys = OutputFormatting(rawValue: 2)
    }

    /// How the text looks.
    public var outputFormatting: OutputFormatting = []

    /// An encoder.
    public init() {}

    /// The JSON text of a value of strings, integers, booleans and what is made of them; an error for any other.
    public func encode<Value: Encodable>(_ value: Value) throws -> Data {
        let root = JSONNode()
        try root.set(value, codingPath: [])
        return Data(bytes: Array(root.text(indentation: "").utf8))
    }
}
