// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Random configurations of Redis, mostly such as the server takes.
struct RedisGenerator {
    var random: SeededGenerator

    private static let numbers = ["0", "1", "5", "10", "64", "100", "128", "512", "1000", "4096", "65535"]
    private static let oddNumbers = ["", "-1", "-2", "007", "+5", "1.5", "5x", "99999999999", "-0", " 5", "2147483648"]
    private static let sizes = [
        "1gb", "2GB", "1500000000", "1200000k", "1100000KB", "3g", "1300m", "1100mB", "1200000000b",
    ]
    private static let oddSizes = ["1tb", "-1", "mb", "1.5gb", "1 gb", "99999999999999999999", "20000000000gb", "5%"]
    private static let names = [
        "activerehashing", "rdbcompression", "protected-mode", "slave-read-only", "replica-lazy-flush", "appendonly",
        "lazyfree-lazy-expire", "stop-writes-on-bgsave-error", "latency-tracking", "no-appendfsync-on-rewrite",
        "dynamic-hz", "replica-ignore-disk-write-errors", "crash-memcheck-enabled", "rdbchecksum",
    ]
    private static let counts = [
        "timeout", "databases", "tcp-keepalive", "slowlog-max-len", "slowlog-log-slower-than", "lua-time-limit",
        "hash-max-ziplist-entries", "list-max-listpack-size", "repl-backlog-ttl", "active-expire-effort",
        "maxmemory-samples", "acllog-max-len", "stream-node-max-entries", "active-defrag-cycle-min", "repl-timeout",
        "min-slaves-to-write", "cluster-port", "latency-monitor-threshold", "set-max-intset-entries", "hz",
        "maxmemory-eviction-tenacity", "tcp-backlog", "socket-mark-id",
    ]
    private static let memories = [
        "maxmemory", "proto-max-bulk-len", "auto-aof-rewrite-min-size", "hash-max-listpack-value",
        "client-query-buffer-limit", "stream-node-max-bytes", "hll-sparse-max-bytes", "active-defrag-ignore-bytes",
        "cluster-link-sendbuf-limit", "zset-max-ziplist-value",
    ]
    private static let choices: [(String, [String])] = [
        (
            "maxmemory-policy",
            ["noeviction", "allkeys-lru", "VOLATILE-ttl", "allkeys", "volatile-lfu", "allkeys-random"]
        ),
        ("appendfsync", ["always", "everysec", "no", "yes", "NO"]),
        ("loglevel", ["debug", "verbose", "notice", "warning", "nothing"]),
        ("repl-diskless-load", ["disabled", "on-empty-db", "swapdb", "on"]),
        ("acl-pubsub-default", ["allchannels", "resetchannels", "none"]),
        ("enable-debug-command", ["no", "yes", "local", "remote"]),
        ("sanitize-dump-payload", ["no", "yes", "clients"]),
        ("propagation-error-behavior", ["ignore", "panic", "panic-on-replicas"]),
        ("cluster-preferred-endpoint-type", ["ip", "hostname", "unknown-endpoint"]),
        ("tls-auth-clients", ["no", "yes", "optional"]),
        ("supervised", ["no", "auto"]),
    ]
    private static let texts: [(String, [String])] = [
        ("dbfilename", ["dump.rdb", "a b.rdb", "x/y", "", "d\\x"]),
        ("appendfilename", ["a.aof", "", "x/y"]), ("appenddirname", ["dir", "a/b", ""]),
        ("syslog-ident", ["redis", "", "a#b", "é"]), ("replica-announce-ip", ["10.0.0.1", ""]),
        ("cluster-announce-hostname", ["host.example", "a_b", "", "UPPER-9"]),
        (
            "proc-title-template",
            ["{title} {port}", "{{x", "{nothing}", "plain", "{title", "", "{config-file} {tls-port}"]
        ),
        ("masterauth", ["secret", ""]), ("requirepass", ["secret", "a longer password", ""]),
        ("masteruser", ["me", ""]),
        ("unixsocketperm", ["700", "0770", "777", "1000", "8", "0", "", " 7", "-1"]),
        ("dir", ["sub", ".", "./sub/..", "sub/deep", ".."]),
        ("notify-keyspace-events", ["", "KEA", "Kx", "Elg", "q", "KEg$lshzxetd", "nm", "An"]),
        ("ignore-warnings", ["", "ARM64-COW-BUG"]),
        ("maxmemory-clients", ["0", "0%", "1gb", "100%", "101%", "5%%", "-5%", "%", "2GB", "5"]),
    ]

    /// A random word as one writes it: bare, or in quotes with escapes.
    private mutating func written(_ text: String) -> String {
        let needsQuotes = text.isEmpty || text.contains(" ") || text.contains("\"") || text.contains("'")
        if !needsQuotes, random.below(4) > 0 { return text }
        if random.below(3) == 0, !text.contains("'") { return "'\(text)'" }
        var result = "\""
        for byte in text.utf8 {
            if random.below(8) == 0 {
                result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                result += "\\" + String(Character(Unicode.Scalar(byte)))
            } else if byte < 0x80 {
                result += String(Character(Unicode.Scalar(byte)))
            } else {
                result += "\\x" + String(byte, radix: 16)
            }
        }
        return result + "\""
    }

    private mutating func cased(_ name: String) -> String { random.below(8) == 0 ? name.uppercased() : name }

    private mutating func rule() -> String {
        random.pick([
            "on", "off", "nopass", "resetpass", ">secret", ">a-much-longer-password", "allkeys", "~*", "~app:*", "&*",
            "allchannels", "+@all", "-@all", "-@dangerous", "+@admin", "-config", "+config", "+config|get", "-shutdown",
            "+@read", "-@write", "+get", "reset", "ON", "resetkeys", "resetchannels", "%R~x:*", "%RW~*", "+client|id",
            "#" + String(repeating: "a1", count: 32), "nocommands", "allcommands", "-@keyspace", "+@slow",
            "clearselectors",
            random.below(6) == 0
                ? random.pick(["+nothing", "+@nothing", "what", "#12", "<none", "%X~a", "&ch"]) : "+flushall",
            random.below(6) == 0 ? "(+@read" : "(+get ~x)",
        ])
    }

    mutating func line() -> String {
        let isOdd = random.below(60) == 0
        let name: String
        var words: [String]
        switch random.below(20) {
        case 0...2: (name, words) = (random.pick(Self.names), [isOdd ? "on" : random.pick(["yes", "no", "YES", "No"])])
        case 3...5: (name, words) = (random.pick(Self.counts), [random.pick(isOdd ? Self.oddNumbers : Self.numbers)])
        case 6...7: (name, words) = (random.pick(Self.memories), [random.pick(isOdd ? Self.oddSizes : Self.sizes)])
        case 8...9:
            let choice = random.pick(Self.choices)
            (name, words) = (choice.0, [isOdd ? random.pick(choice.1) : choice.1[random.below(2)]])
        case 10...12:
            let choice = random.pick(Self.texts)
            (name, words) = (choice.0, [isOdd ? random.pick(choice.1) : choice.1[0]])
            if ["dir", "requirepass", "notify-keyspace-events"].contains(name) {
                words = [random.pick(choice.1.dropLast(2))]
            }
        case 13...14:
            name = "save"
            words = random.pick([
                [""], ["900", "1"], ["60", "100", "5", "0"], ["3600", "+7"], isOdd ? ["0", "1"] : ["30", "4"],
            ])
            if random.below(40) == 0 { words = random.pick([["5"], ["a", "1"], [], ["5", ""], ["1", "-1"]]) }
        case 15:
            name = "client-output-buffer-limit"
            words = [
                random.pick(["normal", "slave", "replica", "PubSub", isOdd ? "master" : "normal"]), "1gb", "100k", "60",
            ]
            if random.below(20) == 0 { words += ["normal", "5"] }
        case 16:
            (name, words) = ("bind", random.pick([["127.0.0.1"], ["*", "-::*"], ["10.0.0.1", "-::1"], [""], []]))
        case 17:
            name = random.pick(["replicaof", "slaveof"])
            words = random.pick([
                ["no", "one"], ["127.0.0.1", "1"], ["NO", "ONE"], isOdd ? ["h", "70000"] : ["localhost", "2"],
            ])
        case 18:
            (name, words) = random.pick([
                ("oom-score-adj-values", ["0", "100", "500"]), ("oom-score-adj-values", ["0", "100", "5000"]),
                ("latency-tracking-info-percentiles", ["50", "99.9", "100"]),
                ("latency-tracking-info-percentiles", [""]),
                ("shutdown-on-sigterm", ["save", "now"]), ("shutdown-on-sigint", ["nosave", "FORCE"]),
                ("shutdown-on-sigterm", ["default"]), ("rename-command", ["FLUSHALL", ""]),
                ("rename-command", ["flushdb", "wipe"]), ("lua-replicate-commands", ["yes"]),
                ("rename-command", ["keys", isOdd ? "get" : "schluessel"]),
                isOdd ? ("shutdown-on-sigint", ["save", "nosave"]) : ("list-max-ziplist-value", ["5"]),
                isOdd ? ("no-such-thing", ["yes"]) : ("hz", ["20"]),
            ])
        default:
            (name, words) = ("include", [random.pick(["more.conf", "conf.d/*.conf", "conf.d/[12]*", "none/*.conf"])])
        }
        if random.below(150) == 0 { words.append("more") }
        var text = cased(name)
        for word in words { text += random.pick([" ", "  ", "\t"]) + written(word) }
        switch random.below(60) {
        case 0: text = "  " + text + "  \r"
        case 1: text += " \"open"
        case 2: text = "# " + text
        case 3: text += " # not a comment"
        default: break
        }
        return text
    }

    mutating func users() -> String {
        var text = ""
        for name in ["default", "alice", "bob"] where random.below(3) == 0 {
            let rules = (0..<random.below(7)).map { _ in rule() }
            text += "user \(name) " + rules.joined(separator: " ") + "\n"
        }
        return text
    }

    private mutating func file(_ lines: Int) -> String {
        (0..<random.below(lines)).map { _ in line() + "\n" }.joined()
    }

    /// Files by name, and what the command line says after the file.
    mutating func tree() -> (files: [String: String], options: [String]) {
        var files = ["redis.conf": file(14)]
        files["more.conf"] = (0..<random.below(4)).map { _ in line() + "\n" }.joined()
            .replacing("include", with: "# include")
        for name in ["conf.d/10.conf", "conf.d/20.conf"] where random.below(3) > 0 {
            files[name] = file(3).replacing("include", with: "# include")
            if random.below(6) == 0 { files[name] = files[name].map { String($0.dropLast()) } }
        }
        var options: [String] = []
        for _ in 0..<random.below(3) {
            options += random.pick([
                ["--save"], ["--save", ""], ["--save", "60", "1"], ["--timeout", "7"], ["--maxmemory 1gb"],
                ["--loglevel", "debug"], ["--appendonly", "yes"], ["--proc-title-template", "{title} \"x\""],
            ])
        }
        if random.below(4) == 0 {
            files["users.acl"] = users() + "user oracle on nopass ~* &* +@all\n"
            files["redis.conf"]? += "aclfile \(random.below(30) == 0 ? "none" : "users.acl")\n"
            if let text = files["redis.conf"] { files["redis.conf"] = "\n" + text.replacing("dir ", with: "# dir ") }
        } else {
            files["redis.conf"]? += users()
            options += ["--user", "oracle", "on", "nopass", "~*", "&*", "+@all"]
        }
        return (files, options + ["--port", "0", "--daemonize", "no", "--syslog-enabled", "no"])
    }
}
