// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

@Suite("Limits", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test("each limit holds exactly, and says where it was passed")
    func exactly() {
        var limits = YAML.Limits()
        limits.depth = 3
        #expect(parse("[[[a]]]", limits: limits).problems.isEmpty)
        #expect(places(parse("[[[[a]]]]", limits: limits).problems) == ["Y003 1:4"])
        limits = YAML.Limits()
        limits.nodes = 4
        #expect(parse("[a, b, c]", limits: limits).problems.isEmpty)
        #expect(places(parse("[a, b, c, d]", limits: limits).problems) == ["Y003 1:11"])
        limits = YAML.Limits()
        limits.scalarBytes = 3
        #expect(parse("[abc]", limits: limits).problems.isEmpty)
        #expect(places(parse("[abcd, é, éé]", limits: limits).problems) == ["Y003 1:2", "Y003 1:11"])
        limits = YAML.Limits()
        limits.bytes = 3
        #expect(parse("abc", limits: limits).problems.isEmpty)
        #expect(places(parse("abcd", limits: limits).problems) == ["Y003 1:1"])
        limits = YAML.Limits()
        limits.aliasNodes = 3
        #expect(parse("[&a [x], *a, &b x, *b]", limits: limits).problems.isEmpty)
        #expect(places(parse("[&a [x], *a, *a]", limits: limits).problems) == ["Y022 1:14"])
    }

    @Test("an alias counts with all that is below it: nodes and depth")
    func aliases() {
        var limits = YAML.Limits()
        limits.depth = 3
        #expect(places(parse("- &a [[x]]\n- [*a]\n", limits: limits).problems) == ["Y003 2:4"])
        limits = YAML.Limits()
        limits.nodes = 8
        #expect(parse("- &a [x, y]\n- *a\n- z\n", limits: limits).problems.isEmpty)
        #expect(places(parse("- &a [x, y]\n- *a\n- z\n- z\n", limits: limits).problems) == ["Y003 4:3"])
    }

    @Test("an alias bomb stops with its place")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let (documents, problems) = parse(text)
        #expect(documents.isEmpty)
        #expect(problems.map(\.code) == ["Y022"])
        #expect(problems.first?.line == 5)
        #expect(problems.first?.related.first?.note == "&a3 is here")
    }

    @Test("a flood of problems ends after a hundred and says so")
    func flood() {
        let (_, problems) = parse(String(repeating: "a: 1\n", count: 5000))
        #expect(problems.count == 101)
        #expect(problems.last?.message == "100 problems: the rest is not read")
    }

    @Test(
        "hostile shapes of 1 MiB end soon",
        arguments: [
            "[", "{a: ", "- ", "? ", "a: [", "&a ", "!a ", "a: 1\n", "- - a\n", "\n", "\t", "'", "\"", "a", "é",
            "--- a\n",
            "*a ", "[],", "- {a: [b, c]}\n", "? a\n", "a: |\n  x\n", ": ", "\r", "\u{85}", "\"\\x41",
        ])
    func shapes(unit: String) {
        let bytes = Array(String(repeating: unit, count: YAML.Limits().bytes / unit.utf8.count).utf8)
        let (_, problems) = YAML.parse(bytes)
        #expect(problems.count <= 101)
        for problem in problems.prefix(3) { #expect(problem.rendered(file: "f", source: bytes).utf8.count < 2000) }
    }

    @Test("a line of 100 MB is answered, not read")
    func longLine() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 100_000_000)
        let (documents, problems) = YAML.parse(bytes)
        #expect(documents.isEmpty)
        #expect(problems.map(\.message) == ["the file has 100000000 bytes; at most 1048576 are read"])
    }
}
