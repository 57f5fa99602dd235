// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// An entry of mynetworks, or a host of a service: `192.0.2.0/24`, `[2001:db8::]/32`, `10.0.0.1`.
struct PostfixNetwork {
    private let bytes: [UInt8]
    private let prefix: Int

    /// Nil for what is no address: a table, a file, a name, or `!` and something.
    init?(_ word: String) {
        let text = Array(word.utf8).filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
        let parts = String(decoding: text, as: UTF8.self).split(separator: "/", maxSplits: 1)
        guard let first = parts.first, let address = IPAddress(text: String(first)) else { return nil }
        bytes = address.bytes
        if parts.count == 2 {
            guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
            prefix = length
        } else {
            prefix = bytes.count * 8
        }
    }

    /// More than 256 addresses, and not all of them private, link-local or loopback (RFC 1918, RFC 6598, RFC 4193).
    var isPublicAndWide: Bool {
        let span = bytes.count * 8 - prefix
        if bytes.count == 16 {
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            if isMapped, prefix >= 96 {
                return Self.isPublic(Array(bytes[12...])) && 128 - prefix > 8
            }
            let isPrivate =
                prefix >= 7 && bytes[0] & 0xFE == 0xFC || prefix >= 10 && bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
                || prefix == 128
            // A /64 is one network of people.
            return !isPrivate && span > 64
        }
        return span > 8 && Self.isPublic(bytes) || prefix < 8
    }

    private static func isPublic(_ bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1]) {
        case (10, _), (127, _), (192, 168), (169, 254), (172, 16...31), (100, 64...127): false
        default: true
        }
    }

    /// Words between commas and white space.
    static func words(_ text: String) -> [String] {
        text.utf8.split { $0 == UInt8(ascii: ",") || $0 == 0x20 || (0x09...0x0D).contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    static func isLoopback(_ word: String) -> Bool {
        if ["loopback-only", "localhost"].contains(word) { return true }
        guard let network = PostfixNetwork(word) else { return false }
        return network.bytes.count == 4
            ? network.bytes[0] == 127 : network.bytes.dropLast().allSatisfy { $0 == 0 } && network.bytes.last == 1
    }

    /// The host of `host:port`; nil where there is none.
    static func host(of name: String) -> String? {
        guard let colon = name.lastIndex(of: ":") else { return nil }
        let host = name[..<colon]
        return host.isEmpty ? nil : String(host.filter { $0 != "[" && $0 != "]" })
    }
}

/// Whether a stranger may send to anywhere (postconf(5), smtpd_relay_restrictions): every list is walked by itself, and
/// one that refuses is enough.
struct PostfixRelay {
    /// Nil: not known.
    let relay, recipient, client: String?
    let networks: String

    private enum Verdict { case refuses, permits, unknown(String) }

    func verdict(_ source: SourceID) -> Value {
        var doubt: String?
        for text in [relay, recipient, client] {
            guard let text else {
                doubt = doubt ?? "a list of restrictions is not known"
                continue
            }
            switch walk(PostfixNetwork.words(text)) {
            case .refuses: return .bool(false, source)
            case .permits: continue
            case .unknown(let reason): doubt = doubt ?? reason
            }
        }
        // Postfix will not serve without a guard in one of the two lists.
        return doubt.map { .unknown("relays_for_strangers", $0, source) } ?? .bool(true, source)
    }

    private func walk(_ words: [String]) -> Verdict {
        for word in words {
            switch word {
            case "reject", "defer", "reject_unauth_destination", "defer_unauth_destination": return .refuses
            case "permit": return .permits
            case "permit_mynetworks":
                if PostfixNetwork.words(networks).contains(where: {
                    ["0.0.0.0/0", "0/0", "[::]/0", "::/0"].contains($0)
                }) {
                    return .permits
                }
            case "permit_sasl_authenticated", "permit_auth_destination", "permit_tls_clientcerts",
                "permit_tls_all_clientcerts", "permit_mx_backup", "permit_inet_interfaces", "permit_naked_ip_address":
                continue
            default:
                // reject_* refuses some; a table, a policy service or a class of restrictions may do anything.
                if word.hasPrefix("reject_") || word.hasPrefix("defer_") || word.hasPrefix("warn_if_reject") {
                    continue
                }
                return .unknown("\(word.clipped(to: 60)) decides")
            }
        }
        return .permits
    }
}
