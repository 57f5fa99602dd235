// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

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

    /// match_pattern_list(): a comma-separated list, `!` before an entry excludes.
    static func list(_ text: String, _ patterns: String, lowercases: Bool = false) -> Verdict {
        let text = Array((lowercases ? text.asciiLowercased : text).utf8)
        var verdict = Verdict.notMatched
        for entry in entries(lowercases ? patterns.asciiLowercased : patterns) {
            // The program's buffer for one entry.
            guard entry.pattern.count < 1023 else { return .notMatched }
            guard Glob(entry.pattern).matches(text) else { continue }
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
            case .none: isHit = address.map { Glob(entry.pattern).matches($0) } ?? false
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
