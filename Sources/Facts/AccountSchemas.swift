// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of record under `accounts`.
enum AccountSchemas {
    static let user = RecordSchema(
        "accounts.user", "A local account.", identity: ["name", "uid"],
        fields: [
            .init("name", .string, "Login name.", example: #""root""#),
            .init("uid", .int, "User number; 0 may do everything."),
            .init("gid", .int, "Number of the primary group."),
            .init("home", .string, "Home directory."),
            .init("shell", .string, "Login shell as written; empty means /bin/sh."),
            .init("login", .bool, "The shell is one of /etc/shells and neither nologin nor false."),
            .init("system", .bool, "The number is below UID_MIN of login.defs(5), 1000 by default, or nobody's 65534."),
            .init("groups", .list(.string), "All groups by name, the primary one too, sorted."),
            .init(
                "password_state", .string,
                "`set`, `none` (empty: no password is asked for), `locked` (`!` or `*`), `invalid` (matches nothing), "
                    + "`missing` (passwd says x, shadow has no line).", example: #""locked""#),
            .init("password_in_passwd", .bool, "The password field of passwd(5), which everybody reads, is not `x`."),
            .init(
                "password_scheme", .string,
                "How the password is hashed (crypt(5)), also behind a lock: yescrypt, gost-yescrypt, scrypt, bcrypt, "
                    + "sha512, sha256, sha1, sunmd5, md5, nt, bsdicrypt, bigcrypt, des. Not set without a hash.",
                example: #""yescrypt""#),
            .init(
                "password_changed", .timestamp,
                "Day of the last change; not set where unknown or to be changed at login."),
            .init("password_max_age", .duration, "After this it must be changed; not set where it need not be."),
            .init(
                "expires", .timestamp,
                "The account can no longer be used from this day on; not set where it never ends."),
            .init("home_exists", .bool, "Told for login accounts that are not system accounts, as the two below."),
            .init("home_mode", .mode, "Permission bits of the home directory."),
            .init("home_owner", .string, "Owner of the home directory, by name or number."),
        ])

    static let group = RecordSchema(
        "accounts.group", "A local group.", identity: ["name", "gid"],
        fields: [
            .init("name", .string, "Name.", example: #""docker""#),
            .init("gid", .int, "Number."),
            .init("members", .list(.string), "Accounts in it, those whose primary group it is too, sorted."),
            .init("password_state", .string, "As of an account; a group password lets outsiders in (newgrp(1))."),
        ])

    static let duplicate = RecordSchema(
        "accounts.duplicate", "A number or name that stands more than once.", identity: ["kind", "value"],
        fields: [
            .init("kind", .string, "`uid`, `user`, `gid` or `group`."),
            .init("value", .string, "The number or name.", example: #""0""#),
            .init("names", .list(.string), "The accounts or groups that share it, in the order they stand."),
            .init("lines", .list(.int), "Their lines."),
        ])

    static let legacy = RecordSchema(
        "accounts.legacy_entry", "A `+` or `-` entry of NIS times.", identity: ["file", "name"],
        fields: [
            .init("file", .string, "Path."), .init("line", .int, "Line, from 1."),
            .init("name", .string, "The first field.", example: #""+""#),
        ])

    static let malformed = RecordSchema(
        "accounts.malformed_line", "A line its readers skip.", identity: ["file", "line"],
        fields: [
            .init("file", .string, "Path."), .init("line", .int, "Line, from 1."),
            .init("problem", .string, "What is wrong with it."),
        ])

    static let accounts = RecordSchema(
        "accounts", "Local accounts and groups.",
        fields: [
            .init("users", .list(.record(user)), "passwd(5) with shadow(5), in the order of passwd."),
            .init("groups", .list(.record(group)), "group(5), in its order."),
            .init("duplicates", .list(.record(duplicate)), "Numbers and names that stand more than once."),
            .init("legacy_entries", .list(.record(legacy)), "`+` and `-` entries in all four files."),
            .init("malformed", .list(.record(malformed)), "Lines that no reader understands, in all four files."),
        ])
}
