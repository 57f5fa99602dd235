// SPDX-License-Identifier: GPL-3.0-or-later

/// A lexical element: its kind and the bytes it spans.
struct Token {
    enum Kind: UInt8 {
        case end, invalid
        case identifier, reserved, quotedIdentifier
        case int, uint, double, string, bytes
        case `true`, `false`, null
        case dot, comma, colon, question
        case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
        case plus, minus, star, slash, percent, not
        case less, lessEqual, greater, greaterEqual, equal, notEqual, `in`, and, or
    }

    var kind: Kind
    var start: Int
    var end: Int
}
