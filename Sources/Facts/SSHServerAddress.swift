// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// An address as getaddrinfo(3) reads it with AI_NUMERICHOST and getnameinfo(3) prints it.
struct SSHServerAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]
    /// What follows `%`, with the sign; empty for most.
    let scope: String

    /// IPv4 in any form inet_aton(3) takes (`127.1`, `0x7f000001`), or IPv6. Nil for anything else.
    init?(_ text: String) {
        if let bytes = Self.version4(Array(text.utf8)) {
            self.init(bytes: bytes, scope: "")
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first,
            let address = IPAddress(text: String(decoding: first, as: UTF8.self)), address.bytes.count == 16
        else { return nil }
        let scope = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        if parts.count > 1, scope.isEmpty { return nil }
        self.init(bytes: address.bytes, scope: scope.isEmpty ? "" : "%" + scope)
    }

    private init(bytes: [UInt8], scope: String) {
        self.bytes = bytes
        self.scope = scope
    }

    /// Every address there is, of one family.
    static func any(isVersion6: Bool) -> SSHServerAddress {
        SSHServerAddress(bytes: [UInt8](repeating: 0, count: isVersion6 ? 16 : 4), scope: "")
    }

    var isVersion6: Bool { bytes.count == 16 }

    /// What getaddrinfo(3) gives when it is asked for this address in an AddressFamily: nil when it is of the other one.
    /// glibc takes an IPv4-mapped IPv6 address for IPv4 when only IPv4 is asked for, not the other way round.
    func inFamily(_ family: String) -> SSHServerAddress? {
        if family == "any" || isVersion6 == (family == "inet6") { return self }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        guard family == "inet", bytes.starts(with: mapped) else { return nil }
        return SSHServerAddress(bytes: Array(bytes.dropFirst(12)), scope: "")
    }

    /// Same family, same scope, and the first `prefix` bits the same.
    func isIn(_ network: SSHServerAddress, _ prefix: Int) -> Bool {
        bytes.count == network.bytes.count && scope == network.scope && masked(prefix) == network.bytes
    }

    private func masked(_ prefix: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let bits = min(max(prefix - index * 8, 0), 8)
            return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
        }
    }

    /// What an entry of an address list is (addr_pton_cidr()).
    enum Network {
        case network(SSHServerAddress, Int)
        /// A mask too long for the address, or bits set behind the mask.
        case inconsistent
        case none
    }

    static func network(_ entry: [UInt8]) -> Network {
        guard entry.count < 64 else { return .none }
        let parts = entry.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        var prefix: Int?
        if parts.count > 1 {
            guard !parts[1].isEmpty, parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(String(decoding: parts[1], as: UTF8.self)), number <= 128
            else { return .none }
            prefix = number
        }
        guard let first = parts.first, let address = SSHServerAddress(String(decoding: first, as: UTF8.self)) else {
            return .none
        }
        let bits = prefix ?? address.bytes.count * 8
        guard bits <= address.bytes.count * 8, address.masked(bits) == address.bytes else { return .inconsistent }
        return .network(address, bits)
    }

    // MARK: Reading

    private static func version4(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var value: UInt64 = 0
        for (index, part) in parts.enumerated() {
            guard let number = cInteger(part) else { return nil }
            let isLast = index == parts.count - 1
            let width = isLast ? 4 - index : 1
            guard number < 1 << UInt64(width * 8) else { return nil }
            value = value << UInt64(width * 8) | number
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt64((3 - $0) * 8)) }
    }

    /// Digits as C writes an unsigned number: decimal, 0… octal, 0x… hexadecimal.
    private static func cInteger(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, digits.count <= 16, (0x30...0x39).contains(first) else { return nil }
        let text = String(decoding: digits, as: UTF8.self)
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return UInt64(text.dropFirst(2), radix: 16) }
        return first == 0x30 && digits.count > 1 ? UInt64(text, radix: 8) : UInt64(text)
    }
}

extension SSHServerAddress: CustomStringConvertible {
    /// inet_ntop(3): the longest run of two or more zero groups is `::`, embedded IPv4 is written as IPv4.
    var description: String {
        guard isVersion6 else { return bytes.map { String($0) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(bytes[$0 * 2]) << 8 | UInt16(bytes[$0 * 2 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > best.count { best = start..<end }
            start = max(end, start) + 1
        }
        if best.count < 2 { best = 0..<0 }
        let isMapped = best == 0..<5 && groups[5] == 0xFFFF
        let isCompatible = best == 0..<6 && groups[6] != 0
        func hex(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        if isMapped || isCompatible {
            let quad = bytes[12...].map { String($0) }.joined(separator: ".")
            return (isMapped ? "::ffff:" : "::") + quad + scope
        }
        guard !best.isEmpty else { return hex(0..<8) + scope }
        return hex(0..<best.lowerBound) + "::" + hex(best.upperBound..<8) + scope
    }
}
