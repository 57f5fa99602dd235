// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    /// Most digits after a point.
    private static let maximumPrecision = 1000
    /// How deep a list or a map may lie in another.
    private static let maximumDepth = 64

    /// `format` of the strings extension.
    static func formatted(_ text: String, _ arguments: [Value]) throws(Failure) -> String {
        var result: [UInt8] = []
        var used = 0
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "%") else {
                result.append(bytes[position])
                position += 1
                continue
            }
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "%") {
                result.append(bytes[position])
                position += 1
                continue
            }
            let precision = try precision(bytes, &position)
            guard position < bytes.count else { throw Failure("the format ends inside a clause") }
            guard used < arguments.count else { throw Failure("index \(used) out of range of the format's arguments") }
            result += try clause(bytes[position], precision, arguments[used]).utf8
            guard result.count <= maximumTextBytes else {
                throw Failure("the text is longer than \(maximumTextBytes) bytes")
            }
            used += 1
            position += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `.3`, nil when there is none.
    private static func precision(_ bytes: [UInt8], _ position: inout Int) throws(Failure) -> Int? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return nil }
        position += 1
        let start = position
        var precision = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]), precision <= maximumPrecision {
            precision = precision * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        guard position > start, precision <= maximumPrecision else {
            throw Failure("a precision is a number up to \(maximumPrecision)")
        }
        return precision
    }

    private static func clause(_ verb: UInt8, _ precision: Int?, _ value: Value) throws(Failure) -> String {
        let kind = value.kind
        switch (verb, kind) {
        case (UInt8(ascii: "s"), _): return try text(value)
        case (UInt8(ascii: "d"), .int(let number)): return String(number)
        case (UInt8(ascii: "d"), .uint(let number)): return String(number)
        case (UInt8(ascii: "d"), .double(let number)): return text(number)
        case (UInt8(ascii: "f"), _):
            guard let number = double(kind) else { break }
            return Decimal(exact: number).map { decimal in
                let places = precision ?? 6
                return decimal.rounded(toFraction: places).fixed(places)
            } ?? text(number)
        case (UInt8(ascii: "e"), _):
            guard let number = double(kind) else { break }
            return Decimal(exact: number).map { decimal in
                let places = precision ?? 6
                return decimal.rounded(toFraction: places + 1 - decimal.point).scientific(places)
            } ?? text(number)
        case (UInt8(ascii: "b"), .bool(let bool)): return bool ? "1" : "0"
        case (UInt8(ascii: "b"), .int(let number)): return String(number, radix: 2)
        case (UInt8(ascii: "b"), .uint(let number)): return String(number, radix: 2)
        case (UInt8(ascii: "o"), .int(let number)): return String(number, radix: 8)
        case (UInt8(ascii: "o"), .uint(let number)): return String(number, radix: 8)
        case (UInt8(ascii: "o"), .mode(let mode)): return mode.description
        case (UInt8(ascii: "x"), _), (UInt8(ascii: "X"), _):
            let isUpper = verb == UInt8(ascii: "X")
            switch kind {
            case .int(let number): return String(number, radix: 16, uppercase: isUpper)
            case .uint(let number): return String(number, radix: 16, uppercase: isUpper)
            case .string(let text): return text.utf8.hexadecimal(uppercase: isUpper)
            case .bytes(let bytes): return bytes.hexadecimal(uppercase: isUpper)
            default: break
            }
        case (UInt8(ascii: "d"), _), (UInt8(ascii: "o"), _): break
        default: throw Failure("unknown clause in the format: %\(String(decoding: [verb], as: UTF8.self).printable)")
        }
        let verb = String(decoding: [verb], as: UTF8.self)
        throw Failure("%\(verb) does not take a value of type \(value.runtimeType.runtimeName)")
    }

    /// As `%s` writes a value: a list as `[a, b]`, a map as `{key: value}` in the order of its keys' texts.
    static func text(_ value: Value, depth: Int = maximumDepth) throws(Failure) -> String {
        guard depth > 0 else { throw Failure("values are nested more than \(maximumDepth) deep") }
        switch value.kind {
        case .null: return "null"
        case .bool(let bool): return bool ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return text(number)
        case .string(let text): return text
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .timestamp(let timestamp): return timestamp.description
        case .duration(let span): return span.secondsText
        case .type(let type): return type.runtimeName
        case .mode(let mode): return mode.description
        case .byteSize(let count): return ByteSize(count).text
        case .version(let text): return text
        case .ip(let address): return address.text
        case .cidr(let cidr): return cidr.text
        case .list(let values):
            var texts: [String] = []
            for value in values { texts.append(try text(value, depth: depth - 1)) }
            return "[" + texts.joined(separator: ", ") + "]"
        case .map(let map):
            var entries: [(key: String, value: String)] = []
            for pair in map.pairs {
                entries.append((try text(pair.key, depth: depth - 1), try text(pair.value, depth: depth - 1)))
            }
            entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return "{" + entries.map { $0.key + ": " + $0.value }.joined(separator: ", ") + "}"
        case .optional, .record, .absent, .unknown, .error:
            throw Failure("%s does not take a value of type \(value.runtimeType.runtimeName)")
        }
    }

    /// A double without an exponent.
    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        return Decimal(shortest: number)?.fixed() ?? (number < 0 ? "-Infinity" : "Infinity")
    }

    private static func double(_ kind: Value.Kind) -> Double? {
        switch kind {
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
