// SPDX-License-Identifier: GPL-3.0-or-later

/// Bytes to tokens (language definition, "Syntax"). An error is reported and the next best token given, so that the
/// parser can go on and find what else is wrong.
struct Lexer {
    let bytes: [UInt8]
    private var position = 0
    private(set) var diagnostics: [Diagnostic] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next token; `.end` for ever after the last.
    mutating func next() -> Token {
        skipBlanks()
        let start = position
        guard start < bytes.count else { return Token(kind: .end, start: start, end: start) }
        let kind = scan(bytes[start])
        return Token(kind: kind, start: start, end: position)
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0C, 0x0D: position += 1
            case UInt8(ascii: "/") where byte(at: position + 1) == UInt8(ascii: "/"):
                while position < bytes.count, bytes[position] != 0x0A { position += 1 }
            default: return
            }
        }
    }

    private mutating func scan(_ first: UInt8) -> Token.Kind {
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return scanString(raw: false, kind: .string)
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "r"), UInt8(ascii: "R"):
            return scanPrefixedString(first) ?? scanWord()
        case UInt8(ascii: "_"), 0x41...0x5A, 0x61...0x7A: return scanWord()
        case 0x30...0x39: return scanNumber()
        case UInt8(ascii: ".") where isDigit(byte(at: position + 1)): return scanNumber()
        case UInt8(ascii: "`"): return scanQuotedIdentifier()
        default: return scanSymbol(first)
        }
    }

    private mutating func scanSymbol(_ first: UInt8) -> Token.Kind {
        let second = byte(at: position + 1)
        position += 1
        switch first {
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: ":"): return .colon
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["): return .leftBracket
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: "{"): return .leftBrace
        case UInt8(ascii: "}"): return .rightBrace
        case UInt8(ascii: "+"): return .plus
        case UInt8(ascii: "-"): return .minus
        case UInt8(ascii: "*"): return .star
        case UInt8(ascii: "/"): return .slash
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? take(.notEqual) : .not
        case UInt8(ascii: "<"): return second == UInt8(ascii: "=") ? take(.lessEqual) : .less
        case UInt8(ascii: ">"): return second == UInt8(ascii: "=") ? take(.greaterEqual) : .greater
        case UInt8(ascii: "="): return doubled(first, second, .equal)
        case UInt8(ascii: "&"): return doubled(first, second, .and)
        case UInt8(ascii: "|"): return doubled(first, second, .or)
        default: return scanUnexpected()
        }
    }

    private mutating func take(_ kind: Token.Kind) -> Token.Kind {
        position += 1
        return kind
    }

    /// `==`, `&&`, `||`; one alone is an error but means the pair.
    private mutating func doubled(_ first: UInt8, _ second: UInt8, _ kind: Token.Kind) -> Token.Kind {
        if first == second { return take(kind) }
        let symbol = String(decoding: [first], as: UTF8.self)
        report("`\(symbol)` is not an operator", from: position - 1, hint: "did you mean `\(symbol)\(symbol)`?")
        return kind
    }

    private mutating func scanUnexpected() -> Token.Kind {
        let start = position - 1
        while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        report("unexpected character `\(text)`", from: start)
        return .invalid
    }

    private mutating func scanWord() -> Token.Kind {
        let start = position
        while isWordByte(byte(at: position)) { position += 1 }
        return Self.kind(ofWord: bytes[start..<position])
    }

    private static func kind(ofWord word: ArraySlice<UInt8>) -> Token.Kind {
        guard (2...9).contains(word.count) else { return .identifier }
        switch String(decoding: word, as: UTF8.self) {
        case "in": return .in
        case "true": return .true
        case "false": return .false
        case "null": return .null
        case "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
            "namespace", "return", "var", "void", "while":
            return .reserved
        default: return .identifier
        }
    }

    /// A field name in backquotes, for names that are no identifiers: `headers.`content-type``.
    private mutating func scanQuotedIdentifier() -> Token.Kind {
        let start = position
        position += 1
        while isWordByte(byte(at: position)) || [0x2E, 0x2D, 0x2F, 0x20].contains(byte(at: position)) { position += 1 }
        guard byte(at: position) == UInt8(ascii: "`"), position > start + 1 else {
            report("a quoted name holds letters, digits, `_ . - /` and blanks, and ends with a backquote", from: start)
            return .invalid
        }
        position += 1
        return .quotedIdentifier
    }

    private mutating func scanNumber() -> Token.Kind {
        if byte(at: position) == UInt8(ascii: "0"), byte(at: position + 1) | 0x20 == UInt8(ascii: "x"),
            isHexDigit(byte(at: position + 2))
        {
            position += 2
            while isHexDigit(byte(at: position)) { position += 1 }
            return scanUnsignedSuffix()
        }
        skipDigits()
        var isDouble = false
        if byte(at: position) == UInt8(ascii: "."), isDigit(byte(at: position + 1)) {
            isDouble = true
            position += 1
            skipDigits()
        }
        if byte(at: position) | 0x20 == UInt8(ascii: "e") {
            let sign = byte(at: position + 1)
            let digits = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") ? position + 2 : position + 1
            if isDigit(byte(at: digits)) {
                isDouble = true
                position = digits
                skipDigits()
            }
        }
        return isDouble ? .double : scanUnsignedSuffix()
    }

    private mutating func skipDigits() {
        while isDigit(byte(at: position)) { position += 1 }
    }

    private mutating func scanUnsignedSuffix() -> Token.Kind {
        byte(at: position) | 0x20 == UInt8(ascii: "u") ? take(.uint) : .int
    }

    /// `r"…"`, `b"…"`, `br"…"`; nil when the letter starts a name.
    private mutating func scanPrefixedString(_ first: UInt8) -> Token.Kind? {
        func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
        let isBytes = first | 0x20 == UInt8(ascii: "b")
        var length = 1
        var raw = !isBytes
        if isBytes, byte(at: position + 1) | 0x20 == UInt8(ascii: "r") {
            raw = true
            length = 2
        }
        guard isQuote(byte(at: position + length)) else { return nil }
        position += length
        return scanString(raw: raw, kind: isBytes ? .bytes : .string)
    }

    private mutating func scanString(raw: Bool, kind: Token.Kind) -> Token.Kind {
        let start = position
        let quote = bytes[position]
        let triple = byte(at: position + 1) == quote && byte(at: position + 2) == quote
        position += triple ? 3 : 1
        while position < bytes.count {
            let current = bytes[position]
            if current == quote, !triple || (byte(at: position + 1) == quote && byte(at: position + 2) == quote) {
                position += triple ? 3 : 1
                return kind
            }
            if !triple, current == 0x0A || current == 0x0D { break }
            // A backslash hides the quote after it, but not a line end.
            let next = byte(at: position + 1)
            position += current == UInt8(ascii: "\\") && !raw && next != 0x0A && next != 0x0D ? 2 : 1
        }
        position = min(position, bytes.count)
        report("this string has no closing quote", from: start)
        return .invalid
    }

    private mutating func report(_ message: String, from start: Int, hint: String? = nil) {
        guard diagnostics.count < Parser.maximumProblems else { return }
        diagnostics.append(Diagnostic(message, offset: start, length: position - start, hint: hint))
    }
}

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }

func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte | 0x20)
}
