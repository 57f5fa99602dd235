// SPDX-License-Identifier: GPL-3.0-or-later

/// What guaita.yaml(5) can say, with the defaults of a host where nobody wrote one. `SettingsKey.all` has the names,
/// ranges and meanings.
public struct Settings: Sendable, Hashable {
    /// Seconds from one full scan to the next.
    public var interval: Int64 = 3600
    /// Up to this many seconds are added by chance to each interval, so that many hosts do not scan at once. Never more
    /// than the interval.
    public var jitter: Int64 = 300
    /// Whether a change of a file that was read leads to a look at once.
    public var watch = true
    /// Seconds without a further change before changed files are looked at.
    public var settle: Int64 = 1
    /// Files and directories of rules; those that are missing are skipped only where they are the defaults.
    public var rules: [String] = Settings.defaultRules
    /// Globs over rule ids; empty: all.
    public var only: [String] = []
    /// The file of accepted risks.
    public var waivers = "/etc/guaita/waivers.yaml"
    /// The most entries about findings that one scan writes to the journal.
    public var journalLimit = 1000
    /// Seconds between two signs of life in the journal when nothing changes.
    public var heartbeat: Int64 = 86_400
    /// The most memory a worker may have, in bytes of its own (RLIMIT_DATA; mapped files do not count).
    public var workerMemory: Int64 = 1 << 30
    /// Seconds a worker may go without a sign of life before it is ended.
    public var workerPatience: Int64 = 20

    /// Where the package and the administrator put rules.
    public static let defaultRules = ["/usr/share/guaita/rules", "/etc/guaita/rules.d"]
    /// Where the settings are.
    public static let defaultPath = "/etc/guaita/guaita.yaml"

    /// The defaults.
    public init() {}
}
