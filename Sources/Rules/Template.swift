// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Model

/// A text with `${expression}` in it. `$${` is a literal `${`.
public struct Template: Sendable {
    /// A piece of the text.
    enum Piece: Sendable {
        case text(String)
        case program(Program)
    }

    let pieces: [Piece]

    /// The expressions, in the order they stand.
    public var programs: [Program] {
        pieces.compactMap { if case .program(let program) = $0 { program } else { nil } }
    }

    /// The expressions' texts, sorted: the same in every language of a rule.
    public var placeholders: [String] { programs.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// Text and expressions in turn, as they stand; nil when a `${` is not closed.
    static func split(_ text: String) -> [(text: String, isExpression: Bool)]? {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return [(text, false)] }
        var pieces: [(String, Bool)] = []
        var plain: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if rest.starts(with: Array("$${".utf8)) {
                plain += Array("${".utf8)
                rest = rest.dropFirst(3)
            } else if rest.starts(with: Array("${".utf8)) {
                guard let length = expressionLength(rest.dropFirst(2)) else { return nil }
                pieces.append((String(decoding: plain, as: UTF8.self), false))
                plain = []
                let expression = rest.dropFirst(2).prefix(length)
                pieces.append((String(decoding: expression, as: UTF8.self), true))
                rest = rest.dropFirst(length + 3)
            } else {
                plain.append(byte)
                rest = rest.dropFirst()
            }
        }
        pieces.append((String(decoding: plain, as: UTF8.self), false))
        return pieces.filter { !$0.0.isEmpty }
    }

    /// Bytes up to the brace that closes the expression: braces nest, quotes hide them.
    private static func expressionLength(_ bytes: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var quote: UInt8?
        var escaped = false
        for (offset, byte) in bytes.enumerated() {
            if escaped {
                escaped = false
            } else if let open = quote {
                if byte == UInt8(ascii: "\\") { escaped = true }
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}") where depth > 0: depth -= 1
                case UInt8(ascii: "}"): return offset
                default: break
                }
            }
        }
        return nil
    }

    /// The text with its values. A value that is unknown or an error prints as `?`; a moment is told to the second.
    public func rendered(_ bindings: Bindings) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let plain): text += plain
            case .program(let program):
                let value = program.evaluate(bindings).value
                switch value.kind {
                case .unknown, .error, .absent: text += "?"
                case .timestamp(let moment): text += Timestamp(seconds: moment.seconds).description
                default: text += CEL.rendered(value)
                }
            }
        }
        return text
    }
}
