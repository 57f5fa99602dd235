// SPDX-License-Identifier: GPL-3.0-or-later

/// Patterns of `--only`, of waivers and of sshd: `*` stands for any bytes, `?` for one; everything else for itself.
public struct Glob: Sendable, Hashable {
    private let pattern: [UInt8]

    /// A pattern. Every text is one.
    public init(_ pattern: some Sequence<UInt8>) { self.pattern = Array(pattern) }

    /// A pattern. Every text is one.
    public init(_ pattern: String) { self.init(pattern.utf8) }

    /// Does the whole text match?
    public func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    /// Does the whole text match? Linear in the text for each star, without recursion.
    public func matches(_ text: [UInt8]) -> Bool {
        var (p, t) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let last = star {
                p = last.pattern + 1
                t = last.text + 1
                star = (last.pattern, t)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
