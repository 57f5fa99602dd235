// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing
import YAML

@testable import Rules

/// A rule text with some lines replaced or added.
private func rule(_ changes: [String: String?] = [:], adding lines: String = "") -> String {
    let fields: [(String, String)] = [
        ("guaita", "1"), ("id", "ssh.root-login"), ("posture", "security"), ("severity", "high"),
        ("title", "{ca: t, es: t, en: t}"), ("require", #"sshd.PermitRootLogin == "no""#),
        ("message", "{ca: m, es: m, en: m}"), ("why", "{ca: w, es: w, en: w}"), ("fix", "{ca: f, es: f, en: f}"),
        ("effort", "5"), ("references", "{cwe: [250]}"),
        (
            "tests",
            "[{name: a, files: {}, outcome: pass}, {name: b, facts: {sshd: {PermitRootLogin: \"yes\"}}, outcome: fail}]"
        ),
    ]
    return fields.compactMap { name, text in
        if let change = changes[name] { return change.map { "\(name): \($0)" } }
        return "\(name): \(text)"
    }.joined(separator: "\n") + "\n" + lines
}

private let sshd = RecordSchema(
    "sshd", "A server.",
    fields: [
        .init("PermitRootLogin", .string, "As the manual has it."), .init("MaxAuthTries", .int, "Tries."),
        .init("contexts", .list(.dyn), "Blocks."),
    ])
private let event = RecordSchema("event", "An event.", fields: [.init("message", .string, "Its text.")])

private func load(_ texts: String..., strictness: RuleLoader.Strictness = .check) -> RuleSet {
    RuleLoader(
        catalogue: [Variable("sshd", .record(sshd)), Variable("size", .byteSize), Variable("moment", .timestamp)],
        event: event, strictness: strictness
    ).load(texts.enumerated().map { RuleFile(path: "r\($0.offset).yaml", bytes: Array($0.element.utf8)) })
}

@Suite("Loading rules")
struct RuleLoaderTests {
    @Test("a whole rule")
    func whole() throws {
        let set = load(rule())
        #expect(set.problems.map(\.rendered) == [])
        let rule = try #require(set.rules.first)
        #expect(rule.id == "ssh.root-login")
        #expect(rule.area == "ssh")
        #expect(rule.roots == ["sshd"])
        #expect(rule.tests.map(\.outcome) == [.pass, .fail])
        #expect(rule.origin == Origin(path: "r0.yaml", line: 1))
    }

    /// What is changed in a good rule, and the code, line and words of the error it must give.
    static let mistakes: [(changes: [String: String?], code: String, line: Int, words: String)] = [
        (["guaita": "2"], "R001", 1, "version 1"),
        (["id": "Root Login"], "R003", 2, "<area>.<name>"),
        (["severity": "hihg"], "Y033", 4, "did you mean high"),
        (["require": #"sshd.PermitRotLogin == "no""#], "R030", 6, "PermitRootLogin"),
        (["require": "sshd.MaxAuthTries"], "R030", 6, "bool"),
        (["require": "sshd.MaxAuthTries < "], "R030", 6, ""),
        (["require": nil], "Y032", 1, "require"),
        (["title": "{en: t}"], "R010", 5, "ca, es"),
        (["message": "{ca: a, es: b, en: \"${sshd.MaxAuthTries}\"}"], "R012", 7, "${…}"),
        (["message": "{ca: a, es: b, en: \"${sshd.MaxAuthTries\"}"], "R011", 7, "not closed"),
        (["message": "{ca: \"${x}\", es: \"${x}\", en: \"${x}\"}"], "R030", 7, "x"),
        (["references": "{cis2: [\"1\"]}"], "R041", 11, "known"),
        (["references": "{ens: [op.acc.7]}"], "R042", 11, "op.acc.6"),
        (["references": "{iso27001: [\"A.8.35\"]}"], "R042", 11, ""),
        (["references": "{cis: [\"debian12:5.1.23\"]}"], "R042", 11, "debian12:5.1.20"),
        (["references": "{cis: [\"debian11:5.1.20\"]}"], "R042", 11, ""),
        (["references": "{cis: [\"docker:2.0\"]}"], "R042", 11, ""),
        (["references": "{nis2: [\"21.2.k\"]}"], "R042", 11, "21.2.i"),
        (["references": "{gdpr: [\"32.1.e\"]}"], "R042", 11, "32.1.b"),
        (["references": "{cwe: [1]}"], "R042", 11, "250"),
        (["tests": "[{name: a, outcome: pass}]"], "R050", 12, "fail"),
        (["tests": "[{name: a, facts: {nothing: 1}, outcome: pass}]"], "R052", 12, ""),
        (["tests": "[{name: a, facts: {moment: yesterday}, outcome: pass}]"], "R055", 12, "timestamp"),
        (["tests": "[{name: a, unknown: {sshd.Nothing: x}, outcome: pass}]"], "R056", 12, ""),
        (["tests": "[{name: a, files: {etc/x: x}, outcome: pass}]"], "R051", 12, ""),
        (["effort": "soon"], "Y030", 10, "whole number"),
    ]

    @Test("a mistake has its code, its line and a way out", arguments: mistakes.indices)
    func mistake(index: Int) {
        let mistake = Self.mistakes[index]
        let problems = load(rule(mistake.changes)).errors
        let found = problems.first { $0.problem.code == mistake.code && $0.problem.line == mistake.line }
        #expect(found != nil, "\(problems.map(\.rendered))")
        #expect(found?.rendered.contains(mistake.words) == true, "\(found?.rendered ?? "")")
        #expect(load(rule(mistake.changes)).rules.isEmpty)
    }

    @Test("the caret points at the word that is wrong, in plain, quoted and folded scalars")
    func caret() {
        for text in [
            "sshd.MaxAuthTrys > 1", "'sshd.MaxAuthTrys > 1'", "\"sshd.MaxAuthTrys > 1\"", ">-\n  sshd.MaxAuthTrys > 1",
        ] {
            let problem = load(rule(["require": text])).errors.first
            let lines = problem?.rendered.split(separator: "\n", omittingEmptySubsequences: false) ?? []
            let caret = lines.first { $0.contains("^") }
            let source = lines.first { $0.contains("MaxAuthTrys >") }
            func column(of word: String, in line: Substring?) -> Int? {
                line.flatMap { line in
                    line.firstRange(of: word).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
                }
            }
            let place = column(of: "^", in: caret)
            let word = column(of: "MaxAuthTrys", in: source)
            #expect(place != nil && place == word, "\(problem?.rendered ?? "no problem") for \(text)")
        }
    }

    @Test("all errors of a file come at once")
    func all() {
        let problems = load(rule(["severity": "x", "posture": "y", "effort": "z", "require": "nothing"])).errors
        #expect(Set(problems.map(\.problem.line)).isSuperset(of: [3, 4, 6, 10]))
    }

    @Test("one bad rule never hides the others, in its file or beside it")
    func others() {
        let good = rule(["id": "ssh.other"])
        let set = load(rule(["severity": "x"]) + "---\n" + good, rule(["id": "ssh.third"]), "{ not yaml")
        #expect(set.rules.map(\.id) == ["ssh.other", "ssh.third"])
        #expect(set.errors.count >= 2)
    }

    @Test("an id is given once; the second place names the first")
    func twice() {
        let set = load(rule(), rule())
        #expect(set.rules.count == 1)
        #expect(set.errors.first?.rendered.contains("r0.yaml:1") == true)
    }

    @Test("a scan takes a site's rule with English alone and no tests")
    func site() {
        let english = rule(["title": "{en: t}", "message": "{en: m}", "why": "{en: w}", "fix": "{en: f}", "tests": nil])
        #expect(load(english, strictness: .scan).rules.count == 1)
        #expect(load(english, strictness: .check).rules.isEmpty)
    }

    @Test("each needs a name, and a name needs each")
    func names() {
        #expect(load(rule(adding: "each: sshd.contexts")).errors.first?.problem.code == "R021")
        #expect(load(rule(adding: "as: c")).errors.first?.problem.code == "R021")
        #expect(load(rule(adding: "each: sshd.contexts\nas: c")).errors.isEmpty)
    }

    @Test("a clause over logs: fields, patterns, windows")
    func events() throws {
        func clause(_ text: String) -> RuleSet {
            load(rule(["require": "group.count < 2"], adding: "events: {from: [ssh], \(text)}"), strictness: .scan)
        }
        let set = clause(
            #"where: 'event.message.contains("x")', extract: '(?P<address>\S+)', by: [address], window: 10m"#)
        #expect(set.problems.map(\.rendered) == [])
        let events = try #require(set.rules.first?.events)
        #expect(events.windowSeconds == 600)
        #expect(events.requiredLiterals == ["x"])
        #expect(events.groupSchema.position(of: "address") != nil)
        #expect(clause("where: 'true', extract: '(', by: []").errors.first?.problem.code == "R031")
        #expect(clause("where: 'true', window: soon").errors.first?.problem.code == "R032")
        #expect(clause("where: 'true', window: 9223372036854775807d").errors.first?.problem.code == "R032")
        #expect(clause("where: 'true', by: [nothing]").errors.first?.problem.code == "R033")
    }

    @Test(
        "short cuts are taken only where they are sure",
        arguments: [
            (#"event.message.startsWith("a")"#, ["a"]),
            (#"event.message.contains("a") && event.message.contains("bcd")"#, ["bcd"]),
            (#"event.message.contains("a") || event.message.endsWith("b")"#, ["a", "b"]),
            (#"event.message.contains("a") || event.pid > 3"#, []),
            (#"!event.message.contains("a")"#, []),
            (#"(event.message.contains("a"))"#, []),
            (#"event.pid > 3 ? event.message.contains("a") : true"#, []),
            (#"event.message.contains("a\"b")"#, []),
            (#"event.message == "x || y" && event.message.contains("q")"#, ["q"]),
            ("", []),
        ])
    func literals(text: String, expected: [String]) { #expect(RequiredLiterals.of(text) == expected) }

    @Test("a rule may be large, not a bomb: YAML's limits hold")
    func bomb() {
        let bomb =
            "a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
            + "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
            + "e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
        #expect(load(bomb).errors.contains { $0.problem.code == "Y022" })
    }

    @Test("what is no text at all is refused with a word", arguments: [[0xFF, 0xFE, 0x41], [0x00], []] as [[UInt8]])
    func bytes(_ bytes: [UInt8]) {
        let set = RuleLoader(catalogue: [], event: event).load([RuleFile(path: "x.yaml", bytes: bytes)])
        #expect(set.rules.isEmpty)
        if !bytes.isEmpty { #expect(!set.errors.isEmpty) }
    }
}

@Suite("Texts with values in them")
struct TemplateTests {
    @Test(
        "pieces",
        arguments: [
            ("a ${b} c", ["a ", "b", " c"]), ("${a}${b}", ["a", "b"]), ("$${a}", ["${a}"]), ("100 $", ["100 $"]),
            (#"${m["}"]}"#, [#"m["}"]"#]), ("${ {'a': 1}.a }", [" {'a': 1}.a "]), ("é${x}", ["é", "x"]),
        ])
    func pieces(text: String, expected: [String]) { #expect(Template.split(text)?.map(\.text) == expected) }

    @Test("what is not closed", arguments: ["${", "${a", "${'}", "a ${b} ${c"])
    func open(text: String) { #expect(Template.split(text) == nil) }

    @Test("a moment is told to the second, whatever the log wrote")
    func moment() throws {
        let program = try Environment(variables: []).compile(#"timestamp("2026-11-23T05:04:00.123456Z")"#)
        let text = Template(pieces: [.text("last: "), .program(program)]).rendered(Bindings([:]))
        #expect(text == "last: 2026-11-23T05:04:00Z")
    }

    @Test("a line a number of times")
    func lines() {
        #expect(LineTemplate.expand("3 × at 09:%02d no %d") == ["at 09:00 no 0", "at 09:01 no 1", "at 09:02 no 2"])
        #expect(LineTemplate.expand("no template") == ["no template"])
        #expect(LineTemplate.expand("99999999 × x") == ["99999999 × x"])
    }
}

@Suite("The file of accepted risks")
struct WaiverFileTests {
    private func read(_ text: String) -> (waivers: [Waiver], codes: [String]) {
        let (waivers, problems) = WaiverFile.read(RuleFile(path: "w.yaml", bytes: Array(text.utf8)))
        return (waivers, problems.map(\.problem.code))
    }

    @Test("a bare day holds to its end")
    func day() throws {
        let (waivers, codes) = read(
            "guaita: 1\nwaivers:\n  - {rule: ssh.x, owner: Marta, reason: because, until: 2027-03-31}\n")
        #expect(codes == [])
        let waiver = try #require(waivers.first)
        #expect(waiver.until.description == "2027-03-31T23:59:59Z")
        #expect(waiver.origin == Origin(path: "w.yaml", line: 3))
    }

    @Test("owner, reason and end are not optional", arguments: ["owner", "reason", "until", "rule"])
    func missing(field: String) {
        let fields = ["rule: ssh.x", "owner: Marta", "reason: because", "until: 2027-03-31"].filter {
            !$0.hasPrefix(field)
        }
        let (waivers, codes) = read("guaita: 1\nwaivers: [{\(fields.joined(separator: ", "))}]")
        #expect(waivers.isEmpty)
        #expect(codes == ["Y032"])
    }

    @Test("an end that is no day")
    func noDay() {
        #expect(read("guaita: 1\nwaivers: [{rule: a, owner: b, reason: c, until: 2027-02-30}]").codes == ["R060"])
    }
}
