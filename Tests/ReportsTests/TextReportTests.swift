// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import Testing

@testable import Reports

@Suite("The summary for a terminal")
struct TextReportTests {
    @Test("says the score as an interval, the finding, its place and its fix")
    func summary() {
        let text = TextReport().text(Sample.report())
        #expect(
            text == """
                web1 · Debian GNU/Linux 12 (bookworm) · 2026-11-23T09:00:01Z
                3 rules (pass 1, fail 1, unknown 1) · coverage 66.6 %

                security      65.2–65.9   C    █████████████·······  capped by a finding: high

                HIGH ssh.root-login
                  root may log in (en)
                    /etc/ssh/sshd_config.d/50-cloud.conf:1
                    /etc/ssh/sshd_config:12
                  fix (5 min): Set PermitRootLogin no and try a second session before closing
                    this one. (en)

                Where to start
                  +34.1 points (security), 5 min: ssh.root-login

                Could not be judged (what is not known widens the interval)
                  accounts.empty-password (unknown): /etc/shadow: permission denied

                Could not be read or parsed
                  /etc/shadow: permission denied


                """)
    }

    @Test("keeps within the width of a narrow terminal, paths apart", arguments: [40, 60, 80, 120])
    func width(columns: Int) {
        let text = TextReport(width: columns).text(Sample.report())
        for line in text.split(separator: "\n") where !line.contains("/") { #expect(line.count <= columns, "\(line)") }
    }

    @Test("has no colour unless asked, and the same words with it")
    func colour() {
        let plain = TextReport().text(Sample.report())
        let painted = TextReport(colour: true).text(Sample.report())
        #expect(!plain.contains("\u{1B}"))
        #expect(painted.contains("\u{1B}[31m"))
        var stripped = ""
        var inEscape = false
        for character in painted {
            if character == "\u{1B}" { inEscape = true }
            if !inEscape { stripped.append(character) }
            if inEscape, character == "m" { inEscape = false }
        }
        #expect(stripped == plain)
    }

    @Test("terminal escapes from a hostile host are made visible")
    func hostile() {
        let finding = Sample.finding("ssh.root-login", .high, message: "\u{1B}]0;owned\u{07}\u{202E}txt\u{9B}2J")
        let text = TextReport().text(Sample.report([finding]))
        for scalar in text.unicodeScalars where scalar != "\n" {
            #expect(scalar.value >= 32 && !(0x7F...0x9F).contains(scalar.value) && scalar != "\u{202E}")
        }
        #expect(text.contains("\\u{1b}]0;owned"))
    }

    @Test("a report in which nothing was judged never looks green", arguments: Language.allCases)
    func nothingJudged(language: Language) {
        var report = Sample.report([])
        report.counts = [.unknown: 3]
        #expect(TextReport(language: language).text(report).contains(Phrase.nothingJudged(language).prefix(20)))
    }

    @Test("findings after the tenth get a line each")
    func many() {
        let findings = (0..<25).map { Sample.finding("ssh.rule-\($0)", .low) }
        let text = TextReport().text(Sample.report(findings))
        #expect(findings.allSatisfy { text.contains($0.rule) })
        #expect(text.split(separator: "\n").count { $0.contains("fix (5 min)") } == 10)
    }

    @Test("decimal comma where the language has one")
    func decimals() {
        #expect(Phrase.decimal(tenths: 659, .ca) == "65,9")
        #expect(Phrase.decimal(tenths: 659, .en) == "65.9")
    }
}
