// SPDX-License-Identifier: GPL-3.0-or-later

/// A file of pam.d(5), as libpam 1.5 reads it: "Comments are preceded with `#` marks and extend to the next end of line";
/// "module specification lines may be extended with a `\` escaped newline"; "if you wish to have blanks in an argument
/// you should surround that argument with square brackets", in which `\]` stands for `]`.
public struct PAMConfiguration: Sendable {
    /// A line with its words, brackets taken off.
    public struct Line: Sendable {
        /// Where its first word stands, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
        /// The words; at least one.
        public let words: [String]
        /// What is written, blanks made one.
        public let text: String
    }

    /// Why libpam gives the file up, after the lines before.
    public struct Failure: Sendable {
        /// The line it could not end, from 1.
        public let line: Int
        /// In words.
        public let message: String
    }

    /// The lines that hold something.
    public private(set) var lines: [Line] = []
    /// Nil for a file that is read to its end.
    public private(set) var failure: Failure?

    /// libpam's buffer for one line with its continuations. What is longer becomes a line of its own.
    private static let room = 1024

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 }

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        var (position, number, lineStart) = (0, 1, 0)
        while true {
            var buffer: [UInt8] = []
            var start: (line: Int, column: Int)?
            while true {
                guard Self.room - buffer.count > 1 else {
                    failure = Failure(line: start?.line ?? number, message: "the line never ends for libpam's buffer")
                    return
                }
                guard position < bytes.count else {
                    if let start { failure = Failure(line: start.line, message: "the file ends after a backslash") }
                    return
                }
                let end = min(position + Self.room - buffer.count - 1, bytes.count)
                let stop = bytes[position..<end].firstIndex(of: 0x0A).map { $0 + 1 } ?? end
                let chunk = bytes[position..<stop]
                let place = (line: number, lineStart: lineStart)
                position = stop
                if chunk.last == 0x0A { (number, lineStart) = (number + 1, position) }
                let text = chunk.prefix { $0 != 0 }
                guard let first = text.firstIndex(where: { !Self.isBlank($0) }), text[first] != UInt8(ascii: "#") else {
                    continue
                }
                if start == nil { start = (place.line, first - place.lineStart + 1) }
                if let comment = text.firstIndex(of: UInt8(ascii: "#")) {
                    buffer += text[..<comment]
                    break
                }
                guard let last = text.lastIndex(where: { !Self.isBlank($0) }), text[last] == UInt8(ascii: "\\") else {
                    buffer += text
                    break
                }
                buffer += text[..<last]
                buffer.append(0x20)
            }
            guard let start else { continue }
            let words = buffer.split(whereSeparator: Self.isBlank)
            let text = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
            lines.append(Line(line: start.line, column: start.column, words: Self.words(buffer), text: text))
        }
    }

    private static func words(_ text: [UInt8]) -> [String] {
        var words: [String] = []
        var at = 0
        while at < text.count {
            while at < text.count, isBlank(text[at]) { at += 1 }
            guard at < text.count else { break }
            var word: [UInt8] = []
            if text[at] == UInt8(ascii: "[") {
                at += 1
                while at < text.count, text[at] != UInt8(ascii: "]") {
                    if text[at] == UInt8(ascii: "\\"), at + 1 < text.count, text[at + 1] == UInt8(ascii: "]") {
                        at += 1
                    }
                    word.append(text[at])
                    at += 1
                }
            } else {
                while at < text.count, !isBlank(text[at]) {
                    word.append(text[at])
                    at += 1
                }
            }
            at += 1
            words.append(String(decoding: word, as: UTF8.self))
        }
        return words
    }
}
