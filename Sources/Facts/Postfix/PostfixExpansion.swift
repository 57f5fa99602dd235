// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// `$name`, `${name?text}`, `${{a} == {b} ? {c} : {d}}` in values of main.cf (postconf(5), "MAIN.CF FILE FORMAT").
struct PostfixExpansion {
    /// The value of a parameter, not expanded; nil for one that is not known.
    let lookup: (String) -> String?
    /// Names nobody knows that were met.
    private(set) var unknown: Set<String> = []
    /// What Postfix would end over.
    private(set) var problem: String?

    /// Values refer to values no deeper than this.
    private static let depth = 50
    /// No value is longer than this.
    private static let length = 1 << 16

    init(_ lookup: @escaping (String) -> String?) { self.lookup = lookup }

    /// The text with all references replaced.
    mutating func expand(_ text: String, depth: Int = 0) -> String {
        guard depth < Self.depth else { return fail("references that do not end") }
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            guard result.count < Self.length else { return fail("a value that does not end") }
            rest = rest.dropFirst()
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            switch rest.first {
            case UInt8(ascii: "$"):
                result.append(byte)
                rest = rest.dropFirst()
            case UInt8(ascii: "{"), UInt8(ascii: "("):
                guard let end = Self.closing(rest) else { return fail("a reference without its end") }
                result += Array(reference(rest[(rest.startIndex + 1)..<end], depth).utf8)
                rest = rest[(end + 1)...]
            default:
                let name = rest.prefix(while: Self.isName)
                guard !name.isEmpty else { return fail("a reference without a name") }
                result += Array(value(String(decoding: name, as: UTF8.self), depth).utf8)
                rest = rest.dropFirst(name.count)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func fail(_ message: String) -> String {
        problem = problem ?? message
        return ""
    }

    private mutating func value(_ name: String, _ depth: Int) -> String {
        guard let value = lookup(name) else {
            unknown.insert(name)
            return ""
        }
        return expand(value, depth: depth + 1)
    }

    /// What stands between the brackets.
    private mutating func reference(_ body: ArraySlice<UInt8>, _ depth: Int) -> String {
        var rest = body.drop(while: Self.isSpace)
        let isTrue: Bool
        let plain: String?
        if rest.first == UInt8(ascii: "{") {
            guard let left = Self.braced(&rest) else { return fail("an expression without its end") }
            rest = rest.drop(while: Self.isSpace)
            let sign = rest.prefix { !Self.isSpace($0) && $0 != UInt8(ascii: "{") }
            rest = rest.dropFirst(sign.count).drop(while: Self.isSpace)
            guard let right = Self.braced(&rest) else { return fail("an expression without its right side") }
            guard
                let verdict = Self.compare(
                    expand(left, depth: depth + 1), String(decoding: sign, as: UTF8.self),
                    expand(right, depth: depth + 1))
            else { return fail("no such operator: \(String(decoding: sign, as: UTF8.self).clipped(to: 20))") }
            isTrue = verdict
            plain = verdict ? "true" : ""
        } else {
            let name = rest.prefix(while: Self.isName)
            guard !name.isEmpty else { return fail("a reference without a name") }
            rest = rest.dropFirst(name.count)
            let text = String(decoding: name, as: UTF8.self)
            if rest.drop(while: Self.isSpace).isEmpty { return value(text, depth) }
            let raw = lookup(text)
            if raw == nil { unknown.insert(text) }
            isTrue = !(raw ?? "").isEmpty
            plain = nil
        }
        rest = rest.drop(while: Self.isSpace)
        guard let sign = rest.first else { return plain ?? "" }
        rest = rest.dropFirst()
        var (whenTrue, whenFalse) = ("", "")
        switch sign {
        case UInt8(ascii: "?"):
            let after = rest.drop(while: Self.isSpace)
            if after.first == UInt8(ascii: "{") {
                rest = after
                guard let text = Self.braced(&rest) else { return fail("a text without its end") }
                whenTrue = text
                rest = rest.drop(while: Self.isSpace)
                if rest.first == UInt8(ascii: ":") {
                    rest = rest.dropFirst()
                    whenFalse = Self.text(&rest)
                } else if !rest.isEmpty {
                    return fail("something after the end of a text")
                }
            } else {
                whenTrue = String(decoding: rest, as: UTF8.self)
            }
        case UInt8(ascii: ":"): whenFalse = Self.text(&rest)
        default: return fail("neither `?` nor `:` after a name")
        }
        return expand(isTrue ? whenTrue : whenFalse, depth: depth + 1)
    }

    /// The rest, or what its braces hold.
    private static func text(_ rest: inout ArraySlice<UInt8>) -> String {
        var after = rest.drop(while: isSpace)
        if after.first == UInt8(ascii: "{"), let text = braced(&after) { return text }
        return String(decoding: rest, as: UTF8.self)
    }

    /// `==`, `!=`, `<` and so on: as numbers where both sides are numbers, else as texts; `<level` and its like compare
    /// the numbers of a version one by one.
    private static func compare(_ left: String, _ sign: String, _ right: String) -> Bool? {
        let order: Int
        if sign.hasSuffix("level") {
            guard let first = level(left), let second = level(right) else { return nil }
            order = first.lexicographicallyPrecedes(second) ? -1 : second.lexicographicallyPrecedes(first) ? 1 : 0
        } else if let first = Int64(left), let second = Int64(right) {
            order = first < second ? -1 : first > second ? 1 : 0
        } else {
            order = left == right ? 0 : left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        }
        switch sign {
        case "==", "==level": return order == 0
        case "!=", "!=level": return order != 0
        case "<", "<level": return order < 0
        case "<=", "<=level": return order <= 0
        case ">", ">level": return order > 0
        case ">=", ">=level": return order >= 0
        default: return nil
        }
    }

    private static func level(_ text: String) -> [Int]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard !parts.isEmpty, parts.count <= 3, !parts.contains(nil) else { return nil }
        return parts.compactMap(\.self) + Array(repeating: 0, count: 3 - parts.count)
    }

    private static func braced(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == UInt8(ascii: "{"), let end = closing(rest) else { return nil }
        let inside = rest[(rest.startIndex + 1)..<end].drop(while: isSpace)
        let last = inside.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? inside.startIndex
        rest = rest[(end + 1)...]
        return String(decoding: inside[..<last], as: UTF8.self)
    }

    /// The bracket that closes the one a text begins with.
    private static func closing(_ text: ArraySlice<UInt8>) -> Int? {
        guard let open = text.first else { return nil }
        let close = open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")
        var depth = 0
        for index in text.indices {
            if text[index] == open { depth += 1 }
            if text[index] == close {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func isName(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
