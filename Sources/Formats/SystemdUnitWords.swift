// SPDX-License-Identifier: GPL-3.0-or-later

/// Splits values into words as systemd.syntax(7), "Quoting", says: whitespace separates, single and double quotes hold
/// together anywhere in a word, and C escapes stand for bytes.
public enum SystemdUnitWords {
    /// What a backslash means.
    public enum Escapes: Sendable {
        /// `\n`, `\t`, `\x41`, `\s` … become what they stand for; an escape that is none stays as written.
        case unescape
        /// A backslash stays as written (names of units carry them).
        case keep
    }

    /// The words of a value; nil when a quote is not closed or the value ends in a backslash.
    public static func split(_ text: String, escapes: Escapes = .unescape) -> [String]? {
        var rest = Array(text.utf8)[...]
        var words: [String] = []
        while true {
            switch next(&rest, escapes: escapes) {
            case .word(let word): words.append(word)
            case .end: return words
            case .broken: return nil
            }
        }
    }

    /// What taking a word gave.
    enum Taken {
        case word(String), end, broken
    }

    /// Takes one word off the front of `rest`.
    static func next(_ rest: inout ArraySlice<UInt8>, escapes: Escapes) -> Taken {
        rest = rest.drop(while: isSpace)
        guard !rest.isEmpty else { return .end }
        var word: [UInt8] = []
        var quote: UInt8?
        while let byte = rest.first {
            rest = rest.dropFirst()
            if let open = quote, byte == open {
                quote = nil
            } else if quote == nil, byte == 0x22 || byte == 0x27 {
                quote = byte
            } else if quote == nil, isSpace(byte) {
                rest = rest.drop(while: isSpace)
                return .word(String(decoding: word, as: UTF8.self))
            } else if byte == 0x5C {
                guard !rest.isEmpty else { return .broken }
                switch escapes {
                case .keep:
                    word.append(byte)
                    if let escaped = rest.popFirst() { word.append(escaped) }
                case .unescape: word += unescaped(&rest)
                }
            } else {
                word.append(byte)
            }
        }
        return quote == nil ? .word(String(decoding: word, as: UTF8.self)) : .broken
    }

    /// The bytes the escape after a backslash stands for; `\` and the character when it is none.
    private static func unescaped(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        guard let letter = rest.popFirst() else { return [0x5C] }
        switch letter {
        case 0x61: return [7]
        case 0x62: return [8]
        case 0x66: return [12]
        case 0x6E: return [10]
        case 0x72: return [13]
        case 0x74: return [9]
        case 0x76: return [11]
        case 0x73: return [0x20]
        case 0x5C, 0x22, 0x27: return [letter]
        case 0x78: return number(&rest, digits: 2, radix: 16).map { [UInt8(truncatingIfNeeded: $0)] } ?? [0x5C, letter]
        case 0x75, 0x55:
            let digits = letter == 0x75 ? 4 : 8
            guard let code = number(&rest, digits: digits, radix: 16), let scalar = Unicode.Scalar(code) else {
                return [0x5C, letter]
            }
            return Array(String(Character(scalar)).utf8)
        case 0x30...0x33:
            var digits = [letter] + rest.prefix(2)
            digits.removeAll { !(0x30...0x37).contains($0) }
            guard digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8), code != 0
            else { return [0x5C, letter] }
            rest = rest.dropFirst(2)
            return [code]
        default: return [0x5C, letter]
        }
    }

    /// Takes exactly that many digits, and nothing when they are not all there or stand for NUL.
    private static func number(_ rest: inout ArraySlice<UInt8>, digits: Int, radix: Int) -> UInt32? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.first != 0x2B, text.first != 0x2D,
            let code = UInt32(String(decoding: text, as: UTF8.self), radix: radix), code != 0
        else { return nil }
        rest = rest.dropFirst(digits)
        return code
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
