// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// One of systemd's programs that has a configuration file: the section its settings stand in, and the settings with
/// the defaults of systemd 252 as Debian 12 builds it (the comments of the packaged file name them).
struct SystemdProgram {
    let name: String
    let section: String
    /// The unit that tells whether the program is on the host.
    let unit: String
    let settings: [SystemdSetting]
    let schema: RecordSchema

    init(
        _ name: String, _ section: String, unit: String, _ documentation: String, _ settings: [SystemdSetting],
        computed: [RecordSchema.Field] = []
    ) {
        self.name = name
        self.section = section
        self.unit = unit
        self.settings = settings
        schema = RecordSchema(
            name, documentation,
            fields: [
                .init("files", .list(.string), "The configuration files that were read, in the order they count."),
                .init("enabled", .bool, "Its unit is started by itself."),
            ] + computed + settings.map(\.field))
    }

    private static let actions: SystemdSetting.Kind = .word([
        "ignore", "poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep",
        "suspend-then-hibernate", "lock", "factory-reset",
    ])

    /// journald.conf(5).
    static let journald = SystemdProgram(
        "journald", "Journal", unit: "systemd-journald.service", "The journal (journald.conf(5)).",
        [
            .init("Storage", .word(["auto", "volatile", "persistent", "none"]), "auto", "Where messages are kept."),
            .init("Compress", .flagOrSize, "yes", "Large messages are compressed."),
            .init("Seal", .flag, "yes", "Files are sealed against changes, where a key was made."),
            .init("SplitMode", .word(["uid", "login", "none"]), "uid", "Files for each user, or one for all."),
            .init("SyncIntervalSec", .span, "5m", "How long a message may wait until it is safe on the disk."),
            .init(
                "RateLimitIntervalSec", .span, "30s", "The time in which a service may write RateLimitBurst messages."),
            .init("RateLimitBurst", .count, "10000", "Messages of one service in that time; more are dropped."),
            .init("SystemMaxUse", .size, "", "The most that is kept on the disk; not set where it is a share of it."),
            .init("SystemKeepFree", .size, "", "What is left free on the disk; not set where it is a share of it."),
            .init("SystemMaxFileSize", .size, "", "The largest file on the disk; not set where it is an eighth."),
            .init("SystemMaxFiles", .count, "100", "Archived files on the disk."),
            .init("RuntimeMaxUse", .size, "", "The most that is kept in memory; not set where it is a share of it."),
            .init("RuntimeKeepFree", .size, "", "What is left free in /run; not set where it is a share of it."),
            .init("RuntimeMaxFileSize", .size, "", "The largest file in memory; not set where it is an eighth."),
            .init("RuntimeMaxFiles", .count, "100", "Archived files in memory."),
            .init("MaxRetentionSec", .span, "0", "Messages older than this are removed; 0 for no such limit."),
            .init("MaxFileSec", .span, "1month", "A new file is begun after this time."),
            .init("ForwardToSyslog", .flag, "yes", "rsyslog and its like get every message."),
            .init("ForwardToKMsg", .flag, "no", "The kernel's log gets every message."),
            .init("ForwardToConsole", .flag, "no", "The console gets every message."),
            .init("ForwardToWall", .flag, "yes", "Everybody logged in gets the gravest messages."),
            .init("TTYPath", .text, "/dev/console", "The console."),
            .init("MaxLevelStore", .level, "debug", "The least grave message that is kept."),
            .init("MaxLevelSyslog", .level, "debug", "The least grave message that syslog gets."),
            .init("MaxLevelKMsg", .level, "notice", "The least grave message that the kernel's log gets."),
            .init("MaxLevelConsole", .level, "info", "The least grave message that the console gets."),
            .init("MaxLevelWall", .level, "emerg", "The least grave message that everybody gets."),
            .init("LineMax", .size, "48K", "A longer line is split."),
            .init("ReadKMsg", .flag, "yes", "Messages of the kernel are kept too."),
            .init("Audit", .flag, "no", "journald switches the kernel's audit messages on."),
        ],
        computed: [
            .init(
                "persistent", .bool,
                "Messages outlive a reboot: Storage=persistent, or auto where /var/log/journal is there."),
            .init(
                "max_use", .byteSize,
                "The most the journal takes where it is kept: as set, or 10 % of the file system, at most 4 GiB."),
            .init("rate_limited", .bool, "A service that writes too much loses messages."),
        ])

    /// logind.conf(5).
    static let logind = SystemdProgram(
        "logind", "Login", unit: "systemd-logind.service", "Logins and seats (logind.conf(5)).",
        [
            .init("NAutoVTs", .count, "6", "Consoles with a login."),
            .init("ReserveVT", .count, "6", "The console that is kept for a login."),
            .init("KillUserProcesses", .flag, "no", "What a user left running is ended with the session."),
            .init("KillOnlyUsers", .words, "", "Only theirs; empty for everybody's."),
            .init("KillExcludeUsers", .words, "root", "Never theirs."),
            .init("InhibitDelayMaxSec", .span, "5", "How long a shutdown may be put off."),
            .init("UserStopDelaySec", .span, "10", "How long a user's services outlive the last session."),
            .init("HandlePowerKey", actions, "poweroff", "What the power key does."),
            .init("HandlePowerKeyLongPress", actions, "ignore", "What it does when it is held."),
            .init("HandleRebootKey", actions, "reboot", "What the reboot key does."),
            .init("HandleSuspendKey", actions, "suspend", "What the suspend key does."),
            .init("HandleHibernateKey", actions, "hibernate", "What the hibernate key does."),
            .init("HandleLidSwitch", actions, "suspend", "What closing the lid does."),
            .init("HoldoffTimeoutSec", .span, "30s", "How long keys and lid mean nothing after start or wake-up."),
            .init("IdleAction", actions, "ignore", "What happens when nobody does anything."),
            .init("IdleActionSec", .span, "30min", "How long nobody has to do anything for that."),
            .init("RemoveIPC", .flag, "yes", "What a user left in shared memory is removed with the last session."),
            .init("InhibitorsMax", .count, "8192", "Inhibitors at a time."),
            .init("SessionsMax", .count, "8192", "Sessions at a time."),
            .init("StopIdleSessionSec", .span, "infinity", "Idle sessions end after this time."),
        ])

    /// timesyncd.conf(5).
    static let timesyncd = SystemdProgram(
        "timesyncd", "Time", unit: "systemd-timesyncd.service", "systemd's client of NTP (timesyncd.conf(5)).",
        [
            .init("NTP", .servers, "", "Servers."),
            .init(
                "FallbackNTP", .servers,
                "0.debian.pool.ntp.org 1.debian.pool.ntp.org 2.debian.pool.ntp.org 3.debian.pool.ntp.org",
                "Servers where there are no others."),
            .init("RootDistanceMaxSec", .span, "5", "A server further than this from the true time is left."),
            .init("PollIntervalMinSec", .span, "32", "The shortest time between two questions."),
            .init("PollIntervalMaxSec", .span, "2048", "The longest time between two questions."),
            .init("ConnectionRetrySec", .span, "30", "The time before a new server is tried."),
            .init("SaveIntervalSec", .span, "60", "How often the time is saved for the next start."),
        ])

    /// resolved.conf(5).
    static let resolved = SystemdProgram(
        "resolved", "Resolve", unit: "systemd-resolved.service", "systemd's resolver of names (resolved.conf(5)).",
        [
            .init("DNS", .servers, "", "Servers."),
            .init("FallbackDNS", .servers, "", "Servers where there are no others."),
            .init("Domains", .words, "", "Where short names are looked for."),
            .init("LLMNR", .word(["yes", "no", "resolve"]), "yes", "Names of the local network by LLMNR."),
            .init("MulticastDNS", .word(["yes", "no", "resolve"]), "yes", "Names of the local network by mDNS."),
            .init("DNSSEC", .word(["yes", "no", "allow-downgrade"]), "no", "Signed answers are checked."),
            .init("DNSOverTLS", .word(["yes", "no", "opportunistic"]), "no", "Questions are encrypted."),
            .init("Cache", .word(["yes", "no", "no-negative"]), "yes", "Answers are kept for the next question."),
            .init("CacheFromLocalhost", .flag, "no", "Answers of a server on this host are kept too."),
            .init("DNSStubListener", .word(["yes", "no", "udp", "tcp"]), "yes", "It answers at 127.0.0.53."),
            .init("DNSStubListenerExtra", .words, "", "It answers at these addresses besides."),
            .init("ReadEtcHosts", .flag, "yes", "/etc/hosts counts."),
            .init("ResolveUnicastSingleLabel", .flag, "no", "Names without a dot are asked of servers."),
        ])

    /// coredump.conf(5).
    static let coredump = SystemdProgram(
        "coredump", "Coredump", unit: "systemd-coredump.socket", "Core dumps that systemd keeps (coredump.conf(5)).",
        [
            .init("Storage", .word(["none", "external", "journal"]), "external", "Where they are kept."),
            .init("Compress", .flag, "yes", "They are compressed."),
            .init("ProcessSizeMax", .size, "2G", "A larger one is not looked at."),
            .init("ExternalSizeMax", .sizeOrInfinity, "2G", "A larger one is cut."),
            .init("JournalSizeMax", .size, "767M", "A larger one is cut in the journal."),
            .init("MaxUse", .size, "", "The most they take together; not set where it is 10 % of the disk."),
            .init("KeepFree", .size, "", "What is left free; not set where it is 15 % of the disk."),
        ])

    static let all = [journald, logind, timesyncd, resolved, coredump]
}
