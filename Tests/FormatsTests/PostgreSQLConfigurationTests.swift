// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

@Suite struct PostgreSQLConfigurationTests {
    private func settings(_ text: String) -> [String] {
        PostgreSQLConfiguration(Array(text.utf8)).settings.map { "\($0.line):\($0.column) \($0.name)=\($0.value)" }
    }

    @Test(arguments: [
        ("port = 5432", "1:1 port=5432"), ("port 5432", "1:1 port=5432"), ("port=5432 # x", "1:1 port=5432"),
        ("\n  Work_Mem = '4 MB'\r\n", "2:3 Work_Mem=4 MB"), ("a = 'it''s'", "1:1 a=it's"),
        (#"a = 'x\'y\n\101\\'"#, "1:1 a=x'y\nA\\"), ("a.b = c", "1:1 a.b=c"), ("a = -1.5e3", "1:1 a=-1.5e3"),
        ("a = 0x1F", "1:1 a=0x1F"), ("a = 4MB", "1:1 a=4MB"), ("a = /x", ""), ("a = b/c", "1:1 a=b/c"),
    ])
    func aLineIsANameAndAValue(_ text: String, _ expected: String) {
        #expect(settings(text) == (expected.isEmpty ? [] : [expected]))
    }

    @Test(arguments: [
        "a", "= 1", "a = ", "a = 1 2", "a = 'open", "a == 1", "1 = a", "a = 1.5MB", "a = b.c", "a = 'x' 'y'",
        "a = 'x\\",
        "a,b",
    ])
    func aLineThatIsNoneIsAProblemAndTheNextIsRead(_ text: String) {
        let file = PostgreSQLConfiguration(Array("\(text)\nport = 1\n".utf8))
        #expect(file.problems.map(\.line) == [1])
        #expect(file.settings.map(\.name) == ["port"])
    }

    @Test func anyBytesEnd() {
        #expect(PostgreSQLConfiguration([]).settings.isEmpty)
        #expect(PostgreSQLConfiguration([0, 0xFF, 0x27, 0x5C]).problems.count == 1)
        let bad = PostgreSQLConfiguration(Array(String(repeating: "?\n", count: 5000).utf8))
        #expect(bad.problems.count == 100)
    }

    private func words(_ text: String, continues: Bool = true) -> [String] {
        PostgreSQLAuthenticationFile(Array(text.utf8), continues: continues).lines.map { line in
            "\(line.line) "
                + line.fields.map { $0.map { $0.isQuoted ? "<\($0.text)>" : $0.text }.joined(separator: ",") }
                .joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("local all all peer", ["1 local all all peer"]), ("# x\n\n a\tb\r\n", ["3 a b"]),
        ("a,b c, d e", ["1 a,b c,d e"]), (#""all" "a b" "a""b" x"y""#, [#"1 <all> <a b> <a"b> xy"#]),
        ("a \\\n b\nc", ["1 a b", "3 c"]), ("# a \\\n b\nc", ["3 c"]), ("a#b", ["1 a"]), (#"a "" b"#, ["1 a <> b"]),
    ])
    func recordsAreFieldsOfWords(_ text: String, _ expected: [String]) { #expect(words(text) == expected) }

    @Test func beforeVersion14ABackslashIsALetter() {
        #expect(words("a \\\nb", continues: false) == ["1 a \\", "2 b"])
    }

    @Test func aWordMayBeTooLong() {
        let file = PostgreSQLAuthenticationFile(Array(String(repeating: "a", count: 20_000).utf8), continues: true)
        #expect(file.lines.map(\.isTooLong) == [true])
    }
}
