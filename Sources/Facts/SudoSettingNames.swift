// SPDX-License-Identifier: GPL-3.0-or-later

/// The settings Defaults knows, sudoers(5) "SUDOERS OPTIONS", of sudo 1.9.13: what kind of value each takes.
struct SudoSettingKind: Sendable {
    /// What a value must be.
    enum Form: Sendable, Hashable {
        case flag, text, path, homePath, list, count, number, minutes, mode, span, limit, facility, priority
        case choice([String])
    }

    let form: Form
    /// `!name` is allowed where it is no flag.
    let canBeOff: Bool

    /// By name.
    static let all: [String: SudoSettingKind] = {
        var all: [String: SudoSettingKind] = [:]
        for (form, canBeOff, names) in table {
            for name in names.split(separator: " ") {
                all[String(name)] = SudoSettingKind(form: form, canBeOff: canBeOff)
            }
        }
        return all
    }()

    private static let table: [(Form, Bool, String)] = [
        (.facility, true, "syslog"),
        (.priority, true, "syslog_goodpri syslog_badpri"),
        (
            .flag, false,
            """
            long_otp_prompt ignore_dot mail_always mail_badpass mail_no_user mail_no_host mail_no_perms \
            mail_all_cmnds tty_tickets authenticate root_sudo log_host log_year shell_noargs set_home \
            always_set_home path_info fqdn insults requiretty env_editor rootpw runaspw targetpw use_loginclass \
            set_logname stay_setuid preserve_groups passprompt_override noexec ignore_local_sudoers \
            closefrom_override setenv env_reset visiblepw pwfeedback fast_glob umask_override log_input \
            log_stdin log_ttyin log_output log_stdout log_stderr log_ttyout compress_io use_pty set_utmp \
            utmp_runas exec_background pam_setcred pam_session pam_acct_mgmt use_netgroups sudoedit_checkdir \
            sudoedit_follow always_query_group_plugin netgroup_tuple ignore_audit_errors ignore_iolog_errors \
            ignore_logfile_errors match_group_by_gid ignore_unknown_defaults user_command_timeouts iolog_flush \
            syslog_pid case_insensitive_user case_insensitive_group log_allowed log_denied log_server_keepalive \
            log_server_verify runas_allow_unknown_id runas_check_shell pam_ruser pam_rhost selinux intercept \
            log_subcmds log_exit_status intercept_authenticate intercept_allow_setid noninteractive_auth \
            log_passwords intercept_verify
            """
        ),
        (.choice(["never", "once", "always"]), true, "lecture"),
        (
            .path, true,
            """
            lecture_file logfile mailerpath env_file restricted_env_file log_server_cabundle \
            log_server_peer_cert log_server_peer_key
            """
        ),
        (.count, true, "loglinelen"),
        (.minutes, true, "timestamp_timeout passwd_timeout"),
        (.count, false, "passwd_tries syslog_maxlen"),
        (.mode, true, "umask"),
        (.text, true, "mailerflags mailto mailfrom exempt_group secure_path iolog_user iolog_group"),
        (
            .text, false,
            """
            mailsub badpass_message timestampowner passprompt runas_default role type sudoers_locale \
            group_plugin iolog_file privs limitprivs pam_service pam_login_service pam_askpass_service maxseq \
            authfail_message apparmor_profile
            """
        ),
        (.path, false, "lecture_status_dir timestampdir editor iolog_dir"),
        (.choice(["never", "any", "all", "always"]), true, "listpw"),
        (.choice(["never", "all", "any", "always"]), true, "verifypw"),
        (.number, false, "closefrom"),
        (.list, true, "env_check env_delete env_keep log_servers passprompt_regex"),
        (.mode, false, "iolog_mode"),
        (.choice(["never", "digest_only", "always"]), true, "fdexec"),
        (.span, true, "command_timeout log_server_timeout"),
        (.choice(["global", "ppid", "tty", "kernel"]), false, "timestamp_type"),
        (.homePath, true, "runcwd runchroot admin_flag"),
        (.choice(["sudo", "json"]), false, "log_format"),
        (
            .limit, true,
            """
            rlimit_as rlimit_core rlimit_cpu rlimit_data rlimit_fsize rlimit_locks rlimit_memlock rlimit_nofile \
            rlimit_nproc rlimit_rss rlimit_stack
            """
        ),
        (.choice(["dso", "trace"]), false, "intercept_type"),
    ]
}
