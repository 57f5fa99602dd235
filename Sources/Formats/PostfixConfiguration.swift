// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// main.cf as postconf(5) describes it: logical lines of `name = value`, the last of two with one name counts.
public struct PostfixConfiguration: Sendable {
    /// The assignments, in the order they stand.
    public var assignments: [Assignment] = []
    /// Lines over which Postfix ends without serving any mail.
    public var problems: [Problem] = []

    /// `name = value`.
    public struct Assignment: Sendable, Hashable {
        /// The parameter.
        public var name: String
        /// What stands after the equals sign, lines joined, not expanded.
        public var value: String
        /// Line, from 1.
        public var line: Int
    }

    /// A line that is no assignment.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public var line: Int
        /// What is wrong, in English.
        public var message: String
    }

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        for line in PostfixLines.logical(bytes) {
            let text = PostfixLines.trimmed(line.text[...])
            let nameEnd = text.firstIndex { PostfixLines.isSpace($0) || $0 == UInt8(ascii: "=") } ?? text.endIndex
            let rest = text[nameEnd...].drop(while: PostfixLines.isSpace)
            guard nameEnd > text.startIndex else {
                problems.append(Problem(line: line.number, message: "missing name before `=`"))
                continue
            }
            guard rest.first == UInt8(ascii: "=") else {
                problems.append(Problem(line: line.number, message: "missing `=` after the name"))
                continue
            }
            assignments.append(
                Assignment(
                    name: String(decoding: text[..<nameEnd], as: UTF8.self),
                    value: String(decoding: PostfixLines.trimmed(rest.dropFirst()), as: UTF8.self), line: line.number))
        }
    }
}

/// master.cf as master(5) describes it: eight fields and more a service.
public struct PostfixServices: Sendable {
    /// The services; of two with one name and type the last.
    public var services: [Service] = []
    /// Lines over which master(8) ends.
    public var problems: [PostfixConfiguration.Problem] = []

    /// A service.
    public struct Service: Sendable, Hashable {
        /// `smtp`, `127.0.0.1:10025`, a path.
        public var name: String
        /// `inet`, `unix`, `unix-dgram`, `fifo` or `pass`.
        public var type: String
        /// The program that serves it.
        public var program: String
        /// Parameters that hold for it alone (`-o name=value`), the last of a name last.
        public var overrides: [PostfixConfiguration.Assignment]
        /// Line, from 1.
        public var line: Int
    }

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        for line in PostfixLines.logical(bytes) {
            let words = Self.words(line.text)
            let types = ["inet", "unix", "unix-dgram", "fifo", "pass"]
            guard words.count >= 8 else {
                problems.append(.init(line: line.number, message: "fewer than eight fields"))
                continue
            }
            guard types.contains(words[1]) else {
                problems.append(
                    .init(line: line.number, message: "no such type of service: \(words[1].clipped(to: 40))"))
                continue
            }
            let service = Service(
                name: words[0], type: words[1], program: words[7],
                overrides: Self.overrides(words.dropFirst(8), line.number), line: line.number)
            services.removeAll { $0.name == service.name && $0.type == service.type }
            services.append(service)
        }
    }

    /// Fields between white space; one in braces is one field without them, with what white space it has.
    private static func words(_ text: [UInt8]) -> [String] {
        var words: [String] = []
        var rest = text[...].drop(while: PostfixLines.isSpace)
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "{"), let end = PostfixLines.closing(rest) {
                words.append(
                    String(decoding: PostfixLines.trimmed(rest[(rest.startIndex + 1)..<end]), as: UTF8.self))
                rest = rest[(end + 1)...]
            } else {
                let end = rest.firstIndex(where: PostfixLines.isSpace) ?? rest.endIndex
                words.append(String(decoding: rest[..<end], as: UTF8.self))
                rest = rest[end...]
            }
            rest = rest.drop(while: PostfixLines.isSpace)
        }
        return words
    }

    private static func overrides(_ words: ArraySlice<String>, _ line: Int) -> [PostfixConfiguration.Assignment] {
        var overrides: [PostfixConfiguration.Assignment] = []
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "--" else { break }
            guard word.hasPrefix("-o") else { continue }
            let text = word == "-o" ? rest.popFirst() ?? "" : String(word.dropFirst(2))
            let bytes = Array(text.utf8)[...]
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            overrides.append(
                .init(
                    name: String(decoding: PostfixLines.trimmed(bytes[..<equals]), as: UTF8.self),
                    value: String(decoding: PostfixLines.trimmed(bytes[(equals + 1)...]), as: UTF8.self), line: line))
        }
        return overrides
    }
}

/// What main.cf and master.cf share.
enum PostfixLines {
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = bytes.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return start.prefix(0) }
        return start[...last]
    }

    /// The brace that closes the one a text begins with.
    static func closing(_ text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        for index in text.indices {
            if text[index] == UInt8(ascii: "{") { depth += 1 }
            if text[index] == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    /// Logical lines: one that starts with white space continues the one before; empty lines and comments count
    /// nowhere, not even between the two.
    static func logical(_ bytes: [UInt8]) -> [(number: Int, text: [UInt8])] {
        var lines: [(number: Int, text: [UInt8])] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = line.drop(while: isSpace)
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            if isSpace(line[line.startIndex]), !lines.isEmpty {
                lines[lines.count - 1].text += line
            } else {
                lines.append((number, Array(line)))
            }
        }
        return lines
    }
}
