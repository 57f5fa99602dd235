// SPDX-License-Identifier: GPL-3.0-or-later

import Formats

/// The patterns of sshd (ssh_config(5), "PATTERNS"; match.c and addrmatch.c): over bytes, never over characters.
enum SSHServerPattern {
    /// What a list of patterns says of a name.
    enum Verdict: Sendable {
        case matched, notMatched
        /// A pattern with `!` before it matched.
        case negated
        /// An address list with an empty entry or a mask that does not fit its address.
        case invalid
    }

    /// `*` is any number of bytes, `?` is one. Linear in space, at worst quadratic in time.
    static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
        var at = 0
        var want = 0
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if want < pattern.count, pattern[want] == UInt8(ascii: "*") {
                star = (want, at)
                want += 1
            } else if want < pattern.count, pattern[want] == UInt8(ascii: "?") || pattern[want] == text[at] {
                at += 1
                want += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                at = last.text + 1
                want = last.pattern + 1
            } else {
                return false
            }
        }
        return pattern[want...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// match_pattern_list(): a comma-separated list, `!` before an entry excludes.
    static func list(_ text: String, _ patterns: String, lowercases: Bool = false) -> Verdict {
        let text = Array((lowercases ? lowercased(text) : text).utf8)
        var verdict = Verdict.notMatched
        for entry in entries(lowercases ? lowercased(patterns) : patterns) {
            // The program's buffer for one entry.
            guard entry.pattern.count < 1023 else { return .notMatched }
            guard matches(text, entry.pattern) else { continue }
            if entry.isNegated { return .negated }
            verdict = .matched
        }
        return verdict
    }

    /// addr_match_list(): addresses with masks, or wildcards over the address as text. Nil checks the list alone.
    static func addresses(_ address: String?, _ list: String) -> Verdict {
        var probe: SSHServerAddress?
        if let address {
            guard let parsed = SSHServerAddress(address) else { return .notMatched }
            probe = parsed
        }
        var verdict = Verdict.notMatched
        for entry in entries(list, keepsLast: true) {
            if entry.pattern.isEmpty { return .invalid }
            let isHit: Bool
            switch SSHServerAddress.network(entry.pattern) {
            case .network(let network, let prefix): isHit = probe?.isIn(network, prefix) ?? false
            case .inconsistent: return .invalid
            case .none: isHit = address.map { matches(Array($0.utf8), entry.pattern) } ?? false
            }
            if isHit {
                if entry.isNegated { return .negated }
                verdict = .matched
            }
        }
        return verdict
    }

    /// match_user() without a user: is `user@hosts` well formed?
    static func isValidUserPattern(_ pattern: String, release: SSHServerRelease) -> Bool {
        let bytes = Array(pattern.utf8)
        let at = UInt8(ascii: "@")
        guard let position = release.isAtLeast(9, 9) ? bytes.lastIndex(of: at) : bytes.firstIndex(of: at) else {
            return true
        }
        if case .invalid = addresses(nil, String(decoding: bytes[(position + 1)...], as: UTF8.self)) { return false }
        return true
    }

    /// ASCII letters only, as tolower(3) in the C locale.
    static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func entries(_ list: String, keepsLast: Bool = false) -> [(isNegated: Bool, pattern: [UInt8])] {
        var parts = list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        // match_pattern_list() looks at nothing after a last comma, strsep(3) does.
        if !keepsLast, parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { part in
            let isNegated = part.first == UInt8(ascii: "!")
            return (isNegated, Array(isNegated ? part.dropFirst() : part))
        }
    }
}
