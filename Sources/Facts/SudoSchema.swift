// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of record of the `sudo` facts.
enum SudoSchema {
    static let grant = RecordSchema(
        "sudo.grant",
        "One command that sudoers(5) allows or forbids, with all that holds for it; a Cmnd_Alias is one for each member.",
        identity: ["users", "hosts", "runas", "command", "arguments", "negated"],
        fields: [
            .init("users", .string, "Who, as written.", example: #""%sudo""#),
            .init("accounts", .list(.string), "The local accounts these are, without those of number 0."),
            .init("hosts", .string, "Where, as written.", example: #""ALL""#),
            .init("here", .bool, "That is this host."),
            .init("runas", .string, "As whom, as `sudo -l` writes it.", example: #""ALL : ALL""#),
            .init("as_root", .bool, "root is one of them."),
            .init(
                "command", .string, "A path, a pattern, `ALL`, `sudoedit` or `list`.", example: #""/usr/bin/apt-get""#),
            .init("arguments", .string, "Arguments as written; not set where any are allowed. Two quotes: none."),
            .init("negated", .bool, "Forbidden: `!`."),
            .init("all", .bool, "The command is ALL."),
            .init("exceptions", .list(.string), "Commands that the same list forbids after this one."),
            .init(
                "overridden", .bool,
                "A later entry says something of every command as root for each of the accounts, and decides."),
            .init("nopasswd", .bool, "No password is asked for, by a tag or by `authenticate`."),
            .init("setenv", .bool, "The user may set any variable of the environment."),
            .init("noexec", .bool, "The command may start no other."),
            .init("digests", .list(.string), "Digests one of which the file must have."),
            .init("wildcard", .bool, "A `*` stands among the arguments; it matches blanks and slashes too."),
            .init(
                "escape", .string,
                "What the command gives away beyond what it is for: `shell`, `launcher` (runs any command), `interpreter`, "
                    + "`editor`, `pager`, `files` (writes any file), `system` (administers it). Not set for nothing known."
            ),
            .init(
                "changeable", .string,
                "Why someone other than root can change the command, in words; not set where nobody can."),
            .init("ends", .timestamp, "NOTAFTER; not set where it never ends."),
        ])

    static let ignored = RecordSchema(
        "sudo.ignored_file", "A file in an included directory that sudo does not read.", identity: ["path"],
        fields: [
            .init("path", .string, "Path."), .init("reason", .string, "Why, in words."),
            .init("entries", .int, "Entries it holds."),
            .init("leftover", .bool, "Its name is one that packages and editors leave behind."),
        ])

    static let scoped = RecordSchema(
        "sudo.scoped_setting", "A setting of Defaults for some users, hosts, commands or run-as users only.",
        identity: ["scope", "setting"],
        fields: [
            .init("scope", .string, "For whom, as written.", example: #"":alice""#),
            .init("name", .string, "The setting's name."), .init("setting", .string, "The setting as written."),
            .init("off", .bool, "It is switched off by `!`."),
        ])

    static let defaults = RecordSchema(
        "sudo.defaults", "The settings in force: those for everybody and for this host, and for who asks.",
        fields: SudoDefault.all.map { .init($0.name, $0.type, $0.documentation) })

    static let sudo = RecordSchema(
        "sudo", "sudo with its sudoers.",
        fields: [
            .init("version", .version, "The installed package; not set where dpkg does not know it."),
            .init("valid", .bool, "`visudo -c` would have nothing to say."),
            .init("errors", .list(.string), "What sudo complains about; an entry that is not understood is left out."),
            .init("refused", .bool, "sudo refuses to work: nobody may do anything."),
            .init("files", .list(.string), "The files that were read, in their order."),
            .init("ignored_files", .list(.record(ignored)), "Files of included directories that are not read."),
            .init("defaults", .record(defaults), "The settings in force."),
            .init("scoped_settings", .list(.record(scoped)), "Settings that hold for some only."),
            .init("grants", .list(.record(grant)), "Who may do what, in its order: the last that matches decides."),
            .init("allowed", .bool, "May the asker run the command? Only with a question that names one."),
            .init("nopasswd", .bool, "Without a password? Only with a question that names a command."),
            .init("decided_by", .string, "The place that decides; not set where nothing matches."),
        ])
}
