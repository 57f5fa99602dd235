// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A word of a script of nft(8), "Lexical conventions": words, quoted strings, signs, and the ends of statements.
public struct NftablesToken: Sendable, Hashable {
    /// What a token is.
    public enum Kind: Sendable, Hashable { case word, string, sign, end }

    /// What it is.
    public let kind: Kind
    /// What stands there, without quotes; `;` for every end of a statement.
    public let text: String
    /// Where it begins.
    public let origin: Origin

    /// The tokens of a file. A quote that is not closed goes to its end.
    public static func read(_ bytes: [UInt8], path: String) -> [NftablesToken] {
        var tokens: [NftablesToken] = []
        var index = 0
        var line = 1
        var start = 0
        func origin() -> Origin { Origin(path: path, line: line, column: index - start + 1) }
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x0A:
                tokens.append(NftablesToken(kind: .end, text: ";", origin: origin()))
                index += 1
                line += 1
                start = index
            case UInt8(ascii: ";"):
                tokens.append(NftablesToken(kind: .end, text: ";", origin: origin()))
                index += 1
            case 0x20, 0x09, 0x0D: index += 1
            case UInt8(ascii: "#"):
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            case UInt8(ascii: "\\") where index + 1 < bytes.count && bytes[index + 1] == 0x0A:
                index += 2
                line += 1
                start = index
            case UInt8(ascii: "\""):
                let place = origin()
                let end = bytes[(index + 1)...].firstIndex(of: byte) ?? bytes.count
                let text = bytes[(index + 1)..<end]
                tokens.append(NftablesToken(kind: .string, text: String(decoding: text, as: UTF8.self), origin: place))
                for position in index..<end where bytes[position] == 0x0A {
                    line += 1
                    start = position + 1
                }
                index = end + 1
            case let sign where signs.contains(sign):
                let place = origin()
                var end = index + 1
                if end < bytes.count, bytes[end] == 0x3D || bytes[end] == sign, "!=<>&|".utf8.contains(sign) {
                    end += 1
                }
                let text = String(decoding: bytes[index..<end], as: UTF8.self)
                tokens.append(NftablesToken(kind: .sign, text: text, origin: place))
                index = end
            default:
                let place = origin()
                var end = index
                while end < bytes.count, !isBlank(bytes[end]), !signs.contains(bytes[end]) { end += 1 }
                var word = bytes[index..<end]
                index = end
                // `22: accept` in a map; an IPv6 network may end in `::`.
                let isKey = word.count > 1 && word.last == 0x3A && word.dropLast().last != 0x3A
                if isKey { word = word.dropLast() }
                let text = String(decoding: word, as: UTF8.self)
                let isSign = [":", ".", "-", "/"].contains(text)
                tokens.append(NftablesToken(kind: isSign ? .sign : .word, text: text, origin: place))
                if isKey { tokens.append(NftablesToken(kind: .sign, text: ":", origin: place)) }
            }
        }
        tokens.append(NftablesToken(kind: .end, text: ";", origin: origin()))
        return tokens
    }

    private static let signs = Array("{}(),;\"#=!<>&|^".utf8)

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
}
