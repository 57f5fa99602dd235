// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import TestSupport
import Testing

@Suite("Addresses")
struct LibraryNetworkTests {
    func ip(_ text: String) -> Value.Kind { call("ip", .string(text), method: false) }
    func cidr(_ text: String) -> Value.Kind { call("cidr", .string(text)) }

    @Test(
        "are printed as RFC 5952 has it",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("2001:DB8::68", "2001:db8::68"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("fe80:0000::0001", "fe80::1"), ("::ffff:c0a8:1", "::ffff:192.168.0.1"),
            ("::192.168.0.1", "::c0a8:1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:0:0:2:0:0:0:0", "1:0:0:2::"),
        ])
    func canonical(text: String, printed: String) {
        #expect(same(call("string", ip(text)), .string(printed)))
        #expect(same(call("ip.isCanonical", .string(text)), .bool(text == printed)))
        #expect(same(call("isIP", .string(text)), .bool(true)))
    }

    @Test(
        "are not",
        arguments: [
            "", ".", ":", ":::", "192.168.0.1.0", "192.168.0", "192.168.0.256", "192.168.00.1", "01.2.3.4", "1.2.3.4 ",
            " 1.2.3.4", "1.2.3.-4", "+1.2.3.4", "0x1.2.3.4",
            "fe80::1%en0", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "12345::", "g::", "1:2:3:4::5:6:7:8",
            ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5",
            "127.0.0.1:80", "[::1]", "1.2.3.4/8", String(repeating: ":", count: 1000), "１.2.3.4",
        ])
    func invalid(text: String) {
        #expect(same(ip(text), failure))
        #expect(same(call("isIP", .string(text)), .bool(false)))
        #expect(same(call("ip.isCanonical", .string(text)), failure))
    }

    @Test(
        "are of a kind",
        arguments: [
            ("0.0.0.0", ["isUnspecified"]), ("127.0.0.1", ["isLoopback"]), ("127.255.0.9", ["isLoopback"]),
            ("1.2.3.4", ["isGlobalUnicast"]), ("192.168.0.1", ["isGlobalUnicast"]),
            ("255.255.255.255", []), ("224.0.0.1", ["isLinkLocalMulticast"]), ("224.0.1.1", []),
            ("169.254.169.254", ["isLinkLocalUnicast"]), ("::", ["isUnspecified"]), ("::1", ["isLoopback"]),
            ("2001:db8::abcd", ["isGlobalUnicast"]), ("ff00::1", []), ("ff02::1", ["isLinkLocalMulticast"]),
            ("ff12::1", ["isLinkLocalMulticast"]), ("fe80::1", ["isLinkLocalUnicast"]),
            ("febf::1", ["isLinkLocalUnicast"]), ("fec0::1", ["isGlobalUnicast"]), ("fd80::1", ["isGlobalUnicast"]),
            ("::ffff:127.0.0.1", ["isLoopback"]),
        ] as [(String, [String])])
    func kinds(text: String, kinds: [String]) {
        for name in ["isUnspecified", "isLoopback", "isGlobalUnicast", "isLinkLocalMulticast", "isLinkLocalUnicast"] {
            #expect(same(call(name, ip(text)), .bool(kinds.contains(name))), "\(text).\(name)()")
        }
        #expect(same(call("family", ip(text)), .int(text.contains(":") ? 6 : 4)))
    }

    @Test(
        "lie in ranges",
        arguments: [
            ("192.168.0.0/24", "192.168.0.1", true), ("192.168.0.0/24", "192.168.1.1", false),
            ("0.0.0.0/0", "1.2.3.4", true), ("10.1.2.3/32", "10.1.2.3", true), ("10.1.2.3/32", "10.1.2.2", false),
            ("10.0.0.0/9", "10.128.0.0", false), ("2001:db8::/32", "2001:db8::1", true),
            ("2001:db8::/32", "192.168.1.1", false), ("::/0", "1.2.3.4", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("10.0.0.9/8", "10.255.255.255", true),
        ])
    func ranges(range: String, address: String, inside: Bool) {
        #expect(same(call("containsIP", cidr(range), .string(address)), .bool(inside)))
        #expect(same(call("containsIP", cidr(range), ip(address)), .bool(inside)))
    }

    @Test(
        "no ranges",
        arguments: [
            "", "/", "192.168.0.0/", "192.168.0.0", "192.168.0.0/33", "::/129", "1.2.3.4/08", "1.2.3.4/-1",
            "1.2.3.4/+8", "fe80::1%en0/64", "1.2.3.4/8/8", "1.2.3/8",
        ])
    func noRange(text: String) {
        #expect(same(cidr(text), failure))
        #expect(same(call("isCIDR", .string(text)), .bool(false)))
    }

    @Test(
        "ranges in ranges",
        arguments: [
            ("192.168.0.0/24", "192.168.0.0/25", true), ("192.168.0.0/24", "192.168.0.0/24", true),
            ("192.168.0.0/24", "192.168.0.0/23", false), ("10.0.0.0/8", "11.0.0.0/8", false),
            ("10.0.0.0/8", "::1/128", false),
        ])
    func contained(range: String, other: String, inside: Bool) {
        #expect(same(call("containsCIDR", cidr(range), .string(other)), .bool(inside)))
        #expect(same(call("containsCIDR", cidr(range), cidr(other)), .bool(inside)))
    }

    @Test("parts of a range")
    func parts() {
        #expect(same(call("masked", cidr("192.168.1.5/20")), cidr("192.168.0.0/20")))
        #expect(same(call("masked", cidr("2001:db8::1/0")), cidr("::/0")))
        #expect(same(call("ip", cidr("192.168.1.5/24"), method: true), ip("192.168.1.5")))
        #expect(same(call("prefixLength", cidr("2001:db8::/32")), .int(32)))
        #expect(same(call("string", cidr("2001:DB8::/32")), .string("2001:db8::/32")))
        #expect(same(call("containsIP", cidr("10.0.0.0/8"), .string("no")), failure))
    }

    @Test("what is printed reads back", arguments: [3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bytes = (0..<16).map { _ in
                Bool.random(using: &generator) ? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            for count in [4, 16] {
                let address = Value.Kind.ip(try #require(IPAddress(bytes: Array(bytes[..<count]))))
                guard case .string(let text) = call("string", address) else { Issue.record("no text"); continue }
                guard case .ip(let again) = ip(text), case .ip(let first) = address else {
                    Issue.record("\(text)"); continue
                }
                #expect(again == first, "\(text)")
                #expect(same(call("ip.isCanonical", .string(text)), .bool(true)), "\(text)")
            }
        }
    }
}

@Suite("base64")
struct LibraryEncodersTests {
    @Test(
        "of RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(text: String, encoded: String) {
        #expect(same(call("base64.encode", .bytes(Array(text.utf8))), .string(encoded)))
        #expect(same(call("base64.decode", .string(encoded)), .bytes(Array(text.utf8))))
        #expect(same(call("base64.decode", .string(String(encoded.prefix { $0 != "=" }))), .bytes(Array(text.utf8))))
    }

    @Test(
        "is not",
        arguments: ["=", "==", "====", "Z", "Zg=", "Zg===", "Z===", "Zm9v====", "Zg==Zg==", "Zm-_", "Zm 9", "ñ"])
    func invalid(text: String) { #expect(same(call("base64.decode", .string(text)), failure)) }

    @Test("round trips", arguments: [4] as [UInt64])
    func roundTrip(seed: UInt64) {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for size in 0..<300 {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(same(call("base64.decode", call("base64.encode", .bytes(bytes))), .bytes(bytes)))
        }
    }
}
