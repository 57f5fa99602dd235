// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Foundation
import Host
import TestSupport
import Testing

/// postconf(1) is the judge: `postconf -x` prints what is in force, expanded.
@Suite(.serialized) struct PostfixOracleTests {
    static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 10
    static let judge = "/usr/sbin/postconf"
    /// Parameters whose defaults do not depend on the machine the judge runs on.
    static let asked = [
        "mydomain", "myorigin", "mydestination", "relayhost", "inet_interfaces", "mynetworks_style", "relay_domains",
        "smtpd_relay_restrictions", "smtpd_recipient_restrictions", "smtpd_tls_security_level",
        "smtpd_sasl_auth_enable",
        "virtual_alias_domains", "message_size_limit",
    ]

    /// A main.cf of pieces that come together in all ways.
    static func main(_ generator: inout SeededGenerator) -> String {
        let names =
            asked.filter { !["mydomain", "inet_interfaces", "mynetworks_style", "message_size_limit"].contains($0) } + [
                "own", "other", "compatibility_level",
            ]
        let texts = [
            "a.example", "$own", "${own}", "$(other)", "${own?yes}", "${own:no}", "${own?{yes}:{no}}", "${ own ? {a} }",
            "${{$own} == {a.example} ? {same} : {other}}", "${{3} < {10}?{less}:{more}}", "${{b} < {a} ? {x} : {y}}",
            "${{3.6} <level {3.10} ? {old} : {new}}", "$$own", "x$own.y", "${own?$other}", "${{$own} != {} ? {set}}",
            "permit_mynetworks, reject", "", "  spaced  text ", "# no comment", "all", "${other?{${own?{deep}}}}",
            "${{1} == {1}}",
            "${own ? a b}", "${own?{a} b}", "$", "${", "a$", "${own?", "$(own?x)", "${{a} = {b}?c}", "${own:{n}}",
            "${own}}x",
        ]
        var text = "myhostname = mail.example.org\nown =\nother = z\n"
        for _ in 0..<generator.below(9) {
            let name = generator.pick(names)
            var value = generator.pick(texts)
            if name == "compatibility_level" { value = generator.pick(["0", "1", "2", "3.6"]) }
            // No value may refer to itself.
            if name == "own" { value = generator.pick(["", "a.example", "b c", "$other"]) }
            if name == "other" { value = generator.pick(["", "a.example", "z"]) }
            let equals = generator.pick([" = ", "=", " =\t", "  =  "])
            text += name + equals + value + "\n"
            if name != "compatibility_level" {
                text += generator.pick(["", "", "", "# comment\n", "\n", "   goes on\n", "  # inner\n  on\n", "\t\n"])
            }
        }
        return text
    }

    @Test("What is told is what postconf prints", .enabled(if: FileManager.default.isExecutableFile(atPath: judge)))
    func postconf() throws {
        let seed = SeededGenerator.seed()
        print("postfix oracle: \(Self.count) configurations, GUAITA_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        for index in 0..<Self.count {
            let tree = try TemporaryTree()
            let text = Self.main(&generator)
            try tree.file("/etc/postfix/main.cf", text)
            try tree.file("/etc/postfix/master.cf", "smtp inet n - n - - smtpd\n")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.judge)
            process.arguments = ["-c", tree.root + "/etc/postfix", "-x"] + Self.asked
            let (output, errors) = (Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let probe = FactsProbe(PostfixCollector(), try TreeHost(root: tree.root))
            guard process.terminationStatus == 0 else {
                #expect(probe["postfix", "valid"] == "false", "\(index): \(complaint)\n\(text)")
                continue
            }
            // It prints the white space between words as one space.
            func words(_ text: some StringProtocol) -> String {
                text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            for line in printed.split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = words(parts[0])
                #expect(
                    probe["postfix", name].map { words($0) } == (parts.count > 1 ? words(parts[1]) : ""),
                    "\(index): \(name)\n\(text)")
            }
        }
    }
}
