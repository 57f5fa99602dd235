// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Testing

struct LimitTests {
    static func nested(_ depth: Int) -> String {
        String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
    }

    @Test func `what is too large is refused`() {
        let texts = [
            Self.nested(100), String(repeating: "[", count: 100_000), String(repeating: "!", count: 8000),
            "1" + String(repeating: " + 1", count: 100), "yes" + String(repeating: ".a", count: 100),
            String(repeating: "yes ? 1 : ", count: 200) + "1", "'" + String(repeating: "x", count: 8192) + "'",
            String(repeating: "[1].map(x, ", count: 40) + "1" + String(repeating: ")", count: 40),
            "[" + Array(repeating: "1", count: 2100).joined(separator: ",") + "]",
            "[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))",
            "names.all(a, names.all(b, names.all(c, names.map(d, names.map(e, e)).size() > 0)))",
        ]
        for text in texts { #expect(!Sample.problems(text).isEmpty, "\(text.prefix(60))") }
    }

    @Test func `what is large is not`() {
        let texts = [
            Self.nested(60), "1" + String(repeating: " + 1", count: 60),
            "yes" + String(repeating: " && yes", count: 500), "[1].all(a, [1].all(b, [1].all(c, true)))",
            "names.all(a, names.all(b, names.all(c, a != b || b != c || a == c)))",
            "[" + Array(repeating: "1", count: 1900).joined(separator: ",") + "].size() == 1900",
        ]
        for text in texts { #expect(Sample.problems(text) == [], "\(text.prefix(60))") }
    }

    @Test func `only the first problems of a hopeless text are told`() {
        #expect(Sample.problems("[" + String(repeating: "+,", count: 4000)).count == 20)
        #expect(Sample.problems(String(repeating: "# ", count: 4000)).count <= 40)
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

    @Test(arguments: ["'abcdefghij'", "[1, 2]"])
    func `strings and lists cannot be blown up`(seed: String) throws {
        let doubling = "[\(seed)]" + String(repeating: ".map(x, x + x)", count: 24)
        let evaluation = try Environment(variables: []).compile(doubling).evaluate(Bindings([:]))
        guard case .error(let error) = evaluation.value.kind else {
            Issue.record("not refused")
            return
        }
        #expect(error.message == "cost limit of 1000000 units exceeded")
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
            String(repeating: "false ? 1 : ", count: 190) + "2",
            String(repeating: "[1].all(x, ", count: 15) + "true" + String(repeating: ")", count: 15),
            String(repeating: "-", count: 190) + "dyn(1)",
            String(repeating: "dyn(", count: 150) + "1" + String(repeating: ")", count: 150),
        ] {
            let value = try environment.compile(text).evaluate(Bindings([:])).value
            if case .error(let error) = value.kind { Issue.record("\(text): \(error.message)") }
        }
    }
}
