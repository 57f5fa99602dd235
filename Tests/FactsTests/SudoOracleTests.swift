// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Foundation
import Host
import Model
import TestSupport
import Testing

/// sudo itself is the judge: who may run what as whom, whether a password is asked for, whether visudo is content, and
/// the settings in force must all be what is told.
@Suite(.serialized) struct SudoOracleTests {
    static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 40

    /// What is told, in the words of the judge's answers.
    static func told(_ query: SudoOracle.Query, _ host: TreeHost) throws -> (allowed: String, password: String) {
        let collection = Collection(host: host, now: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
        var question = ["user": query.user, "command": query.words.joined(separator: " ")]
        question["runas"] = query.runas
        question["group"] = query.group
        let values = try #require(try SudoCollector().answer(question, collection))
        let allowed = FactsProbe.text(FactsProbe.step(values[0], "allowed")) ?? FactsProbe.text(values[0]) ?? "?"
        let free = FactsProbe.text(FactsProbe.step(values[0], "nopasswd")) ?? "?"
        return (allowed, free == "true" ? "no" : "yes")
    }

    static func compare(_ cases: [SudoOracle.Case], _ name: (Int) -> String) throws {
        let tree = try TemporaryTree()
        let answers = try SudoOracle.ask(cases, in: tree)
        try #require(answers.count == cases.count)
        var (asked, unknown) = (0, 0)
        for (index, item) in cases.enumerated() {
            let host = try TreeHost(root: tree.root + "/\(index)")
            let text = item.files.sorted { $0.key < $1.key }.map { "--- \($0.key)\n\($0.value)" }.joined()
            let probe = FactsProbe(SudoCollector(), host)
            #expect(
                probe["sudo", "valid"] == String(answers[index].isValid),
                "\(name(index)): visudo -c; \(probe["sudo", "errors"] ?? "")\n\(text)")
            try #require(answers[index].queries.count == item.queries.count, "\(name(index))\n\(text)")
            for (query, answer) in zip(item.queries, answers[index].queries) {
                let told = try told(query, host)
                asked += 1
                if told.allowed.hasPrefix("unknown") {
                    unknown += 1
                    continue
                }
                #expect(told.allowed == String(answer.isAllowed), "\(name(index)): \(query)\n\(text)")
                if answer.isAllowed, told.allowed == "true" {
                    #expect(
                        told.password == (answer.needsPassword ? "yes" : "no"),
                        "\(name(index)): password, \(query)\n\(text)")
                }
            }
            settings(probe, answers[index].settings, "\(name(index))\n\(text)")
        }
        print("sudo oracle: \(cases.count) configurations, \(asked) questions, \(unknown) of them unknown")
    }

    /// `sudo -V`, run by root: flags by their sentence, and some values.
    static func settings(_ probe: FactsProbe, _ printed: String, _ name: String) {
        for (setting, sentence) in [
            ("use_pty", "Always run commands in a pseudo-tty"),
            ("insults", "Insult the user when they enter an incorrect password"),
            ("log_output", "Log the output of the command being run"),
            ("fast_glob", "Use faster globbing that is less accurate but does not access the filesystem"),
            ("visiblepw", "Allow sudo to prompt for a password even if it would be visible"),
            ("env_reset", "Reset the environment to a default set of variables"),
        ] where !printed.isEmpty && printed.contains("Sudoers path") {
            guard let told = probe["sudo", "defaults", setting], !told.hasPrefix("unknown") else { continue }
            #expect(told == String(printed.contains(sentence + "\n")), "\(setting): \(name)")
        }
    }

    @Test(
        .enabled(
            if: SudoOracle.missing.isEmpty,
            "the judge needs \(SudoOracle.needed) and root; missing: \(SudoOracle.missing)"))
    func randomSudoers() throws {
        let seed = SeededGenerator.seed()
        print("sudo oracle: GUAITA_SEED=\(seed)")
        var generator = SudoGenerator(random: SeededGenerator(seed: seed))
        let cases = (0..<Self.count).map { _ in generator.next() }
        try Self.compare(cases) { "seed \(seed), case \($0)" }
    }
}
