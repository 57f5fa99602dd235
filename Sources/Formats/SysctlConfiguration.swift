// SPDX-License-Identifier: GPL-3.0-or-later

/// One sysctl.d(5) file as systemd-sysctl(8) 252 reads it: assignments, exclusions, and the lines it ignores.
public struct SysctlConfiguration: Sendable {
    /// Assignments and exclusions in the order they stand.
    public var assignments: [Assignment] = []
    /// Lines that are neither, and where reading stopped.
    public var problems: [Problem] = []

    /// `key = value`, or `-key`: "never set this one by a pattern".
    public struct Assignment: Sendable, Hashable {
        /// Below /proc/sys, with slashes: `net/ipv4/ip_forward`. It may hold a glob(7) pattern.
        public var path: String
        /// What is written; nil for an exclusion.
        public var value: String?
        /// Line, from 1.
        public var line: Int
        /// Column of the key in bytes, from 1.
        public var column: Int
        /// True when a leading `-` says that failing to set it does not matter.
        public var mayFail: Bool
        /// The line without the white space around it.
        public var text: String
    }

    /// A line that says nothing.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public var line: Int
        /// What is wrong, in English.
        public var message: String
    }

    /// The longest line systemd reads (LONG_LINE_MAX): the rest of the file after a longer one is lost.
    static let longestLine = 1 << 20

    /// Reads a file. Everything before a line that is too long counts.
    public init(_ bytes: [UInt8]) {
        var lines = SystemdLines(bytes)
        while let line = lines.next() {
            guard line.range.count <= Self.longestLine else {
                problems.append(Problem(line: line.number, message: "line is longer than 1 MiB; the rest is not read"))
                return
            }
            read(bytes, line)
        }
    }

    private mutating func read(_ bytes: [UInt8], _ line: SystemdLines.Line) {
        let text = Self.stripped(bytes[line.range])
        guard let first = text.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { return }
        let dash = first == UInt8(ascii: "-")
        let equals = text.firstIndex(of: UInt8(ascii: "="))
        guard equals != nil || dash else {
            problems.append(Problem(line: line.number, message: "not an assignment"))
            return
        }
        let key = Self.stripped(text[(text.startIndex + (dash ? 1 : 0))..<(equals ?? text.endIndex)])
        let path = SysctlName.path(String(decoding: key, as: UTF8.self))
        guard !path.isEmpty, path != "/" else {
            problems.append(Problem(line: line.number, message: "no parameter before the value"))
            return
        }
        assignments.append(
            Assignment(
                path: path,
                value: equals.map { String(decoding: Self.stripped(text[($0 + 1)...]), as: UTF8.self) },
                line: line.number, column: key.startIndex - line.range.lowerBound + 1, mayFail: dash,
                text: String(decoding: text, as: UTF8.self)))
    }

    /// Without systemd's WHITESPACE (space, tab, line feed, carriage return) at both ends.
    private static func stripped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes[bytes.startIndex..<bytes.startIndex] }
        return bytes[first...last]
    }
}

/// Lines as systemd's read_line() ends them: at a line feed, a carriage return or a NUL; different ones that follow
/// each other (CR LF) are one end.
struct SystemdLines {
    /// A line without its end.
    struct Line {
        /// From 1.
        var number: Int
        /// Where it stands.
        var range: Range<Int>
    }

    private let bytes: [UInt8]
    private var position = 0
    private var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Line? {
        guard position < bytes.count else { return nil }
        let start = position
        while position < bytes.count, Self.ending(bytes[position]) == 0 { position += 1 }
        let end = position
        var seen: UInt8 = 0
        while position < bytes.count {
            let ending = Self.ending(bytes[position])
            if ending == 0 || seen & ending != 0 || seen & 1 != 0 { break }
            seen |= ending
            position += 1
        }
        number += 1
        return Line(number: number, range: start..<end)
    }

    private static func ending(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x00: 1
        case 0x0A: 2
        case 0x0D: 4
        default: 0
        }
    }
}
