// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

/// How sshd_config falls into keywords and words. What the real program makes of the corners is held in FactsTests.
@Suite struct SSHServerConfigurationTests {
    private func read(_ text: String, _ dialect: SSHServerConfiguration.Dialect = .arguments) -> [String] {
        SSHServerConfiguration(Array(text.utf8), dialect: dialect).directives.map { directive in
            let words = directive.words(dialect)?.map(\.text).joined(separator: "|") ?? "open quote"
            return "\(directive.line):\(directive.column) \(directive.keyword) [\(words)]"
        }
    }

    @Test(arguments: [
        ("Port 22\n", ["1:1 Port [22]"]),
        ("\n\n  Port\t22", ["3:3 Port [22]"]),
        ("Port=22\nPort = 23\n", ["1:1 Port [22]", "2:1 Port [23]"]),
        ("Port==22\n", ["1:1 Port [=22]"]),
        ("\"Port\" 22\n", ["1:1 Port [22]"]),
        ("# Port 22\n#\n\n", []),
        ("Port 22 # why\n", ["1:1 Port [22]"]),
        ("Banner a#b\n", ["1:1 Banner [a#b]"]),
        ("Banner \"a # b\"\n", ["1:1 Banner [a # b]"]),
        ("Port 22\r\nPort 23\r\n", ["1:1 Port [22]", "2:1 Port [23]"]),
        ("Port 22 \t\u{0C}\n", ["1:1 Port [22]"]),
        ("\u{0C}Port 22\n", ["1:1 \u{0C}Port [22]"]),
        ("Banner \"open\n", ["1:1 Banner [open quote]"]),
        ("Banner 'a b'c\\ d \"e\\\"f\" ''\n", ["1:1 Banner [a bc d|e\"f|]"]),
        ("\"Port 22\n", []),
        ("", []),
    ])
    func linesFallIntoWords(_ text: String, _ expected: [String]) { #expect(read(text) == expected) }

    @Test func aNULHidesTheRestOfItsLineAndJoinsTheNext() {
        #expect(read("Banner /a\0b\nPort 22\nUsePAM yes\n") == ["1:1 Banner [/aPort|22]", "3:1 UsePAM [yes]"])
        #expect(read("Port 22\0") == ["1:1 Port [22]"])
    }

    @Test func beforeOpenSSH87EverythingSplitsAtEqualsAndCommentsEndAnywhere() {
        #expect(read("AcceptEnv A=B \"C D\" E\n", .delimited) == ["1:1 AcceptEnv [A|B|C D|E]"])
        #expect(read("Banner \"a # b\"\nPort 22\n", .delimited) == ["1:1 Banner []", "2:1 Port [22]"])
        #expect(read("AllowUsers a \"\" b\n", .delimited) == ["1:1 AllowUsers [a]"])
    }

    @Test func wordsKnowTheirColumns() {
        let directive = SSHServerConfiguration(Array("  AllowUsers  alice \"b c\"\n".utf8), dialect: .arguments)
            .directives[0]
        #expect(directive.words(.arguments)?.map(\.column) == [15, 21])
        #expect(directive.text == "alice \"b c\"")
    }

    @Test func bytesThatAreNotTextAreRepairedAndNothingIsLost() {
        let bytes: [UInt8] = Array("Banner /".utf8) + [0xFF, 0xFE] + Array("\nPort 22\n".utf8)
        let directives = SSHServerConfiguration(bytes, dialect: .arguments).directives
        #expect(directives.map(\.keyword) == ["Banner", "Port"])
        #expect(directives[0].words(.arguments)?.first?.text == "/\u{FFFD}\u{FFFD}")
    }

    @Test func aLineOfAMegabyteIsALine() {
        let long = String(repeating: "x ", count: 500_000)
        let directives = SSHServerConfiguration(Array("AllowUsers \(long)\nPort 22\n".utf8), dialect: .arguments)
            .directives
        #expect(directives.count == 2)
        #expect(directives[0].words(.arguments)?.count == 500_000)
    }

    @Test func optionsOfTheCommandLineAreReadTheSameWay() {
        let directive = SSHServerConfiguration(option: Array("PermitRootLogin=no".utf8)).directives.first
        #expect(directive?.keyword == "PermitRootLogin")
        #expect(directive?.words(.arguments)?.map(\.text) == ["no"])
    }
}
