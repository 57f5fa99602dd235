// SPDX-License-Identifier: GPL-3.0-or-later

/// One apt.conf(5) file, read as apt 2.6 reads it: "The configuration file is organized in a tree with options organized
/// into functional groups. … each line is of the form `APT::Get::Assume-Yes "true";` … A new scope can be opened with curly
/// braces". Line ends mean nothing: what a missing semicolon joins is one statement.
public struct APTConfiguration: Sendable {
    /// What a statement does.
    public enum Action: Sendable, Hashable {
        /// Gives an option its value; a name that ends in `::` adds to a list.
        case set
        /// `#clear`: takes the value of an option and all below it away.
        case clear
        /// `#include`: reads a file, or a directory where the name ends in a slash.
        case include
    }

    /// One statement.
    public struct Statement: Sendable, Hashable {
        /// What it does.
        public let action: Action
        /// The option with its scopes; empty for an include.
        public let name: String
        /// Its value, or what is included.
        public let value: String
        /// Line where it starts, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
    }

    /// Where apt gives up.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
        /// What is wrong, in English.
        public let message: String
    }

    /// Statements in the order they stand.
    public private(set) var statements: [Statement] = []
    /// Why apt reads no further and does not work at all; nil when the file is in order.
    public private(set) var problem: Problem?

    /// A byte with its column.
    private struct Cell {
        let byte: UInt8
        let column: Int
    }

    private var scopes: [[UInt8]] = []
    private var parent: [UInt8] = []
    private var buffer: [UInt8] = []
    /// Where the statement in the buffer starts.
    private var start = (line: 0, column: 0)

    private static let scopeLimit = 256
    private static let statementLimit = 20_000

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        var lines = APTLines(bytes)
        var isInComment = false
        while let line = lines.next(), problem == nil {
            let fragment = Self.fragment(line.bytes, &isInComment)
            if !fragment.isEmpty { take(fragment, line.number) }
        }
        if problem == nil, !buffer.isEmpty {
            fail("extra text at the end of the file: a semicolon or brace is missing")
        }
    }

    private mutating func fail(_ message: String) {
        problem = Problem(line: max(start.line, 1), column: max(start.column, 1), message: message)
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }

    /// A line without comments: `//` and `#` up to the end of the line (`#clear` and `#include` are none), `/* */` over
    /// any number of lines. An odd number of quotes before one makes it text.
    private static func fragment(_ bytes: ArraySlice<UInt8>, _ isInComment: inout Bool) -> [Cell] {
        var cells: [Cell] = []
        cells.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let cell = Cell(byte: byte == 0x09 ? 0x20 : byte, column: index + 1)
            for _ in 0..<(byte == 0x09 ? 8 : 1) { cells.append(cell) }
        }
        var line = stripped(cells[...])
        if isInComment {
            guard let end = find("*/", in: line, from: line.startIndex) else { return [] }
            line = line[(end + 2)...]
            isInComment = false
        }
        line = cut(line, "//", unless: [])
        line = cut(line, "#", unless: ["clear", "include", "x-apt-configure-index"])
        var result: [Cell] = []
        var (from, quotes, counted) = (line.startIndex, 0, line.startIndex)
        while let begin = find("/*", in: line, from: from) {
            quotes += count(line[counted..<begin])
            counted = begin
            guard quotes % 2 == 0 else {
                from = begin + 2
                continue
            }
            result += line[..<begin]
            guard let end = find("*/", in: line, from: begin + 2) else {
                isInComment = true
                return result
            }
            line = line[(end + 2)...]
            (from, quotes, counted) = (line.startIndex, 0, line.startIndex)
        }
        return result + line
    }

    private static func count(_ cells: ArraySlice<Cell>) -> Int {
        cells.reduce(0) { $0 + ($1.byte == UInt8(ascii: "\"") ? 1 : 0) }
    }

    private static func cut(_ line: ArraySlice<Cell>, _ mark: String, unless words: [String]) -> ArraySlice<Cell> {
        var (from, quotes, counted) = (line.startIndex, 0, line.startIndex)
        while let place = find(mark, in: line, from: from) {
            quotes += count(line[counted..<place])
            counted = place
            if quotes % 2 == 0, !words.contains(where: { line[(place + 1)...].map(\.byte).starts(with: $0.utf8) }) {
                return line[..<place]
            }
            from = place + 1
        }
        return line
    }

    private static func find(_ text: String, in line: ArraySlice<Cell>, from: Int) -> Int? {
        let needle = Array(text.utf8)
        var index = from
        while index + needle.count <= line.endIndex {
            if line[index].byte == needle[0], needle.count == 1 || line[index + 1].byte == needle[1] { return index }
            index += 1
        }
        return nil
    }

    private static func stripped(_ line: ArraySlice<Cell>) -> ArraySlice<Cell> {
        guard let first = line.firstIndex(where: { !isSpace($0.byte) }),
            let last = line.lastIndex(where: { !isSpace($0.byte) })
        else { return line[line.startIndex..<line.startIndex] }
        return line[first...last]
    }

    /// Takes what a line adds; `{`, `;` and `}` outside quotes end a statement.
    private mutating func take(_ fragment: [Cell], _ line: Int) {
        var isQuoted = false
        var from = 0
        for (index, cell) in fragment.enumerated() {
            if cell.byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted, "{;}".utf8.contains(cell.byte) else { continue }
            append(fragment[from..<index], line)
            from = index + 1
            if buffer.isEmpty { start = (line, cell.column) }
            end(cell.byte)
            if problem != nil { return }
        }
        append(fragment[from...], line)
    }

    private mutating func append(_ cells: ArraySlice<Cell>, _ line: Int) {
        let text = Self.stripped(cells)
        guard let first = text.first else { return }
        if buffer.isEmpty { start = (line, first.column) } else { buffer.append(0x20) }
        buffer += text.map(\.byte)
    }

    private mutating func end(_ terminator: UInt8) {
        let opens = terminator == UInt8(ascii: "{")
        guard !buffer.isEmpty else {
            if opens { return fail("a block without a name") }
            if terminator == UInt8(ascii: "}") { leave() }
            return
        }
        var rest = buffer[...]
        guard var tag = APTWord.quoted(&rest) else { return fail("a quote or bracket of the name is not closed") }
        var word = APTWord.string(&rest) ?? APTWord.quoted(&rest)
        if word == nil, !opens { (word, tag) = (tag, []) }
        guard rest.isEmpty else { return fail("text after the value: is a semicolon missing before it?") }
        if opens {
            guard scopes.count < Self.scopeLimit, parent.count < 4096 else { return fail("blocks too deep") }
            scopes.append(parent)
            parent += (parent.isEmpty ? [] : Array("::".utf8)) + tag
            tag = []
        }
        if tag.first == UInt8(ascii: "#") {
            directive(String(decoding: tag, as: UTF8.self), word ?? [])
        } else if tag.isEmpty, !opens, word.map({ $0.elementsEqual("#clear".utf8) }) == true {
            fail("#clear names no option")
        } else if let word {
            let name = opens || parent.isEmpty ? (opens ? parent : tag) : parent + Array("::".utf8) + tag
            add(.set, name, word)
        }
        buffer = []
        if terminator == UInt8(ascii: "}") { leave() }
    }

    private mutating func directive(_ name: String, _ word: [UInt8]) {
        guard parent.isEmpty else { return fail("\(name) inside a block") }
        switch name {
        case "#clear": add(.clear, word, [])
        case "#include": add(.include, [], word)
        case "#x-apt-configure-index": break
        default: fail("no such directive: \(name)")
        }
    }

    private mutating func add(_ action: Action, _ name: [UInt8], _ value: [UInt8]) {
        guard statements.count < Self.statementLimit else { return fail("more than \(Self.statementLimit) statements") }
        statements.append(
            Statement(
                action: action, name: String(decoding: name.prefix { $0 != 0 }, as: UTF8.self),
                value: String(decoding: value, as: UTF8.self), line: start.line, column: start.column))
    }

    private mutating func leave() { parent = scopes.popLast() ?? [] }
}

/// Words as apt cuts them (apt's ParseQuoteWord and ParseCWord).
enum APTWord {
    /// The next word: quotes and brackets keep spaces in it, quotes fall away, `%2F` is a byte. Nil where there is none
    /// or one is not closed.
    static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var end = rest.startIndex
        while end < rest.endIndex, rest[end] == 0x20 { end += 1 }
        guard end < rest.endIndex else { return nil }
        while end < rest.endIndex, !APTConfiguration.isSpace(rest[end]) {
            for (open, close) in [("\"", "\""), ("[", "]")] where end < rest.endIndex && rest[end] == open.utf8.first {
                guard let found = rest[(end + 1)...].firstIndex(of: close.utf8.first ?? 0) else { return nil }
                end = found
            }
            end += 1
        }
        var word: [UInt8] = []
        var index = rest.startIndex
        while index < end {
            if rest[index] == UInt8(ascii: "%"), index + 2 < end,
                let high = Self.hex(rest[index + 1]), let low = Self.hex(rest[index + 2])
            {
                word.append(high << 4 | low)
                index += 3
                continue
            }
            if rest[index] != UInt8(ascii: "\"") { word.append(rest[index]) }
            index += 1
        }
        while end < rest.endIndex, APTConfiguration.isSpace(rest[end]) { end += 1 }
        rest = rest[end...]
        return word
    }

    /// Quoted strings up to the end, put together as C does; nil where anything else stands between them.
    static func string(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        let begin = rest.startIndex
        var index = begin
        while index < rest.endIndex, rest[index] == 0x20 { index += 1 }
        guard index < rest.endIndex else { return nil }
        var word: [UInt8] = []
        while index < rest.endIndex {
            let byte = rest[index]
            if byte == UInt8(ascii: "\"") {
                guard let close = rest[(index + 1)...].firstIndex(of: byte) else { return nil }
                word += rest[(index + 1)..<close]
                index = close + 1
                continue
            }
            guard APTConfiguration.isSpace(byte) else { return nil }
            if index == begin || !APTConfiguration.isSpace(rest[index - 1]) { word.append(0x20) }
            index += 1
        }
        rest = rest[rest.endIndex...]
        return word
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// Lines as apt reads them, in pieces of 4095 bytes each up to its first NUL.
struct APTLines {
    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> (number: Int, bytes: ArraySlice<UInt8>)? {
        guard position < bytes.count else { return nil }
        var line: [UInt8] = []
        var isOpen = true
        while isOpen, position < bytes.count {
            let limit = min(position + 4095, bytes.count)
            let piece = bytes[position..<(bytes[position..<limit].firstIndex(of: 0x0A).map { $0 + 1 } ?? limit)]
            position = piece.endIndex
            let text = piece.prefix { $0 != 0 }
            line += text
            isOpen = text.count == 4095 && text[text.endIndex - 2] != 0x0A
        }
        number += 1
        let last = line.lastIndex { $0 != 0x0A && $0 != 0x0D }
        return (number, line[..<(last.map { $0 + 1 } ?? 0)])
    }
}
