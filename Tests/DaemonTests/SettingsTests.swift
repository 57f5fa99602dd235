// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Model
import Testing

@testable import Daemon

@Suite("guaita.yaml") struct SettingsTests {
    private func read(_ text: String) -> SettingsReading { SettingsReading(path: "/g.yaml", bytes: Array(text.utf8)) }

    /// `line:column: message [hint]` of each problem.
    private func problems(_ text: String) -> [String] {
        read(text).problems.map { "\($0.origin.line):\($0.origin.column): \($0.message)" }
    }

    @Test(
        "Nothing written: the defaults, and no problem",
        arguments: ["", "\n", "# only a comment\n", "---\n", "~\n", "{}\n", "scan:\njournal:\nworker:\n", "scan: {}\n"])
    func nothing(_ text: String) {
        let reading = read(text)
        #expect(reading.problems.isEmpty)
        #expect(reading.settings == Settings())
        #expect(reading.origins.isEmpty)
    }

    @Test("Everything written: every value, and where it stands") func everything() {
        let reading = read(
            """
            scan:
              interval: 6h
              jitter: 1h30m
              watch: false
              settle: 5s
            rules: [/usr/share/guaita/rules, /srv/rules/shop.yaml]
            only: ["ssh.*", tls.expires-soon]
            waivers: "/srv/my waivers.yaml"
            journal:
              limit: 20
              heartbeat: 12h
            worker:
              memory: 1.5 GiB
              patience: 1m
            """)
        #expect(reading.problems.isEmpty)
        var settings = Settings()
        settings.interval = 21_600
        settings.jitter = 5400
        settings.watch = false
        settings.settle = 5
        settings.rules = ["/usr/share/guaita/rules", "/srv/rules/shop.yaml"]
        settings.only = ["ssh.*", "tls.expires-soon"]
        settings.waivers = "/srv/my waivers.yaml"
        settings.journalLimit = 20
        settings.heartbeat = 43_200
        settings.workerMemory = 3 << 29
        settings.workerPatience = 60
        #expect(reading.settings == settings)
        #expect(reading.origins.count == SettingsKey.all.count)
        #expect(reading.origins["scan.jitter"] == Origin(path: "/g.yaml", line: 3, column: 3))
        #expect(reading.origins["worker.patience"] == Origin(path: "/g.yaml", line: 14, column: 3))
    }

    @Test("All problems of a file at once, in the order of its lines, and what is right is read") func all() {
        let text = """
            scan:
              intervall: 1h
              jitter: 2h
              watch: yes
              settle: 3600
            interval: 2h
            rules: rules.d
            journal:
              limit: lots
              limit: 5
              heartbeat: 1 day
            worker:
              memory: 1
              patience: 20s
            colour: blue
            """
        #expect(
            problems(text) == [
                "2:3: unknown setting \"intervall\"", "3:11: the jitter 2h is longer than the interval 1h",
                "4:10: expected true or false, found yes", "5:11: expected a span of time, found 3600",
                "6:1: unknown setting \"interval\"", "7:8: expected a list, found rules.d",
                "9:10: expected a whole number, found lots", "10:3: the key \"limit\" is there twice: lines 9 and 10",
                "11:14: expected a span of time, found 1 day", "13:11: 1 is not within range",
                "15:1: unknown setting \"colour\"",
            ])
        #expect(read(text).settings.workerPatience == 20)
        #expect(!read(text).isValid)
    }

    @Test("A problem is shown with its line, a caret and what to do") func rendered() {
        let reading = read("scan:\n  intervall: 1h\n")
        #expect(
            reading.problems.map(\.rendered) == [
                "/g.yaml:2:3: error[Y031]: unknown setting \"intervall\"\n      intervall: 1h\n      ^\n"
                    + "  hint: did you mean interval?\n"
            ])
    }

    @Test(
        "Hints lead to the right place",
        arguments: [
            ("interval: 1h", "did you mean interval in the section scan? Write scan: and below it"),
            ("worker.memory: 1GiB", "did you mean memory in the section worker?"),
            ("scan:\n  rules: [/a]", "did you mean rules? It stands at the top, not in scan"),
            ("journal:\n  memory: 1GiB", "did you mean memory in the section worker?"),
            ("Rules: [/a]", "did you mean rules?"),
            ("zebra: 1", "known here: rules, only, waivers, scan, journal, worker"),
            ("scan:\n  interval: 3600", "3600s are seconds"),
            ("scan:\n  interval: 5s", "scan.interval takes 1m … 30d"),
            ("rules: /srv/rules", "write [/srv/rules]"),
            ("rules: []", "leave it out"),
            ("waivers: waivers.yaml", "begin with /"),
            ("only: [SSH.*]", "lower-case"),
            ("scan:\n\tinterval: 1h", "spaces"),
            ("scan:\n  interval:1h", "space after the colon"),
            ("scan:\n  watch: \"true\"", "leave the quotes out"),
            ("worker:\n  memory: 1G", "as 512MiB or 1GiB"),
        ])
    func hint(_ text: String, _ hint: String) {
        let rendered = read(text).problems.map(\.rendered).joined()
        #expect(rendered.contains(hint), "\(rendered)")
    }

    @Test(
        "Values of the wrong kind are refused",
        arguments: [
            "[]", "text", "7", "scan: 1h", "scan: [interval]", "scan: {interval: [1h]}", "scan: {interval: }",
            "scan: {interval: {h: 1}}", "scan: {interval: -1h}", "scan: {interval: 1h1h}", "scan: {interval: 1m1h}",
            "scan: {interval: 99999999999999999999d}", "scan: {interval: 9223372036854775807d}", "scan: {watch: 1}",
            "journal: {limit: -1}", "journal: {limit: 1.5}", "journal: {limit: 100001}", "worker: {memory: 65GiB}",
            "worker: {memory: 99999999999999999999GiB}", "worker: {memory: -1GiB}", "rules: [[/a]]", "rules: [~]",
            "rules: [a]", "rules: [/a, b]", "rules: [\"/a\\0b\"]", "only: ssh.*", "only: [{}]", "waivers: ",
            "waivers: /a\n--- \nonly: []",
            "a: &a [*a]", "? [a]\n: b", "scan: !!map {}", "<<: {}",
        ])
    func wrong(_ text: String) {
        #expect(!read(text).isValid)
    }

    @Test(
        "Limits are inside the range, the next value is not",
        arguments: [
            ("scan: {interval: 60s}", true), ("scan: {interval: 59s}", false), ("scan: {interval: 30d}", true),
            ("scan: {interval: 30d1s}", false), ("scan: {settle: 0s}", false), ("scan: {settle: 1m}", true),
            ("scan: {jitter: 0s}", true), ("scan: {jitter: 1h}", true), ("scan: {jitter: 1h1s}", false),
            ("journal: {limit: 0}", true), ("journal: {limit: 100000}", true), ("worker: {memory: 128MiB}", true),
            ("worker: {memory: 134217727}", false), ("worker: {patience: 10m}", true),
            ("worker: {patience: 601s}", false),
        ])
    func limits(_ text: String, _ isValid: Bool) {
        #expect(read(text).isValid == isValid)
    }

    @Test("An interval below the default jitter takes the jitter with it") func shortInterval() {
        let reading = read("scan: {interval: 2m}")
        #expect(reading.problems.isEmpty)
        #expect(reading.settings.jitter == 120)
    }

    @Test(
        "A rule file that would be loaded twice is refused",
        arguments: [
            ("[/a, /b]", true), ("[/a/b, /a/c]", true), ("[/a, /ab]", true), ("[/a, /a]", false), ("[/a, /a/]", false),
            ("[/a, //a/./b]", false), ("[/a/b, /c, /a]", false), ("[/, /a]", false),
        ])
    func twice(_ list: String, _ isValid: Bool) {
        #expect(read("rules: \(list)").isValid == isValid)
    }

    @Test("Bytes that are no text, and a file of an editor of another system, say so")
    func encodings() {
        let cases: [([UInt8], String)] = [
            ([0x72, 0xFF, 0xFE, 0x0A], "not UTF-8"), ([0xEF, 0xBB, 0xBF, 0x23], "byte order mark"),
            ([0x72, 0, 0x75, 0], "UTF-16"), ([0x00, 0x01, 0x02], "UTF-16"), ([0x72, 0x07], "control character"),
        ]
        for (bytes, text) in cases {
            let reading = SettingsReading(path: "/g.yaml", bytes: bytes)
            #expect(!reading.isValid)
            #expect(reading.problems.map(\.rendered).joined().contains(text))
        }
    }

    @Test("What stands in the place of the file is named; a file that is not there means the defaults")
    func places() throws {
        var host = MemoryHost(files: [:])
        #expect(Settings.read(path: "/g.yaml", from: host).isMissing)
        #expect(Settings.read(path: "/g.yaml", from: host).problems.isEmpty)
        let live = try LiveHost()
        for (path, text) in [("/dev/null", "is a character_device"), ("/etc", "is a directory"), ("g.yaml", "path")] {
            let reading = Settings.read(path: path, from: live)
            #expect(!reading.isValid)
            #expect(!reading.isMissing)
            #expect(reading.settings == Settings())
            #expect(reading.problems.map(\.rendered).joined().contains(text), "\(reading.problems)")
        }
        host = MemoryHost(files: ["/g.yaml": String(repeating: "# x\n", count: 300_000)])
        #expect(Settings.read(path: "/g.yaml", from: host).problems.map(\.message) == ["larger than 1048576 bytes"])
    }
}
