// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of a pg_hba.conf or pg_ident.conf as fields of words (PostgreSQL manual 21.1). `@file` and the include
/// directives of version 16 are words like others here.
public struct PostgreSQLAuthenticationFile: Sendable {
    /// The lines that say something, in the order of the file.
    public private(set) var lines: [Line] = []

    /// A logical line: fields separated by blanks, each of words separated by commas.
    public struct Line: Sendable, Hashable {
        /// Line where it begins, from 1.
        public let line: Int
        /// The fields; none is empty.
        public let fields: [[Word]]
        /// True when a word is longer than the server takes.
        public let isTooLong: Bool
    }

    /// A word.
    public struct Word: Sendable, Hashable {
        /// Without quotes.
        public let text: String
        /// It began with a quote: `"all"` is a name, `@` and `+` mean nothing.
        public let isQuoted: Bool

        /// A word.
        public init(_ text: String, isQuoted: Bool = false) {
            self.text = text
            self.isQuoted = isQuoted
        }

        /// Is it this keyword, written without quotes?
        public func isKeyword(_ keyword: String) -> Bool { !isQuoted && text == keyword }

        /// The file that is named by an unquoted `@`.
        public var file: String? {
            !isQuoted && text.utf8.count > 1 && text.utf8.first == UInt8(ascii: "@")
                ? String(decoding: text.utf8.dropFirst(), as: UTF8.self) : nil
        }
    }

    /// MAX_TOKEN of hba.c.
    private static let wordLimit = 10240

    /// Reads a file; `continues`: a backslash at the end continues a line, also of a comment (since version 14).
    public init(_ bytes: [UInt8], continues: Bool) {
        var pending: [UInt8] = []
        var start = 1
        var isOpen = false
        var physical = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if physical.last?.isEmpty == true { physical.removeLast() }
        for (index, part) in physical.enumerated() {
            if !isOpen {
                pending = []
                start = index + 1
            }
            let before = pending.count
            // A C string ends at a NUL.
            pending += part.prefix { $0 != 0 }
            while let last = pending.last, last == 0x0D { pending.removeLast() }
            isOpen = continues && pending.count > before && pending.last == UInt8(ascii: "\\")
            if isOpen {
                pending.removeLast()
                if index + 1 < physical.count { continue }
            }
            append(pending, line: start)
        }
    }

    private mutating func append(_ bytes: [UInt8], line: Int) {
        var rest = bytes[...]
        var fields: [[Word]] = []
        var isTooLong = false
        while !rest.isEmpty, !isTooLong {
            var field: [Word] = []
            var isContinued = true
            while isContinued, !isTooLong {
                guard let (word, comma) = Self.next(&rest, &isTooLong) else { break }
                isContinued = comma
                field.append(word)
            }
            if !field.isEmpty { fields.append(field) }
        }
        if !fields.isEmpty || isTooLong { lines.append(Line(line: line, fields: fields, isTooLong: isTooLong)) }
    }

    /// next_token() of hba.c: the next word, and whether a comma follows it at once.
    private static func next(_ rest: inout ArraySlice<UInt8>, _ isTooLong: inout Bool) -> (Word, Bool)? {
        let quote = UInt8(ascii: "\"")
        rest = rest.drop { isBlank($0) || $0 == UInt8(ascii: ",") }
        var word: [UInt8] = []
        var (isInQuote, wasQuote, sawQuote, beganQuoted, comma) = (false, false, false, false, false)
        while let byte = rest.first, isInQuote || !isBlank(byte) {
            if byte == UInt8(ascii: "#"), !isInQuote {
                rest = []
                break
            }
            guard word.count < wordLimit - 1 else {
                isTooLong = true
                rest = []
                return nil
            }
            if byte == UInt8(ascii: ","), !isInQuote {
                comma = true
                break
            }
            if byte != quote || wasQuote { word.append(byte) }
            wasQuote = isInQuote && byte == quote ? !wasQuote : false
            if byte == quote {
                isInQuote.toggle()
                sawQuote = true
                if word.isEmpty { beganQuoted = true }
            }
            rest = rest.dropFirst()
        }
        guard sawQuote || !word.isEmpty else { return nil }
        return (Word(String(decoding: word, as: UTF8.self), isQuoted: beganQuoted), comma)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
