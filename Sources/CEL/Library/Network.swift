// SPDX-License-Identifier: GPL-3.0-or-later

extension Library {
    /// The network extension. Every question about an IPv4-mapped address is answered for the IPv4 address it stands
    /// for; only `family` and `string` tell how it was written.
    static let network: [Overload] =
        addresses + [
            .of("cidr", "A range of addresses: `cidr('192.0.2.0/24')`.") { (text: String) throws(Failure) in
                try range(text)
            },
            .of("isCIDR", "Can the string be read by `cidr`?") { (text: String) throws(Failure) in
                CIDR(text: text) != nil
            },
            .of("containsIP", method: true, "Is the address in the range?") {
                (range: CIDR, other: IPAddress) throws(Failure) in range.contains(other)
            },
            .of("containsIP", method: true, "Is the address in the range?") {
                (range: CIDR, other: String) throws(Failure) in range.contains(try address(other))
            },
            .of("containsCIDR", method: true, "Is all of the other range in this one?") {
                (range: CIDR, other: CIDR) throws(Failure) in contains(range, other)
            },
            .of("containsCIDR", method: true, "Is all of the other range in this one?") {
                (left: CIDR, right: String) throws(Failure) in contains(left, try range(right))
            },
            .of("ip", method: true, "The address as written, before the slash.") {
                (range: CIDR) throws(Failure) in range.address
            },
            .of("masked", method: true, "The range with zeros after its prefix.") {
                (range: CIDR) throws(Failure) in range.masked
            },
            .of("prefixLength", method: true, "The number after the slash.") {
                (range: CIDR) throws(Failure) in Int64(range.prefixLength)
            },
            .of("string", "As `192.0.2.0/24`.") { (range: CIDR) throws(Failure) in range.text },
        ]

    private static let addresses: [Overload] = [
        .of("ip", "An IPv4 or IPv6 address, without a zone: `ip('2001:db8::1')`.") {
            (text: String) throws(Failure) in try address(text)
        },
        .of("isIP", "Can the string be read by `ip`?") { (text: String) throws(Failure) in
            IPAddress(text: text) != nil
        },
        .of("ip.isCanonical", "Is the address written as RFC 5952 asks? An error when it is none.") {
            (text: String) throws(Failure) in try address(text).text.utf8.elementsEqual(text.utf8)
        },
        .of("family", method: true, "4 or 6.") { (address: IPAddress) throws(Failure) in
            address.bytes.count == 4 ? Int64(4) : 6
        },
        property("isUnspecified", "Is it 0.0.0.0 or ::?") { $0.allSatisfy { $0 == 0 } },
        property("isLoopback", "Is it in 127.0.0.0/8, or ::1?") {
            $0.count == 4 ? $0[0] == 127 : $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1
        },
        property("isGlobalUnicast", "Is it one host's, private ones too, but not of the link or this machine?") {
            bytes in
            let isBroadcast = bytes.count == 4 && bytes.allSatisfy { $0 == 255 }
            let isMulticast = bytes.count == 4 ? bytes[0] & 0xF0 == 0xE0 : bytes[0] == 0xFF
            let isLoopback =
                bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
            return !isBroadcast && !isMulticast && !isLoopback && !bytes.allSatisfy { $0 == 0 } && !isLinkLocal(bytes)
        },
        property("isLinkLocalMulticast", "Is it in 224.0.0.0/24 or ff02::/16?") { bytes in
            // RFC 4291 section 2.7: four bits of flags, then the scope.
            bytes.count == 4 ? bytes.starts(with: [224, 0, 0]) : bytes[0] == 0xFF && bytes[1] & 0x0F == 2
        },
        property("isLinkLocalUnicast", "Is it in 169.254.0.0/16 or fe80::/10?", isLinkLocal),
        .of("string", "As RFC 5952 writes it.") { (address: IPAddress) throws(Failure) in address.text },
    ]

    private static func property(
        _ name: String, _ documentation: String, _ test: @escaping @Sendable ([UInt8]) -> Bool
    ) -> Overload {
        .of(name, method: true, documentation) { (address: IPAddress) throws(Failure) in test(address.unmapped) }
    }

    @Sendable private static func isLinkLocal(_ bytes: [UInt8]) -> Bool {
        bytes.count == 4 ? bytes.starts(with: [169, 254]) : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    }

    private static func contains(_ range: CIDR, _ other: CIDR) -> Bool {
        range.unmapped.prefixLength <= other.unmapped.prefixLength && range.contains(other.address)
    }

    private static func address(_ text: String) throws(Failure) -> IPAddress {
        guard let address = IPAddress(text: text) else { throw Failure("invalid IP address: \(excerpt(text))") }
        return address
    }

    private static func range(_ text: String) throws(Failure) -> CIDR {
        guard let range = CIDR(text: text) else { throw Failure("invalid CIDR: \(excerpt(text))") }
        return range
    }
}
