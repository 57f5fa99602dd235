// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// The lines of a redis.conf, split as the server does it (sdssplitargs(), "Redis configuration file example": `keyword
/// argument1 argument2 ... argumentN`, quotes around arguments with blanks). What they mean, and what is included, is
/// not decided here.
public struct RedisConfiguration: Sendable {
    /// The directives, in order.
    public private(set) var directives: [Directive] = []
    /// Lines whose quotes are not balanced: with one of them the server does not start.
    public private(set) var problems: [Origin] = []

    /// One line.
    public struct Directive: Sendable, Hashable {
        /// Where it begins.
        public let origin: Origin
        /// The name in small letters.
        public let name: String
        /// What follows, quotes and escapes resolved.
        public let arguments: [[UInt8]]

        /// One line.
        public init(origin: Origin, name: String, arguments: [[UInt8]]) {
            self.origin = origin
            self.name = name
            self.arguments = arguments
        }
    }

    /// The most that the server reads of a line at once.
    private static let chunk = 1024

    /// Reads files as one text: those a pattern names follow each other without a line's end between them.
    public init(_ files: [(path: String, bytes: [UInt8])]) {
        var line: [UInt8] = []
        var origin: Origin?
        for file in files {
            var number = 1
            var start = 0
            while start < file.bytes.count {
                var end = start
                while end < file.bytes.count, end - start < Self.chunk, file.bytes[end] != 0x0A { end += 1 }
                let isEnd = end < file.bytes.count && end - start < Self.chunk
                // A chunk is a text of C: what follows a NUL is lost, the line's end too.
                let kept = file.bytes[start..<end].prefix { $0 != 0 }
                if line.isEmpty { origin = nil }
                if origin == nil {
                    let blanks = kept.prefix(while: Self.isTrimmed).count
                    if blanks < kept.count {
                        origin = Origin(
                            path: file.path, line: number,
                            column: start - Self.lineStart(file.bytes, start) + blanks + 1)
                    }
                }
                line += kept
                if isEnd {
                    if kept.count == end - start {
                        read(line, origin)
                        line = []
                    }
                    number += 1
                    end += 1
                }
                start = end
            }
        }
        read(line, origin)
    }

    private static func lineStart(_ bytes: [UInt8], _ position: Int) -> Int {
        var start = position
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        return start
    }

    private static func isTrimmed(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private mutating func read(_ line: [UInt8], _ origin: Origin?) {
        var text = line[...].drop(while: Self.isTrimmed)
        while let last = text.last, Self.isTrimmed(last) { text = text.dropLast() }
        guard let origin, let first = text.first, first != UInt8(ascii: "#") else { return }
        guard let words = Self.words(text) else {
            problems.append(origin)
            return
        }
        guard let name = words.first else { return }
        directives.append(
            Directive(
                origin: origin, name: String(decoding: name, as: UTF8.self).asciiLowercased,
                arguments: Array(words.dropFirst())))
    }

    /// Words as sdssplitargs() has them: in double quotes `\n`, `\xHH` and their like, in single quotes only `\'`; a
    /// closing quote ends its word. Nil where quotes are not balanced.
    public static func words(_ text: some Sequence<UInt8>) -> [[UInt8]]? {
        var rest = Array(text)[...]
        var words: [[UInt8]] = []
        while true {
            rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
            guard let first = rest.first, first != 0 else { return words }
            var word: [UInt8] = []
            var quote: UInt8?
            while true {
                guard let byte = rest.popFirst() else {
                    if quote != nil { return nil }
                    break
                }
                if let open = quote {
                    if byte == open {
                        guard rest.first.map({ $0 == 0x20 || (0x09...0x0D).contains($0) || $0 == 0 }) ?? true else {
                            return nil
                        }
                        break
                    }
                    word.append(byte == UInt8(ascii: "\\") ? escaped(&rest, in: open) : byte)
                } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                    quote = byte
                } else if [0x20, 0x0A, 0x0D, 0x09, 0].contains(byte) {
                    break
                } else {
                    word.append(byte)
                }
            }
            words.append(word)
        }
    }

    /// What a backslash and the bytes after it stand for.
    private static func escaped(_ rest: inout ArraySlice<UInt8>, in quote: UInt8) -> UInt8 {
        let backslash = UInt8(ascii: "\\")
        guard let next = rest.first else { return backslash }
        if quote == UInt8(ascii: "'") {
            guard next == quote else { return backslash }
            rest = rest.dropFirst()
            return next
        }
        rest = rest.dropFirst()
        switch next {
        case UInt8(ascii: "x"):
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2, rest.prefix(2).allSatisfy({ $0 < 0x80 }) else { return next }
            rest = rest.dropFirst(2)
            return UInt8(digits[0] << 4 | digits[1])
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "a"): return 0x07
        default: return next
        }
    }
}
