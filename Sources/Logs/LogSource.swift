// SPDX-License-Identifier: GPL-3.0-or-later

/// A log by the name rules use, and where it may be found.
public struct LogSource: Sendable, Hashable {
    /// The name rules use.
    public let name: String
    /// What it holds, in English.
    public let documentation: String
    /// Files it may be in. Rotated siblings (`.1`, `.2.gz`, `-20261123`) belong to them.
    public let files: [Location]
    /// How its lines are written.
    public let format: LogFormat
    /// The programs whose lines belong to it; empty: all.
    public let programs: [String]
    /// Journal fields an entry must have: one of the values of each field. Only fields that journald itself sets
    /// (a leading underscore, systemd.journal-fields(7)): any user can forge the others. Nil: not in the journal.
    public let journal: [String: [String]]?

    /// Files by name: those in `directory` whose name begins and ends like this, rotation suffix apart.
    public struct Location: Sendable, Hashable {
        /// Absolute path.
        public let directory: String
        /// The whole name, or a part of it when `isPart`.
        public let name: String
        /// True when a file's name only has to hold `name` and end in `.log`.
        public let isPart: Bool

        /// One file.
        public init(_ directory: String, _ name: String) {
            self.directory = directory
            self.name = name
            isPart = false
        }

        /// All files `*name*.log`.
        public init(_ directory: String, containing name: String) {
            self.directory = directory
            self.name = name
            isPart = true
        }
    }

    /// Every source there is.
    public static let all: [LogSource] = [
        LogSource(
            "auth", "Everything about authentication: the syslog facilities auth and authpriv",
            [Location("/var/log", "auth.log")], .syslog, journal: ["SYSLOG_FACILITY": ["4", "10"]]),
        LogSource(
            "ssh", "The OpenSSH server", [Location("/var/log", "auth.log")], .syslog,
            programs: ["sshd", "sshd-session", "sshd-auth"],
            // The part of sshd that writes the log is root's (sshd(8), privilege separation).
            journal: ["_COMM": ["sshd", "sshd-session", "sshd-auth"], "_UID": ["0"]]),
        LogSource(
            "sudo", "sudo(8)", [Location("/var/log", "auth.log")], .syslog, programs: ["sudo"],
            journal: ["_EXE": ["/usr/bin/sudo"]]),
        LogSource(
            "su", "su(1)", [Location("/var/log", "auth.log")], .syslog, programs: ["su"],
            journal: ["_EXE": ["/usr/bin/su", "/bin/su"]]),
        LogSource(
            "cron", "The cron daemon and the jobs it starts",
            [Location("/var/log", "cron.log"), Location("/var/log", "syslog")], .syslog,
            programs: ["CRON", "cron", "crontab", "anacron"], journal: ["_SYSTEMD_UNIT": ["cron.service"]]),
        LogSource(
            "kernel", "The kernel", [Location("/var/log", "kern.log")], .syslog, programs: ["kernel"],
            journal: ["_TRANSPORT": ["kernel"]]),
        LogSource(
            "syslog", "Everything but authentication", [Location("/var/log", "syslog")], .syslog,
            journal: ["_TRANSPORT": ["kernel", "syslog", "journal", "stdout"]]),
        LogSource(
            "nginx.access", "Requests to nginx, in the combined format",
            [Location("/var/log/nginx", containing: "access")], .combined),
        LogSource("nginx.error", "nginx's errors", [Location("/var/log/nginx", containing: "error")], .nginxError),
        LogSource(
            "postgresql", "The PostgreSQL server", [Location("/var/log/postgresql", containing: "postgresql")],
            .postgresql),
        LogSource("dpkg", "Packages installed and removed", [Location("/var/log", "dpkg.log")], .dated),
    ]

    /// The source of a name.
    public static func named(_ name: String) -> LogSource? { all.first { $0.name == name } }

    init(
        _ name: String, _ documentation: String, _ files: [Location], _ format: LogFormat, programs: [String] = [],
        journal: [String: [String]]? = nil
    ) {
        self.name = name
        self.documentation = documentation
        self.files = files
        self.format = format
        self.programs = programs
        self.journal = journal
    }
}

/// How the lines of a log are written.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 3164's traditional header, or the same with an RFC 3339 time (rsyslog's RSYSLOG_FileFormat).
    case syslog
    /// nginx's `combined` and Apache's `combined` and `vhost_combined`.
    case combined
    /// nginx's error log.
    case nginxError = "nginx_error"
    /// PostgreSQL's stderr log with Debian's `log_line_prefix`.
    case postgresql
    /// `YYYY-MM-DD HH:MM:SS message`, as dpkg.log.
    case dated
}
