// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A unit file or a drop-in as systemd.syntax(7) reads it: sections, assignments in the order written, and what was
/// ignored. Also fits `system.conf` and its drop-ins, which share the grammar.
public struct SystemdUnitFile: Sendable {
    /// The assignments in the order they stand.
    public private(set) var assignments: [Assignment] = []
    /// What systemd would ignore or refuse, with its place.
    public private(set) var problems: [Problem] = []

    /// `Key=Value` in a section.
    public struct Assignment: Sendable, Hashable {
        /// The section's name without brackets.
        public let section: String
        /// The name before `=`.
        public let key: String
        /// The value, continuation lines joined by a space; empty resets a list.
        public let value: String
        /// Where it begins.
        public let origin: Origin
    }

    /// A line that does not say what its author meant.
    public struct Problem: Sendable, Hashable {
        /// Where.
        public let origin: Origin
        /// What, to stand after the place.
        public let message: String
        /// Nothing after this place is read.
        public let endsReading: Bool
    }

    /// The longest logical line, LONG_LINE_MAX of systemd.
    public static let lineBytes = 1 << 20

    private let path: String
    private var section: String?

    /// Reads the bytes of the file at `path`. Never fails: what is wrong is in `problems`.
    public init(_ bytes: [UInt8], path: String) {
        self.path = path
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var index = bytes.starts(with: mark) ? mark.count : 0
        var lineNumber = 0
        var logical: [UInt8] = []
        var first: (line: Int, column: Int)?
        while index < bytes.count {
            var end = index
            while end < bytes.count, !Self.endsLine(bytes[end]) { end += 1 }
            lineNumber += 1
            let line = bytes[index..<end]
            index = Self.afterLineEnd(bytes, end)
            let start = line.firstIndex { !Self.isSpace($0) } ?? line.endIndex
            // A comment line inside a continuation is dropped and the continuation goes on (systemd.syntax(7)).
            if start < line.endIndex, line[start] == 0x23 || line[start] == 0x3B { continue }
            if first == nil { first = (lineNumber, start - line.startIndex + 1) }
            if logical.count + line.count > Self.lineBytes {
                problem(
                    lineNumber, 0, "the line is longer than 1 MiB; the rest of the file is not read",
                    endsReading: true)
                return
            }
            logical += line
            if Self.endsInBackslash(logical) {
                logical[logical.count - 1] = 0x20
                continue
            }
            take(logical, first ?? (lineNumber, 1))
            logical = []
            first = nil
        }
        if !logical.isEmpty { take(logical, first ?? (lineNumber, 1)) }
    }

    private mutating func problem(_ line: Int, _ column: Int, _ message: String, endsReading: Bool = false) {
        let origin = Origin(path: path, line: line, column: column)
        problems.append(Problem(origin: origin, message: message, endsReading: endsReading))
    }

    private mutating func take(_ line: [UInt8], _ place: (line: Int, column: Int)) {
        let content = Self.trimmed(line[...])
        guard let head = content.first else { return }
        guard let text = String(validating: content, as: UTF8.self) else {
            problem(place.line, place.column, "the line is not UTF-8 and is ignored")
            return
        }
        if head == 0x5B {
            guard content.last == 0x5D else {
                section = nil
                problem(
                    place.line, place.column, "the section header does not end in a bracket: \(Self.excerpt(text))",
                    endsReading: true)
                return
            }
            section = String(decoding: content.dropFirst().dropLast(), as: UTF8.self)
            return
        }
        guard let section else {
            problem(place.line, place.column, "an assignment outside of any section is ignored")
            return
        }
        guard let equals = content.firstIndex(of: 0x3D) else {
            problem(place.line, place.column, "a line without = is ignored: \(Self.excerpt(text))")
            return
        }
        let key = Self.trimmed(content[..<equals])
        guard !key.isEmpty else {
            problem(place.line, place.column, "no name before =; the line is ignored")
            return
        }
        assignments.append(
            Assignment(
                section: section, key: String(decoding: key, as: UTF8.self),
                value: String(decoding: Self.trimmed(content[(equals + 1)...]), as: UTF8.self),
                origin: Origin(path: path, line: place.line, column: place.column)))
    }

    /// Newline, carriage return and NUL all end a line, as in systemd's read_line().
    private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D || byte == 0 }

    /// Behind one line end; carriage return and newline together are one.
    private static func afterLineEnd(_ bytes: [UInt8], _ end: Int) -> Int {
        guard end + 1 < bytes.count else { return bytes.count }
        let pair = (bytes[end], bytes[end + 1])
        return pair == (0x0D, 0x0A) || pair == (0x0A, 0x0D) ? end + 2 : end + 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = bytes
        while let byte = slice.first, isSpace(byte) { slice.removeFirst() }
        while let byte = slice.last, isSpace(byte) { slice.removeLast() }
        return slice
    }

    /// True when an odd number of backslashes ends the line.
    private static func endsInBackslash(_ line: [UInt8]) -> Bool {
        line.reversed().prefix { $0 == 0x5C }.count % 2 == 1
    }

    private static func excerpt(_ text: String) -> String { String(text.prefix(60)) }
}
