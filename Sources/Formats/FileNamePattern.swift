// SPDX-License-Identifier: GPL-3.0-or-later

/// fnmatch(3) in the C locale: `*`, `?`, bracket expressions with classes, and backslash, over the whole text.
public struct FileNamePattern: Sendable {
    private let pattern: [UInt8]
    private let isPath: Bool
    private let ignoresCase: Bool

    /// A pattern. `isPath`: wildcards do not match a slash (FNM_PATHNAME); `ignoresCase`: FNM_CASEFOLD.
    public init(_ pattern: String, isPath: Bool = false, ignoresCase: Bool = false) {
        self.pattern = Array(pattern.utf8)
        self.isPath = isPath
        self.ignoresCase = ignoresCase
    }

    /// True when a text holds one of the characters that make a pattern.
    public static func isPattern(_ text: String) -> Bool { text.utf8.contains { "\\?*[]".utf8.contains($0) } }

    private static let slash = UInt8(ascii: "/")

    private func folded(_ byte: UInt8) -> UInt8 {
        ignoresCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Does the whole text match?
    public func matches(_ string: String) -> Bool {
        let text = Array(string.utf8)
        var (at, position) = (0, 0)
        var retry: (pattern: Int, text: Int)?
        while true {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                retry = (at + 1, position)
                at += 1
                continue
            }
            if at == pattern.count, position == text.count { return true }
            if at < pattern.count, position < text.count, let length = matchOne(at, text[position]) {
                at += length
                position += 1
                continue
            }
            // What the last star takes grows by one. A slash ends it, and what stands before cannot help either.
            guard let last = retry, last.text < text.count, !(isPath && text[last.text] == Self.slash) else {
                return false
            }
            retry = (last.pattern, last.text + 1)
            (at, position) = (last.pattern, last.text + 1)
        }
    }

    /// How many bytes of the pattern match this byte; nil for no match.
    private func matchOne(_ at: Int, _ byte: UInt8) -> Int? {
        switch pattern[at] {
        case UInt8(ascii: "?"): return isPath && byte == Self.slash ? nil : 1
        case UInt8(ascii: "\\"):
            guard at + 1 < pattern.count else { return nil }
            return folded(pattern[at + 1]) == folded(byte) ? 2 : nil
        case UInt8(ascii: "["):
            guard let (length, isIn) = bracket(at, byte) else { return folded(byte) == pattern[at] ? 1 : nil }
            return isIn && !(isPath && byte == Self.slash) ? length : nil
        default: return folded(pattern[at]) == folded(byte) ? 1 : nil
        }
    }

    /// A bracket expression with its length; nil where the bracket is never closed.
    private func bracket(_ start: Int, _ byte: UInt8) -> (length: Int, isIn: Bool)? {
        var at = start + 1
        let isNegated = at < pattern.count && (pattern[at] == UInt8(ascii: "!") || pattern[at] == UInt8(ascii: "^"))
        if isNegated { at += 1 }
        var isIn = false
        var isFirst = true
        while at < pattern.count {
            if pattern[at] == UInt8(ascii: "]"), !isFirst { return (at + 1 - start, isIn != isNegated) }
            isFirst = false
            if pattern[at] == UInt8(ascii: "["), at + 1 < pattern.count, pattern[at + 1] == UInt8(ascii: ":"),
                let end = classEnd(at + 2)
            {
                if Self.isIn(byte, class: pattern[at + 2..<end]) { isIn = true }
                at = end + 2
                continue
            }
            guard let (low, next) = member(at) else { return nil }
            at = next
            if at + 1 < pattern.count, pattern[at] == UInt8(ascii: "-"), pattern[at + 1] != UInt8(ascii: "]") {
                guard let (high, after) = member(at + 1) else { return nil }
                if folded(low) <= folded(byte), folded(byte) <= folded(high) { isIn = true }
                at = after
            } else if folded(low) == folded(byte) {
                isIn = true
            }
        }
        return nil
    }

    private func member(_ at: Int) -> (byte: UInt8, next: Int)? {
        guard at < pattern.count else { return nil }
        guard pattern[at] == UInt8(ascii: "\\") else { return (pattern[at], at + 1) }
        return at + 1 < pattern.count ? (pattern[at + 1], at + 2) : nil
    }

    private func classEnd(_ start: Int) -> Int? {
        var end = start
        while end < pattern.count, pattern[end] >= 0x61, pattern[end] <= 0x7A { end += 1 }
        guard end > start, end + 1 < pattern.count, pattern[end] == UInt8(ascii: ":"),
            pattern[end + 1] == UInt8(ascii: "]")
        else { return nil }
        return end
    }

    private static func isIn(_ byte: UInt8, class name: ArraySlice<UInt8>) -> Bool {
        let (isDigit, isUpper) = (byte >= 0x30 && byte <= 0x39, byte >= 0x41 && byte <= 0x5A)
        let isLower = byte >= 0x61 && byte <= 0x7A
        switch String(decoding: name, as: UTF8.self) {
        case "alpha": return isUpper || isLower
        case "digit": return isDigit
        case "alnum": return isUpper || isLower || isDigit
        case "upper": return isUpper
        case "lower": return isLower
        case "space": return byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
        case "blank": return byte == 0x20 || byte == 0x09
        case "punct": return byte > 0x20 && byte < 0x7F && !isUpper && !isLower && !isDigit
        case "graph": return byte > 0x20 && byte < 0x7F
        case "print": return byte >= 0x20 && byte < 0x7F
        case "cntrl": return byte < 0x20 || byte == 0x7F
        case "xdigit": return isDigit || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66)
        default: return false
        }
    }
}
