// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// A range of client addresses as a line of pg_hba.conf has it: bits under the mask must agree, family included. The
/// mask need not be a prefix.
struct PostgreSQLNetwork: Sendable, Hashable {
    let address: [UInt8]
    let mask: [UInt8]

    func contains(_ client: IPAddress) -> Bool {
        client.bytes.count == address.count
            && client.bytes.indices.allSatisfy { (client.bytes[$0] ^ address[$0]) & mask[$0] == 0 }
    }

    /// Every client of `other` is in here.
    func covers(_ other: PostgreSQLNetwork) -> Bool {
        address.count == other.address.count
            && address.indices.allSatisfy {
                mask[$0] & ~other.mask[$0] == 0 && (other.address[$0] ^ address[$0]) & mask[$0] == 0
            }
    }

    static let everything4 = PostgreSQLNetwork(address: [0, 0, 0, 0], mask: [0, 0, 0, 0])
    static let everything6 = PostgreSQLNetwork(
        address: [UInt8](repeating: 0, count: 16), mask: [UInt8](repeating: 0, count: 16))
    static let loopback4 = PostgreSQLNetwork(address: [127, 0, 0, 0], mask: [255, 0, 0, 0])
    static let loopback6 = PostgreSQLNetwork(
        address: [UInt8](repeating: 0, count: 15) + [1], mask: [UInt8](repeating: 255, count: 16))

    /// The range holds no address but the machine's own.
    var isLoopback: Bool { Self.loopback4.covers(self) || Self.loopback6.covers(self) }
    /// The range is the whole of its family.
    var isEverything: Bool { mask.allSatisfy { $0 == 0 } }

    /// Private use (RFC 1918, RFC 4193) and link-local ranges.
    var isPrivate: Bool {
        let ranges: [([UInt8], Int)] = [
            ([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16), ([169, 254, 0, 0], 16),
            ([100, 64, 0, 0], 10), ([0xFC] + [UInt8](repeating: 0, count: 15), 7),
            ([0xFE, 0x80] + [UInt8](repeating: 0, count: 14), 10),
        ]
        return ranges.contains { PostgreSQLNetwork($0.0, prefix: $0.1)?.covers(self) ?? false }
    }

    init(address: [UInt8], mask: [UInt8]) {
        self.address = address
        self.mask = mask
    }

    /// Nil for a prefix longer than the address.
    init?(_ address: [UInt8], prefix: Int) {
        guard (0...(address.count * 8)).contains(prefix) else { return nil }
        self.init(
            address: address,
            mask: address.indices.map { index in
                let bits = min(8, max(0, prefix - index * 8))
                return bits == 0 ? 0 : UInt8(truncatingIfNeeded: 0xFF << (8 - bits))
            })
    }

    /// The bytes of an address as getaddrinfo(3) takes it without asking anybody: for IPv4 all that inet_aton(3) does.
    static func bytes(_ text: String) -> [UInt8]? {
        if text.utf8.contains(UInt8(ascii: ":")) {
            // The interface behind a % does not count when addresses are compared.
            return IPAddress(text: String(text.prefix { $0 != "%" }))?.bytes
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            guard let number = cInteger(Array(part)) else { return nil }
            if index < parts.count - 1 {
                guard number <= 255 else { return nil }
                bytes.append(UInt8(truncatingIfNeeded: number))
            } else {
                let left = 4 - bytes.count
                guard number < UInt64(1) << UInt64(8 * left) else { return nil }
                for shift in (0..<left).reversed() {
                    bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * shift)))
                }
            }
        }
        return bytes
    }

    private static func cInteger(_ digits: [UInt8]) -> UInt64? {
        guard let first = digits.first, (0x30...0x39).contains(first), digits.count <= 12 else { return nil }
        let text = String(decoding: digits, as: UTF8.self).asciiLowercased
        if text.hasPrefix("0x") { return text == "0x" ? nil : UInt64(text.dropFirst(2), radix: 16) }
        return text.hasPrefix("0") ? UInt64(text, radix: 8) : UInt64(text)
    }
}
