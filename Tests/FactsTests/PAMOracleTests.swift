// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Formats
import Foundation
import Host
import Model
import TestSupport
import Testing

/// libpam itself is the judge: what each call returns must be what is told, down to the number.
@Suite(.serialized) struct PAMOracleTests {
    static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 200

    static func told(_ files: [String: String], _ type: String) throws -> Int? {
        // The modules there are, as the judge has them.
        var files = files
        for module in ["permit", "deny", "debug"] { files["/usr/lib/x86_64-linux-gnu/security/pam_\(module).so"] = "" }
        let collection = Collection(host: MemoryHost(files: files), now: Timestamp(seconds: 0))
        let values = try #require(try PAMCollector().answer(["service": "asked", "type": type], collection))
        return FactsProbe.text(FactsProbe.step(values[0], "result")).flatMap { PAMResult.names.firstIndex(of: $0) }
    }

    static func compare(_ cases: [[String: String]], _ name: (Int) -> String) throws {
        let tree = try TemporaryTree()
        for (index, files) in cases.enumerated() {
            try tree.directory("/\(index)")
            for (path, text) in files { try tree.file("/\(index)\(path)", text) }
        }
        let answers = try PAMOracle.ask(cases.count, in: tree)
        try #require(answers.count == cases.count, "libpam ended at \(name(answers.count))")
        var wellEnded = 0
        for (index, files) in cases.enumerated() {
            for (type, answer) in zip(PAMOracle.types, answers[index]) {
                if answer == PAMResult.success { wellEnded += 1 }
                let text = files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.debugDescription)\n" }.joined()
                let told = try told(files, type)
                #expect(told == answer, "\(name(index)): \(type)\n\(text)")
            }
        }
        print("libpam oracle: \(cases.count) hosts, \(cases.count * 4) questions, \(wellEnded) answered with success")
    }

    @Test(
        .enabled(
            if: PAMOracle.missing.isEmpty, "the judge needs \(PAMOracle.needed) and root; missing: \(PAMOracle.missing)"
        ))
    func randomServices() throws {
        let seed = SeededGenerator.seed()
        print("libpam oracle: GUAITA_SEED=\(seed)")
        var generator = PAMGenerator(random: SeededGenerator(seed: seed))
        let cases = (0..<Self.count).map { _ in generator.next() }
        try Self.compare(cases) { "seed \(seed), case \($0)" }
    }
}
