// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// Lists of algorithms as sshd_config(5) writes them: names, or `+`, `-`, `^` and names to add to the default list,
/// take from it, or put before it (kex_assemble_names()).
enum SSHServerAlgorithmList {
    /// The list in force, or nil where sshd stops because nothing is left of it.
    static func assemble(_ specification: String, _ family: SSHServerRelease.Algorithms) -> [String]? {
        guard let sign = specification.utf8.first else { return family.defaults }
        let names = String(specification.dropFirst())
        let patterns: [String]
        switch sign {
        case UInt8(ascii: "-"):
            let kept = family.defaults.filter { name in
                if case .matched = SSHServerPattern.list(name, names) { false } else { true }
            }
            // An empty list is taken for none at all the next time it is looked at.
            return kept.isEmpty ? family.defaults : kept
        case UInt8(ascii: "+"): patterns = family.defaults + split(names).prefix { !$0.isEmpty }
        case UInt8(ascii: "^"): patterns = split(names) + family.defaults
        default: patterns = split(specification)
        }
        var result: [String] = []
        for pattern in patterns {
            if pattern.utf8.first == UInt8(ascii: "!") { return nil }
            for name in family.all
            where Glob(pattern).matches(name) && !result.contains(name) {
                result.append(name)
            }
        }
        return result.isEmpty ? nil : result
    }

    /// Whether sshd takes the words: each name must be known; key types may be patterns.
    static func isValid(
        _ specification: String, _ family: SSHServerRelease.Algorithms, allowsPatterns: Bool, plainOnly: Bool = false
    ) -> Bool {
        guard let sign = specification.utf8.first else { return false }
        if sign == UInt8(ascii: "-") { return true }
        let isRelative = sign == UInt8(ascii: "+") || sign == UInt8(ascii: "^")
        let names = split(isRelative ? String(specification.dropFirst()) : specification)
        guard names.first?.isEmpty == false else { return false }
        for name in names {
            // The loops of sshd end at an empty name.
            if name.isEmpty { return true }
            if family.all.contains(name) {
                if plainOnly, name.contains("-cert-") { return false }
                continue
            }
            guard allowsPatterns else { return false }
            if shortNames.contains(name.asciiLowercased) { continue }
            let isPattern = family.all.contains {
                if case .notMatched = SSHServerPattern.list($0, name) { false } else { true }
            }
            guard isPattern else { return false }
        }
        return true
    }

    /// Names of key types that sshd understands and that then select nothing.
    private static let shortNames: Set<String> = ["rsa", "dsa", "ecdsa", "ecdsa-sk", "ed25519", "ed25519-sk"]

    private static func split(_ list: String) -> [String] {
        list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
