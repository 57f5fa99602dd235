// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// What the catalogue says of Redis.
enum RedisSchema {
    static let server = RecordSchema(
        "redis", "The Redis servers of a host.",
        fields: [.init("instances", .list(.record(instance)), "Each unit that starts redis-server, by name.")])

    static let user = RecordSchema(
        "redis.user", "A user of the server's ACL.", identity: ["name"],
        fields: [
            .init("name", .string, "Its name.", example: #""default""#),
            .init("enabled", .bool, "`on`."),
            .init("nopass", .bool, "Any password will do."),
            .init("passwords", .int, "How many passwords it has."),
            .init("short_password", .bool, "It is on and one of its passwords, written in clear, is under 16 bytes."),
            .init(
                "dangerous", .list(.string),
                "Which of config, flushall, keys, replicaof and shutdown it may run by their own names."),
        ])

    static let file = RecordSchema(
        "redis.file", "A file the server reads when it starts.", identity: ["path"],
        fields: [
            .init("path", .string, "Where."),
            .init("mode", .mode, "Its mode."),
            .init("secret", .bool, "A password or the hash of one stands in it."),
        ])

    static let instance = RecordSchema(
        "redis.instance", "A server: what it would hold after a start.", identity: ["name"],
        fields: [
            .init(
                "name", .string, "The unit, or `redis` where there are no units.", example: #""redis-server.service""#),
            .init("config", .string, "The file it is started with.", example: #""/etc/redis/redis.conf""#),
            .init("enabled", .bool, "The unit is not disabled."),
            .init("valid", .bool, "The server would start with these files, as far as they tell."),
            .init("errors", .list(.string), "What it would refuse."),
            .init(
                "settings", .map(.string, .string),
                "Every setting as CONFIG GET prints it; of secrets only that they are `set`.",
                example: #"{"maxmemory-policy": "noeviction"}"#),
            .init("port", .int, "TCP port; 0 is none."),
            .init("tls_port", .int, "Port for TLS; 0 is none."),
            .init("bind", .list(.string), "Addresses as written; empty: no TCP."),
            .init("addresses", .list(.string), "Addresses it listens on, without the `-` of what may be missing."),
            .init("listen_remote", .bool, "One of them is not the machine's own loopback."),
            .init("protected_mode", .bool, "protected-mode."),
            .init("unixsocket", .string, "unixsocket; empty without one."),
            .init("unixsocketperm", .mode, "unixsocketperm; not set where the unit's umask decides."),
            .init("passwordless", .bool, "The default user is on and needs no password: local programs just connect."),
            .init(
                "open_users", .list(.string),
                "Users that strangers on the network may be without a password: protected-mode does not stop them."),
            .init("users", .list(.record(user)), "Users, the default one first."),
            .init("replica_of", .string, "The server it copies; empty where it is its own."),
            .init("replica_remote", .bool, "It copies one on another machine."),
            .init("tls_replication", .bool, "It does so over TLS."),
            .init("maxmemory", .byteSize, "maxmemory; 0 is no limit."),
            .init("maxmemory_policy", .string, "maxmemory-policy.", example: #""noeviction""#),
            .init("memory_limited", .bool, "The unit has a MemoryMax=."),
            .init("appendonly", .bool, "It keeps an append-only file."),
            .init("appendfsync", .string, "`always`, `everysec` or `no`."),
            .init("save", .string, "Points of saving, seconds and changes; empty: never.", example: #""3600 1""#),
            .init("stop_writes_on_bgsave_error", .bool, "It refuses writes when it cannot save."),
            .init("persistent", .bool, "What it holds outlives a restart."),
            .init("files", .list(.record(file)), "The files it reads: its own, included ones, the aclfile."),
        ])
}
