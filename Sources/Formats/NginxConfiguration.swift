// SPDX-License-Identifier: GPL-3.0-or-later

/// One file in nginx's configuration language (ngx_conf_read_token(), "Configuration File's Structure" of nginx.org's
/// beginner's guide): words parted by blanks, a directive ended by `;` or by a block in braces. What a directive means, and
/// `include`, are left to who reads.
public struct NginxConfiguration: Sendable {
    /// The directives of the file's own level, as far as nginx would read.
    public let directives: [Directive]
    /// Where and why nginx stops reading; nil where the file is well formed.
    public let problem: Problem?

    /// A directive, with the directives of its block where it has one.
    public struct Directive: Sendable {
        /// The words; the first one is the name.
        public let words: [Word]
        /// What stands in its braces; nil where `;` ends it.
        public let block: [Directive]?

        /// The name.
        public var name: String { words.first?.text ?? "" }
        /// Line of the name, from 1.
        public var line: Int { words.first?.line ?? 0 }
        /// Column of the name in bytes, from 1.
        public var column: Int { words.first?.column ?? 0 }
        /// The words after the name.
        public var arguments: ArraySlice<Word> { words.dropFirst() }
    }

    /// A word without its quotes and escapes, bytes that are not UTF-8 repaired.
    public struct Word: Sendable, Hashable {
        /// What it says.
        public let text: String
        /// Line of its first byte, from 1.
        public let line: Int
        /// Column of its first byte, from 1.
        public let column: Int

        /// A word at a place.
        public init(_ text: String, line: Int, column: Int) {
            self.text = text
            self.line = line
            self.column = column
        }
    }

    /// Why nginx stops.
    public struct Problem: Sendable, Hashable {
        /// In nginx's words where it has some.
        public let message: String
        /// Line, from 1.
        public let line: Int
        /// True where nginx goes on and only this reader does not: what follows is not known.
        public let isOurLimit: Bool

        init(_ message: String, line: Int, isOurLimit: Bool = false) {
            self.message = message
            self.line = line
            self.isOurLimit = isOurLimit
        }
    }

    /// Blocks in blocks that are read. nginx itself has no limit.
    public static let depthLimit = 128

    /// Reads a whole file.
    public init(_ bytes: [UInt8]) {
        var reader = NginxTokens(bytes)
        var open: [(words: [Word], before: [Directive])] = []
        var current: [Directive] = []
        var words: [Word] = []
        var problem: Problem?
        reading: while true {
            let token: NginxTokens.Token
            do throws(Problem) {
                token = try reader.next()
            } catch {
                problem = error
                break
            }
            switch token {
            case .word(let word): words.append(word)
            case .semicolon:
                guard !words.isEmpty else {
                    problem = Problem("unexpected \";\"", line: reader.line)
                    break reading
                }
                current.append(Directive(words: words, block: nil))
                words = []
            case .open:
                guard let name = words.first?.text else {
                    problem = Problem("unexpected \"{\"", line: reader.line)
                    break reading
                }
                if name.hasSuffix("_by_lua_block") {
                    reader.skipLua()
                    current.append(Directive(words: words, block: []))
                } else if open.count < Self.depthLimit {
                    open.append((words, current))
                    current = []
                } else {
                    problem = Problem(
                        "more than \(Self.depthLimit) blocks in blocks", line: reader.line, isOurLimit: true)
                    break reading
                }
                words = []
            case .close:
                guard words.isEmpty, var outer = open.popLast() else {
                    problem = Problem("unexpected \"}\"", line: reader.line)
                    break reading
                }
                outer.before.append(Directive(words: outer.words, block: current))
                current = outer.before
            case .end:
                if !words.isEmpty {
                    problem = Problem("unexpected end of file, expecting \";\" or \"}\"", line: reader.line)
                } else if !open.isEmpty {
                    problem = Problem("unexpected end of file, expecting \"}\"", line: reader.line)
                }
                break reading
            }
        }
        // What was read of blocks that never close is kept.
        while var outer = open.popLast() {
            outer.before.append(Directive(words: outer.words, block: current))
            current = outer.before
        }
        directives = current
        self.problem = problem
    }
}

/// The words and marks of a file, one after the other.
struct NginxTokens {
    enum Token {
        case word(NginxConfiguration.Word)
        case semicolon, open, close, end
    }

    /// NGX_CONF_BUFFER: a word, or a comment, that does not fit is refused.
    private static let wordLimit = 4096

    private let bytes: [UInt8]
    private var position = 0
    private var lineStart = 0
    /// A quoted word just ended: a blank or a mark must follow it.
    private var needsSpace = false
    private(set) var line = 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() throws(NginxConfiguration.Problem) -> Token {
        if needsSpace {
            needsSpace = false
            guard position < bytes.count else { throw endOfFile }
            switch bytes[position] {
            case let byte where Self.isBlank(byte): break
            case UInt8(ascii: ";"), UInt8(ascii: "{"): break
            // The parenthesis that closes an `if` begins a word of its own.
            case UInt8(ascii: ")"): return try plain()
            case let byte:
                throw problem("unexpected \"\(Character(UnicodeScalar(byte)))\"")
            }
        }
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\n"): newline()
            case let byte where Self.isBlank(byte): position += 1
            case UInt8(ascii: "#"):
                let start = position
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
                    guard position - start < Self.wordLimit else { throw problem("too long parameter") }
                    position += 1
                }
                guard position == bytes.count || position - start < Self.wordLimit else {
                    throw problem("too long parameter")
                }
            case UInt8(ascii: ";"):
                position += 1
                return .semicolon
            case UInt8(ascii: "{"):
                position += 1
                return .open
            case UInt8(ascii: "}"):
                position += 1
                return .close
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return try quoted(byte)
            default: return try plain()
            }
        }
        return .end
    }

    /// Passes over a block of Lua, to the brace that closes it: braces in its strings and comments are text.
    mutating func skipLua() {
        var depth = 1
        while position < bytes.count, depth > 0 {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\n"):
                newline()
                continue
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "["):
                if skipLongBracket() { continue }
            case UInt8(ascii: "-") where position + 1 < bytes.count && bytes[position + 1] == byte:
                position += 2
                if skipLongBracket() { continue }
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                continue
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                position += 1
                while position < bytes.count, bytes[position] != byte, bytes[position] != UInt8(ascii: "\n") {
                    position += bytes[position] == UInt8(ascii: "\\") && position + 1 < bytes.count ? 2 : 1
                }
                if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { continue }
            default: break
            }
            position = min(position + 1, bytes.count)
        }
    }

    /// `[[ … ]]`, `[=[ … ]=]`; false and not moved where none begins here.
    private mutating func skipLongBracket() -> Bool {
        var index = position
        guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else { return false }
        index += 1
        let level = bytes[index...].prefix { $0 == UInt8(ascii: "=") }.count
        index += level
        guard index < bytes.count, bytes[index] == UInt8(ascii: "[") else { return false }
        position = index + 1
        let close = [UInt8(ascii: "]")] + Array(repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\n") {
                newline()
            } else if bytes[position] == close[0], bytes[position...].starts(with: close) {
                position += close.count
                return true
            } else {
                position += 1
            }
        }
        return true
    }

    private mutating func quoted(_ quote: UInt8) throws(NginxConfiguration.Problem) -> Token {
        let (startLine, column) = (line, position - lineStart + 1)
        position += 1
        let start = position
        var hasEscape = false
        while true {
            guard position < bytes.count else { throw endOfFile }
            guard position - start < Self.wordLimit else { throw problem("too long parameter", line: startLine) }
            let byte = bytes[position]
            if byte == quote { break }
            if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
                hasEscape = true
                position += 1
            }
            if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { newline() } else { position += 1 }
        }
        let word = word(start..<position, hasEscape, startLine, column)
        position += 1
        guard position >= bytes.count || position - start < Self.wordLimit else {
            throw problem("too long parameter", line: startLine)
        }
        needsSpace = true
        return .word(word)
    }

    private mutating func plain() throws(NginxConfiguration.Problem) -> Token {
        let (start, startLine, column) = (position, line, position - lineStart + 1)
        var hasEscape = false
        // `${`: a brace after a dollar is part of the word.
        var isVariable = false
        while position < bytes.count {
            guard position - start < Self.wordLimit else { throw problem("too long parameter", line: startLine) }
            let byte = bytes[position]
            if byte == UInt8(ascii: "{"), isVariable {
                position += 1
                continue
            }
            isVariable = byte == UInt8(ascii: "$")
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                position += 1
                guard position < bytes.count else { throw endOfFile }
                if bytes[position] == UInt8(ascii: "\n") { newline() } else { position += 1 }
                continue
            }
            if Self.isBlank(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{") {
                return .word(word(start..<position, hasEscape, startLine, column))
            }
            position += 1
        }
        throw endOfFile
    }

    /// A backslash goes before a quote or another backslash, and makes `t`, `r` and `n` what they are in C; before anything
    /// else it stays.
    private func word(_ range: Range<Int>, _ hasEscape: Bool, _ line: Int, _ column: Int) -> NginxConfiguration.Word {
        guard hasEscape else {
            return NginxConfiguration.Word(String(decoding: bytes[range], as: UTF8.self), line: line, column: column)
        }
        var text: [UInt8] = []
        var rest = bytes[range]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.first else {
                text.append(byte)
                continue
            }
            switch escaped {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): text.append(escaped)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "n"): text.append(0x0A)
            default:
                text.append(byte)
                continue
            }
            rest.removeFirst()
        }
        return NginxConfiguration.Word(String(decoding: text, as: UTF8.self), line: line, column: column)
    }

    private mutating func newline() {
        position += 1
        line += 1
        lineStart = position
    }

    private var endOfFile: NginxConfiguration.Problem {
        problem("unexpected end of file, expecting \";\" or \"}\"")
    }

    private func problem(_ message: String, line: Int? = nil) -> NginxConfiguration.Problem {
        NginxConfiguration.Problem(message, line: line ?? self.line)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
}

extension NginxConfiguration.Problem: Error {}
