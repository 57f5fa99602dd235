// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of record of the `pam` facts.
enum PAMSchema {
    static let entry = RecordSchema(
        "pam.entry", "One entry of a stack, in the order libpam runs them.", identity: ["line", "module"],
        fields: [
            .init("module", .string, "The module's name without its ending.", example: #""pam_unix""#),
            .init("control", .string, "The control field, without brackets.", example: #""required""#),
            .init("arguments", .list(.string), "The module's arguments, brackets taken off."),
            .init("kind", .string, "`module`; `failure` where libpam puts one; `substack` where one begins."),
            .init("level", .int, "How many substacks it is in."),
            .init("reachable", .bool, "Some results of the modules before it lead to it."),
            .init("line", .string, "Where it stands.", example: #""/etc/pam.d/common-auth:17""#),
            .init("via", .list(.string), "The lines that include it, outermost first."),
        ])

    static let stack = RecordSchema(
        "pam.stack", "The entries of one type of a service, everything included.",
        fields: [
            .init("entries", .list(.record(entry)), "In the order libpam runs them."),
            .init("from_other", .bool, "The service has none of this type: those of `other` are used."),
            .init("can_succeed", .bool, "Some results of the modules make it succeed."),
            .init(
                "open", .bool,
                "It succeeds for some results in which no module that checks who somebody is has agreed."),
        ])

    static let service = RecordSchema(
        "pam.service", "A service of pam.d(5).", identity: ["name"],
        fields: [
            .init("name", .string, "Its name.", example: #""sshd""#),
            .init("path", .string, "The file in force; /etc/pam.d hides /usr/lib/pam.d."),
            .init("fragment", .bool, "A part for others to include, as common-auth."),
            .init("loads", .bool, "libpam can build it; otherwise every question is answered with `abort`."),
            .init("auth", .record(stack), "Who is it?"), .init("account", .record(stack), "May they, now?"),
            .init("password", .record(stack), "A new password."), .init("session", .record(stack), "Before and after."),
            .init("asks_password", .bool, "pam_unix is among the modules of auth."),
            .init("faillock", .bool, "pam_faillock is among the modules of auth."),
            .init("faillock_counts", .bool, "A wrong password is written down."),
            .init("faillock_locks", .bool, "Where the account is locked the right password does not do."),
            .init("faillock_resets", .bool, "The right password makes the count begin anew."),
            .init("quality", .bool, "A new password must please pam_pwquality or its like."),
            .init("history", .bool, "A new password must please pam_pwhistory."),
        ])

    static let line = RecordSchema(
        "pam.line", "A line that names a module, with the services it is part of.",
        identity: ["type", "module", "path"],
        fields: [
            .init("module", .string, "The module's name without its ending.", example: #""pam_unix""#),
            .init("type", .string, "`auth`, `account`, `password` or `session`."),
            .init("control", .string, "The control field, without brackets."),
            .init("arguments", .list(.string), "The module's arguments."),
            .init("path", .string, "The file."), .init("line", .int, "Its line, from 1."),
            .init("services", .list(.string), "The services it is part of, fragments left out."),
            .init("reachable", .bool, "It can run in one of them."),
            .init("exists", .bool, "The module's file is where libpam looks for it."),
            .init("failure_counts", .bool, "A missing module makes the stack fail here."),
            .init(
                "hash", .string,
                "Of pam_unix in password: how a new password is hashed, by its arguments or ENCRYPT_METHOD of login.defs.",
                example: #""yescrypt""#),
        ])

    static let problem = RecordSchema(
        "pam.problem", "What libpam, or pam_limits, cannot use.", identity: ["path", "message"],
        fields: [
            .init("path", .string, "The file."), .init("line", .int, "Its line, from 1; 0 for the file."),
            .init("message", .string, "What is wrong, in words."),
        ])

    static let limit = RecordSchema(
        "pam.limit", "A line of limits.conf(5).", identity: ["domain", "type", "item"],
        fields: [
            .init("domain", .string, "Whom it is for, as written.", example: #""@web""#),
            .init("type", .string, "`hard`, `soft` or `-` for both."), .init("item", .string, "What is limited."),
            .init("value", .string, "The limit.", example: #""65536""#),
        ])

    static let quality = RecordSchema(
        "pam.quality", "pam_pwquality: pwquality.conf(5), with the arguments of its line.",
        fields: [
            .init("minlen", .int, "Shortest length, credits counted in; never below 6."),
            .init("shortest", .int, "Characters the shortest password may have: minlen without the credits there are."),
            .init("minclass", .int, "Kinds of characters that are asked for."),
            .init("dcredit", .int, "Credit for digits; below 0 so many are asked for."),
            .init("ucredit", .int, "Credit for capitals."), .init("lcredit", .int, "Credit for small letters."),
            .init("ocredit", .int, "Credit for others."), .init("difok", .int, "Characters that must be new."),
            .init("maxrepeat", .int, "Longest run of one character; 0: any."),
            .init("maxsequence", .int, "Longest sequence such as 1234; 0: any."),
            .init("dictcheck", .int, "0: no dictionary."), .init("enforcing", .int, "0: it only warns."),
            .init("enforce_for_root", .bool, "root is held to it too."),
        ])

    static let lock = RecordSchema(
        "pam.lock", "pam_faillock: faillock.conf(5), with the arguments of its line.",
        fields: [
            .init("deny", .int, "Wrong passwords that lock an account."),
            .init("fail_interval", .duration, "Within this time."),
            .init("unlock_time", .duration, "The lock ends after this; not set for never."),
            .init("even_deny_root", .bool, "root can be locked too."),
        ])

    static let su = RecordSchema(
        "pam.su", "Who may use su(1), by the stack of its service.",
        fields: [
            .init("restricted", .bool, "Only members of pam_wheel's group, apart from root."),
            .init("group", .string, "That group; not set where all may."),
            .init("members", .list(.string), "Who is in it."),
        ])

    static let ignored = RecordSchema(
        "pam.ignored_setting", "A setting of login.defs(5) that nothing reads where PAM is used.", identity: ["name"],
        fields: [
            .init("name", .string, "Its name.", example: #""PASS_MIN_LEN""#), .init("value", .string, "Its value."),
        ])

    static let pam = RecordSchema(
        "pam", "PAM with what hangs on it.",
        fields: [
            .init("services", .list(.record(service)), "By name; what packages and editors left behind is not told."),
            .init("lines", .list(.record(line)), "The lines with modules, each once, by file and line."),
            .init("problems", .list(.record(problem)), "What libpam cannot use."),
            .init("quality", .record(quality), "Not set where no service uses pam_pwquality."),
            .init("lock", .record(lock), "Not set where no service uses pam_faillock."),
            .init("su", .record(su), "Not set without a service su."),
            .init(
                "limits", .list(.record(limit)),
                "limits.conf and limits.d in their order; for a user, what is in force."),
            .init("limit_problems", .list(.record(problem)), "Lines of these that pam_limits passes over."),
            .init("umask", .mode, "What pam_umask sets; not set where no service uses it or it leaves it to others."),
            .init("ignored_settings", .list(.record(ignored)), "Settings of login.defs that have no effect."),
            .init("result", .string, "What libpam returns; only with a question that names service and type."),
        ])
}
