// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model
import Testing

@testable import Facts

@Suite struct RedisTests {
    private static let unit = """
        [Service]
        ExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd --daemonize no
        [Install]
        WantedBy=multi-user.target
        """
    private static let wanted = "/etc/systemd/system/multi-user.target.wants/redis-server.service"
    private static let unitPath = "/usr/lib/systemd/system/redis-server.service"

    private func facts(_ files: [String: MemoryHost.Entry]) -> FactsProbe {
        FactsProbe(RedisCollector(), MemoryHost(files))
    }

    /// A server that is started at boot with this redis.conf.
    private func server(_ text: String, _ more: [String: String] = [:]) -> FactsProbe {
        var files: [String: MemoryHost.Entry] = [
            "/etc/redis/redis.conf": .init(text, mode: FileMode(bits: 0o640)), Self.unitPath: .init(Self.unit),
            Self.wanted: .init(target: Self.unitPath),
        ]
        for (path, text) in more { files[path] = .init(text) }
        return facts(files)
    }

    private func field(_ probe: FactsProbe, _ name: String) -> String? {
        FactsProbe.text(probe.value("redis", "instances", "0", name))
    }

    @Test func theLastLineWinsAndTheCommandLineAfterIt() {
        let probe = server("supervised no\nMAXMEMORY 1gb\nmaxmemory 2gb\nmaxmemory-policy \"allkeys-\\x6cru\"\n")
        #expect(field(probe, "maxmemory") == "\(2 << 30)")
        #expect(field(probe, "maxmemory_policy") == "allkeys-lru")
        #expect(FactsProbe.text(probe.value("redis", "instances", "0", "settings", "supervised")) == "systemd")
        let source = probe.collection.sources[probe.value("redis", "instances", "0", "maxmemory")?.source ?? .none]
        #expect(source?.origin.description == "/etc/redis/redis.conf:3")
        #expect(source?.overrode.map(\.origin.line) == [2])
    }

    @Test func filesThatAPatternNamesAreIncludedWhereTheyStand() {
        let probe = server(
            "timeout 1\ninclude /etc/redis/conf.d/*.conf\ninclude /etc/redis/none/*.conf\n",
            ["/etc/redis/conf.d/10.conf": "timeout 2\n", "/etc/redis/conf.d/20.conf": "port 0\n"])
        #expect(FactsProbe.text(probe.value("redis", "instances", "0", "settings", "timeout")) == "2")
        #expect(field(probe, "port") == "0")
        #expect(field(probe, "valid") == "true")
    }

    @Test func linesOfSaveAddUpUntilAnIncludedFileEnds() {
        #expect(field(server("save 900 1\nsave \"\"\nsave 60 5\n"), "save") == "60 5")
        #expect(field(server("save 900 1\nsave 60 5\n"), "save") == "900 1 60 5")
        #expect(field(server("save 900 1\nsave\n"), "save") == "900 1")
        let probe = server("save 900 1\ninclude /etc/redis/a\nsave 60 5\nsave 30 6\n", ["/etc/redis/a": "\n"])
        #expect(field(probe, "save") == "30 6")
        #expect(field(server("save \"\"\n"), "persistent") == "false")
        #expect(field(server(""), "save") == "3600 1 300 100 60 10000")
    }

    @Test(arguments: [
        ("", "[]"),  // protected-mode
        ("protected-mode no\n", "[default]"), ("protected-mode no\nbind 127.0.0.1 -::1\n", "[]"),
        ("protected-mode no\nport 0\n", "[]"), ("protected-mode no\nbind \"\"\n", "[]"),
        ("protected-mode no\nrequirepass secret\n", "[]"),
        ("protected-mode no\nuser default on nopass +@all\n", "[default]"),
        ("protected-mode no\nuser default off nopass\n", "[]"), ("requirepass s\nuser a on nopass\n", "[a]"),
        ("requirepass s\nuser default on nopass\n", "[]"), ("user a on nopass\n", "[]"),
        ("bind 10.0.0.1\nprotected-mode no\n", "[default]"),
    ])
    func strangersAreLetInByProtectedModeAndUsersTogether(_ text: String, _ open: String) {
        #expect(field(server(text), "open_users") == open)
    }

    @Test func anAclFileTakesThePlaceOfRequirepass() {
        let probe = server(
            "requirepass secret\naclfile /etc/redis/users.acl\n", ["/etc/redis/users.acl": "user a on >x\n"])
        #expect(field(probe, "passwordless") == "true")
        #expect(field(probe, "valid") == "true")
        #expect(field(server("aclfile /etc/redis/users.acl\n"), "valid") == "false")
    }

    @Test func noSecretIsShownAnywhere() {
        let secret = "Tr0ub4dor"
        let probe = server(
            """
            requirepass \(secret)
            requirepass \(secret)2
            masterauth \(secret)
            user a on >\(secret) +nothing
            rename-command CONFIG \(secret)
            \(secret) yes
            requirepass \(secret) more
            tls-key-file-pass \(secret)
            """)
        var shown = probe.collection.problems.map(\.message).joined()
        for raw: UInt32 in 1..<500 {
            guard let source = probe.collection.sources[SourceID(raw: raw)] else { break }
            shown += source.text + source.overrode.map(\.text).joined()
        }
        shown += String(describing: probe.values)
        #expect(!shown.asciiLowercased.contains(secret.asciiLowercased))
        #expect(FactsProbe.text(probe.value("redis", "instances", "0", "settings", "requirepass")) == "set")
        #expect(FactsProbe.text(probe.value("redis", "instances", "0", "files", "0", "secret")) == "true")
    }

    @Test(arguments: [
        "no-such-directive yes\n", "port 70000\n", "port 6379 # no comment\n", "save 900\n", "requirepass \"open\n",
        "include /etc/redis/missing.conf\n", "include /etc/redis/redis.conf\n", "rename-command NOTHING x\n",
        "user a +nothing\n", "user a on\nuser a off\n", "maxmemory 1tb\n", "module.setting yes\n", "tls-port 6380\n",
        "cluster-enabled yes\nreplicaof h 6379\n",
    ])
    func whatTheServerRefusesIsNotValid(_ text: String) {
        let probe = server(text)
        #expect(field(probe, "valid") == "false")
        #expect(!probe.collection.problems.isEmpty)
    }

    @Test func aFileThatCannotBeReadLeavesEverythingOpen() {
        var files: [String: MemoryHost.Entry] = [Self.unitPath: .init(Self.unit)]
        files["/etc/redis/redis.conf"] = .init(failure: .permissionDenied)
        let probe = facts(files)
        #expect(field(probe, "open_users")?.hasPrefix("unknown: /etc/redis/redis.conf") == true)
        #expect(field(probe, "enabled") == "false")
    }

    @Test func instancesOfTheTemplateReadTheirOwnFiles() {
        let template = Self.unit.replacing("redis.conf", with: "redis-%i.conf")
        let probe = facts([
            "/usr/lib/systemd/system/redis-server@.service": .init(template),
            "/etc/redis/redis-cache.conf": .init("port 6381\n"), "/etc/redis/redis-jobs.conf": .init("port 6380\n"),
            "/etc/systemd/system/multi-user.target.wants/redis-server@jobs.service":
                .init(target: "/usr/lib/systemd/system/redis-server@.service"),
        ])
        #expect(field(probe, "name") == "redis-server@cache.service")
        #expect(field(probe, "enabled") == "false")
        #expect(FactsProbe.text(probe.value("redis", "instances", "1", "port")) == "6380")
        #expect(FactsProbe.text(probe.value("redis", "instances", "1", "enabled")) == "true")
    }

    @Test func withoutAServerThereIsNothing() {
        #expect(facts([:]).value("redis") == nil)
        // A package that was removed leaves its configuration behind.
        let left = facts([
            "/etc/redis/redis.conf": .init(""), "/usr/lib/systemd/system/cron.service": .init("[Unit]\n"),
        ])
        #expect(left.value("redis") == nil)
        #expect(facts(["/etc/redis/redis.conf": .init("\u{0}\u{fffd}")]).value("redis") != nil)
    }

    @Test func wordsAreSplitAsTheServerDoes() {
        func words(_ text: String) -> [String]? {
            RedisConfiguration.words(text.utf8)?.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(words(#"a "b\x41\n\"" 'it\'s \n' c"d""#) == ["a", "bA\n\"", #"it's \n"#, "cd"])
        #expect(words(#"a "b"c"#) == nil)
        #expect(words("a 'b") == nil)
        #expect(words(#""\xZZ""#) == ["xZZ"])
    }
}
