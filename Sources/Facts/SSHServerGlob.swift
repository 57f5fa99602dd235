// SPDX-License-Identifier: GPL-3.0-or-later

import Host

/// glob(3) as OpenSSH brings it along: `*`, `?`, `[…]` and `\`, no braces and no `~`; a leading dot must be written;
/// results in byte order.
struct SSHServerGlob {
    let host: any Host

    /// What a pattern found.
    struct Found {
        /// Paths that exist and match, in byte order. A dangling link exists.
        var paths: [String] = []
        /// Directories that are there and could not be listed, with the reason.
        var unreadable: [(path: String, reason: String)] = []
    }

    /// The paths that exist and match.
    func find(_ pattern: String) -> Found {
        var found = Found()
        guard pattern.hasPrefix("/") else { return found }
        var paths = [""]
        for segment in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            let segment = Array(segment)
            guard segment.contains(where: { [0x2A, 0x3F, 0x5B].contains($0) }) else {
                let name = String(decoding: Self.unescaped(segment), as: UTF8.self)
                paths = paths.map { "\($0)/\(name)" }
                continue
            }
            var inside: [String] = []
            for directory in paths {
                do throws(HostError) {
                    for entry in try host.list(directory.isEmpty ? "/" : directory)
                    where Self.matches(entry.name, segment) {
                        inside.append("\(directory)/\(entry.name)")
                    }
                } catch {
                    switch error {
                    case .notFound, .wrongKind: break
                    default: found.unreadable.append((directory, error.description))
                    }
                }
            }
            paths = inside
        }
        found.paths = paths.filter(exists).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found
    }

    private func exists(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try host.status(path, followLinks: false)
            return true
        } catch {
            return error != .notFound
        }
    }

    private static func unescaped(_ pattern: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in pattern {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return result
    }

    // MARK: One segment

    private enum Token {
        case any, one
        case byte(UInt8)
        case set(isNegated: Bool, [ClosedRange<UInt8>])
    }

    static func matches(_ name: String, _ pattern: [UInt8]) -> Bool {
        let name = Array(name.utf8)
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: ".") { return false }
        let tokens = tokens(of: pattern)
        var at = 0
        var want = 0
        var star: (token: Int, at: Int)?
        while at < name.count {
            if want < tokens.count, case .any = tokens[want] {
                star = (want, at)
                want += 1
            } else if want < tokens.count, accepts(tokens[want], name[at]) {
                at += 1
                want += 1
            } else if let last = star {
                star = (last.token, last.at + 1)
                at = last.at + 1
                want = last.token + 1
            } else {
                return false
            }
        }
        return tokens[want...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private static func accepts(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .any: false
        case .one: true
        case .byte(let wanted): wanted == byte
        case .set(let isNegated, let ranges): ranges.contains { $0.contains(byte) } != isNegated
        }
    }

    private static func tokens(of pattern: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "*"): tokens.append(.any)
            case UInt8(ascii: "?"): tokens.append(.one)
            case UInt8(ascii: "\\") where index + 1 < pattern.count:
                index += 1
                tokens.append(.byte(pattern[index]))
            case UInt8(ascii: "["):
                if let (set, last) = set(in: pattern, after: index) {
                    tokens.append(set)
                    index = last
                } else {
                    tokens.append(.byte(pattern[index]))
                }
            default: tokens.append(.byte(pattern[index]))
            }
            index += 1
        }
        return tokens
    }

    /// `[a-z]` or `[!a-z]`; a `]` right after the opening is one of its bytes. Nil when it is never closed.
    private static func set(in pattern: [UInt8], after open: Int) -> (Token, Int)? {
        var index = open + 1
        let isNegated = index < pattern.count && pattern[index] == UInt8(ascii: "!")
        if isNegated { index += 1 }
        let first = index
        var ranges: [ClosedRange<UInt8>] = []
        while index < pattern.count {
            let low = pattern[index]
            if low == UInt8(ascii: "]"), index > first { return (.set(isNegated: isNegated, ranges), index) }
            if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"),
                pattern[index + 2] != UInt8(ascii: "]")
            {
                if low <= pattern[index + 2] { ranges.append(low...pattern[index + 2]) }
                index += 3
            } else {
                ranges.append(low...low)
                index += 1
            }
        }
        return nil
    }
}
