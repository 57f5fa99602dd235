// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Testing

/// A fact that could not be had is a value of its own: it never turns into a pass or a fail.
struct UnknownTests {
    static let unknown = "unknown: kernel.parameters: no /proc/sys in this tree"

    @Test(arguments: [
        ("false && unreadable", "false"), ("unreadable && false", "false"),
        ("true && unreadable", unknown), ("unreadable && true", unknown), ("unreadable && unreadable", unknown),
        ("true || unreadable", "true"), ("unreadable || true", "true"),
        ("false || unreadable", unknown), ("unreadable || false", unknown),
        ("!unreadable", unknown), ("unreadable ? true : true", unknown), ("yes ? true : unreadable", "true"),
        ("unreadable == unreadable", unknown), ("string(unreadable) == 'x'", unknown),
    ])
    func `connectives are Kleene's`(text: String, outcome: String) throws {
        #expect(try Sample.outcome(text) == outcome)
    }

    @Test(arguments: [
        ("unreadable && 1 / 0 > 0", unknown), ("1 / 0 > 0 || unreadable", unknown),
        ("unreadable == (1 / 0 > 0)", unknown), ("(1 / 0 > 0) == unreadable", unknown),
    ])
    func `unknown goes before an error`(text: String, outcome: String) throws {
        #expect(try Sample.outcome(text) == outcome)
    }

    @Test(arguments: [
        ("[true, false].all(x, x && unreadable)", "false"), ("[true].all(x, x && unreadable)", unknown),
        ("[true, false].exists(x, x || unreadable)", "true"), ("[false].exists(x, x || unreadable)", unknown),
        ("[1, 2].exists_one(x, x == 1 || unreadable)", unknown), ("[1, 2].filter(x, unreadable) == []", unknown),
        ("[1, 2].map(x, unreadable).size() == 2", unknown), ("[1, 2].map(x, unreadable, x).size() == 2", unknown),
        ("[unreadable].size() == 1", unknown), ("{'a': unreadable}.size() == 1", unknown),
        ("{'a': 1}.transformMap(k, v, unreadable).size() == 1", unknown),
        ("[1, 2].all(x, x == 1 ? unreadable : 1 / 0 > 0)", unknown),
        ("cel.bind(x, unreadable, true)", "true"), ("optional.of(unreadable).hasValue()", unknown),
    ])
    func `loops hand it on unless another element decides`(text: String, outcome: String) throws {
        #expect(try Sample.outcome(text) == outcome)
    }

    @Test func `an unnamed fact gets the name the condition calls it by`() throws {
        let unknown = "unknown: sshd.UsePAM: permission denied: /etc/ssh/sshd_config"
        #expect(try Sample.outcome("sshd.UsePAM") == unknown)
        #expect(try Sample.outcome("has(sshd.UsePAM)") == unknown)
        #expect(try Sample.outcome("sshd.?UsePAM.orValue(true)") == unknown)
    }

    @Test(arguments: [
        ("1 in list", "true"), ("3 in list", "unknown"), ("list.size() == 3", "true"), ("list == [1, 2, 4]", "unknown"),
        ("list != [1, 2, 4]", "unknown"), ("list != [2, 2, 4]", "true"), ("list == [1]", "false"),
        ("list == [1, 3, 3]", "false"), ("[list] == [list]", "unknown"), ("list.sum() > 0", "unknown"),
        ("list.all(x, x > 0)", "unknown"), ("list.all(x, x > 1)", "false"), ("list[2] == 3", "unknown"),
        ("list[0] == 1", "true"), ("list.filter(x, x == 1).size() == 1", "unknown"), ("list.exists(x, x == 2)", "true"),
    ])
    func `a list with an element that could not be had`(text: String, outcome: String) throws {
        let environment = Environment(variables: [Variable("list", .list(.int))])
        let list = Value.list([.int(1), .int(2), .unknown("x", "permission denied")])
        let value = try environment.compile(text).evaluate(Bindings(["list": list])).value
        switch value.kind {
        case .bool(let bool): #expect("\(bool)" == outcome)
        case .unknown(let facts):
            #expect(outcome == "unknown")
            #expect(facts == [Unknown(fact: "x", reason: "permission denied")])
        default: Issue.record("\(value.kind)")
        }
    }

    @Test func `all facts that are missing are named, each once`() throws {
        let outcome = try Sample.outcome("unreadable && sshd.UsePAM && unreadable")
        #expect(outcome == Self.unknown + ", sshd.UsePAM: permission denied: /etc/ssh/sshd_config")
    }

    @Test func `an unknown root is unknown, not absent`() throws {
        let bindings = Sample.bindings.adding("nginx", .unknown("nginx", "/etc/nginx: permission denied"))
        let program = try Sample.environment.compile("has(nginx)")
        guard case .unknown(let facts) = program.evaluate(bindings).value.kind else {
            Issue.record("not unknown")
            return
        }
        #expect(facts == [Unknown(fact: "nginx", reason: "/etc/nginx: permission denied")])
    }

    @Test(arguments: [
        ("has(sshd)", "true"), ("has(nginx)", "false"), ("!has(nginx) || nginx.UsePAM", "true"),
        ("nginx.UsePAM", "error: there is no `nginx`: ask has(nginx) first"),
        ("sshd.contexts.all(c, !has(c.Banner))", "true"), ("has(sshd.contexts[0].scope)", "true"),
        (
            "sshd.contexts[0].Banner == 'x'",
            "error: `Banner` is not set: ask has() first, or write `.?Banner.orValue(…)`"
        ),
        ("sshd.contexts[0].?Banner.orValue('none') == 'none'", "true"),
        ("files[?'/etc/none'].hasValue() || '/etc/none' in files", "false"),
        ("files['/etc/none'].scope == ''", "error: no such key: `/etc/none`"),
    ])
    func `presence`(text: String, outcome: String) throws {
        #expect(try Sample.outcome(text) == outcome)
    }
}
