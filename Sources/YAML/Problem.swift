// SPDX-License-Identifier: GPL-3.0-or-later

/// Something wrong in a YAML file, with its place.
public struct Problem: Error, Sendable, Hashable {
    /// Whether the file can still be used.
    public enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    /// Another place that belongs to the problem, as the first definition of a key that is there twice.
    public struct Note: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Column in characters, from 1.
        public let column: Int
        /// What is there.
        public let note: String

        /// A place and what is there.
        public init(line: Int, column: Int, note: String) {
            self.line = line
            self.column = column
            self.note = note
        }
    }

    /// `Y0xx`, stable over versions. Y001 encoding, Y002 syntax, Y003 limits, Y010 duplicate key, Y011 plain `no` and its
    /// like, Y012 plain `0644` and its like, Y020 tag, Y021 alias, Y022 alias expansion, Y023 merge key, Y024 key that is
    /// no scalar, Y030 wrong type, Y031 unknown key, Y032 missing key, Y033 value not allowed.
    public let code: String
    /// Whether the file can still be used.
    public let severity: Severity
    /// Line, from 1.
    public let line: Int
    /// Column in characters, from 1.
    public let column: Int
    /// What is wrong, in English, one line.
    public let message: String
    /// What to do about it; nil where nothing is sure to help.
    public let hint: String?
    /// Other places that belong to it.
    public let related: [Note]

    /// A problem at a place.
    public init(
        _ code: String, _ severity: Severity = .error, line: Int, column: Int, message: String, hint: String? = nil,
        related: [Note] = []
    ) {
        self.code = code
        self.severity = severity
        self.line = line
        self.column = column
        self.message = message
        self.hint = hint
        self.related = related
    }

    /// For people: `file:line:column: error[Y010]: message`, the line of the source with a caret under the column, the
    /// hint and the other places. Ends with a newline. Control characters of the source never reach the terminal.
    public func rendered(file: String, source: [UInt8]) -> String {
        let lines = SourceLines(source)
        var text = "\(file):\(line):\(column): \(severity.rawValue)[\(code)]: \(message)\n"
        text += lines.excerpt(line: line, column: column)
        if let hint { text += "  hint: \(hint)\n" }
        for note in related {
            text += "\(file):\(note.line):\(note.column): note: \(note.note)\n"
            text += lines.excerpt(line: note.line, column: note.column)
        }
        return text
    }
}
