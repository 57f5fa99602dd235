// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// DNS names as certificates present them and clients compare them (RFC 9525 section 6.3, which replaces RFC 6125).
public enum HostName {
    /// Does the name a certificate presents cover the name a client asks for? Case does not matter, a final dot neither.
    /// A wildcard is a whole left-most label and stands for exactly one label; it must leave two labels at least.
    /// A name that is itself a wildcard (`*.example.org` as nginx serves it) is covered by the same wildcard only.
    public static func matches(pattern: String, name: String) -> Bool {
        let pattern = labels(pattern)
        let name = labels(name)
        guard isWellFormed(pattern, wildcard: true), isWellFormed(name, wildcard: true) else { return false }
        if pattern == name { return true }
        guard pattern[0] == "*", pattern.count >= 3, name.count == pattern.count, name[0] != "*" else { return false }
        return pattern[1...] == name[1...]
    }

    /// Could the name be resolved by the public DNS: two labels at least and no special-use or private top-level domain
    /// (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`; then those that private networks use by habit).
    public static func isPublic(_ name: String) -> Bool {
        let labels = labels(name)
        guard isWellFormed(labels, wildcard: true), labels.count >= 2, let top = labels.last else { return false }
        let named = top.utf8.contains { !(0x30...0x39).contains($0) }
        return named && !privateDomains.contains(top)
    }

    /// Can a client come under the name by TLS: a well-formed DNS name, wildcard or not, and no IP address.
    public static func isServed(_ name: String) -> Bool {
        let labels = labels(name)
        guard isWellFormed(labels, wildcard: true), let top = labels.last else { return false }
        return top.utf8.contains { !(0x30...0x39).contains($0) }
    }

    private static let privateDomains: Set<String> = [
        "alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain",
        "localhost", "onion", "private", "test",
    ]

    private static func labels(_ name: String) -> [String] {
        var bytes = name.utf8.map { $0.asciiLowercased }[...]
        if bytes.last == 0x2E { bytes.removeLast() }
        return bytes.split(separator: 0x2E, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Labels of 1 to 63 letters, digits, hyphens and, since hosts use it, underscores; `*` only as the first.
    private static func isWellFormed(_ labels: [String], wildcard: Bool) -> Bool {
        guard !labels.isEmpty, labels.count <= 127 else { return false }
        return labels.enumerated().allSatisfy { index, label in
            if wildcard, index == 0, label == "*" { return labels.count > 1 }
            return (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
                }
        }
    }
}
