// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Foundation
import Model
import TestSupport
import Testing

/// Random configurations of journald and timesyncd against the programs themselves. `GUAITA_ORACLE_CASES` asks for more
/// cases, `GUAITA_SEED` for a run again.
@Suite struct SystemdProgramsOracleTests {
    private static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 30
    private static let comment: Comment =
        "the judges need \(SystemdProgramsOracle.needed) and root; missing: \(SystemdProgramsOracle.missing)"

    /// `path:line` of what the program complains of; names it does not know are none of ours.
    private static func complaints(_ said: String) -> Set<String> {
        Set(
            said.split(separator: "\n").compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 2)
                guard parts.count == 3, parts[0].hasPrefix("/"), Int(parts[1]) ?? 0 > 0, !parts[2].contains("Unknown"),
                    !parts[2].contains("Failed to parse file")
                else { return nil }
                return "\(parts[0]):\(parts[1])"
            })
    }

    private static func complaints(_ probe: FactsProbe) -> Set<String> {
        Set(probe.collection.problems.filter { $0.origin.line > 0 }.map { "\($0.origin.path):\($0.origin.line)" })
    }

    /// The word behind `name=`, the last time it is said.
    private static func last(_ name: String, _ said: String) -> String? {
        said.split(whereSeparator: { $0 == "\n" || $0 == " " }).last { $0.hasPrefix(name + "=") }
            .map { String($0.dropFirst(name.count + 1)) }
    }

    /// FORMAT_BYTES of systemd: one decimal, rounded down.
    private static func format(_ bytes: Int64) -> String {
        for (unit, shift) in [("E", 60), ("P", 50), ("T", 40), ("G", 30), ("M", 20), ("K", 10)] where bytes >> shift > 0
        {
            let rest = (bytes & ((1 << shift) - 1)) >> (shift - 10)
            return "\(bytes >> shift).\(rest * 10 / 1024)\(unit)"
        }
        return "\(bytes)B"
    }

    @Test(.enabled(if: SystemdProgramsOracle.missing.isEmpty, comment))
    func journald() throws {
        let seed = SeededGenerator.seed()
        print("journald oracle: GUAITA_SEED=\(seed)")
        var generator = SystemdProgramsGenerator.journald(SeededGenerator(seed: seed))
        let cases = (0..<Self.count).map { _ in generator.next() }
        let tree = try TemporaryTree()
        let answers = try SystemdProgramsOracle.run("journald", cases, in: tree)
        #expect(answers.count == cases.count)
        var compared = 0
        for (index, (item, said)) in zip(cases, answers).enumerated() {
            let name = Comment(rawValue: "seed \(seed), case \(index)\n\(item.text)\n\(said)")
            guard said.contains("running as PID") else {
                Issue.record("journald did not run: \(name)")
                continue
            }
            let probe = FactsProbe(SystemdProgramsCollector(), item.host)
            #expect(Self.complaints(probe) == Self.complaints(said), name)
            guard probe["journald"] != nil else { continue }
            let directory = said.contains("from /var/log/journal/") ? "true" : "false"
            let storage = probe["journald", "Storage"]
            #expect(probe["journald", "persistent"] == directory, name)
            #expect((storage == "none") == !said.contains("Fixed min_use"), name)
            guard storage != "none" else { continue }
            let kind = directory == "true" ? "System" : "Runtime"
            #expect(probe["journald", kind + "MaxFiles"] == Self.last("n_max_files", said), name)
            #expect((probe["journald", "Compress"] == "true") == (Self.last("compress", said) == "yes"), name)
            if probe["journald", kind + "MaxUse"] != nil, let use = probe["journald", "max_use"].flatMap({ Int64($0) })
            {
                #expect(Self.format(use) == Self.last("max_use", said), name)
            }
            compared += 1
        }
        print("journald oracle: \(cases.count) configurations, \(compared) with a journal")
    }

    @Test(.enabled(if: SystemdProgramsOracle.missing.isEmpty, comment))
    func timesyncd() throws {
        let seed = SeededGenerator.seed()
        print("timesyncd oracle: GUAITA_SEED=\(seed)")
        var generator = SystemdProgramsGenerator.timesyncd(SeededGenerator(seed: seed))
        let cases = (0..<Self.count).map { _ in generator.next() }
        let tree = try TemporaryTree()
        let answers = try SystemdProgramsOracle.run("timesyncd", cases, in: tree)
        #expect(answers.count == cases.count)
        for (index, (item, said)) in zip(cases, answers).enumerated() {
            let name = Comment(rawValue: "seed \(seed), case \(index)\n\(item.text)\n\(said)")
            guard said.contains("running as pid") else {
                Issue.record("timesyncd did not run: \(name)")
                continue
            }
            let probe = FactsProbe(SystemdProgramsCollector(), item.host)
            #expect(Self.complaints(probe) == Self.complaints(said), name)
            guard probe["timesyncd"] != nil else { continue }
            var servers: [String: [String]] = ["system": [], "fallback": []]
            for line in said.split(separator: "\n") {
                let words = line.split(separator: " ").map(String.init)
                if line.contains("running as pid") { break }
                if line.hasPrefix("Added new "), words.count == 5, !servers[words[2], default: []].contains(words[4]) {
                    servers[words[2], default: []].append(words[4])
                } else if line.hasPrefix("Removed server "), words.count == 3 {
                    for key in servers.keys { servers[key]?.removeAll { $0 == words[2] } }
                }
            }
            for (key, fact) in [("system", "NTP"), ("fallback", "FallbackNTP")] {
                let told = (servers[key] ?? []).map { String($0.dropLast()) }.joined(separator: ", ")
                #expect(probe["timesyncd", fact] == "[\(told)]", name)
            }
        }
        print("timesyncd oracle: \(cases.count) configurations")
    }
}
