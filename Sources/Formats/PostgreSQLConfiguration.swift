// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of a postgresql.conf, split as the server's own scanner does ("Parameter Interaction via the Configuration
/// File", PostgreSQL manual 20.1.2). What a parameter means, and what is included, is not decided here.
public struct PostgreSQLConfiguration: Sendable {
    /// The lines `name = value`, in the order of the file.
    public private(set) var settings: [Setting] = []
    /// Lines that are no such thing: with one of them the server does not start.
    public private(set) var problems: [Problem] = []

    /// One line.
    public struct Setting: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Column of the name in bytes, from 1.
        public let column: Int
        /// The name as written.
        public let name: String
        /// The value without quotes and escapes.
        public let value: String
    }

    /// A line the scanner does not accept.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Column of what is not understood, in bytes, from 1.
        public let column: Int
    }

    /// After so many bad lines the server reads no further.
    private static let problemLimit = 100

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        var scanner = Scanner(bytes: bytes)
        while problems.count < Self.problemLimit {
            let first = scanner.next()
            if first.kind == .end { break }
            if first.kind == .newline { continue }
            guard first.kind == .name || first.kind == .qualifiedName else {
                fail(at: first, &scanner)
                continue
            }
            var value = scanner.next()
            if value.kind == .equals { value = scanner.next() }
            guard [.name, .string, .number, .unquoted].contains(value.kind) else {
                fail(at: value, &scanner)
                continue
            }
            let last = scanner.next()
            guard last.kind == .newline || last.kind == .end else {
                fail(at: last, &scanner)
                continue
            }
            let text = bytes[value.range]
            settings.append(
                Setting(
                    line: first.line, column: first.column,
                    name: String(decoding: bytes[first.range], as: UTF8.self),
                    value: value.kind == .string ? Self.unquoted(text) : String(decoding: text, as: UTF8.self)))
            if last.kind == .end { break }
        }
    }

    /// The rest of the line is lost.
    private mutating func fail(at token: Token, _ scanner: inout Scanner) {
        problems.append(Problem(line: token.line, column: token.column))
        var token = token
        while token.kind != .newline, token.kind != .end { token = scanner.next() }
    }

    /// `''` is a quote, a backslash escapes as in C; an escaped NUL ends the text, as it does in C.
    private static func unquoted(_ quoted: ArraySlice<UInt8>) -> String {
        var rest = quoted.dropFirst().dropLast()
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "'") where rest.first == byte:
                result.append(byte)
                rest = rest.dropFirst()
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { break }
                switch escaped {
                case UInt8(ascii: "b"): result.append(8)
                case UInt8(ascii: "f"): result.append(12)
                case UInt8(ascii: "n"): result.append(10)
                case UInt8(ascii: "r"): result.append(13)
                case UInt8(ascii: "t"): result.append(9)
                case 0x30...0x37:
                    var value = Int(escaped - 0x30)
                    for _ in 0..<2 {
                        guard let digit = rest.first, (0x30...0x37).contains(digit) else { break }
                        value = value * 8 + Int(digit - 0x30)
                        rest = rest.dropFirst()
                    }
                    result.append(UInt8(truncatingIfNeeded: value))
                default: result.append(escaped)
                }
            default: result.append(byte)
            }
        }
        return String(decoding: result.prefix { $0 != 0 }, as: UTF8.self)
    }

    // MARK: Scanner

    private enum Kind { case name, qualifiedName, string, unquoted, number, equals, newline, end, other }

    private struct Token {
        var kind: Kind
        var range: Range<Int>
        var line: Int
        var column: Int
    }

    /// Of all the forms a token may have, the longest that fits wins; of equally long ones, the first named here.
    private struct Scanner {
        let bytes: [UInt8]
        private var position = 0
        private var line = 1
        private var lineStart = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> Token {
            while position < bytes.count, [0x20, 0x09, 0x0D].contains(bytes[position]) { position += 1 }
            if position < bytes.count, bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != 0x0A { position += 1 }
            }
            guard position < bytes.count else { return token(.end, 0) }
            if bytes[position] == 0x0A {
                let found = token(.newline, 1)
                line += 1
                lineStart = position
                return found
            }
            if bytes[position] == UInt8(ascii: "=") { return token(.equals, 1) }
            var best: (kind: Kind, length: Int) = (.other, 0)
            for (kind, length) in [
                (Kind.name, name(position)), (.qualifiedName, qualifiedName()), (.string, string()),
                (.unquoted, unquotedString()), (.number, integer()), (.number, real()),
            ] where length > best.length {
                best = (kind, length)
            }
            return token(best.kind, max(1, best.length))
        }

        private mutating func token(_ kind: Kind, _ length: Int) -> Token {
            let start = position
            position += length
            return Token(kind: kind, range: start..<position, line: line, column: start - lineStart + 1)
        }

        private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0x0A }

        private func run(_ start: Int, _ belongs: (UInt8) -> Bool) -> Int {
            var end = start
            while end < bytes.count, belongs(bytes[end]) { end += 1 }
            return end - start
        }

        private static func isLetter(_ byte: UInt8) -> Bool { isASCIILetter(byte) || byte == 0x5F || byte >= 0x80 }
        private static func isASCIILetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        private static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
        private static func isHexadecimal(_ byte: UInt8) -> Bool {
            isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
        }

        private func name(_ start: Int) -> Int { Self.isLetter(byte(start)) ? run(start, Self.isWord) : 0 }

        private func qualifiedName() -> Int {
            let first = name(position)
            guard first > 0, byte(position + first) == UInt8(ascii: ".") else { return 0 }
            let second = name(position + first + 1)
            return second > 0 ? first + 1 + second : 0
        }

        private func unquotedString() -> Int {
            guard Self.isLetter(byte(position)) else { return 0 }
            return run(position) { Self.isWord($0) || "-._:/".utf8.contains($0) }
        }

        private func string() -> Int {
            guard byte(position) == UInt8(ascii: "'") else { return 0 }
            var index = position + 1
            while index < bytes.count, bytes[index] != 0x0A {
                if bytes[index] == UInt8(ascii: "\\") {
                    guard byte(index + 1) != 0x0A else { return 0 }
                    index += 2
                } else if bytes[index] != UInt8(ascii: "'") {
                    index += 1
                } else if byte(index + 1) == UInt8(ascii: "'") {
                    index += 2
                } else {
                    return index + 1 - position
                }
            }
            return longestStringWithDoubledQuote()
        }

        /// A string that never ends may end one quote earlier, where a doubled quote was taken for one.
        private func longestStringWithDoubledQuote() -> Int {
            var index = position + 1
            var end = 0
            while index < bytes.count, bytes[index] != 0x0A {
                if bytes[index] == UInt8(ascii: "\\") {
                    guard byte(index + 1) != 0x0A else { break }
                    index += 2
                } else if bytes[index] == UInt8(ascii: "'") {
                    end = index + 1 - position
                    guard byte(index + 1) == UInt8(ascii: "'") else { break }
                    index += 2
                } else {
                    index += 1
                }
            }
            return end
        }

        private func sign() -> Int { [0x2B, 0x2D].contains(byte(position)) ? 1 : 0 }

        /// A whole number with letters after it, which may be a unit.
        private func integer() -> Int {
            let start = position + sign()
            let digits = run(start, Self.isDigit)
            guard digits > 0 else { return 0 }
            var end = start + digits
            end += run(end, Self.isASCIILetter)
            if byte(start) == UInt8(ascii: "0"), byte(start + 1) == UInt8(ascii: "x") {
                let hexadecimal = run(start + 2, Self.isHexadecimal)
                if hexadecimal > 0 {
                    let last = start + 2 + hexadecimal
                    end = max(end, last + run(last, Self.isASCIILetter))
                }
            }
            return end - position
        }

        /// A number with a point. It has no unit, so that `1.5GB` must be quoted.
        private func real() -> Int {
            var index = position + sign()
            index += run(index, Self.isDigit)
            guard byte(index) == UInt8(ascii: ".") else { return 0 }
            index += 1
            index += run(index, Self.isDigit)
            if byte(index) | 0x20 == UInt8(ascii: "e") {
                var digits = index + 1
                if [0x2B, 0x2D].contains(byte(digits)) { digits += 1 }
                let count = run(digits, Self.isDigit)
                if count > 0 { index = digits + count }
            }
            return index - position
        }
    }
}
