// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A CEL value and where it comes from. The source is remembered when an operator or a function consumes the value,
/// which is how a finding knows the lines that decided it.
public struct Value: Sendable {
    /// What it is.
    public var kind: Kind
    /// Where it was read; `.none` for what was computed.
    public var source: SourceID

    /// A value, with its place when it has one.
    public init(_ kind: Kind, source: SourceID = .none) {
        self.kind = kind
        self.source = source
    }

    /// The alternatives.
    public enum Kind: Sendable {
        case null
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case double(Double)
        /// Compared by UTF-8 bytes, never by canonical equivalence.
        case string(String)
        case bytes([UInt8])
        case list([Value])
        case map(MapValue)
        case timestamp(Timestamp)
        case duration(TimeSpan)
        case type(ValueType)
        /// `optional.none()` is `.optional(nil)`.
        indirect case optional(Value?)
        case record(Record)
        /// Permission bits: `mode("0640")`.
        case mode(FileMode)
        /// A number of bytes that prints as a person writes it: `bytesize("256MiB")`.
        case byteSize(Int64)
        /// A Debian package version, ordered as deb-version(7) orders them: `version("1:9.2p1-2")`.
        case version(String)
        case ip(IPAddress)
        case cidr(CIDR)
        /// A field that is not set: `has()` is false, selecting it is an error. Only ever inside a `Record`.
        case absent
        /// Facts that could not be had. `false && unknown` is false, `true && unknown` is unknown.
        case unknown([Unknown])
        case error(EvaluationError)
    }
}

/// A fact that could not be had, and why, in words for a person.
public struct Unknown: Sendable, Hashable {
    /// The fact's path, as `sshd.PermitRootLogin`; may be filled in by the catalogue.
    public var fact: String
    /// Why: "permission denied: /etc/shadow".
    public var reason: String

    /// A fact that could not be had.
    public init(fact: String, reason: String) {
        self.fact = fact
        self.reason = reason
    }
}

/// What went wrong while evaluating, and where in the expression (UTF-8 offset).
public struct EvaluationError: Sendable, Hashable, Error {
    /// In words: "division by zero".
    public var message: String
    /// Offset in bytes into the expression's text.
    public var offset: Int

    /// An error at an offset.
    public init(_ message: String, offset: Int = 0) {
        self.message = message
        self.offset = offset
    }
}

extension Value {
    /// Short forms for collectors and tests.
    public static func bool(_ value: Bool, _ source: SourceID = .none) -> Value { Value(.bool(value), source: source) }
    /// An int.
    public static func int(_ value: Int64, _ source: SourceID = .none) -> Value { Value(.int(value), source: source) }
    /// An int from Swift's own.
    public static func int(_ value: Int, _ source: SourceID = .none) -> Value {
        Value(.int(Int64(value)), source: source)
    }
    /// A double.
    public static func double(_ value: Double, _ source: SourceID = .none) -> Value {
        Value(.double(value), source: source)
    }
    /// A string.
    public static func string(_ value: String, _ source: SourceID = .none) -> Value {
        Value(.string(value), source: source)
    }
    /// A list.
    public static func list(_ values: [Value], _ source: SourceID = .none) -> Value {
        Value(.list(values), source: source)
    }
    /// A list of strings without places of their own.
    public static func strings(_ values: [String], _ source: SourceID = .none) -> Value {
        Value(.list(values.map { Value(.string($0), source: source) }), source: source)
    }
    /// A map with string keys, in the order given.
    public static func map(_ pairs: [(String, Value)], _ source: SourceID = .none) -> Value {
        Value(.map(MapValue(pairs.map { (Value(.string($0.0)), $0.1) })), source: source)
    }
    /// A moment.
    public static func timestamp(_ value: Timestamp, _ source: SourceID = .none) -> Value {
        Value(.timestamp(value), source: source)
    }
    /// A span of time in whole seconds.
    public static func duration(seconds: Int64, _ source: SourceID = .none) -> Value {
        Value(.duration(TimeSpan(seconds: seconds)), source: source)
    }
    /// Permission bits.
    public static func mode(_ value: FileMode, _ source: SourceID = .none) -> Value {
        Value(.mode(value), source: source)
    }
    /// A number of bytes.
    public static func byteSize(_ value: Int64, _ source: SourceID = .none) -> Value {
        Value(.byteSize(value), source: source)
    }
    /// A record.
    public static func record(_ value: Record, _ source: SourceID = .none) -> Value {
        Value(.record(value), source: source)
    }
    /// A field that is not set.
    public static let absent = Value(.absent)
    /// A fact that could not be had.
    public static func unknown(_ fact: String, _ reason: String, _ source: SourceID = .none) -> Value {
        Value(.unknown([Unknown(fact: fact, reason: reason)]), source: source)
    }
}
