// SPDX-License-Identifier: GPL-3.0-or-later

/// An IPv4 or IPv6 address, without a zone.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// An address from its 4 or 16 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}

/// An address and the length of its prefix.
public struct CIDR: Sendable, Hashable {
    /// The address as written (host bits may be set).
    public let address: IPAddress
    /// 0 to 32 or 128.
    public let prefixLength: Int

    /// Nil when the prefix is longer than the address.
    public init?(address: IPAddress, prefixLength: Int) {
        guard (0...(address.bytes.count * 8)).contains(prefixLength) else { return nil }
        self.address = address
        self.prefixLength = prefixLength
    }
}
