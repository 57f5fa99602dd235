// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

/// A tree as text, to compare: `{a: 1, b: [x, "y"]}`; quoted where the scalar is not plain.
func shown(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar): scalar.isPlain ? scalar.text : "\"\(scalar.text)\""
    case .sequence(let items): "[\(items.map(shown).joined(separator: ", "))]"
    case .mapping(let entries): "{\(entries.map { "\(shown($0.key)): \(shown($0.value))" }.joined(separator: ", "))}"
    }
}

/// `code line:column` of each problem.
func places(_ problems: [Problem]) -> [String] { problems.map { "\($0.code) \($0.line):\($0.column)" } }

func parse(_ text: String, limits: YAML.Limits = .init()) -> (documents: [Node], problems: [Problem]) {
    YAML.parse(Array(text.utf8), limits: limits)
}

@Suite("Trees")
struct ParseTests {
    @Test(
        "scalars stay text, quoted or not",
        arguments: [
            ("a: 1\nb: [x, 'y', \"z\"]\n", "{a: 1, b: [x, \"y\", \"z\"]}"),
            ("no: yes\nmode: 0644\nv: 1.10\nn: ~\ne:\n", "{no: yes, mode: 0644, v: 1.10, n: ~, e: }"),
            ("t: |\n  one\n  two\nf: >-\n  one\n  two\n", "{t: \"one\ntwo\n\", f: \"one two\"}"),
            ("x: !!str 5\n", "{x: \"5\"}"),
            ("a: &a [1, 2]\nb: *a\n", "{a: [1, 2], b: [1, 2]}"),
            ("x: \"l·l \\u00e0 \\x41\"\n", "{x: \"l·l à A\"}"),
            ("- - a\n  - b\n- {c: d}\n", "[[a, b], {c: d}]"),
            ("%YAML 1.2\n---\na: b\n...\n", "{a: b}"),
            ("a: b # why\n# more\n", "{a: b}"),
            ("a: b\r\nc: d\r\n", "{a: b, c: d}"),
            ("? a\n: b\n", "{a: b}"),
        ])
    func good(text: String, expected: String) {
        let (documents, problems) = parse(text)
        #expect(places(problems) == [])
        #expect(documents.map(shown) == [expected])
    }

    @Test(
        "an empty file has no document, an empty document is an empty scalar", arguments: ["", "\n", "# only\n", "  "])
    func empty(text: String) {
        let (documents, problems) = parse(text)
        #expect(documents.isEmpty && problems.isEmpty)
        #expect(parse("---\n---\na\n").documents.map(shown) == ["", "a"])
    }

    @Test("each node knows its line and its column in characters")
    func positions() throws {
        let document = try #require(parse("é: x\nlist:\n  - {ö: ü, b: c}\n").documents.first)
        #expect(document["é"].map { [$0.line, $0.column] } == [1, 4])
        let item = try #require(document["list"].map(\.content))
        guard case .sequence(let items) = item, let mapping = items.first else { return #expect(Bool(false)) }
        #expect([mapping.line, mapping.column] == [3, 5])
        #expect(mapping["b"].map { [$0.line, $0.column] } == [3, 15])
        #expect(document["none"] == nil && mapping["b"]?["x"] == nil)
    }

    @Test("a key that is there twice is named with both lines; the first stays; the rest is read on")
    func duplicates() {
        let (documents, problems) = parse("a: 1\nb: {c: 1, c: 2}\na: 2\nd: 3\na: 4\n")
        #expect(documents.map(shown) == ["{a: 1, b: {c: 1}, d: 3}"])
        #expect(places(problems) == ["Y010 2:11", "Y010 3:1", "Y010 5:1"])
        #expect(problems[1].message == "the key \"a\" is there twice: lines 1 and 3")
        #expect(problems[1].related == [.init(line: 1, column: 1, note: "first here")])
        #expect(problems[2].related.map(\.line) == [1])
    }

    @Test("duplicates are found among many keys, in blocks a syntax error cut off, and across normal forms")
    func moreDuplicates() {
        let many = (0..<500).map { "k\($0): 1\n" }.joined()
        #expect(places(parse(many + "k7: 2\n").problems) == ["Y010 501:1"])
        #expect(
            places(parse("a: 1\nb:\n  c: 1\n  c: 2\na: 2\nx: [\n").problems) == ["Y010 4:3", "Y010 5:1", "Y002 7:1"])
        #expect(places(parse("\u{E9}: 1\ne\u{301}: 2\n").problems) == ["Y010 2:1"])
    }

    @Test(
        "what guaita does not accept is refused with its place",
        arguments: [
            ("a: !!int 5\n", "Y020 1:4"), ("a: !x y\n", "Y020 1:4"), ("a: !!map {b: c}\n", "Y020 1:4"),
            ("a: !!str [b]\n", "Y020 1:4"), ("a: &x {b: 1}\nc:\n  <<: *x\n", "Y023 3:3"),
            ("? [a, b]\n: c\n", "Y024 1:3"), ("{a: b}: c\n", "Y024 1:1"), ("a: *b\n", "Y021 1:4"),
            ("a: &a [x, *a]\n", "Y021 1:11"),
        ])
    func refused(text: String, expected: String) {
        let (documents, problems) = parse(text)
        #expect(places(problems) == [expected])
        #expect(documents.count == 1)
    }

    @Test("an anchor ends with its document")
    func anchors() {
        #expect(places(parse("--- &a x\n--- *a\n").problems) == ["Y021 2:5"])
    }

    @Test("the documents before a syntax error are kept")
    func before() {
        let (documents, problems) = parse("a: 1\n---\nb: 2\n---\nc: [\n")
        #expect(documents.map(shown) == ["{a: 1}", "{b: 2}"])
        #expect(places(problems) == ["Y002 6:1"])
    }
}
