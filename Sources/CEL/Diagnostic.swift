// SPDX-License-Identifier: GPL-3.0-or-later

/// One thing that is wrong with an expression, and where.
public struct Diagnostic: Sendable, Hashable {
    /// What is wrong: "undeclared name `sshdd`".
    public var message: String
    /// Where it starts, in UTF-8 bytes from the start of the text.
    public var offset: Int
    /// How many bytes it spans; 0 at the end of the text.
    public var length: Int
    /// What to try instead: "did you mean `sshd`?".
    public var hint: String?

    /// A diagnostic.
    public init(_ message: String, offset: Int, length: Int = 1, hint: String? = nil) {
        self.message = message
        self.offset = offset
        self.length = length
        self.hint = hint
    }

    /// `line:column: message; hint`, the line of the text, and a caret under the place.
    public func rendered(in text: String) -> String {
        let place = TextPlace(of: offset, in: text)
        let head = "\(place.line):\(place.column): \(message)" + (hint.map { "; \($0)" } ?? "")
        return "\(head)\n  \(place.lineText)\n  \(place.underline(length: length))"
    }
}

/// An expression that cannot be used: everything found wrong with it, in the order of the text.
public struct CompileFailure: Error, Sendable {
    /// At least one.
    public var diagnostics: [Diagnostic]

    /// A failure.
    public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// A byte offset as people read it: line and column from 1, columns in characters.
struct TextPlace {
    let line: Int
    let column: Int
    let lineText: String
    private let before: Substring
    private let after: Substring

    init(of offset: Int, in text: String) {
        let bytes = Array(text.utf8)
        let offset = min(max(offset, 0), bytes.count)
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
        line = bytes[..<start].count { $0 == newline } + 1
        lineText = String(decoding: bytes[start..<end], as: UTF8.self)
        before = Substring(String(decoding: bytes[start..<offset], as: UTF8.self))
        after = Substring(String(decoding: bytes[offset..<end], as: UTF8.self))
        column = before.count + 1
    }

    /// Blanks as wide as what stands before, a caret, and tildes under the rest of the span.
    func underline(length: Int) -> String {
        let blanks = before.map { $0 == "\t" ? "\t" : String(repeating: " ", count: Self.columns(of: $0)) }.joined()
        let span = String(decoding: after.utf8.prefix(max(length, 0)), as: UTF8.self)
        let width = span.reduce(0) { $0 + Self.columns(of: $1) }
        return blanks + "^" + String(repeating: "~", count: max(0, width - 1))
    }

    /// Terminal columns: two for East Asian wide characters and emoji (Unicode Standard Annex 11).
    private static func columns(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first?.value else { return 0 }
        let wide =
            (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
            || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
            || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
            || (0x1F300...0x1FAFF).contains(scalar) || (0x20000...0x3FFFD).contains(scalar)
        return wide ? 2 : 1
    }
}
