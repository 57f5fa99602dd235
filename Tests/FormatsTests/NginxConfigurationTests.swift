// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import TestSupport
import Testing

@Suite struct NginxConfigurationTests {
    /// The words of each directive with `|` between them, blocks in braces.
    private func told(_ text: String) -> String { told(NginxConfiguration(Array(text.utf8)).directives) }

    private func told(_ directives: [NginxConfiguration.Directive]) -> String {
        directives.map { directive in
            directive.words.map(\.text).joined(separator: "|") + (directive.block.map { "{\(told($0))}" } ?? ";")
        }.joined()
    }

    @Test(arguments: [
        ("a b;c{d;}", "a|b;c{d;}"), ("a # b;\n c;", "a|c;"), ("a \"b c\" 'd \"e';", "a|b c|d \"e;"),
        ("a ${b}c}d;", "a|${b}c}d;"), ("a b{c;}", "a|b{c;}"), ("a b#c;", "a|b#c;"),
        ("a \\\"b \\q\\n\\\\;", "a|\"b|\\q\n\\;"),
        ("if ($a = \"b\") {c;}", "if|($a|=|b|){c;}"), ("a \"\";", "a|;"), ("", ""), ("a;\r\n\tb;", "a;b;"),
        ("x_by_lua_block { s = \"}\" -- }\n t = [[ } ]] } b;", "x_by_lua_block{}b;"),
    ])
    func words(_ text: String, _ expected: String) {
        #expect(told(text) == expected)
        #expect(NginxConfiguration(Array(text.utf8)).problem == nil)
    }

    @Test(arguments: [
        ("a", "end of file"), ("a {", "expecting \"}\""), (";", "\";\""), ("{}", "\"{\""), ("}", "\"}\""),
        ("a }", "\"}\""),
        ("a \"b", "end of file"), ("a \"b\"c;", "\"c\""), ("a b\\", "end of file"), ("\n a { b", "end of file"),
    ])
    func problems(_ text: String, _ expected: String) throws {
        let problem = try #require(NginxConfiguration(Array(text.utf8)).problem)
        #expect(problem.message.contains(expected) && problem.line >= 1)
    }

    @Test func placesCountFromOneInBytes() throws {
        let directive = try #require(NginxConfiguration(Array("a;\n  b \"ç\"\n c;".utf8)).directives.last)
        #expect((directive.line, directive.column) == (2, 3))
        #expect(directive.words.last == .init("c", line: 3, column: 2))
        #expect(directive.words[1] == .init("ç", line: 2, column: 5))
    }

    /// NGX_CONF_BUFFER: judged by nginx 1.22.
    @Test func wordsAndCommentsHaveALimit() {
        func problem(_ text: String) -> String? { NginxConfiguration(Array(text.utf8)).problem?.message }
        let rest = ";\n" + String(repeating: "#\n", count: 5000)
        #expect(problem("a " + String(repeating: "x", count: 4095) + rest) == nil)
        #expect(problem("a " + String(repeating: "x", count: 4096) + rest) == "too long parameter")
        #expect(problem("a \"" + String(repeating: "x", count: 4094) + "\"" + rest) == nil)
        #expect(problem("a \"" + String(repeating: "x", count: 4095) + "\"" + rest) == "too long parameter")
        #expect(problem("#" + String(repeating: "x", count: 9000) + "\n") == "too long parameter")
    }

    @Test func deepBlocksEndAtALimitThatIsOurs() {
        let configuration = NginxConfiguration(Array(String(repeating: "a{", count: 5000).utf8))
        #expect(configuration.problem?.isOurLimit == true)
    }

    @Test func anyBytesEnd() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("nginx grammar: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab;{}\"'\\$#\n )[=-\u{0}\u{FF}".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            for directive in NginxConfiguration(bytes).directives {
                #expect(directive.line >= 1 && directive.column >= 1)
            }
        }
    }
}
