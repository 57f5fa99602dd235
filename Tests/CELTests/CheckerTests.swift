// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Testing

struct CheckerTests {
    @Test func `a misspelt name gets a caret and a suggestion`() {
        #expect(
            Sample.problems("sshdd.contexts == []") == [
                """
                1:1: undeclared name `sshdd`; did you mean `sshd`?
                  sshdd.contexts == []
                  ^~~~~
                """
            ])
        #expect(
            Sample.problems("has(sshd) &&\n  sshd.contexts[0].PermitRotLogin == \"no\"") == [
                """
                2:20: `sshd.context` has no field `PermitRotLogin`; did you mean `PermitRootLogin`?
                    sshd.contexts[0].PermitRotLogin == "no"
                                     ^~~~~~~~~~~~~~
                """
            ])
    }

    @Test func `columns count characters, the caret stands under wide and accented ones`() {
        #expect(
            Sample.problems("'però 日本' == nope") == [
                """
                1:14: undeclared name `nope`
                  'però 日本' == nope
                                 ^~~~
                """
            ])
    }

    @Test(arguments: [
        (
            "three + 1.5",
            "no `+` for int and double; numbers of different kinds do not mix: convert one with int() or double()"
        ),
        ("three == 'x'", "no `==` for int and string"),
        ("sshd.version >= '9'", "no `>=` for version and string; write `version(\"…\")`"),
        ("sshd.memory > '1GiB'", "no `>` for bytesize and string; write `bytesize(\"256MiB\")`"),
        ("sshd.mode < sshd.mode", "no `<` for mode and mode"),
        ("sshd.memory % 2", "no `%` for bytesize and int"),
        ("!three", "`!` wants bool, found int"),
        ("yes && three", "`&&` wants bool, found int"),
        ("three ? yes : no", "the condition of `?:` is a bool, found int"),
        ("yes ? 1 : 'x'", "both sides of `:` are of one type, found int and string"),
        (
            "sshd.contexts.scope",
            "list(sshd.context) has no field `scope`; take one element `[0]`, or use all(), exists(), map()"
        ),
        ("three.all(x, true)", "a loop goes over a list or a map, found int"),
        ("names.all(x, x)", "the condition of a loop is a bool, found string"),
        ("names.all(x)", "`all` takes a name and an expression, as `list.all(x, …)`"),
        ("names.size", "list(string) has no field `size`; `size` is a method: write `.size()`"),
        ("names.lenght()", "unknown method `lenght`"),
        ("startsWith('a', 'b')", "unknown function `startsWith`; write `x.startsWith()`"),
        ("names[0].startsWth('a')", "unknown method `startsWth`; did you mean `startsWith`?"),
        ("'a'.startsWith(1)", "no `startsWith` of string takes (int); there is string.startsWith(string)"),
        (
            "'ro' in 'root'",
            "`in` wants a list or a map on its right, found string; write `b.contains(a)` for `a in b` on strings"
        ),
        ("3 in names", "no `in` for int and list(string)"),
        ("files[3]", "the keys of this map are string, not int"),
        ("names['a']", "a list is indexed by an int, not by string"),
        ("{1.5: 1}", "a map's key is a string, an int, a uint or a bool, not double"),
        ("duration('7 days') > duration('1h')", "invalid duration"),
        ("Foo{bar: 1}", "no message type `Foo`"),
        ("size", "undeclared name `size`; it is a function: call it"),
        ("has(three == 3)", "has() wants a name or a field, as `has(a.b)`"),
        ("names.all(x.y, true)", "`all` wants a plain name here, which it gives a value"),
    ])
    func `one problem, one message`(text: String, message: String) throws {
        let problems = Sample.problems(text)
        #expect(problems.count == 1)
        let first = try #require(problems.first)
        #expect(first.contains(message), "\(first)")
    }

    @Test func `all problems are told, in the order of the text`() {
        let problems = Sample.problems("sshdd == 1 && three == 'x' && [1, +, 'a\\q'] == nope")
        #expect(
            problems.map { $0.prefix { $0 != ";" && $0 != "\n" } } == [
                "1:1: undeclared name `sshdd`", "1:21: no `==` for int and string",
                "1:35: an expression is missing here, found `+`", "1:40: `\\q` is no escape sequence",
                "1:48: undeclared name `nope`",
            ])
    }

    @Test(arguments: [
        ("a = b", "`=` is not an operator; did you mean `==`?"),
        ("yes & no", "`&` is not an operator; did you mean `&&`?"),
        ("'abc", "this string has no closing quote"), ("(1", "`)` is missing before the end"),
        ("1 +", "an expression is missing here, found the end"), ("", "an expression is missing here, found the end"),
        ("1 2", "unexpected `2`"),
        ("yes ? 1", "`:` and what to take when the condition is false is missing before the end"),
        ("if", "`if` is a reserved word"), ("9223372036854775808", "the number `9223372036854775808` is out of range"),
        ("1e999", "the number `1e999` is out of range"), ("'\\uD800'", "this escape names no Unicode character"),
        ("b'\\u0041'", "`\\u` is no escape sequence"), ("three # four", "unexpected character `#`"),
        ("a.`b", "a quoted name holds letters"),
        ("yes ? yes ? 1 : 2 : 3", "`:` and what to take when the condition is false is missing before `?`"),
        ("{1: 2, 3}", "`:` and the value is missing before `}`"),
    ])
    func `text that is no expression`(text: String, message: String) {
        #expect(Sample.problems(text).contains { $0.contains(message) }, "\(Sample.problems(text))")
    }

    @Test func `the wanted type is checked`() throws {
        #expect(throws: CompileFailure.self) { try Sample.environment.compile("three + 1", expecting: .bool) }
        #expect(try Sample.environment.compile("raw.number", expecting: .bool).type == .dyn)
        #expect(try Sample.environment.compile("three == 1", expecting: .bool).type == .bool)
    }

    @Test(arguments: [
        ("[]", ValueType.list(.dyn)), ("[1, 2]", .list(.int)), ("[1, 'a']", .list(.dyn)),
        ("{'a': [1]}", .map(.string, .list(.int))),
        ("names.map(x, size(x))", .list(.int)),
        ("sshd.contexts.filter(c, c.MaxAuthTries > 1)", .list(.record(Sample.context))),
        ("{'a': 1}.transformMap(k, v, [v])", .map(.string, .list(.int))), ("optional.none().orValue(1)", .int),
        ("sshd.?contexts[0].scope", .optional(.string)), ("raw.a.b", .dyn), ("three + raw.x", .int),
        ("now - now", .duration),
        ("sshd.memory / 2", .byteSize), ("sshd.memory / sshd.memory", .double), ("type(1)", .type(.int)),
        ("[[], [1]]", .list(.list(.int))), ("yes ? [] : names", .list(.string)), ("[dyn(1), 2]", .list(.dyn)),
    ])
    func `types are inferred`(text: String, type: ValueType) throws {
        #expect(try Sample.environment.compile(text).type == type)
    }

    @Test func `names added later hide others, names of loops hide both`() throws {
        let environment = Sample.environment.adding([Variable("three", .string), Variable("group", .int)])
        #expect(try environment.compile("three + 'x'").type == .string)
        #expect(try environment.compile("[1].map(three, three + group)").type == .list(.int))
        #expect(throws: CompileFailure.self) { try Sample.environment.compile("group > 1") }
        let bindings = Sample.bindings.adding("group", .int(1)).adding("group", .int(2))
        #expect(try environment.compile("group == 2").evaluate(bindings).value.isTrue)
    }
}

extension Value {
    var isTrue: Bool { if case .bool(true) = kind { true } else { false } }
}
