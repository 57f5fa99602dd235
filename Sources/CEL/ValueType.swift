// SPDX-License-Identifier: GPL-3.0-or-later

/// A CEL type as the checker sees it.
public indirect enum ValueType: Sendable, Hashable {
    /// Not known before evaluation: every operation is allowed and checked at run time.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case mode, byteSize, version, ip, cidr
    case list(ValueType)
    case map(ValueType, ValueType)
    case optional(ValueType)
    /// The type of a type.
    case type(ValueType)
    case record(RecordSchema)
    /// A type variable in an overload's signature.
    case parameter(String)
    /// Any type by a name of its own (a message type named in an expression, say).
    case opaque(String)
}
