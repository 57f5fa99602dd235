// SPDX-License-Identifier: GPL-3.0-or-later

/// Digits as a number; nil when it needs more than 64 bits.
func parseMagnitude(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var digits = digits
    var radix: UInt64 = 10
    if digits.count > 2, digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
        digits = digits.dropFirst(2)
        radix = 16
    }
    var magnitude: UInt64 = 0
    for byte in digits {
        let digit = UInt64(byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: radix)
        let (sum, carry) = product.addingReportingOverflow(digit)
        guard !overflow, !carry else { return nil }
        magnitude = sum
    }
    return magnitude
}

/// The value of a quoted literal (language definition, "String and Bytes Values").
struct QuotedLiteral {
    /// What it says, in UTF-8 for strings and as is for bytes.
    private(set) var content: [UInt8] = []
    /// The first thing wrong with it.
    private(set) var problem: (message: String, offset: Int, length: Int)?
    private let bytes: [UInt8]
    private let isBytes: Bool
    private var position: Int
    private let end: Int

    /// Decodes the token's bytes; the lexer has checked the quotes.
    init(_ token: Token, in bytes: [UInt8]) {
        self.bytes = bytes
        isBytes = token.kind == .bytes
        var start = token.start
        var raw = false
        while bytes[start] != UInt8(ascii: "\""), bytes[start] != UInt8(ascii: "'") {
            raw = raw || bytes[start] | 0x20 == UInt8(ascii: "r")
            start += 1
        }
        let quote = bytes[start]
        let triple =
            token.end - start >= 6 && bytes[start + 1] == quote && bytes[start + 2] == quote
        position = start + (triple ? 3 : 1)
        end = token.end - (triple ? 3 : 1)
        let body = bytes[position..<end]
        if raw || !body.contains(UInt8(ascii: "\\")) {
            content = Array(body)
        } else {
            decode()
        }
    }

    private mutating func decode() {
        content.reserveCapacity(end - position)
        while position < end, problem == nil {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\\") { decodeEscape() } else { content.append(byte) }
        }
    }

    private mutating func decodeEscape() {
        let start = position - 1
        guard position < end else { return fail(from: start) }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "a"): content.append(0x07)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "v"): content.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            content.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): decodeNumber(digits: 2, radix: 16, from: start)
        case UInt8(ascii: "u") where !isBytes: decodeNumber(digits: 4, radix: 16, from: start)
        case UInt8(ascii: "U") where !isBytes: decodeNumber(digits: 8, radix: 16, from: start)
        case 0x30...0x33:
            position -= 1
            decodeNumber(digits: 3, radix: 8, from: start)
        default: fail(from: start)
        }
    }

    /// A code point in a string, one byte in a bytes literal.
    private mutating func decodeNumber(digits: Int, radix: UInt32, from start: Int) {
        var number: UInt32 = 0
        for _ in 0..<digits {
            guard position < end, isHexDigit(bytes[position]) else { return fail(from: start) }
            let byte = bytes[position]
            let digit = UInt32(byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57)
            guard digit < radix else { return fail(from: start) }
            number = number &* radix &+ digit
            position += 1
        }
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: number))
        } else if let scalar = Unicode.Scalar(number) {
            content.append(contentsOf: Array(String(Character(scalar)).utf8))
        } else {
            problem = ("this escape names no Unicode character", start, position - start)
        }
    }

    private mutating func fail(from start: Int) {
        var stop = min(max(position, start + 2), end)
        while stop < end, bytes[stop] & 0xC0 == 0x80 { stop += 1 }
        let text = String(decoding: bytes[start..<stop], as: UTF8.self)
        problem = ("`\(text)` is no escape sequence", start, stop - start)
    }
}
