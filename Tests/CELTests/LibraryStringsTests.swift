// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

@Suite("Strings are code points")
struct LibraryStringsTests {
    @Test(
        "functions of one string",
        arguments: [
            ("size", "", .int(0)), ("size", "ÿ", .int(1)), ("size", "fiance\u{301}", .int(7)), ("size", "🐱", .int(1)),
            ("lowerAscii", "TacoCÆt", .string("tacocÆt")), ("upperAscii", "tacoCæt", .string("TACOCæT")),
            ("trim", " \t\u{85}\u{A0}\u{1680}\u{3000}text\u{2028}\n", .string("text")), ("trim", " \n", .string("")),
            ("trim", "\u{200B}x\u{FEFF}", .string("\u{200B}x\u{FEFF}")), ("trim", "a b", .string("a b")),
            ("reverse", "ta©o©αT", .string("Tα©o©at")), ("reverse", "", .string("")),
            ("strings.quote", "a\u{07}\u{08}\u{0C}\n\r\t\u{0B}\\\"'ÿ", .string(#""a\a\b\f\n\r\t\v\\\"'ÿ""#)),
            ("strings.quote", "", .string("\"\"")),
        ] as [(String, String, Value.Kind)])
    func one(name: String, text: String, value: Value.Kind) {
        #expect(same(call(name, .string(text)), value), "\(name)")
    }

    @Test(
        "functions of two strings",
        arguments: [
            ("contains", "🐱😀😁", "😀", .bool(true)), ("contains", "", "", .bool(true)),
            ("contains", "a", "aa", .bool(false)),
            ("contains", "Am\u{E9}lie", "e\u{301}", .bool(false)), ("startsWith", "завтра", "за", .bool(true)),
            ("startsWith", "e\u{301}", "e", .bool(true)), ("startsWith", "a", "ab", .bool(false)),
            ("endsWith", "foobar", "bar", .bool(true)), ("endsWith", "", "", .bool(true)),
            ("endsWith", "a", "ba", .bool(false)),
            ("matches", "hubba", "ubb", .bool(true)), ("matches", "", "", .bool(true)),
            ("matches", "x", "^$", .bool(false)),
            ("matches", "mañana", "a+ñ+a+", .bool(true)), ("matches", "x", "(", failure),
            ("matches", "x", "(?=x)", failure),
            ("indexOf", "tacocat", "", .int(0)), ("indexOf", "ta©o©αT", "©α", .int(4)),
            ("indexOf", "tacocat", "none", .int(-1)),
            ("lastIndexOf", "tacocat", "at", .int(5)), ("lastIndexOf", "tacocat", "", .int(7)),
            ("lastIndexOf", "a", "bb", .int(-1)),
            ("lastIndexOf", "ta©o©αT", "©", .int(4)),
            ("split", "hello world", " ", strings("hello", "world")), ("split", "", ",", strings("")),
            ("split", "", "", list()),
            ("split", "a,,b,", ",", strings("a", "", "b", "")), ("split", "añb", "", strings("a", "ñ", "b")),
            ("find", "abc 123", "[0-9]+", .string("123")), ("find", "abc", "[0-9]+", .string("")),
            ("find", "abc", "[", failure),
            ("findAll", "1, 22, ñ3", "[0-9]+", strings("1", "22", "3")), ("findAll", "ñb", "x*", strings("", "", "")),
            ("findAll", "", "x*", strings("")),
        ] as [(String, String, String, Value.Kind)])
    func two(name: String, text: String, other: String, value: Value.Kind) {
        #expect(same(call(name, .string(text), .string(other)), value), "\(name)(\(text), \(other))")
    }

    @Test(
        "functions with positions",
        arguments: [
            (call("charAt", .string("tacocat"), .int(3)), .string("o")),
            (call("charAt", .string("añ"), .int(1)), .string("ñ")),
            (call("charAt", .string("tacocat"), .int(7)), .string("")),
            (call("charAt", .string("tacocat"), .int(8)), failure),
            (call("charAt", .string("tacocat"), .int(-1)), failure),
            (call("charAt", .string("a"), .int(.max)), failure),
            (call("indexOf", .string("ta©o©αT"), .string("©"), .int(3)), .int(4)),
            (call("indexOf", .string("tacocat"), .string(""), .int(2)), .int(2)),
            (call("indexOf", .string("tacocat"), .string("a"), .int(30)), failure),
            (call("indexOf", .string("tacocat"), .string("a"), .int(.min)), failure),
            (call("lastIndexOf", .string("tacocat"), .string(""), .int(3)), .int(3)),
            (call("lastIndexOf", .string("ta©o©αT"), .string("©"), .int(3)), .int(2)),
            (call("lastIndexOf", .string("hello wello"), .string("ello"), .int(6)), .int(1)),
            (call("lastIndexOf", .string("tacocat"), .string("a"), .int(-1)), failure),
            (call("lastIndexOf", .string("tacocat"), .string("a"), .int(30)), failure),
            (call("substring", .string("tacocat"), .int(4)), .string("cat")),
            (call("substring", .string("tacocat"), .int(7)), .string("")),
            (call("substring", .string("tacocat"), .int(-1)), failure),
            (call("substring", .string("tacocat"), .int(8)), failure),
            (call("substring", .string("ta©o©αT"), .int(2), .int(6)), .string("©o©α")),
            (call("substring", .string("tacocat"), .int(4), .int(3)), failure),
            (call("substring", .string("tacocat"), .int(1), .int(50)), failure),
            (call("substring", .string("tacocat"), .int(-2), .int(-1)), failure),
            (call("split", .string("a b c"), .string(" "), .int(0)), list()),
            (call("split", .string("a b c"), .string(" "), .int(1)), strings("a b c")),
            (call("split", .string("a b c"), .string(" "), .int(2)), strings("a", "b c")),
            (call("split", .string("a b c"), .string(" "), .int(-1)), strings("a", "b", "c")),
            (call("split", .string("abc"), .string(""), .int(2)), strings("a", "bc")),
            (call("replace", .string("hello hello"), .string("he"), .string("we")), .string("wello wello")),
            (call("replace", .string("hello hello"), .string("he"), .string("we"), .int(1)), .string("wello hello")),
            (call("replace", .string("hello"), .string("he"), .string("we"), .int(0)), .string("hello")),
            (call("replace", .string("hello"), .string("l"), .string(""), .int(-1)), .string("heo")),
            (call("replace", .string("añ"), .string(""), .string("_")), .string("_a_ñ_")),
            (call("replace", .string("añ"), .string(""), .string("_"), .int(2)), .string("_a_ñ")),
            (call("replace", .string(""), .string(""), .string("_")), .string("_")),
            (call("join", strings("x", "y")), .string("xy")),
            (call("join", strings("x", "y"), .string("-")), .string("x-y")),
            (call("join", list(), .string("-")), .string("")), (call("join", list(.int(1)), .string("-")), failure),
            (call("findAll", .string("a1b2c3"), .string("[0-9]"), .int(2)), strings("1", "2")),
            (call("findAll", .string("a1b2c3"), .string("[0-9]"), .int(0)), list()),
        ] as [(Value.Kind, Value.Kind)])
    func positions(result: Value.Kind, value: Value.Kind) { #expect(same(result, value), "\(result)") }

    @Test("no result is longer than its limit")
    func limits() {
        let text = Value.Kind.string(String(repeating: "a", count: 4096))
        #expect(same(call("replace", text, .string(""), text), failure))
        #expect(same(call("join", .list(Array(repeating: Value(text), count: 300)), .string("")), failure))
        #expect(
            same(
                call("format", .string("%s"), .list([Value(.list(Array(repeating: Value(text), count: 300)))])), failure
            ))
    }

    @Test("a pattern that is foreign to RE2 or too large is an error, never slow")
    func patterns() {
        #expect(same(call("matches", .string("x"), .string(String(repeating: "x", count: 1025))), failure))
        #expect(same(call("matches", .string("x"), .string("((a{100}){100}){100}")), failure))
        let text = Value.Kind.string(String(repeating: "a", count: 20_000) + "b")
        #expect(same(call("matches", text, .string("^(a+)+$")), .bool(false)))
    }
}

@Suite("format fills in values")
struct LibraryFormatTests {
    @Test(
        "clauses",
        arguments: [
            ("%%%s%%", list(.string("text")), "%text%"), ("no clause", list(), "no clause"),
            ("%s", list(.null), "null"),
            ("%.3f", list(.double(1.2345)), "1.234"), ("%.3f", list(.double(123.4995)), "123.499"),
            ("%.3f", list(.double(-123.4999)), "-123.500"), ("%.0f", list(.double(2.5)), "2"),
            ("%.0f", list(.double(3.5)), "4"),
            ("%.0f", list(.double(0.5)), "0"), ("%.0f", list(.double(1.5)), "2"), ("%.0f", list(.double(0.51)), "1"),
            ("%.1f", list(.double(0.25)), "0.2"), ("%.1f", list(.double(0.05)), "0.1"),
            ("%.2f", list(.double(0.001)), "0.00"),
            ("%.1f", list(.double(9.96)), "10.0"), ("%.0f", list(.double(99.5)), "100"),
            ("%f", list(.double(-0.0)), "-0.000000"),
            ("%f", list(.int(2)), "2.000000"), ("%f", list(.uint(3)), "3.000000"),
            ("%f", list(.double(1e22)), "10000000000000000000000.000000"),
            ("%.20f", list(.double(0.1)), "0.10000000000000000555"), ("%f", list(.double(.nan)), "NaN"),
            ("%f", list(.double(-.infinity)), "-Infinity"), ("%e", list(.double(.infinity)), "Infinity"),
            ("%.6e", list(.double(1052.032911275)), "1.052033e+03"), ("%e", list(.double(2.71828)), "2.718280e+00"),
            ("%e", list(.double(0)), "0.000000e+00"), ("%.0e", list(.double(9.5)), "1e+01"),
            ("%.1e", list(.double(1e-300)), "1.0e-300"),
            ("%.2e", list(.double(99999)), "1.00e+05"), ("%e", list(.int(-3)), "-3.000000e+00"),
            ("%d", list(.int(.min)), "-9223372036854775808"), ("%d", list(.double(56.8)), "56.8"),
            ("%d", list(.double(.infinity)), "Infinity"),
            ("%b", list(.bool(true)), "1"), ("%b", list(.int(-5)), "-101"), ("%b", list(.uint(5)), "101"),
            ("%o", list(.uint(65535)), "177777"), ("%o", list(.int(-8)), "-10"), ("%x", list(.int(30)), "1e"),
            ("%X", list(.int(-26)), "-1A"),
            ("%X", list(.string("Hello")), "48656C6C6F"), ("%x", list(.bytes([0, 255])), "00ff"),
            ("%x", list(.string("")), ""),
            ("%s", list(.double(1e21)), "1000000000000000000000"), ("%s", list(.double(1e-7)), "0.0000001"),
            ("%s", list(.double(3.14)), "3.14"),
            ("%s", list(.bytes(Array("bytes".utf8))), "bytes"), ("%s", list(.type(.string)), "string"),
            ("%s", list(.type(.list(.dyn))), "list"),
            ("%s", list(span("1h45m47s")), "6347s"),
            ("%s", list(moment("2023-02-03T23:31:20+00:00")), "2023-02-03T23:31:20Z"),
            (
                "%s", list(list(.string("abc"), .double(3.14), .null, list(.int(9)), .bool(false))),
                "[abc, 3.14, null, [9], false]"
            ),
            ("%s", list(list()), "[]"), ("%s", list(.map(MapValue([]))), "{}"),
            (
                "%s",
                list(
                    .map(
                        MapValue([
                            (Value(.bool(true)), Value(.double(.nan))), (Value(.uint(2)), Value(.string("b"))),
                            (Value(.int(10)), Value(.string("a"))),
                        ]))), "{10: a, 2: b, true: NaN}"
            ),
            ("%s", list(.byteSize(268_435_456)), "256 MiB"), ("%s", list(.mode(FileMode(bits: 0o640))), "0640"),
            ("%s", list(.version("1:2-3")), "1:2-3"), ("%d %d, %s", list(.int(1), .int(2), .string("A")), "1 2, A"),
        ] as [(String, Value.Kind, String)])
    func clauses(format: String, arguments: Value.Kind, text: String) {
        #expect(
            same(call("format", .string(format), arguments), .string(text)),
            "\(format): \(call("format", .string(format), arguments))")
    }

    @Test(
        "errors",
        arguments: [
            ("%d %d", list(.int(0))), ("%b", list(.string("abc"))), ("%d", list(span("30m"))),
            ("%o", list(.string("a"))), ("%x", list(.double(0.5))),
            ("%E", list(.double(0.5))), ("%e", list(.null)), ("%X", list(.null)), ("%", list(.int(1))),
            ("%.", list(.int(1))), ("%.f", list(.int(1))),
            ("%.2", list(.int(1))), ("%5d", list(.int(1))), ("%a", list(.int(1))),
            ("%.99999999999999999999f", list(.int(1))), ("%.1001f", list(.int(1))),
            ("%f", list(.string("1"))), ("%b", list(.double(1))), ("%d", list(.bool(true))),
            ("%s", list(.optional(nil))), ("%ñ", list(.int(1))),
        ] as [(String, Value.Kind)])
    func errors(format: String, arguments: Value.Kind) {
        #expect(same(call("format", .string(format), arguments), failure), "\(format)")
    }

    @Test("lists without end are an error")
    func depth() {
        var nested = list()
        for _ in 0..<200 { nested = list(nested) }
        #expect(same(call("format", .string("%s"), list(nested)), failure))
    }
}
