// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

@Suite("Numbers")
struct LibraryMathTests {
    @Test(
        "the greatest and the least",
        arguments: [
            (call("math.greatest", .int(3), .int(-3)), .int(3)),
            (call("math.greatest", .int(1), .double(1), .double(1)), .int(1)),
            (call("math.greatest", .double(5.4), .int(10), .uint(3), .double(-5), .uint(.max)), .uint(.max)),
            (call("math.greatest", .double(-5)), .double(-5)),
            (call("math.greatest", list(.double(5.4), .uint(10))), .uint(10)),
            (call("math.greatest", list()), failure), (call("math.greatest", list(.string("a"))), failure),
            (call("math.greatest", .int(1), .string("a")), failure),
            (call("math.greatest", .double(.nan), .int(1)), failure),
            (call("math.least", .int(1), .uint(0)), .uint(0)),
            (call("math.least", list(.int(.min), .int(.max))), .int(.min)),
            (call("math.least", .double(-1.797693e308), .double(1.5)), .double(-1.797693e308)),
            (call("math.least", .string("a")), failure),
        ] as [(Value.Kind, Value.Kind)])
    func extremes(result: Value.Kind, value: Value.Kind) { #expect(same(result, value), "\(result)") }

    @Test(
        "of one number",
        arguments: [
            ("math.ceil", .double(-1.2), .double(-1)), ("math.ceil", .int(1), failure),
            ("math.floor", .double(-1.2), .double(-2)),
            ("math.round", .double(-1.5), .double(-2)), ("math.round", .double(2.5), .double(3)),
            ("math.round", .double(.nan), .double(.nan)),
            ("math.trunc", .double(-1.9), .double(-1)), ("math.abs", .int(-11), .int(11)),
            ("math.abs", .int(.min), failure),
            ("math.abs", .double(-1.5), .double(1.5)), ("math.abs", .uint(1), .uint(1)),
            ("math.sign", .double(-32), .double(-1)),
            ("math.sign", .double(-0.0), .double(0)), ("math.sign", .double(.nan), .double(.nan)),
            ("math.sign", .int(.min), .int(-1)),
            ("math.sign", .uint(100), .uint(1)), ("math.sign", .bool(true), failure),
            ("math.isNaN", .double(.nan), .bool(true)),
            ("math.isInf", .double(-.infinity), .bool(true)), ("math.isInf", .double(.nan), .bool(false)),
            ("math.isFinite", .double(1), .bool(true)),
            ("math.isFinite", .double(.infinity), .bool(false)), ("math.sqrt", .int(81), .double(9)),
            ("math.sqrt", .double(-15), .double(.nan)),
            ("math.sqrt", .uint(2), .double(1.4142135623730951)), ("math.bitNot", .int(1), .int(-2)),
            ("math.bitNot", .uint(0), .uint(.max)),
        ] as [(String, Value.Kind, Value.Kind)])
    func one(name: String, number: Value.Kind, value: Value.Kind) {
        #expect(same(call(name, number), value), "\(name)")
    }

    @Test(
        "bits",
        arguments: [
            ("math.bitAnd", .int(-3), .int(-5), .int(-7)), ("math.bitAnd", .uint(3), .uint(2), .uint(2)),
            ("math.bitAnd", .int(1), .uint(1), failure),
            ("math.bitOr", .int(4), .int(-2), .int(-2)), ("math.bitXor", .int(4), .int(-2), .int(-6)),
            ("math.bitXor", .uint(1), .uint(3), .uint(2)),
            ("math.bitShiftLeft", .int(1), .int(2), .int(4)), ("math.bitShiftLeft", .int(1), .int(200), .int(0)),
            ("math.bitShiftLeft", .int(-1), .int(63), .int(.min)),
            ("math.bitShiftLeft", .uint(1), .int(.max), .uint(0)), ("math.bitShiftLeft", .int(1), .int(-1), failure),
            ("math.bitShiftRight", .int(-1024), .int(3), .int(2_305_843_009_213_693_824)),
            ("math.bitShiftRight", .int(-1024), .int(64), .int(0)),
            ("math.bitShiftRight", .int(-1), .int(0), .int(-1)),
            ("math.bitShiftRight", .uint(1024), .int(2), .uint(256)),
            ("math.bitShiftRight", .uint(1), .int(.min), failure),
        ] as [(String, Value.Kind, Value.Kind, Value.Kind)])
    func bits(name: String, left: Value.Kind, right: Value.Kind, value: Value.Kind) {
        #expect(same(call(name, left, right), value), "\(name)")
    }
}

@Suite("Lists")
struct LibraryListsTests {
    @Test(
        "functions of lists",
        arguments: [
            (
                call("distinct", list(.int(1), .double(1), .uint(2), .int(2), list(.int(1)), list(.double(1)))),
                list(.int(1), .uint(2), list(.int(1)))
            ),
            (call("distinct", list(.string("\u{E9}"), .string("e\u{301}"))), strings("\u{E9}", "e\u{301}")),
            (call("distinct", list(.bool(true), .int(1))), list(.bool(true), .int(1))),
            (call("flatten", list(.int(1), list(.int(2), list(.int(3))))), list(.int(1), .int(2), list(.int(3)))),
            (call("flatten", list(.int(1), list(.int(2), list(.int(3)))), .int(2)), list(.int(1), .int(2), .int(3))),
            (call("flatten", list(list(.int(1))), .int(0)), list(list(.int(1)))),
            (call("flatten", list(), .int(-1)), failure), (call("flatten", list(list()), .int(.max)), list()),
            (call("lists.range", .int(3)), list(.int(0), .int(1), .int(2))), (call("lists.range", .int(0)), list()),
            (call("lists.range", .int(-1)), list()),
            (call("lists.range", .int(.max)), failure),
            (call("reverse", list(.int(1), .int(2))), list(.int(2), .int(1))),
            (call("slice", list(.int(1), .int(2), .int(3)), .int(1), .int(3)), list(.int(2), .int(3))),
            (call("slice", list(), .int(0), .int(0)), list()),
            (call("slice", list(.int(1)), .int(0), .int(2)), failure),
            (call("slice", list(.int(1)), .int(1), .int(0)), failure),
            (call("slice", list(.int(1)), .int(-1), .int(1)), failure),
            (call("sort", list(.int(3), .int(1), .int(2))), list(.int(1), .int(2), .int(3))),
            (call("sort", list()), list()), (call("sort", list(.int(1), .string("b"))), failure),
            (call("sort", list(list(.int(1)))), failure), (call("sort", list(.double(.nan), .double(1))), failure),
            (call("sort", strings("b", "Z", "é", "a")), strings("Z", "a", "b", "é")),
            (call("sort", list(.version("1.10-1"), .version("1.9-1"))), list(.version("1.9-1"), .version("1.10-1"))),
            (call("sort", list(.null)), failure),
            (call("isSorted", list(.int(1), .int(1), .int(2))), .bool(true)),
            (call("isSorted", list(.double(2), .double(1))), .bool(false)), (call("isSorted", list()), .bool(true)),
            (call("min", list(.int(3), .int(1))), .int(1)), (call("max", list(span("1m"), span("61s"))), span("61s")),
            (call("max", list()), failure), (call("max", list(.null, .null)), failure),
            (call("first", list(.int(1), .int(2))), .optional(Value(.int(1)))),
            (call("last", list(.int(1), .int(2))), .optional(Value(.int(2)))), (call("first", list()), .optional(nil)),
            (call("indexOf", list(.int(1), .double(2), .int(2)), .int(2)), .int(1)),
            (call("lastIndexOf", list(.int(1), .int(2), .int(2)), .int(2)), .int(2)),
            (call("indexOf", list(), .int(1)), .int(-1)),
            (call("includes", strings("a"), .string("a")), .bool(true)),
            (call("includes", list(), .null), .bool(false)),
            (call("sum", list(.int(1), .int(2))), .int(3)), (call("sum", list()), .int(0)),
            (call("sum", list(.int(.max), .int(1))), failure), (call("sum", list(.uint(.max), .uint(1))), failure),
            (call("sum", list(.double(0.5), .double(0.25))), .double(0.75)),
            (call("sum", list(.byteSize(1024), .byteSize(1024))), .byteSize(2048)),
            (call("sum", list(.byteSize(.max), .byteSize(1))), failure),
            (call("sum", list(span("1m"), span("-500ms"))), span("59.5s")),
            (call("sum", list(span("315576000000s"), span("1ns"))), failure),
            (call("sum", list(.string("a"))), failure),
            (
                call("sets.contains", list(.int(1), .double(2), .uint(3)), list(.double(1), .uint(2), .int(3))),
                .bool(true)
            ), (call("sets.contains", list(), list(.int(1))), .bool(false)),
            (call("sets.equivalent", list(.int(1)), list(.uint(1), .double(1))), .bool(true)),
            (call("sets.equivalent", list(.int(1), .int(2)), list(.int(1))), .bool(false)),
            (call("sets.intersects", list(list(.int(1)), list(.int(2))), list(list(.double(2)))), .bool(true)),
            (call("sets.intersects", list(.int(1)), list()), .bool(false)),
        ] as [(Value.Kind, Value.Kind)])
    func lists(result: Value.Kind, value: Value.Kind) { #expect(same(result, value), "\(result) is not \(value)") }
}
