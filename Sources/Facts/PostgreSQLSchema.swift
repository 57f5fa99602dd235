// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// What the catalogue says of PostgreSQL.
enum PostgreSQLSchema {
    static let server = RecordSchema(
        "postgresql", "PostgreSQL as Debian's postgresql-common lays it out.",
        fields: [
            .init("clusters", .list(.record(cluster)), "The clusters under /etc/postgresql, by version and name.")
        ])

    static let rule = RecordSchema(
        "postgresql.rule", "A record of pg_hba.conf.",
        identity: ["type", "databases", "users", "address"],
        fields: [
            .init("type", .string, "`local`, `host`, `hostssl`, `hostnossl`, `hostgssenc`, `hostnogssenc`."),
            .init("databases", .list(.string), "Names and keywords as written; a quoted one keeps its quotes."),
            .init("users", .list(.string), "Names and keywords as written; a quoted one keeps its quotes."),
            .init("address", .string, "As written, a separate mask after a blank; empty for `local`."),
            .init("method", .string, "`trust`, `reject`, `scram-sha-256`, `md5`, `password`, `peer`, `cert` …"),
            .init("options", .list(.string), "`name=value` after the method; secrets left out."),
            .init("text", .string, "The record without its options.", example: #""host all all all md5""#),
            .init("remote", .bool, "Somebody on another machine can match it, as far as addresses go."),
            .init("wide", .bool, "Anybody on the Internet can match it: `all`, 0.0.0.0/0, ::/0 or half of that."),
            .init("cleartext", .bool, "Connections without encryption can match it: `host`, `hostnossl` …"),
            .init(
                "reachable", .bool,
                "It can decide: no earlier record takes all its connections, and there can be such connections "
                    + "(TLS is on, TCP is listened on)."),
        ])

    static let answer = RecordSchema(
        "postgresql.answer", "What decides the connection that was asked about.",
        fields: [
            .init("method", .string, "The method; `reject` also where no record is about it.", example: #""md5""#),
            .init("text", .string, "The record that decides; empty where none is about the connection."),
            .init("options", .list(.string), "The record's options."),
        ])

    static let ident = RecordSchema(
        "postgresql.map", "A line of pg_ident.conf.", identity: ["name", "system_user", "database_user"],
        fields: [
            .init("name", .string, "The map, as `map=` of pg_hba.conf names it."),
            .init("system_user", .string, "Who the system says it is; after a slash, a regular expression."),
            .init("database_user", .string, "The role they may be."),
        ])

    private static let own: [RecordSchema.Field] = [
        .init("id", .string, "Version and name, as `pg_lsclusters` has them.", example: #""15/main""#),
        .init("version", .string, "Major version.", example: #""15""#),
        .init("major", .int, "Major version as a number.", example: "15"),
        .init("name", .string, "The cluster's name.", example: #""main""#),
        .init("directory", .string, "Where its configuration is."),
        .init("start", .string, "start.conf: `auto`, `manual` or `disabled`."),
        .init("end_of_life", .timestamp, "When the project stops to correct this major version."),
        .init("valid", .bool, "The server would start with these files, as far as they tell."),
        .init("errors", .list(.string), "What it would refuse."),
        .init("rules", .list(.record(rule)), "pg_hba.conf in order: the first record about a connection decides."),
        .init("maps", .list(.record(ident)), "pg_ident.conf."),
        .init("answer", .record(answer), "Set when a connection is asked about (`--for`)."),
        .init("listen_remote", .bool, "listen_addresses has more than this machine's own loopback."),
        .init(
            "memory_possible", .byteSize,
            "shared_buffers, one work_mem for each of max_connections, and what autovacuum's workers may take."),
        .init("data_mode", .mode, "Mode of the data directory; not set where it is not there."),
        .init("data_owner", .string, "Owner of the data directory; not set where it is not there."),
        .init("hba_mode", .mode, "Mode of pg_hba.conf; not set where it is not there."),
        .init("libraries", .list(.string), "shared_preload_libraries, one by one."),
    ]

    /// The parameters files may set, of all versions known.
    static let parameters = PostgreSQLRelease.all.filter { $0.context != "internal" && $0.name != "role" }

    static let cluster = RecordSchema(
        "postgresql.cluster",
        "A cluster: each parameter by its own name with the value in force. Sizes are in bytes and spans are durations; "
            + "where −1 means something, it stays negative.",
        identity: ["id"],
        fields: own
            + parameters.map { parameter in
                RecordSchema.Field(
                    parameter.name, parameter.type,
                    "\(parameter.name) of postgresql.conf"
                        + (parameter.names.count > 1 ? ": \(parameter.names.joined(separator: ", "))." : "."))
            })
}
