// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import TestSupport
import Testing

@Suite("Conversions are exact or an error")
struct LibraryConversionsTests {
    @Test(
        "int",
        arguments: [
            (.uint(42), .int(42)), (.uint(UInt64(Int64.max)), .int(.max)), (.uint(UInt64(Int64.max) + 1), failure),
            (.double(1.9), .int(1)), (.double(-7.9), .int(-7)), (.double(0x1p63), failure),
            (.double(-0x1p63), failure), (.double(0x1.fffffffffffffp62), .int(9_223_372_036_854_774_784)),
            (.double(.nan), failure), (.double(.infinity), failure),
            (.string("-9223372036854775808"), .int(.min)), (.string("9223372036854775808"), failure),
            (.string(""), failure), (.string(" 1"), failure), (.string("1\0"), failure), (.string("0x10"), failure),
            (.string("١"), failure), (.byteSize(4096), .int(4096)),
            (moment("2009-02-13T23:31:30Z"), .int(1_234_567_890)),
            (moment("1969-12-31T23:59:59.5Z"), .int(-1)),
        ] as [(Value.Kind, Value.Kind)])
    func int(from: Value.Kind, to: Value.Kind) { #expect(same(call("int", from), to)) }

    @Test(
        "uint",
        arguments: [
            (.int(-1), failure), (.int(.max), .uint(UInt64(Int64.max))), (.double(25.5), .uint(25)),
            (.double(-0.5), failure), (.double(0x1p64), failure), (.double(.nan), failure),
            (.double(0x1.fffffffffffffp63), .uint(18_446_744_073_709_549_568)),
            (.string("18446744073709551615"), .uint(.max)), (.string("18446744073709551616"), failure),
            (.string("-0"), failure), (.string("+1"), failure), (.string("1u"), failure),
        ] as [(Value.Kind, Value.Kind)])
    func uint(from: Value.Kind, to: Value.Kind) { #expect(same(call("uint", from), to)) }

    @Test(
        "double",
        arguments: [
            (.int(1_000_000_000_000), .double(1e12)), (.uint(.max), .double(0x1p64)),
            (.string("6.02214e23"), .double(6.02214e23)),
            (.string("-84.32e7"), .double(-8.432e8)), (.string(".5"), .double(0.5)),
            (.string("+Infinity"), .double(.infinity)),
            (.string("-inf"), .double(-.infinity)), (.string("NaN"), .double(.nan)), (.string("nan(0x1)"), failure),
            (.string("1e400"), failure), (.string("1e-400"), .double(0)), (.string(""), failure),
            (.string("."), failure),
            (.string("1,5"), failure), (.string(" 1"), failure), (.string("1 "), failure), (.string("e5"), failure),
        ] as [(Value.Kind, Value.Kind)])
    func double(from: Value.Kind, to: Value.Kind) { #expect(same(call("double", from), to)) }

    @Test(
        "string",
        arguments: [
            (.bool(true), "true"), (.int(.min), "-9223372036854775808"), (.uint(9876), "9876"),
            (.double(123.456), "123.456"), (.double(-4.5e-3), "-0.0045"), (.double(1), "1"), (.double(-0.0), "-0"),
            (.double(1e20), "1e+20"), (.double(1e21), "1e+21"), (.double(123456), "123456"),
            (.double(1234567), "1.234567e+06"), (.double(1e-5), "1e-05"), (.double(.leastNonzeroMagnitude), "5e-324"),
            (.double(.nan), "NaN"),
            (.double(.infinity), "+Inf"), (.double(-.infinity), "-Inf"), (.double(0.1), "0.1"),
            (.bytes(Array("ÿ".utf8)), "ÿ"),
            (moment("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z"),
            (moment("2026-11-23T10:00:00.50+01:00"), "2026-11-23T09:00:00.5Z"), (span("1h45m47s"), "6347s"),
            (span("-1.5s"), "-1.5s"), (span("-500ms"), "-0.5s"), (span("1m1ms"), "60.001s"),
            (span("1ns"), "0.000000001s"),
        ] as [(Value.Kind, String)])
    func string(from: Value.Kind, to: String) { #expect(same(call("string", from), .string(to))) }

    @Test(
        "bytes that are no UTF-8 are no string",
        arguments: [[0, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]])
    func invalid(bytes: [UInt8]) { #expect(same(call("string", .bytes(bytes)), failure)) }

    @Test(
        "bool",
        arguments: [
            ("1", true), ("t", true), ("TRUE", true), ("True", true), ("f", false), ("0", false), ("False", false),
        ])
    func bool(text: String, value: Bool) { #expect(same(call("bool", .string(text)), .bool(value))) }

    @Test("no bool", arguments: ["", "FaLsE", "yes", "10", "true "])
    func noBool(text: String) { #expect(same(call("bool", .string(text)), failure)) }

    @Test(
        "duration",
        arguments: [
            ("0", 0, 0), ("-0", 0, 0), ("+1h", 3600, 0), ("1h2m3.5s", 3723, 500_000_000), ("-1.5h", -5400, 0),
            (".5s", 0, 500_000_000), ("1.s", 1, 0), ("1us", 0, 1000), ("1µs", 0, 1000), ("1μs", 0, 1000),
            ("-999999999ns", 0, -999_999_999), ("315576000000s", 315_576_000_000, 0),
            ("0.0000000001s", 0, 0), ("1h34us", 3600, 34_000), ("0.123456789012345678901234567890s", 0, 123_456_789),
        ])
    func duration(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(same(call("duration", .string(text)), .duration(TimeSpan(seconds: seconds, nanoseconds: nanoseconds))))
    }

    @Test(
        "no duration",
        arguments: [
            "", "-", "1", "1d", "1 s", " 1s", "s", ".s", "1h-1m", "320000000000s", "-320000000000s", "315576000000s1ns",
            "99999999999999999999h", "1e3s", "1S", "--1s",
        ])
    func noDuration(text: String) { #expect(same(call("duration", .string(text)), failure)) }

    @Test(
        "no timestamp",
        arguments: [
            "", "2009-02-13", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2023-02-29T00:00:00Z",
            "2009-02-13T24:00:00Z", "2009-02-13T23:31:30", "2009-13-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "x",
        ])
    func noTimestamp(text: String) { #expect(same(call("timestamp", .string(text)), failure)) }

    @Test("a timestamp by its seconds stays in range")
    func seconds() {
        #expect(same(call("timestamp", .int(-62_135_596_800)), moment("0001-01-01T00:00:00Z")))
        #expect(same(call("timestamp", .int(-62_135_596_801)), failure))
        #expect(same(call("timestamp", .int(253_402_300_799)), moment("9999-12-31T23:59:59Z")))
        #expect(same(call("timestamp", .int(253_402_300_800)), failure))
    }

    @Test("what is printed reads back", arguments: [1, 2, 3] as [UInt64])
    func roundTrips(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let bits = generator.next()
            for kind in [.int(Int64(bitPattern: bits)), .uint(bits), .double(Double(bitPattern: bits))] as [Value.Kind]
            {
                let name = Value(kind).runtimeType.runtimeName
                #expect(same(call(name, call("string", kind)), kind), "\(kind)")
            }
            let limit: Int64 = 315_576_000_000_000
            let milliseconds = Int64(bitPattern: bits) % limit
            let span = TimeSpan(seconds: milliseconds / 1000, nanoseconds: Int32(milliseconds % 1000) * 1_000_000)
            #expect(same(call("duration", call("string", .duration(span))), .duration(span)))
        }
    }

    @Test("doubles near the limits of integers convert to the nearest below or not at all", arguments: [7] as [UInt64])
    func limits(seed: UInt64) {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for limit in [0x1p63, -0x1p63, 0x1p64, 0x1p53, 0] {
            for _ in 0..<500 {
                let double = limit + Double(Int64.random(in: -4096...4096, using: &generator)) / 2
                if case .int(let int) = call("int", .double(double)) {
                    #expect(Double(int) == double.rounded(.towardZero))
                } else {
                    #expect(double >= 0x1p63 || double <= -0x1p63)
                }
                if case .uint(let uint) = call("uint", .double(double)) {
                    #expect(Double(uint) == double.rounded(.towardZero))
                } else {
                    #expect(double >= 0x1p64 || double < 0)
                }
            }
        }
    }
}
