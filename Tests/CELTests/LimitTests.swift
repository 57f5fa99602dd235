// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Testing

struct LimitTests {
    static func nested(_ depth: Int) -> String {
        String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
    }

    @Test(arguments: [
        nested(100), String(repeating: "[", count: 100_000), String(repeating: "!", count: 8000),
        "1" + String(repeating: " + 1", count: 100), "yes" + String(repeating: ".a", count: 100),
        String(repeating: "yes ? 1 : ", count: 200) + "1",
        String(repeating: "[1].map(x, ", count: 40) + "1" + String(repeating: ")", count: 40),
        "[" + Array(repeating: "1", count: 2100).joined(separator: ",") + "]",
        "'" + String(repeating: "x", count: 8192) + "'",
        "[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))",
        "names.all(a, names.all(b, names.all(c, names.map(d, names.map(e, e)).size() > 0)))",
    ])
    func `what is too large is refused`(text: String) {
        #expect(!Sample.problems(text).isEmpty)
    }

    @Test(arguments: [
        nested(60), "1" + String(repeating: " + 1", count: 60), "yes" + String(repeating: " && yes", count: 500),
        "[1].all(a, [1].all(b, [1].all(c, true)))",
        "names.all(a, names.all(b, names.all(c, a != b || b != c || a == c)))",
        "[" + Array(repeating: "1", count: 1900).joined(separator: ",") + "].size() == 1900",
    ])
    func `what is large is not`(text: String) {
        #expect(Sample.problems(text) == [])
    }

    @Test func `cost is bounded, and absorbed by nothing`() throws {
        let list = Value.list((0..<2000).map { .int($0) })
        let environment = Environment(variables: [Variable("list", .list(.int))])
        for text in ["list.all(a, list.all(b, a + b >= 0))", "list.all(a, list.all(b, a + b >= 0)) || true"] {
            let evaluation = try environment.compile(text).evaluate(Bindings(["list": list]))
            guard case .error(let error) = evaluation.value.kind else {
                Issue.record("\(text) is not refused")
                continue
            }
            #expect(error.message == "cost limit of 1000000 units exceeded")
            #expect(evaluation.cost == 1_000_000)
        }
    }

    @Test func `strings and lists cannot be blown up`() throws {
        let doubling = (0..<24).reduce("'abcdefghij'") { text, _ in "[\(text)].map(x, x + x)[0]" }
        let program = try Environment(variables: [], limits: .unrestricted).compile(doubling)
        guard case .error = program.evaluate(Bindings([:])).value.kind else { return }
        Issue.record("the unrestricted limits allow this")
    }

    @Test func `the static estimate counts every branch and round`() throws {
        #expect(try Sample.environment.compile("three == 3").staticCost == 3)
        #expect(try Sample.environment.compile("[1, 2].all(x, x > 0)").staticCost == 10)
        let loop = try Sample.environment.compile("names.all(x, x == 'a')").staticCost
        #expect(try Sample.environment.compile("names.all(x, names.all(y, y == x))").staticCost > 32 * loop)
    }

    @Test func `the limits of a rule can be changed`() throws {
        var limits = Limits.rule
        limits.textBytes = 5
        #expect(throws: CompileFailure.self) { try Environment(variables: [], limits: limits).compile("1 == 1") }
    }

    /// The deepest trees that pass are evaluated on the stack of a test's thread.
    @Test func `the deepest expression does not exhaust the stack`() throws {
        let environment = Environment(variables: [], limits: .unrestricted)
        for text in [
            Self.nested(190), "1" + String(repeating: " + 1", count: 190),
            String(repeating: "[", count: 190) + String(repeating: "]", count: 190) + " == []",
            String(repeating: "true ? ", count: 1) + "1" + String(repeating: " : true ? 1", count: 0) + " : 1",
            String(repeating: "[1].all(x, ", count: 15) + "true" + String(repeating: ")", count: 15),
            String(repeating: "-", count: 190) + "dyn(1)",
            String(repeating: "dyn(", count: 150) + "1" + String(repeating: ")", count: 150),
        ] {
            let value = try environment.compile(text).evaluate(Bindings([:])).value
            if case .error(let error) = value.kind { Issue.record("\(text): \(error.message)") }
        }
    }
}
