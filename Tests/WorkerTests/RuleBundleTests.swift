// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Jobs
import Model
import Rules
import Scan
import TestSupport
import Testing
import Wire

@testable import Worker

@Suite("The bundle of accepted rules")
struct RuleBundleTests {
    private func shortened(_ text: String) -> String {
        String(decoding: RuleFile(path: "a.yaml", bytes: Array(text.utf8)).withoutTests.bytes, as: UTF8.self)
    }

    @Test("tests are cut, lines keep their numbers")
    func tests() {
        #expect(shortened("id: a\ntests:\n  - {name: x}\n  - {name: y}\neffort: 5\n") == "id: a\n\n\n\neffort: 5\n")
        #expect(shortened("id: a\ntests:\n- name: x\n- name: y\n") == "id: a\n\n\n\n")
        #expect(shortened("tests: []\nid: a") == "\nid: a")
    }

    @Test("each document of a file loses its own tests")
    func documents() {
        #expect(shortened("id: a\ntests:\n  - x\n---\nid: b\ntests:\n  - y\n") == "id: a\n\n\n---\nid: b\n\n\n")
    }

    @Test(
        "a file of another form stays as it is",
        arguments: [
            "{id: a, tests: [x]}\n", "id: a\ntests:\n  - &x {name: x}\nother: *x\n", "id: a\n", "",
            "id: a\ntests: [\n", "id: a\nid: b\ntests: [x]\n", "- tests\n", "id: {tests:\n  [x]}\n",
            "\u{FEFF}tests: []\n",
        ])
    func unusual(_ text: String) { #expect(shortened(text) == text) }

    @Test("a text that looks like a key is none")
    func blockScalar() {
        let text = "why: |\n  tests:\n    - x\nid: a\n"
        #expect(shortened(text) == text)
        #expect(shortened("tests:\n  - |\n    id: b\nid: a\n") == "\n\n\nid: a\n")
    }

    @Test("any bytes at all are shortened or left, never a trap, and keep their lines")
    func anyBytes() {
        let seed = SeededGenerator.seed()
        print("RuleBundleTests.anyBytes: seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "tests:", "\n", " ", "- x", "id: a", "---", "...", "&a", "*a", "|", "\"", "\u{e9}", "[", "}", "\r", "#",
        ]
        for _ in 0..<3000 {
            let bytes = (0..<generator.below(12)).flatMap { _ in Array(generator.pick(pieces).utf8) }
            let short = RuleFile(path: "a", bytes: bytes).withoutTests.bytes
            #expect(short.count { $0 == 0x0A } == bytes.count { $0 == 0x0A } || bytes.last != 0x0A)
        }
    }

    @Test("a bundle gives the rules that were accepted, all or by id, and survives its own bytes")
    func selection() throws {
        let host = MemoryHost(files: [
            "/rules/a.yaml": TestRule.text("ssh.a"), "/rules/b.yaml": TestRule.text("ssh.b"),
            // The second rule of one id is not the one that counts, also where the first is not asked for.
            "/rules/c.yaml": TestRule.text("ssh.a") + "---\n" + TestRule.text("ssh.c"),
        ])
        let files = RuleFiles([("/rules", "/rules")], on: host)
        let set = files.load(.scan)
        #expect(set.errors.count == 1)
        let bundle = RuleBundle(files, set, rejected: set.errors.map(\.summary))
        let again = try RuleBundle(wire: bundle.wire)
        #expect(again.rules().map(\.id) == ["ssh.a", "ssh.b", "ssh.c"])
        #expect(again.rules(["ssh.b"]).map(\.id) == ["ssh.b"])
        #expect(again.rules(["ssh.c", "ssh.a"]).map(\.origin.path) == ["/rules/a.yaml", "/rules/c.yaml"])
        #expect(again.rules(["ssh.c"]).map(\.origin.line) == set.rules.filter { $0.id == "ssh.c" }.map(\.origin.line))
        #expect(again.ruleSet == Report.RuleSetSummary(count: 3, sha256: files.digest))
        #expect(again.rejected.map(\.origin.path) == ["/rules/c.yaml"])
    }
}
