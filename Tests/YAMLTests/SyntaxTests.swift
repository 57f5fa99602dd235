// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

@Suite("Syntax errors")
struct SyntaxTests {
    @Test(
        "the usual mistakes are told in words, at their place",
        arguments: [
            // indentation
            ("a:\n\tb: 1\n", "2:1 a tab cannot indent"), ("a:\n  b: 1\n\tc: 2\n", "3:1 a tab cannot indent"),
            ("a:\n  b: 1\n c: 2\n", "3:2 this line does not fit the block it is in"),
            ("a:\n    - x\n  - y\n", "3:3 this line does not fit the block it is in"),
            ("a: 1\n  b: 2\n", "2:4 a key cannot stand here"),
            // colons
            ("a: b: c\n", "1:5 a second \": \" in one value"),
            ("a: {en: it is: so}\n", "1:14 a second \": \" in one value"),
            ("a:b\nc: d\n", "2:2 a key cannot stand here"),
            ("x: 1\na:b\n", "2:1 this line is neither \"key: value\" nor \"- value\""),
            // dashes
            ("a:\n  - x\n  -y\n", "3:3 this line is neither \"key: value\" nor \"- value\""),
            ("a: - b\n", "1:4 a list cannot begin here"),
            // open ends
            ("a: [1, 2\nb: 3\n", "2:2 expected \",\" or \"]\" here"),
            ("a: {x: 1\n", "2:1 expected \",\" or \"}\" here"),
            ("a: \"foo\nb: 3\n", "1:4 this quote is never closed"), ("a: 'x\n", "1:4 this quote is never closed"),
            ("a: x\n}\n", "2:1 nothing is open that this could close"),
            // beginnings of a value
            ("a: @x\n", "1:4 a text cannot begin with @"), ("a: %x\n", "1:4 a text cannot begin with %"),
            ("a: `x`\n", "1:4 a text cannot begin with `"), ("a: *.conf\n", "1:4 * must be followed by a name"),
            ("a: & b\n", "1:4 & must be followed by a name"), ("a: !x!y z\n", "1:4 ! begins a tag"),
            ("%x: a\n", "1:1 a line that begins with % is a directive"),
            // quotes and blocks
            ("a: 'it's'\n", "1:8 text after the end of a value"),
            ("a: \"\\d\"\n", "1:5 this is no escape of double quotes"),
            ("a: |x\n  b\n", "1:5 text on the line of | or >"),
        ])
    func mistakes(text: String, expected: String) {
        let problems = parse(text).problems
        #expect(problems.map { "\($0.line):\($0.column) \($0.message)" } == [expected])
        #expect(problems.allSatisfy { $0.code == "Y002" && $0.severity == .error })
        #expect(problems.first?.hint != nil || expected.contains("nothing is open"))
    }

    @Test(
        "what is not UTF-8 text is refused with its place",
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x61], "1:1 the file begins with a byte order mark"),
            ([0xFF, 0xFE, 0x61, 0], "1:1 the file is UTF-16 or UTF-32, or is not text"),
            ([0xFE, 0xFF, 0, 0x61], "1:1 the file is UTF-16 or UTF-32, or is not text"),
            ([0x61, 0, 0x3A, 0], "1:1 the file is UTF-16 or UTF-32, or is not text"),
            ([0x61, 0x3A, 0x20, 0x62, 0], "1:5 the control character 0x00 is not text"),
            ([0x61, 0x0A, 0xC3, 0xA9, 0xE9, 0x0A], "2:2 the byte 0xE9 is not UTF-8 text"),
            ([0x61, 0xC3], "1:2 the byte 0xC3 is not UTF-8 text"),
            ([0x61, 0xED, 0xA0, 0x80], "1:2 the byte 0xED is not UTF-8 text"),
            ([0x61, 0x1B, 0x5B], "1:2 the control character 0x1B is not text"),
        ] as [([UInt8], String)])
    func encoding(bytes: [UInt8], expected: String) {
        let (documents, problems) = YAML.parse(bytes)
        #expect(documents.isEmpty)
        #expect(problems.map { "\($0.line):\($0.column) \($0.message)" } == [expected])
        #expect(problems.map(\.code) == ["Y001"])
    }

    @Test("a problem is shown with its line, a caret, the hint and the other places")
    func rendering() {
        let text = "name: one\nlength: é\nname: two\n"
        let shown = parse(text).problems.map { $0.rendered(file: "r.yaml", source: Array(text.utf8)) }
        #expect(
            shown == [
                """
                r.yaml:3:1: error[Y010]: the key "name" is there twice: lines 1 and 3
                    name: two
                    ^
                  hint: keep one of them
                r.yaml:1:1: note: first here
                    name: one
                    ^

                """
            ])
    }

    @Test("a shown line is cut around the caret and holds no control characters")
    func excerpt() {
        let long = Array(("a: " + String(repeating: "x", count: 3000) + ": \u{1B}[2J\u{202E}y").utf8)
        let problem = Problem("Y002", line: 1, column: 3004, message: "m")
        let lines = problem.rendered(file: "f", source: long).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].count < 140 && lines[1].hasPrefix("    …xxx"))
        #expect(lines[1].hasSuffix("x: \u{FFFD}[2J\u{FFFD}y"))
        #expect(Array(lines[1])[lines[2].count - 1] == ":")
        let beyond = Problem("Y002", line: 9, column: 1, message: "m")
        #expect(beyond.rendered(file: "f", source: long) == "f:9:1: error[Y002]: m\n")
    }
}
