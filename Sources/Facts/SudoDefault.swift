// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The settings that are told, with what Debian's sudo 1.9.13 is built with (`sudo -V` run by root prints it).
struct SudoDefault: Sendable {
    let name: String
    let type: ValueType
    let value: Value
    let documentation: String

    init(_ name: String, _ value: Value, _ type: ValueType, _ documentation: String) {
        self.name = name
        self.type = type
        self.value = value
        self.documentation = documentation + " sudoers(5)."
    }

    private static func flag(_ name: String, _ value: Bool, _ documentation: String) -> SudoDefault {
        SudoDefault(name, .bool(value), .bool, documentation)
    }

    static let all: [SudoDefault] = [
        flag("authenticate", true, "A password is asked for unless a tag says otherwise."),
        flag("env_reset", true, "Commands get a new, small environment."),
        flag("setenv", false, "Users may set any variable of the environment."),
        flag("use_pty", false, "Commands run in a terminal of their own."),
        flag("requiretty", false, "Only a user with a terminal may use sudo."),
        flag("visiblepw", false, "A password may be asked for although it would be seen."),
        flag("pwfeedback", false, "An asterisk is shown for each character of a password."),
        flag("targetpw", false, "The password of the target user is asked for."),
        flag("rootpw", false, "The password of root is asked for."),
        flag("runaspw", false, "The password of runas_default is asked for."),
        flag("noexec", false, "Commands may not start others, unless a tag says otherwise."),
        flag("intercept", false, "Commands that a command starts are looked up in sudoers too."),
        flag("env_editor", true, "visudo takes the editor from the environment."),
        flag("fast_glob", false, "Patterns of paths are compared without looking at the disk."),
        flag("insults", false, "A wrong password is answered with an insult."),
        flag("log_allowed", true, "What was allowed is logged."),
        flag("log_denied", true, "What was refused is logged."),
        flag("log_input", false, "What users type is recorded."),
        flag("log_output", false, "What commands print is recorded."),
        flag("log_subcmds", false, "Commands that a command starts are logged."),
        flag("mail_badpass", false, "Mail is sent about a wrong password."),
        flag("match_group_by_gid", false, "Groups are compared by number."),
        flag("use_netgroups", true, "Netgroups are looked up."),
        flag("root_sudo", true, "root may use sudo."),
        flag("sudoedit_checkdir", true, "sudoedit refuses files in directories the user may write to."),
        flag("sudoedit_follow", false, "sudoedit follows symbolic links."),
        flag("ignore_logfile_errors", true, "Commands run although the log cannot be written."),
        flag("always_set_home", false, "HOME is always the target user's."),
        flag("case_insensitive_user", true, "Users are compared without regard to case."),
        flag("case_insensitive_group", true, "Groups are compared without regard to case."),
        SudoDefault("secure_path", .absent, .string, "The PATH of commands; not set where it is the user's own."),
        SudoDefault("logfile", .absent, .string, "A log file beside syslog; not set where there is none."),
        SudoDefault("syslog", .string("authpriv"), .string, "The facility of syslog; not set where it is off."),
        SudoDefault("runas_default", .string("root"), .string, "The user commands run as unless another is named."),
        SudoDefault("exempt_group", .absent, .string, "A group whose members are asked for no password."),
        SudoDefault("editor", .string("/usr/bin/editor"), .string, "Editors of visudo and sudoedit, with colons."),
        SudoDefault("env_file", .absent, .string, "A file with variables that are always set."),
        SudoDefault("timestamp_type", .string("tty"), .string, "Where a password counts: global, ppid, tty or kernel."),
        SudoDefault(
            "listpw", .string("any"), .string, "When `sudo -l` asks for a password: never, any, all or always."),
        SudoDefault("verifypw", .string("all"), .string, "When `sudo -v` asks for a password."),
        SudoDefault(
            "timestamp_timeout", .double(15), .double,
            "Minutes for which a password counts; 0 asks each time, a negative number never again."),
        SudoDefault("passwd_tries", .int(Int64(3)), .int, "Tries to give a password."),
        SudoDefault(
            "env_keep",
            .strings([
                "COLORS", "DISPLAY", "DPKG_COLORS", "HOSTNAME", "KRB5CCNAME", "LS_COLORS", "PATH", "PS1", "PS2",
                "XAUTHORITY", "XAUTHORIZATION", "XDG_CURRENT_DESKTOP",
            ]), .list(.string), "Variables that are kept, sorted."),
        SudoDefault(
            "env_check", .strings(["COLORTERM", "LANG", "LANGUAGE", "LC_*", "LINGUAS", "TERM", "TZ"]), .list(.string),
            "Variables that are kept unless they hold % or /, sorted."),
    ]

    private static let byName: [String: SudoDefault] = Dictionary(
        all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    static func flag(_ name: String) -> Bool {
        if case .bool(let value) = byName[name]?.value.kind { return value }
        return false
    }

    static func list(_ name: String) -> [String] {
        guard case .list(let values) = byName[name]?.value.kind else { return [] }
        return values.compactMap { value in
            if case .string(let text) = value.kind { return text }
            return nil
        }
    }
}
