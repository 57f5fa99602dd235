// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model
import Testing

@Suite struct SystemdUnitValueTests {
    @Test(
        "spans of time are those systemd-analyze timespan prints",
        arguments: [
            ("90", 90, 0), ("5min 20s", 320, 0), ("1.5h", 5400, 0), ("100ms", 0, 100_000_000), ("2us", 0, 2000),
            ("1d", 86_400, 0), ("1w2d", 777_600, 0), ("1M", 2_629_800, 0), ("1y", 31_557_600, 0), (" 3 s ", 3, 0),
            (".5s", 0, 500_000_000), ("0", 0, 0),
        ] as [(String, Int64, Int32)])
    func spans(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(SystemdUnitValue.timeSpan(text) == TimeSpan(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: ["", "s", "1x", "-1", "1.", "99999999999999999999", "1h1", "999999999y"])
    func notSpans(text: String) {
        // A bare number after a unit counts seconds, as systemd has it.
        #expect(SystemdUnitValue.timeSpan(text) == (text == "1h1" ? TimeSpan(seconds: 3601) : nil))
    }

    @Test func infinityIsTheLongestSpan() { #expect(SystemdUnitValue.timeSpan("infinity") == SystemdUnitValue.forever) }

    @Test(
        arguments: [
            ("0", 0), ("512", 512), ("64K", 65_536), ("1.5G", 1_610_612_736), ("1G 512M", 1_610_612_736),
            ("7E", 7 << 60),
            ("3B", 3),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) { #expect(SystemdUnitValue.size(text) == bytes) }

    @Test(arguments: ["", "M", "1X", "-1", "8E", "infinity", "1MB", "5%", "5M 1G", "1M 1M"])
    func notSizes(text: String) { #expect(SystemdUnitValue.size(text) == nil) }

    @Test(arguments: [("15%", 0.15), ("33.25%", 0.3325), ("100%", 1)])
    func shares(text: String, share: Double) { #expect(SystemdUnitValue.share(text) == share) }

    @Test(arguments: ["", "15", "%", "1.234%", "x%"])
    func notShares(text: String) { #expect(SystemdUnitValue.share(text) == nil) }

    @Test(arguments: ["yes", "TRUE", "on", "1", "Y", "t"])
    func truths(text: String) { #expect(SystemdUnitValue.boolean(text) == true) }

    @Test(arguments: ["no", "False", "off", "0", "n", "F"])
    func falsehoods(text: String) { #expect(SystemdUnitValue.boolean(text) == false) }

    @Test func limits() {
        #expect(SystemdUnitValue.limit("1024:524288").map { [$0.soft, $0.hard] } == [1024, 524_288])
        #expect(SystemdUnitValue.limit("infinity").map { [$0.soft, $0.hard] } == [.max, .max])
        #expect(SystemdUnitValue.limit("5:4") == nil)
        #expect(SystemdUnitValue.limit("-1") == nil)
        #expect(SystemdUnitValue.limit("") == nil)
    }

    @Test(
        "words are split as systemd.syntax(7) quotes them",
        arguments: [
            ("a  b", ["a", "b"]), (#""a b" 'c "d'"#, ["a b", #"c "d"#]), (#"a"b c"d"#, ["ab cd"]),
            (#"x\x20y \n"#, ["x y", "\n"]),
            (#"\101\u00e9\s"#, ["Aé "]), (#"\q \400 \x0"#, [#"\q"#, #"\400"#, #"\x0"#]), ("", []), (#""""#, [""]),
        ])
    func words(text: String, words: [String]) { #expect(SystemdUnitWords.split(text) == words) }

    @Test(arguments: [#""a"#, "'a", #"a\"#])
    func openQuotes(text: String) { #expect(SystemdUnitWords.split(text) == nil) }

    @Test func namesKeepTheirBackslashes() {
        #expect(SystemdUnitWords.split(#"a\x2db.service"#, escapes: .keep) == [#"a\x2db.service"#])
    }

    @Test func commands() {
        #expect(
            SystemdUnitCommand.parse("-/bin/a 'b c' ; @/bin/d e f ;") == [
                SystemdUnitCommand(prefixes: "-", path: "/bin/a", arguments: ["b c"]),
                SystemdUnitCommand(prefixes: "@", path: "/bin/d", arguments: ["f"]),
            ])
        #expect(SystemdUnitCommand.parse(#"/bin/a \; b;c"#)?.first?.arguments == [";", "b;c"])
        #expect(SystemdUnitCommand.parse("") == nil)
        #expect(SystemdUnitCommand.parse("-") == nil)
        #expect(SystemdUnitCommand.parse("/bin/a 'b") == nil)
    }

    @Test func variablesAreWordsOrPartsOfWords() {
        let command = SystemdUnitCommand(path: "/x", arguments: ["$A", "${A}", "p=${B}", "$$A", "$C", "${D"])
        #expect(
            command.arguments(in: ["A": "one two", "B": "b"]) == ["one", "two", "one two", "p=b", "$A", "${D"])
        #expect(SystemdUnitCommand(prefixes: ":", path: "/x", arguments: ["$A"]).arguments(in: ["A": "1"]) == ["$A"])
    }

    @Test func environmentFiles() {
        let text = "# c\nA=1\n B = \"x \\\"y\\\"\" \n; d\\\nC=no\nD='a\nb'e\nE=f\\\ng\nnot a variable\n9F=1\nA=2\nG=\n"
        let found = SystemdUnitEnvironment(Array(text.utf8), path: "/e").variables
        #expect(
            found.map { "\($0.name)=\($0.value)@\($0.origin.line)" } == [
                "A=1@2", "B=x \"y\"@3", "D=a\nbe@6", "E=fg@8", "A=2@12", "G=@13",
            ])
    }

    @Test(
        arguments: [
            ("a.service", ["a.service"]), ("a-b-c.socket", ["a-b-c.socket", "a-b-.socket", "a-.socket"]),
            ("t@x.service", ["t@x.service", "t@.service"]),
            ("t-u@y.service", ["t-u@y.service", "t-u@.service", "t-.service", "t-@y.service", "t-@.service"]),
        ])
    func directories(name: String, directories: [String]) {
        #expect(SystemdUnitName(name)?.directoryNames == directories)
    }

    @Test(arguments: ["", "a", ".service", "a.b", "@.service", "a b.service", "é.service", "a/b.service"])
    func notNames(text: String) { #expect(SystemdUnitName(text) == nil) }
}
