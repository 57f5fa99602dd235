// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Foundation
import Host
import Testing

@testable import Facts

/// Every keyword of random configurations against what the real sshd prints. `GUAITA_ORACLE_CASES` asks for more cases,
/// `GUAITA_ORACLE_SEED` brings a run back, `GUAITA_SSHD_ROOTS` names a directory of root file systems with other releases.
@Suite struct SSHServerOracleTests {
    private let environment = ProcessInfo.processInfo.environment

    @Test func randomConfigurationsHoldWhatSSHDPrints() throws {
        let count = environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 320
        let seed = environment["GUAITA_ORACLE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        var generator = SSHServerGenerator(seed: seed)
        let cases = (0..<count).map { _ in generator.next() }
        try compare(cases, "random, seed \(seed)")
    }

    /// Tests/Fixtures/sshd: one file a corner of the language, each asked plainly and for a connection.
    @Test func cornersHoldWhatSSHDPrints() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/sshd")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files.count > 100)
        let bob = ["user": "bob", "host": "Client.example.org", "addr": "10.0.0.5", "laddr": "10.0.0.1", "lport": "22"]
        let cases = try files.flatMap { name -> [SSHServerOracle.Case] in
            let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
            return [nil, bob].map { SSHServerOracle.Case(name: name, files: ["sshd_config": bytes], question: $0) }
        }
        try compare(cases, "corners")
    }

    private func compare(_ cases: [SSHServerOracle.Case], _ kind: String) throws {
        if let obstacle = SSHServerOracle.obstacle {
            print("sshd oracle: SKIPPED, \(obstacle)")
            return
        }
        var roots = ["/"]
        if let directory = environment["GUAITA_SSHD_ROOTS"] {
            roots += try FileManager.default.contentsOfDirectory(atPath: directory).sorted().map {
                "\(directory)/\($0)"
            }
        }
        for root in roots { try compare(cases, kind, root: root) }
    }

    private func compare(_ cases: [SSHServerOracle.Case], _ kind: String, root: String) throws {
        let version = try Self.version(root)
        let answers = try SSHServerOracle(root: root).answers(cases)
        var compared = 0
        var refused = 0
        var failures = 0
        for (test, answer) in zip(cases, answers) {
            // Things `sshd -T` stops at that say nothing of the configuration.
            if answer.error.contains("no hostkeys available") { continue }
            // OpenSSH 9.6 and 10.0 fall over a Subsystem in a Match block when they are asked with -C.
            if answer.error.contains("Segmentation fault") { continue }
            if answer.error.contains("not in connection test specification") { continue }
            let disagreements = try disagreements(test, answer, version)
            compared += 1
            if answer.status != 0 { refused += 1 }
            if !disagreements.isEmpty {
                failures += 1
                if failures <= 20 {
                    Issue.record("\(version): \(disagreements.joined(separator: "; "))\n\(describe(test, answer))")
                }
            }
        }
        print(
            "sshd oracle: \(version), \(kind), \(compared) configurations compared, \(refused) of them refused by sshd, "
                + "\(failures) disagreements")
        #expect(failures == 0)
        #expect(compared > cases.count / 2)
    }

    private func disagreements(_ test: SSHServerOracle.Case, _ answer: SSHServerOracle.Answer, _ version: String) throws
        -> [String]
    {
        var files = SSHServerOracle.accounts.mapValues { MemoryHost.Entry($0) }
        for (path, bytes) in test.files { files["/etc/ssh/\(path)"] = MemoryHost.Entry(bytes: bytes) }
        files["/var/lib/dpkg/status"] = .init(
            """
            Package: openssh-server
            Status: install ok installed
            Version: \(version)

            """)
        if !test.options.isEmpty {
            let options = test.options.map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
            files["/lib/systemd/system/ssh.service"] = .init("[Service]\nExecStart=/usr/sbin/sshd -D \(options)\n")
        }
        guard let facts = SSHServerPrinted(try sshd(MemoryHost(files), test.question)) else {
            return ["no facts at all"]
        }
        guard answer.status == 0 else { return facts.isValid ? ["sshd refuses this"] : [] }
        var result = facts.isValid ? [] : ["sshd accepts this: \(facts.errors)"]
        let printed = SSHServerPrinted.parse(answer.output)
        for (keyword, lines) in printed.sorted(by: { $0.key < $1.key }) {
            if facts.unknown[keyword] != nil { result.append("\(keyword) is unknown: \(facts.unknown[keyword] ?? "")") }
            let told = facts.lines[keyword] ?? []
            if told != lines { result.append("\(keyword) is \(lines), not \(told)") }
        }
        // What is not printed has no lines; two keywords are never printed by some releases.
        let silent: Set<String> = ["debianbanner", "gssapistrictacceptorcheck"]
        for (keyword, told) in facts.lines.sorted(by: { $0.key < $1.key })
        where !told.isEmpty && printed[keyword] == nil && !silent.contains(keyword) {
            result.append("\(keyword) is not printed, yet told as \(told)")
        }
        return result
    }

    private func describe(_ test: SSHServerOracle.Case, _ answer: SSHServerOracle.Answer) -> String {
        let files = test.files.sorted { $0.key < $1.key }
            .map { "--- \(test.name) \($0.key)\n\(String(decoding: $0.value, as: UTF8.self))" }.joined(separator: "\n")
        let question = test.question.map { $0.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } } ?? []
        return "\(files)\n--- options \(test.options), -C \(question)\n--- stderr \(answer.error)"
    }

    /// The package's version as dpkg would say it, by the program's own word.
    private static func version(_ root: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/chroot")
        // Not every release has -V; every one names itself when it is given an option it does not have.
        process.arguments = [root, "/usr/sbin/sshd", "-?"]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let word = text.split(whereSeparator: { $0.isWhitespace || $0 == "," }).first {
            $0.hasPrefix("OpenSSH_")
        }
        return "1:\(word?.dropFirst("OpenSSH_".count) ?? "")"
    }
}
