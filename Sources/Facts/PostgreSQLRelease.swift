// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// What a major version of PostgreSQL knows: its parameters with their defaults, what its pg_hba.conf may say, and when
/// its last release comes.
struct PostgreSQLRelease: Sendable {
    let major: Int
    /// False where no table was printed by that version's own program: unknown names are not judged there.
    var isExact: Bool { major == 15 }
    /// By name in small letters: the server compares names so.
    let parameters: [String: PostgreSQLParameter]

    init(major: Int) {
        self.major = major
        var parameters = Self.fifteen
        for change in Self.changes where change.isIn(major) {
            if let row = change.row {
                if let parameter = PostgreSQLParameter(row: row[...]) { parameters[change.name] = parameter }
            } else {
                parameters[change.name] = nil
            }
        }
        self.parameters = parameters
    }

    /// Names of older days are still taken (map_old_guc_names).
    func parameter(_ name: String) -> PostgreSQLParameter? {
        switch name.asciiLowercased {
        case "sort_mem": parameters["work_mem"]
        case "vacuum_mem": parameters["maintenance_work_mem"]
        case "force_parallel_mode" where major >= 16: parameters["debug_parallel_query"]
        case let name: parameters[name]
        }
    }

    /// Every parameter of every version, for the catalogue.
    static let all: [PostgreSQLParameter] = {
        var parameters = fifteen
        for change in changes {
            guard let parameter = change.row.flatMap({ PostgreSQLParameter(row: $0[...]) }) else { continue }
            if parameters[change.name] == nil { parameters[change.name] = parameter }
        }
        return parameters.values.sorted { $0.name.asciiLowercased < $1.name.asciiLowercased }
    }()

    private static let fifteen: [String: PostgreSQLParameter] = {
        let rows = PostgreSQLParameterTable.fifteen.split(separator: "\n") + hidden[...]
        let parameters = rows.compactMap { PostgreSQLParameter(row: $0) }
        return Dictionary(parameters.map { ($0.name.asciiLowercased, $0) }) { first, _ in first }
    }()

    /// What version 15 takes and `pg_settings` does not show.
    private static let hidden: [Substring] = [
        "default_with_oids|bool|-|user|||off|", "is_superuser|bool|-|internal|||off|",
        "ssl_renegotiation_limit|integer|-|user|0|0|0|", "role|string|-|user|||none|", "seed|real|-|user|-1|1|0|",
        "session_authorization|string|-|user||||",
    ]

    /// A parameter that versions before or after 15 have otherwise; without a row they do not have it.
    private struct Change {
        let name: String
        let versions: ClosedRange<Int>
        let row: String?

        init(_ versions: ClosedRange<Int>, _ row: String) {
            name = String(row.prefix { $0 != "|" }).asciiLowercased
            self.versions = versions
            self.row = row
        }

        init(_ versions: ClosedRange<Int>, without name: String) {
            self.name = name
            self.versions = versions
            row = nil
        }

        func isIn(_ major: Int) -> Bool { versions.contains(major) }
    }

    /// From the release notes of 14 to 17 ("Migration" and "Server Configuration").
    private static let changes: [Change] = [
        Change(0...13, "password_encryption|enum|-|user|||md5|md5,scram-sha-256"),
        Change(0...13, "checkpoint_completion_target|real|-|sighup|0|1|0.5|"),
        Change(0...14, "log_checkpoints|bool|-|sighup|||off|"),
        Change(0...14, "log_autovacuum_min_duration|integer|ms|sighup|-1|2147483647|-1|"),
        Change(0...14, "hash_mem_multiplier|real|-|user|1|1000|1|"),
        Change(0...14, "shared_buffers|integer|8kB|postmaster|16|1073741823|1024|"),
        Change(0...14, "stats_temp_directory|string|-|sighup|||pg_stat_tmp|"),
        Change(0...13, "vacuum_cleanup_index_scale_factor|real|-|user|0|10000000000|0.1|"),
        Change(0...13, "operator_precedence_warning|bool|-|user|||off|"),
        Change(0...13, without: "idle_session_timeout"), Change(0...13, without: "client_connection_check_interval"),
        Change(0...13, without: "compute_query_id"), Change(0...13, without: "huge_page_size"),
        Change(0...14, without: "archive_library"), Change(0...14, without: "log_startup_progress_interval"),
        Change(16...99, without: "vacuum_defer_cleanup_age"), Change(16...99, without: "promote_trigger_file"),
        Change(16...99, without: "force_parallel_mode"),
        Change(16...99, "debug_parallel_query|enum|-|user|||off|off,on,regress"),
        Change(16...99, "reserved_connections|integer|-|postmaster|0|262143|0|"),
        Change(16...99, "scram_iterations|integer|-|user|1|2147483647|4096|"),
        Change(16...16, "vacuum_buffer_usage_limit|integer|kB|user|0|16777216|256|"),
        Change(17...99, "vacuum_buffer_usage_limit|integer|kB|user|0|16777216|2048|"),
        Change(16...99, "gss_accept_delegation|bool|-|sighup|||off|"),
        Change(16...99, "createrole_self_grant|string|-|user||||"),
        Change(17...99, without: "db_user_namespace"), Change(17...99, without: "old_snapshot_threshold"),
        Change(17...99, without: "trace_recovery_messages"),
        Change(17...99, "transaction_timeout|integer|ms|user|0|2147483647|0|"),
        Change(17...99, "allow_alter_system|bool|-|sighup|||on|"),
        Change(17...99, "event_triggers|bool|-|superuser|||on|"),
        Change(17...99, "summarize_wal|bool|-|sighup|||off|"),
        Change(17...99, "sync_replication_slots|bool|-|sighup|||off|"),
    ]

    /// The day of the last release (PostgreSQL's versioning policy); nil for versions not known here.
    var endOfLife: CivilDate? {
        let days: [Int: (Int, Int, Int)] = [
            10: (2022, 11, 10), 11: (2023, 11, 9), 12: (2024, 11, 21), 13: (2025, 11, 13), 14: (2026, 11, 12),
            15: (2027, 11, 11), 16: (2028, 11, 9), 17: (2029, 11, 8), 18: (2030, 11, 14), 9: (2021, 11, 11),
            8: (2014, 7, 24),
        ]
        guard let day = days[major] else { return nil }
        return CivilDate(year: day.0, month: day.1, day: day.2)
    }
}
