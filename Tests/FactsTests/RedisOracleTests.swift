// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Host
import Model
import TestSupport
import Testing

@testable import Facts

/// Random configurations against what redis-server itself holds: CONFIG GET and ACL LIST of a server on a socket of its
/// own. `GUAITA_ORACLE_CASES` asks for more cases, `GUAITA_SEED` brings a run back, `GUAITA_REDIS` names the program.
@Suite struct RedisOracleTests {
    private let environment = ProcessInfo.processInfo.environment

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    private func printed(_ user: RedisUser) -> String {
        "\(user.name) \(user.isOn ? "on" : "off") \(user.needsNoPassword) \(user.passwords.count)"
    }

    @Test func settingsAndUsersAreThoseOfTheServer() throws {
        let program = environment["GUAITA_REDIS"] ?? "/usr/bin/redis-server"
        for needed in [program, "/usr/bin/python3"] where !FileManager.default.isExecutableFile(atPath: needed) {
            print("Redis oracle: SKIPPED, no \(needed) here")
            return
        }
        let count = environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 60
        let seed = SeededGenerator.seed()
        var generator = RedisGenerator(random: SeededGenerator(seed: seed))
        let root = "/tmp/guaita-redis-\(UUID().uuidString.prefix(8))"
        defer { do { try FileManager.default.removeItem(atPath: root) } catch { print("\(root) is left: \(error)") } }
        var models: [(settings: RedisSettings, files: [String: String], options: [String])] = []
        for index in 0..<count {
            let base = "\(root)/\(index)"
            var (files, options) = generator.tree()
            options += ["--unixsocket", "\(base)/s", "--logfile", ""]
            try FileManager.default.createDirectory(
                atPath: "\(base)" + String(repeating: "/sub", count: 15), withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: "\(base)/conf.d", withIntermediateDirectories: true)
            for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(base)/\(name)")) }
            let arguments = ["redis.conf"] + options
            try Data(arguments.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: "\(base)/args"))
            let host = MemoryHost(files: Dictionary(uniqueKeysWithValues: files.map { ("\(base)/\($0)", $1) }))
            let (path, lines) = RedisInstance.options(arguments)
            models.append(
                (RedisSettings(path, options: lines, at: Origin(path: "/unit"), in: base, host), files, options))
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/redis/ask.py").path
        try run("/usr/bin/python3", [script, program, root, "\(count)"])
        var (compared, refused, disagreements) = (0, 0, 0)
        func disagree(_ index: Int, _ text: String) {
            disagreements += 1
            if disagreements > 12 { return }
            print("Redis oracle: seed \(seed), case \(index): \(text)")
            for (name, text) in models[index].files.sorted(by: { $0.key < $1.key }) { print("--- \(name)\n\(text)") }
            print("---", models[index].options)
        }
        for (index, model) in models.enumerated() {
            let said = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(index)/out")), as: UTF8.self)
            let lines = said.split(separator: "\n")
            let isRefused = lines.first == "refused"
            if isRefused != !model.settings.errors.isEmpty {
                let log = String(
                    decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(index)/log")), as: UTF8.self)
                disagree(index, "refused is \(isRefused), here \(model.settings.errors)\n\(log.suffix(600))")
                continue
            }
            if isRefused {
                refused += 1
                continue
            }
            for line in lines where line.hasPrefix("config ") {
                let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
                guard let setting = RedisSetting.all[words[1]] else {
                    disagree(index, "\(words[1]) is not known")
                    continue
                }
                var bytes: [UInt8] = []
                var digits = Substring(words[2])
                while let byte = UInt8(digits.prefix(2), radix: 16) {
                    bytes.append(byte)
                    digits = digits.dropFirst(2)
                }
                var theirs = String(decoding: bytes, as: UTF8.self)
                if setting.kind == .secret, !theirs.isEmpty { theirs = "set" }
                if setting.name == "dir", model.settings.values["dir"] == nil { continue }
                compared += 1
                let ours = model.settings.text(words[1] == setting.name ? words[1] : setting.name)
                if ours != theirs { disagree(index, "\(words[1]) is \(theirs), here \(ours)") }
            }
            let theirs = lines.filter { $0.hasPrefix("acl ") }.map { line in
                let words = line.split(separator: " ").map(String.init)
                return "\(words[2]) \(words.contains("on") ? "on" : "off") \(words.contains("nopass")) "
                    + "\(words.filter { $0.hasPrefix("#") }.count)"
            }
            compared += theirs.count
            let ours = model.settings.users.map(printed).sorted()
            if ours != theirs.sorted() { disagree(index, "users are \(theirs), here \(ours)") }
        }
        print(
            "Redis oracle: seed \(seed), \(count) configurations, \(compared) values, \(refused) refused,",
            "\(disagreements) disagreements")
        #expect(disagreements == 0)
    }
}
