// SPDX-License-Identifier: GPL-3.0-or-later

import CEL

/// The kinds of record of the `apt` facts.
enum APTSchema {
    static let setting = RecordSchema(
        "apt.setting", "An option that a file of apt.conf(5) sets.", identity: ["name", "value"],
        fields: [
            .init("name", .string, "With its scopes; what has no name in a list ends in `::`."),
            .init("value", .string, "Its value."),
        ])

    static let source = RecordSchema(
        "apt.source", "An enabled repository: an address with a suite.",
        identity: ["type", "uri", "suite", "components"],
        fields: [
            .init("type", .string, "`deb` or `deb-src`."),
            .init("uri", .string, "Address.", example: #""http://deb.debian.org/debian/""#),
            .init("suite", .string, "Suite, codename or path.", example: #""bookworm-security""#),
            .init("components", .list(.string), "Components."),
            .init(
                "signed_by", .string,
                "Keys that sign it, `embedded` for a key in the file; not set for any key there is."),
            .init("trusted", .bool, "`trusted=yes`: it is taken unsigned or wrongly signed."),
            .init(
                "allow_insecure", .bool, "An unsigned repository is taken, by an option of the entry or of apt.conf."),
            .init("official", .bool, "By its address and components an archive of Debian or Ubuntu."),
            .init("security", .bool, "It carries the security fixes of this release."),
            .init("foreign_release", .bool, "An official archive of another release of this distribution."),
            .init("moving", .bool, "An official archive by a name that changes its release: stable, testing …"),
        ])

    static let periodic = RecordSchema(
        "apt.periodic", "APT::Periodic: what apt-daily.timer and apt-daily-upgrade.timer do.",
        fields: [
            .init("enabled", .bool, "APT::Periodic::Enable is not 0."),
            .init("update_every", .duration, "Package lists are renewed so often; 0 s each time; not set for never."),
            .init("upgrade_every", .duration, "unattended-upgrade runs so often; 0 s each time; not set for never."),
            .init("update_timer", .string, "State of apt-daily.timer, as `systemctl is-enabled` says it."),
            .init("upgrade_timer", .string, "State of apt-daily-upgrade.timer."),
            .init("timers_run", .bool, "Both timers start at boot and neither service is masked."),
            .init(
                "lists_updated", .timestamp, "When the package lists were last renewed; not set where they never were."),
            .init(
                "last_upgrade", .timestamp, "When unattended-upgrade last ran by its timer; not set where it never did."
            ),
        ])

    static let unattended = RecordSchema(
        "apt.unattended", "Unattended-Upgrade: what is upgraded without anybody.",
        fields: [
            .init("origins", .list(.string), "Patterns of origins, variables put in."),
            .init("valid", .bool, "It understands its patterns; otherwise it ends with an error and installs nothing."),
            .init(
                "security", .bool,
                "A pattern matches the security origin of this release; not set where the release is not known."),
            .init("blacklist", .list(.string), "Regular expressions of packages that are left out."),
            .init("Automatic_Reboot", .bool, "It reboots when a package asks for it."),
        ])

    static let pin = RecordSchema(
        "apt.pin", "A record of apt_preferences(5).", identity: ["package", "pin", "priority"],
        fields: [
            .init("package", .string, "Packages it speaks of.", example: #""*""#),
            .init("pin", .string, "What it matches.", example: #""release a=stable""#),
            .init("priority", .int, "Below 0 never, below 100 never an upgrade, above 1000 even a downgrade."),
        ])

    static let apt = RecordSchema(
        "apt", "APT: configuration, sources, and what happens by itself.",
        fields: [
            .init("valid", .bool, "apt reads all its files; otherwise it refuses to work, updates included."),
            .init("errors", .list(.string), "What it refuses, with the place."),
            .init("files", .list(.string), "Files of the configuration in the order they are read."),
            .init("settings", .list(.record(setting)), "What the files set and nothing later overrode."),
            .init("sources", .list(.record(source)), "Enabled repositories, in their order."),
            .init("pins", .list(.record(pin)), "Records of the preferences, in their order."),
            .init("periodic", .record(periodic), "What the timers do."),
            .init("unattended", .record(unattended), "Set where unattended-upgrades is installed."),
            .init(
                "legacy_keyring", .bool, "/etc/apt/trusted.gpg holds keys: each may sign any repository (deprecated)."),
        ])
}
