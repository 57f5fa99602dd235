// SPDX-License-Identifier: GPL-3.0-or-later

/// One path component of a glob(7) pattern: `*`, `?`, `[a-z]`, `[!a-z]` and backslash. A leading dot is only matched
/// by a dot. Named classes (`[[:digit:]]`) are not known.
public struct GlobPattern: Sendable {
    private let pattern: [UInt8]
    private let negations: [UInt8]

    /// A component without slashes. `negations` are the bytes that turn a bracket expression around: glibc takes `^` for
    /// `!`, OpenSSH's own glob(3) does not.
    public init(_ pattern: some Sequence<UInt8>, negations: String = "!^") {
        self.pattern = Array(pattern)
        self.negations = Array(negations.utf8)
    }

    /// True when a text holds one of the characters that make a pattern.
    public static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[".utf8.contains($0) } }

    /// True when whole paths match: as many components, each matching.
    public static func matches(_ pattern: String, path: String) -> Bool {
        let parts = pattern.utf8.split(separator: UInt8(ascii: "/"))
        let names = path.utf8.split(separator: UInt8(ascii: "/"))
        return parts.count == names.count && zip(parts, names).allSatisfy { GlobPattern($0).matches($1) }
    }

    /// The paths that an absolute pattern names; `names` lists a directory. No more than `limit` are followed from one
    /// component to the next. A path is not looked for after the last component that is a pattern.
    public static func paths(
        matching pattern: String, negations: String = "!^", limit: Int = .max, names: (_ directory: String) -> [String]
    ) -> [String] {
        var found = [""]
        for part in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            let glob = GlobPattern(part, negations: negations)
            guard isPattern(String(Substring(part))) else {
                let name = glob.unescaped
                found = found.map { "\($0)/\(name)" }
                continue
            }
            var next: [String] = []
            for folder in found where next.count < limit {
                next += names(folder.isEmpty ? "/" : folder).lazy.filter { glob.matches($0.utf8) }
                    .prefix(limit - next.count).map { "\(folder)/\($0)" }
            }
            found = next
        }
        return found
    }

    /// The component without the backslashes that escape.
    private var unescaped: String {
        var result: [UInt8] = []
        var rest = pattern[...]
        while let byte = rest.popFirst() {
            result.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Does a name match? Time is bounded by the product of the lengths.
    public func matches(_ name: some Sequence<UInt8>) -> Bool {
        let name = Array(name)
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
        var (p, n) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, n)
                p += 1
            } else if let next = step(p, name[n]) {
                p = next
                n += 1
            } else if let (back, from) = star {
                star = (back, from + 1)
                p = back + 1
                n = from + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The position after the element at `position` when it matches `byte`.
    private func step(_ position: Int, _ byte: UInt8) -> Int? {
        guard position < pattern.count else { return nil }
        switch pattern[position] {
        case UInt8(ascii: "?"): return position + 1
        case UInt8(ascii: "["):
            guard let (end, matches) = bracket(position, byte) else { break }
            return matches ? end : nil
        case UInt8(ascii: "\\") where position + 1 < pattern.count:
            return pattern[position + 1] == byte ? position + 2 : nil
        default: break
        }
        return pattern[position] == byte ? position + 1 : nil
    }

    /// The bracket expression at `position`: where it ends and whether it holds `byte`; nil when it is not closed.
    private func bracket(_ position: Int, _ byte: UInt8) -> (Int, Bool)? {
        var index = position + 1
        let negated = index < pattern.count && negations.contains(pattern[index])
        if negated { index += 1 }
        var found = false
        var isFirst = true
        while index < pattern.count, isFirst || pattern[index] != UInt8(ascii: "]") {
            isFirst = false
            let low = pattern[index]
            var high = low
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"),
                pattern[index + 2] != UInt8(ascii: "]")
            {
                high = pattern[index + 2]
                index += 2
            }
            if low <= byte, byte <= high { found = true }
            index += 1
        }
        return index < pattern.count ? (index + 1, found != negated) : nil
    }
}
