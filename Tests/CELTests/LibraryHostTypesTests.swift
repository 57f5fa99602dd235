// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import TestSupport
import Testing

@Suite("The types of a host")
struct LibraryHostTypesTests {
    func mode(_ text: String) -> Value.Kind { call("mode", .string(text)) }

    @Test("modes", arguments: [("0640", "0640"), ("640", "0640"), ("0", "0000"), ("7777", "7777"), ("01777", "1777")])
    func modes(text: String, printed: String) { #expect(same(call("string", mode(text)), .string(printed))) }

    @Test("no modes", arguments: ["", "8", "0o640", "-1", "+7", "10000", "u+w", "0640 "])
    func noModes(text: String) { #expect(same(mode(text), failure)) }

    @Test(
        "within",
        arguments: [
            ("0640", "0640", true), ("0600", "0640", true), ("0644", "0640", false), ("4755", "0755", false),
            ("0000", "0000", true),
        ])
    func within(mode text: String, limit: String, holds: Bool) {
        #expect(same(call("within", mode(text), mode(limit)), .bool(holds)))
        #expect(same(call("within", mode(text), .string(limit)), .bool(holds)))
    }

    @Test(
        "allows",
        arguments: [
            ("0646", "o+w", true), ("0644", "o+w", false), ("0644", "a+r", true), ("0644", "+r", true),
            ("0640", "a+r", false), ("4755", "u+s", true), ("2755", "u+s", false), ("2755", "g+s", true),
            ("6755", "ug+s", true), ("1777", "+t", true), ("0777", "o+t", false), ("0750", "u+rwx,g+rx", true),
            ("0740", "u+rwx,g+rx", false),
        ])
    func allows(mode text: String, letters: String, holds: Bool) {
        #expect(same(call("allows", mode(text), .string(letters)), .bool(holds)))
    }

    @Test("no permissions", arguments: ["", "+", "o", "o+", "o-w", "z+w", "o+q", "o+w,", "o++w", "0640"])
    func noPermissions(letters: String) { #expect(same(call("allows", mode("0777"), .string(letters)), failure)) }

    @Test(
        "sizes",
        arguments: [
            ("4096", 4096), ("0", 0), ("256MiB", 268_435_456), ("256 MiB", 268_435_456), ("1GB", 1_000_000_000),
            ("512kB", 512_000), ("512KB", 512_000), ("1.5GiB", 1_610_612_736), ("10B", 10),
            ("7EiB", 8_070_450_532_247_928_832),
            ("9223372036854775807", .max), ("0.001kB", 1),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) { #expect(same(call("bytesize", .string(text)), .byteSize(bytes))) }

    @Test(
        "no sizes",
        arguments: [
            "", "MiB", "-1", "1.", ".5kB", "1.5", "1 ", "1  MiB", "1mib", "1Mi", "1M", "8EiB", "9223372036854775808",
            "1.0000000000000000001MiB", "1e3", "0.1KiB", "1.2.3kB", "1\u{A0}MiB",
        ])
    func noSizes(text: String) { #expect(same(call("bytesize", .string(text)), failure)) }

    @Test(
        "sizes are printed without rounding",
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (1000, "1000 B"),
            (268_435_456, "256 MiB"), (1_610_612_736, "1.5 GiB"), (1_073_741_825, "1073741825 B"),
            (1_049_600, "1025 KiB"),
            (-1_073_741_824, "-1 GiB"), (1280, "1.25 KiB"), (.min, "-8 EiB"), (.max, "9223372036854775807 B"),
        ] as [(Int64, String)])
    func printed(bytes: Int64, text: String) { #expect(same(call("string", .byteSize(bytes)), .string(text))) }

    @Test("what is printed reads back", arguments: [6] as [UInt64])
    func roundTrip(seed: UInt64) {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let shift = Int.random(in: 0...62, using: &generator)
            let bytes = (Int64(generator.next() >> 1) >> shift) << Int.random(in: 0...shift, using: &generator)
            #expect(same(call("bytesize", call("string", .byteSize(bytes))), .byteSize(bytes)), "\(bytes)")
        }
    }

    @Test("versions", arguments: ["1:9.2p1-2+deb12u3", "2.36-9~bpo", "0", "7.0.15", "a1"])
    func versions(text: String) { #expect(same(call("string", call("version", .string(text))), .string(text))) }

    @Test(
        "no versions", arguments: ["", "1 2", ":1", "a:1", "1:", "1_2", "1\n", "é", String(repeating: "1", count: 257)])
    func noVersions(text: String) { #expect(same(call("version", .string(text)), failure)) }

    @Test("conversions of sizes")
    func conversions() {
        #expect(same(call("int", .byteSize(7)), .int(7)))
        #expect(same(call("double", .byteSize(7)), .double(7)))
        #expect(same(call("bytesize", .int(7)), .byteSize(7)))
    }
}
