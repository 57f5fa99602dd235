// SPDX-License-Identifier: GPL-3.0-or-later

/// The character patterns of the sudoers reader: each says how many bytes match at a place, 0 for none. They are the
/// definitions of sudo's own scanner; sudoers(5), "SUDOERS FILE FORMAT" and "Other special characters", in words.
struct SudoersPattern {
    let bytes: [UInt8]

    /// The byte at a place; 0 past the end. NUL itself is never in the text.
    func byte(_ index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0 }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    static func isLower(_ byte: UInt8) -> Bool { byte >= 0x61 && byte <= 0x7A }
    static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
    }

    /// A fixed text.
    func literal(_ text: StaticString, at start: Int) -> Int {
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return 0 }
        return text.description.utf8.elementsEqual(bytes[start..<start + count]) ? count : 0
    }

    func blanks(at start: Int) -> Int {
        var end = start
        while Self.isBlank(byte(end)) { end += 1 }
        return end - start
    }

    func newline(at start: Int) -> Int {
        if byte(start) == 0x0A { return 1 }
        return byte(start) == 0x0D && byte(start + 1) == 0x0A ? 2 : 0
    }

    /// A backslash at the end of a line, with blanks in between.
    func continuation(at start: Int) -> Int {
        guard byte(start) == UInt8(ascii: "\\") else { return 0 }
        let blank = blanks(at: start + 1)
        let end = newline(at: start + 1 + blank)
        return end == 0 ? 0 : 1 + blank + end
    }

    /// Plain bytes, or any byte behind a backslash.
    private func run(at start: Int, except: StaticString, notEscaped: [UInt8], firstExcept: StaticString? = nil) -> Int
    {
        let excluded = Array(except.description.utf8)
        let first = firstExcept.map { Array($0.description.utf8) } ?? excluded
        var end = start
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "\\") {
                guard end + 1 < bytes.count, !notEscaped.contains(bytes[end + 1]) else { break }
                end += 2
            } else if (end == start ? first : excluded).contains(bytes[end]) {
                break
            } else {
                end += 1
            }
        }
        return end - start
    }

    func word(at start: Int) -> Int { run(at: start, except: "#>!=:,() \t\r\n\"", notEscaped: [0x09, 0x0A]) }

    func defaultsValue(at start: Int) -> Int {
        run(at: start, except: "#=, \t\r\n\"", notEscaped: [0x0D, 0x0A], firstExcept: "#!=, \t\r\n\"")
    }

    /// A number as sudo writes them: `#1000`, `#-1`.
    func identifier(at start: Int) -> Int {
        guard byte(start) == UInt8(ascii: "#") else { return 0 }
        let first = start + (byte(start + 1) == UInt8(ascii: "-") ? 2 : 1)
        var end = first
        while Self.isDigit(byte(end)) { end += 1 }
        return end == first ? 0 : end - start
    }

    func wordOrIdentifier(at start: Int) -> Int { max(word(at: start), identifier(at: start)) }

    /// An absolute path of at least one character behind the slash.
    func path(at start: Int) -> Int {
        guard byte(start) == UInt8(ascii: "/") else { return 0 }
        var end = start + 1
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "\\") {
                guard ",:= \t#".utf8.contains(byte(end + 1)) else { break }
                end += 2
            } else if ",:= \t\r\n#".utf8.contains(bytes[end]) {
                break
            } else {
                end += 1
            }
        }
        return end == start + 1 ? 0 : end - start
    }

    /// `^…$`; `#` and `$` inside stand behind a backslash.
    func regularExpression(at start: Int) -> Int {
        guard byte(start) == UInt8(ascii: "^") else { return 0 }
        var (end, longest) = (start + 1, 0)
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D {
            let isEscaped = end > start + 1 && bytes[end - 1] == UInt8(ascii: "\\")
            if bytes[end] == UInt8(ascii: "$") {
                longest = end + 1 - start
                if !isEscaped { break }
            } else if bytes[end] == UInt8(ascii: "#"), !isEscaped {
                break
            }
            end += 1
        }
        return longest
    }

    func aliasName(at start: Int) -> Int {
        guard Self.isUpper(byte(start)) else { return 0 }
        var end = start + 1
        while Self.isUpper(byte(end)) || Self.isDigit(byte(end)) || byte(end) == UInt8(ascii: "_") { end += 1 }
        return end - start
    }

    func defaultsName(at start: Int) -> Int {
        var end = start
        while Self.isLower(byte(end)) || byte(end) == UInt8(ascii: "_") { end += 1 }
        return end - start
    }

    /// A comment with its end of line; `#` before a number is an id.
    func comment(at start: Int) -> Int {
        guard byte(start) == UInt8(ascii: "#") else { return 0 }
        let next = byte(start + 1)
        var end = start + 1
        let isText: Bool
        if next == UInt8(ascii: "-") {
            let second = byte(start + 2)
            isText = second != 0x0A && second != 0x0D && !Self.isDigit(second) && start + 2 < bytes.count
        } else {
            isText = next != 0x0A && next != 0x0D && !Self.isDigit(next) && start + 1 < bytes.count
        }
        if isText { while end < bytes.count, bytes[end] != 0x0A { end += 1 } }
        return end + newline(at: end) - start
    }

    /// `#include ` and `#includedir ` are no comments where they begin the line.
    func oldInclude(_ keyword: StaticString, at start: Int) -> Int {
        let length = literal(keyword, at: start)
        guard length > 0, Self.isBlank(byte(start + length)) else { return 0 }
        var end = start + length
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        return end + newline(at: end) - start
    }

    /// A name of a file behind include.
    func includedName(at start: Int) -> Int {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
        guard start < bytes.count, byte(start) != UInt8(ascii: "\""), !isSpace(byte(start)) else { return 0 }
        var end = start + 1
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "\\"), Self.isBlank(byte(end + 1)) {
                end += 2
            } else if isSpace(bytes[end]) {
                break
            } else {
                end += 1
            }
        }
        return end - start
    }

    /// The word before a colon, as of a tag.
    func tag(_ name: StaticString, at start: Int) -> Int {
        let length = literal(name, at: start)
        guard length > 0 else { return 0 }
        let blank = blanks(at: start + length)
        return byte(start + length + blank) == UInt8(ascii: ":") ? length + blank + 1 : 0
    }
}
