// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Foundation
import Host
import Model
import TestSupport
import Testing

@testable import Facts

/// Random configurations against what PostgreSQL 15 itself says. `GUAITA_ORACLE_CASES` asks for more cases, `GUAITA_SEED`
/// brings a run back.
@Suite(.serialized) struct PostgreSQLOracleTests {
    private let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 40

    private func oracle() throws -> PostgreSQLOracle? {
        if let obstacle = PostgreSQLOracle.obstacle {
            print("PostgreSQL oracle: SKIPPED, \(obstacle)")
            return nil
        }
        return try PostgreSQLOracle()
    }

    private static func cluster(_ files: [String: String]) -> PostgreSQLCluster {
        var entries: [String: String] = ["/etc/postgresql/15/main/pg_hba.conf": "local all all trust\n"]
        for (name, text) in files {
            let directory = name.hasPrefix("data/") ? "/var/lib/postgresql/15/main" : "/etc/postgresql/15/main/"
            entries[directory + (name.hasPrefix("data/") ? String(name.dropFirst(4)) : name)] = text
        }
        let host = MemoryHost(files: entries)
        return PostgreSQLCluster(version: "15", name: "main", host, SystemdUnits(host))
    }

    /// Every value written, and three that are not, as `postgres -C` prints them; a file is refused when it refuses it.
    @Test func settingsHoldWhatPostgresPrints() throws {
        guard let oracle = try oracle() else { return }
        let seed = SeededGenerator.seed()
        var generator = PostgreSQLGenerator(random: SeededGenerator(seed: seed))
        var cases: [(files: [String: String], names: [String])] = []
        var script = ""
        for index in 0..<count {
            let files = generator.tree()
            for (name, text) in files { try oracle.write(text, to: "\(index)/\(name)") }
            try oracle.write("15\n", to: "\(index)/data/PG_VERSION")
            let written = Set(
                Self.cluster(files).settings.lines.compactMap { PostgreSQLRelease(major: 15).parameter($0.name)?.name })
            var names = written.sorted()
            for _ in 0..<2 { names.append(generator.random.pick(PostgreSQLGenerator.parameters).name) }
            cases.append((files, names))
            let base = "\(oracle.directory)/\(index)"
            for (position, name) in names.enumerated() {
                script += "timeout 10 \(PostgreSQLOracle.programs)/postgres -C \(name) -D \(base)/data "
                script += "-c config_file=\(base)/postgresql.conf > \(base)/out.\(position) 2> \(base)/err\n"
                script += "echo $? >> \(base)/status\n"
            }
        }
        try oracle.write(script, to: "ask.sh")
        try oracle.run("/bin/sh", ["\(oracle.directory)/ask.sh"])
        var (compared, refused, disagreements) = (0, 0, 0)
        for (index, test) in cases.enumerated() {
            let statuses = try oracle.read("\(index)/status").split(separator: "\n")
            let cluster = Self.cluster(test.files)
            let isRefused = statuses.first != "0"
            if isRefused != !cluster.errors.isEmpty {
                disagreements += 1
                print("PostgreSQL oracle: seed \(seed), case \(index): refused is \(isRefused), here \(cluster.errors)")
                print(test.files, try oracle.read("\(index)/err"))
            }
            if isRefused {
                refused += 1
                continue
            }
            for (position, name) in test.names.enumerated() {
                guard let effective = cluster.value(name.asciiLowercased) else { continue }
                let said = String(try oracle.read("\(index)/out.\(position)").dropLast())
                compared += 1
                var ours = effective.setting?.printed ?? "nothing"
                if case .number(let number) = effective.setting { ours = String(format: "%g", number) }
                let theirs: String
                if case .number = effective.setting {
                    theirs = String(format: "%g", Double(said) ?? .nan)
                } else {
                    theirs = said
                }
                if ours != theirs {
                    disagreements += 1
                    print(
                        "PostgreSQL oracle: seed \(seed), case \(index): \(name) is \(theirs), here \(ours)", test.files
                    )
                }
            }
        }
        print(
            "PostgreSQL oracle: seed \(seed), \(count) configurations, \(compared) values, \(refused) refused,",
            "\(disagreements) disagreements")
        #expect(disagreements == 0)
    }

    private static let names = "u1, u2\npostgres # some\n"

    private static func access(_ text: String) -> PostgreSQLAccess {
        let host = MemoryHost(files: ["/d/pg_hba.conf": text, "/d/names": names])
        return PostgreSQLAccess("/d/pg_hba.conf", host, major: 15, mapsUsersByDatabase: false)
    }

    /// Every line as the view pg_hba_file_rules has it.
    @Test func recordsAreThoseOfTheView() throws {
        guard let oracle = try oracle() else { return }
        let seed = SeededGenerator.seed()
        var generator = PostgreSQLGenerator(random: SeededGenerator(seed: seed))
        try oracle.start()
        try oracle.write(Self.names, to: "names")
        let cases = (0..<count * 4).map { _ in generator.hba() }
        var script = ""
        for (index, text) in cases.enumerated() {
            try oracle.write(text, to: "hba/\(index)")
            script += "\\! cat \(oracle.directory)/hba/\(index) > \(oracle.directory)/pg_hba.conf\n"
            script += """
                select coalesce(string_agg(concat_ws('|', line_number, coalesce(type, 'ERROR'),
                array_to_string(database, ','), array_to_string(user_name, ','), auth_method), ';' order by line_number), '')
                from pg_hba_file_rules;

                """
        }
        try oracle.write(script, to: "ask.sql")
        try oracle.psql(["-f", "\(oracle.directory)/ask.sql"], output: "answers")
        let answers = try oracle.read("answers").split(separator: "\n", omittingEmptySubsequences: false)
        var disagreements = 0
        for (index, text) in cases.enumerated() {
            let access = Self.access(text)
            var lines = access.rules.map { rule in
                let databases = rule.databases.map(\.text).joined(separator: ",")
                let users = rule.users.map(\.text).joined(separator: ",")
                return (rule.origin.line, "\(rule.origin.line)|\(rule.type)|\(databases)|\(users)|\(rule.method)")
            }
            lines += access.errors.filter { $0.reason != "no records" }.map {
                ($0.origin.line, "\($0.origin.line)|ERROR")
            }
            var seen: Set<Int> = []
            let ours = lines.sorted { $0 < $1 }.filter { seen.insert($0.0).inserted || !$0.1.hasSuffix("ERROR") }
                .map(\.1).joined(separator: ";")
            let theirs = index < answers.count ? String(answers[index]) : "nothing"
            if ours != theirs {
                disagreements += 1
                print("PostgreSQL oracle: seed \(seed), case \(index):\n\(text)\nis   \(theirs)\nhere \(ours)")
            }
        }
        print("PostgreSQL oracle: seed \(seed), \(cases.count) files pg_hba.conf, \(disagreements) disagreements")
        #expect(disagreements == 0)
    }

    /// Real connections from addresses of 127.0.0.0/8 and over the socket: the method that is asked for is that of the
    /// record that decides here.
    @Test func connectionsMeetTheMethodOfTheirRecord() throws {
        guard let oracle = try oracle() else { return }
        let seed = SeededGenerator.seed()
        var generator = PostgreSQLGenerator(random: SeededGenerator(seed: seed))
        try oracle.start()
        try oracle.write(Self.names, to: "names")
        try oracle.psql(["-c", "create role u1 login; create role u2 login; create role g1 role u1"])
        var questions: [[(type: String, database: String, user: String, address: String)]] = []
        var cases: [String] = []
        for index in 0..<count {
            var text = ""
            repeat {
                let records = (0..<generator.random.below(6) + 1).map { _ in
                    generator.record(["trust", "reject", "md5", "scram-sha-256", "password"])
                }
                text = "local all probe\(index) reject\n" + records.joined(separator: "\n") + "\n"
            } while !Self.access(text).errors.isEmpty
            try oracle.write(text, to: "hba/\(index)")
            cases.append(text)
            var asked: [(String, String, String, String)] = []
            for _ in 0..<6 {
                asked.append(
                    (
                        generator.random.pick(["local", "host", "host", "host"]),
                        generator.random.pick(["postgres", "u1", "u2", "g1", "template1"]),
                        generator.random.pick(["u1", "u2", "postgres"]),
                        generator.random.pick(["127.0.0.1", "127.0.0.2", "127.5.0.1", "127.9.9.9"])
                    ))
            }
            questions.append(asked)
            let lines = asked.map { "\($0.0) \($0.1) \($0.2) \($0.3)" }
            try oracle.write(lines.joined(separator: "\n"), to: "questions/\(index)")
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/postgresql/connect.py").path
        try oracle.run("/usr/bin/python3", [script, oracle.directory, "54399", "\(count)"], output: "methods")
        let answers = try oracle.read("methods").split(separator: "\n").map(String.init)
        var (compared, disagreements, open) = (0, 0, 0)
        for (index, asked) in questions.enumerated() {
            let access = Self.access(cases[index])
            let said = index < answers.count ? answers[index].split(separator: " ").map(String.init) : []
            for (position, question) in asked.enumerated() {
                var connection = PostgreSQLConnection()
                connection.kind = question.type == "local" ? .local : .host
                connection.database = question.database
                connection.user = question.user
                connection.address = IPAddress(text: question.address)
                connection.hostName = question.address == "127.0.0.1" ? "localhost" : "unknown.invalid"
                connection.roles = question.user == "u1" ? ["g1"] : []
                let ours: String
                switch access.decision(for: connection, major: 15, usesTLS: false) {
                case .nobody: ours = "none"
                case .rule(let rule): ours = rule.method
                case .unknown:
                    open += 1
                    continue
                }
                compared += 1
                let theirs = position < said.count ? said[position] : "nothing"
                if ours != theirs {
                    disagreements += 1
                    print(
                        "PostgreSQL oracle: seed \(seed), case \(index): \(question) is \(theirs), here \(ours)\n\(cases[index])"
                    )
                }
            }
        }
        print(
            "PostgreSQL oracle: seed \(seed), \(compared) connections, \(open) left open,",
            "\(disagreements) disagreements")
        #expect(disagreements == 0)
    }
}
