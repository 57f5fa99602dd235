// SPDX-License-Identifier: GPL-3.0-or-later

extension IPAddress {
    /// An address as RFC 4291 section 2.2 or in four decimal numbers without leading zeros; nil for anything else,
    /// also for an address with a zone (`fe80::1%eth0`), which names an interface and not a host.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 45 else { return nil }
        guard let address = bytes.contains(UInt8(ascii: ":")) ? Self.version6(bytes) : Self.version4(bytes[...]) else {
            return nil
        }
        self.init(bytes: address)
    }

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard let number = decimal(part, upTo: 255) else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: number))
        }
        return bytes
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        // `::` once, for one group of zeros or more.
        var head: [UInt8] = []
        var tail: [UInt8]?
        var rest = text[...]
        if rest.starts(with: "::".utf8) {
            tail = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != UInt8(ascii: ":") }
            rest = rest.dropFirst(group.count)
            let bytes: [UInt8]
            if rest.isEmpty, group.contains(UInt8(ascii: ".")) {
                guard let four = version4(group) else { return nil }
                bytes = four
            } else {
                guard (1...4).contains(group.count), let number = UInt16(hexadecimal: group) else { return nil }
                bytes = [UInt8(number >> 8), UInt8(number & 0xFF)]
            }
            if tail == nil { head += bytes } else { tail?.append(contentsOf: bytes) }
            guard head.count + (tail?.count ?? 0) <= 16 else { return nil }
            if rest.starts(with: "::".utf8) {
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst(2)
            } else if !rest.isEmpty {
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return nil }
            }
        }
        guard let tail else { return head.count == 16 ? head : nil }
        let zeros = 16 - head.count - tail.count
        return zeros >= 2 ? head + [UInt8](repeating: 0, count: zeros) + tail : nil
    }

    /// Digits without a leading zero.
    fileprivate static func decimal(_ text: ArraySlice<UInt8>, upTo limit: Int) -> Int? {
        guard (1...3).contains(text.count), text.count == 1 || text.first != UInt8(ascii: "0") else { return nil }
        var number = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number <= limit ? number : nil
    }

    /// As RFC 5952 writes it.
    public var text: String {
        if bytes.count == 4 { return Self.dotted(bytes[...]) }
        // Section 5: an IPv4-mapped address shows the IPv4 address.
        if isMapped { return "::ffff:" + Self.dotted(bytes[12...]) }
        let groups = stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        // Section 4.2.3: the first of the longest runs of two zeros or more.
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start >= 2, end - start > longest.count { longest = start..<end }
            start = end + 1
        }
        func joined(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        return longest.isEmpty ? joined(0..<8) : joined(0..<longest.lowerBound) + "::" + joined(longest.upperBound..<8)
    }

    private static func dotted(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { String($0) }.joined(separator: ".")
    }

    /// `::ffff:0:0/96`, an IPv4 address in IPv6 clothes (RFC 4291 section 2.5.5.2).
    fileprivate var isMapped: Bool { bytes.count == 16 && unmapped.count == 4 }
}

extension CIDR {
    /// An address, a slash and the length of the prefix in digits without leading zeros; nil for anything else.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")),
            let address = IPAddress(text: String(decoding: bytes[..<slash], as: UTF8.self)),
            let length = IPAddress.decimal(bytes[(slash + 1)...], upTo: 128)
        else { return nil }
        self.init(address: address, prefixLength: length)
    }

    /// `192.0.2.0/24`
    public var text: String { address.text + "/" + String(prefixLength) }

    /// The address with zeros after the prefix.
    var masked: CIDR {
        let bytes = address.bytes.enumerated().map { index, byte -> UInt8 in
            let kept = min(max(prefixLength - index * 8, 0), 8)
            return byte & ~UInt8(truncatingIfNeeded: 0xFF >> kept)
        }
        guard let address = IPAddress(bytes: bytes) else { return self }
        return CIDR(address: address, prefixLength: prefixLength) ?? self
    }

    /// The same hosts; an IPv4-mapped range as the IPv4 range it is.
    var unmapped: CIDR {
        guard address.isMapped, prefixLength >= 96, let inner = IPAddress(bytes: address.unmapped) else { return self }
        return CIDR(address: inner, prefixLength: prefixLength - 96) ?? self
    }

    /// Is the address one of the range's? An IPv4-mapped address counts as its IPv4 address.
    func contains(_ other: IPAddress) -> Bool {
        let range = unmapped
        guard let other = IPAddress(bytes: other.unmapped), range.address.bytes.count == other.bytes.count,
            let there = CIDR(address: other, prefixLength: range.prefixLength)
        else { return false }
        return there.masked == range.masked
    }
}

extension UInt16 {
    /// One to four hexadecimal digits.
    fileprivate init?(hexadecimal digits: ArraySlice<UInt8>) {
        var number: UInt16 = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            case 0x41...0x46: value = digit - 0x41 + 10
            default: return nil
            }
            number = number << 4 | UInt16(value)
        }
        self = number
    }
}
