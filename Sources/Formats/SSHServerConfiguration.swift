// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of an sshd_config(5) file, split as sshd itself splits them: keyword, and the text after it. What a
/// keyword means, and what a bad one costs, is not decided here.
public struct SSHServerConfiguration: Sendable {
    /// The keyword lines in the order of the file.
    public let directives: [Directive]

    /// How a line falls into words. It changed with OpenSSH 8.7.
    public enum Dialect: Sendable, Hashable {
        /// Before 8.7: `=` and blanks separate every word, `#` ends any line, even inside quotes.
        case delimited
        /// Since 8.7: words as a shell has them, and `#` ends a line where a word would begin.
        case arguments
    }

    /// A keyword and the text after it.
    public struct Directive: Sendable, Hashable {
        /// Line of the file, from 1.
        public let line: Int
        /// Column of the keyword in bytes, from 1.
        public let column: Int
        /// The keyword as written, without quotes.
        public let keyword: String
        /// What follows the keyword and its one optional `=`; nil when nothing does.
        public let rest: [UInt8]?
        /// Column where `rest` begins.
        public let restColumn: Int

        /// A keyword and the text after it.
        public init(line: Int, column: Int, keyword: String, rest: [UInt8]?, restColumn: Int = 0) {
            self.line = line
            self.column = column
            self.keyword = keyword
            self.rest = rest
            self.restColumn = restColumn
        }

        /// `rest` as text, bytes that are not UTF-8 repaired.
        public var text: String { String(decoding: rest ?? [], as: UTF8.self) }

        /// The words after the keyword; nil when a quote is never closed.
        public func words(_ dialect: Dialect) -> [Word]? {
            guard let rest else { return [] }
            switch dialect {
            case .arguments: return SSHServerConfiguration.arguments(of: rest, firstColumn: restColumn)
            case .delimited:
                return SSHServerConfiguration.delimitedWords(of: rest, firstColumn: restColumn, splitsAtEquals: true)
            }
        }
    }

    /// One argument and where it stands.
    public struct Word: Sendable, Hashable {
        /// The argument without quotes and escapes, bytes that are not UTF-8 repaired.
        public let text: String
        /// Column in bytes, from 1.
        public let column: Int

        /// One argument.
        public init(_ text: String, column: Int) {
            self.text = text
            self.column = column
        }
    }

    /// Reads a whole file.
    public init(_ bytes: [UInt8], dialect: Dialect) {
        directives = Self.logicalLines(of: bytes, dialect: dialect).compactMap(Self.directive)
    }

    /// Reads one line given on sshd's command line (`-o`).
    public init(option bytes: [UInt8]) {
        directives = [LogicalLine(bytes: bytes, line: 0, column: 1)].compactMap(Self.directive)
    }

    private struct LogicalLine {
        var bytes: [UInt8]
        var line: Int
        var column: Int
    }

    /// load_server_config(): blanks before a line are dropped, and a NUL hides the rest of its line with its newline, so
    /// that the next line continues it.
    private static func logicalLines(of bytes: [UInt8], dialect: Dialect) -> [LogicalLine] {
        var lines: [LogicalLine] = []
        var pending: LogicalLine?
        for (number, physical) in bytes.split(separator: newline, omittingEmptySubsequences: false).enumerated() {
            var content = physical
            var isOpen = false
            if let nul = content.firstIndex(of: 0) {
                content = content[..<nul]
                isOpen = true
            }
            if dialect == .delimited, let comment = content.firstIndex(of: hash) {
                content = content[..<comment]
                isOpen = false
            }
            let trimmed = content.drop(while: isBlank)
            let column = trimmed.startIndex - physical.startIndex + 1
            if pending == nil {
                pending = LogicalLine(bytes: Array(trimmed), line: number + 1, column: column)
            } else {
                pending?.bytes += trimmed
            }
            if !isOpen, let line = pending {
                lines.append(line)
                pending = nil
            }
        }
        if let line = pending { lines.append(line) }
        return lines
    }

    /// The head of process_server_config_line(): white space after the line goes (a form feed too), the keyword may be
    /// quoted, one `=` may follow it.
    private static func directive(_ line: LogicalLine) -> Directive? {
        var text = line.bytes[...]
        while text.count > 1, let last = text.last, isWhiteSpace(last) || last == formFeed { text.removeLast() }
        var rest: ArraySlice<UInt8>? = text
        var start = text.startIndex
        guard !text.isEmpty, var keyword = nextDelimited(&rest, splitsAtEquals: true) else { return nil }
        if keyword.isEmpty, let remaining = rest {
            start = remaining.startIndex
            guard let next = nextDelimited(&rest, splitsAtEquals: true) else { return nil }
            keyword = next
        }
        guard let first = keyword.first, first != hash else { return nil }
        return Directive(
            line: line.line, column: line.column + start, keyword: String(decoding: keyword, as: UTF8.self),
            rest: rest.map(Array.init), restColumn: line.column + (rest?.startIndex ?? 0))
    }

    static let newline = UInt8(ascii: "\n")
    static let hash = UInt8(ascii: "#")
    static let formFeed: UInt8 = 0x0C

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    static func isWhiteSpace(_ byte: UInt8) -> Bool { isBlank(byte) || byte == newline }
}
