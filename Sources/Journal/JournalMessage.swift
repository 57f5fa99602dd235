// SPDX-License-Identifier: GPL-3.0-or-later

/// The kinds of entries guaita writes. Their numbers are fixed for ever; each has its text in
/// `systemd/guaita.catalog`, in three languages (`journalctl --update-catalog`, `journalctl -x`).
public enum JournalMessage: String, Sendable, Hashable, CaseIterable {
    case findingNew = "finding-new"
    case findingResolved = "finding-resolved"
    case findingChanged = "finding-changed"
    case scanStart = "scan-start"
    case scanEnd = "scan-end"
    case postureChanged = "posture-changed"
    case rulesLoaded = "rules-loaded"
    case rulesRejected = "rules-rejected"
    case notEvaluated = "not-evaluated"
    case suppressed
    case findingRegressed = "finding-regressed"
    case findingRetired = "finding-retired"
    case sightLost = "sight-lost"
    case sightRegained = "sight-regained"
    case heartbeat
    case journalResumed = "journal-resumed"
    case entriesGivenUp = "entries-given-up"
    case scanFailed = "scan-failed"
    case stateDamaged = "state-damaged"
    case stateNotSaved = "state-not-saved"
    case reportNotSaved = "report-not-saved"
    case sandboxDegraded = "sandbox-degraded"
    case workerRestarted = "worker-restarted"
    case clockChanged = "clock-changed"
    case watchesRefused = "watches-refused"
    case settingsRejected = "settings-rejected"

    /// MESSAGE_ID (systemd.journal-fields(7)): 128 random bits in hexadecimal.
    public var id: String {
        switch self {
        case .findingNew: "657917f2e011495da383f143b8bc0df3"
        case .findingResolved: "feffe2c7d2bb40929debe9c079225349"
        case .findingChanged: "4d269de0d193473196870517f5e02d1e"
        case .scanStart: "303f59946539416b8464e99e8300ae18"
        case .scanEnd: "b0f1b47a5f52437cb53bb5c5c08c6490"
        case .postureChanged: "9340853a876a4adc9377af206023d7c7"
        case .rulesLoaded: "26b3ef994e0a43eda6d6859d5b541c9e"
        case .rulesRejected: "768f98c9708949558ff5e52af3f48f27"
        case .notEvaluated: "e5124240a8ff4e6ea179009364208bed"
        case .suppressed: "6c491d9a11974e32b5c88aacd7ce3fb4"
        case .findingRegressed: "631c3adf05763674cf193be660af0e80"
        case .findingRetired: "9f39294f8c0ca847c8317c45714bd589"
        case .sightLost: "96622862fed869952d9dd334700df1d1"
        case .sightRegained: "779f8336328e47edeaf5fcd4d77dd2ea"
        case .heartbeat: "2c2109b8795eccadea87da71e089782f"
        case .journalResumed: "7cc72138f32a6573ae9332dc94e0c4a3"
        case .entriesGivenUp: "e3df57db82d266149c3442d3cffdb065"
        case .scanFailed: "cd661e0e4d58d557b993ba0546d2527a"
        case .stateDamaged: "09cfb9a50443e1daac4badfb68bb2615"
        case .stateNotSaved: "cbe75ab3176c90c9fcb59c0cee1ea127"
        case .reportNotSaved: "2655246f017d9dc20d07e1e1f90e1edb"
        case .sandboxDegraded: "bc009043028037633933d9dd57072d35"
        case .workerRestarted: "b3b7556a0c778f0b0fa5adb724dda5d6"
        case .clockChanged: "2d915cb85381491c9c93c819ccb99b78"
        case .watchesRefused: "b4b735d8871b354d6d1e4917d1e06b47"
        case .settingsRejected: "e5680f52574a2595171e281ebea4f086"
        }
    }
}

/// The fields guaita writes. A closed set, because journald drops a field whose name it does not like without a word.
public enum JournalKey: String, Sendable, Hashable, CaseIterable {
    /// One line of English.
    case message = "MESSAGE"
    /// syslog(3)'s level: critical 2, high 3, medium 4, low 5, info 6.
    case priority = "PRIORITY"
    /// Names the scan; the same in all its entries.
    case scan = "GUAITA_SCAN_ID"
    /// Counts the entries of a scan from 1, so that a reader can tell that none is missing.
    case sequence = "GUAITA_SEQ"
    /// The rule's id.
    case rule = "GUAITA_RULE_ID"
    /// The rule set, `name@version`.
    case pack = "GUAITA_PACK"
    /// The finding's fingerprint.
    case finding = "GUAITA_FINDING_ID"
    /// What the finding is about.
    case subject = "GUAITA_SUBJECT"
    /// The scan since when what the entry speaks of had been so, RFC 3339.
    case since = "GUAITA_SINCE"
    /// The outcome: fail, waived, pass, not-evaluated or retired.
    case status = "GUAITA_STATUS"
    /// The severity.
    case severity = "GUAITA_SEVERITY"
    /// What was found and where, or what is wrong; without secrets.
    case evidence = "GUAITA_EVIDENCE"
    /// The security score.
    case securityScore = "GUAITA_SECURITY_SCORE"
    /// The scalability score.
    case scalabilityScore = "GUAITA_SCALABILITY_SCORE"
    /// How many entries were left out.
    case suppressed = "GUAITA_SUPPRESSED"
    /// Path of the report that holds everything.
    case report = "GUAITA_REPORT"
}

/// A field of an entry.
public struct JournalField: Sendable, Hashable {
    /// Which.
    public var key: JournalKey
    /// What it says. More than `longest` bytes are cut, and control characters other than line feed and tab replaced.
    public var value: String

    /// The longest value written: `journalctl -o json` prints longer ones as null.
    public static let longest = 4096

    /// A field.
    public init(_ key: JournalKey, _ value: String) {
        self.key = key
        self.value = value
    }

    /// The value as it is written, in UTF-8.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for scalar in value.unicodeScalars {
            let isControl = (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar.value == 0x7F
            let encoded = Array(String(isControl ? "\u{FFFD}" : scalar).utf8)
            if bytes.count + encoded.count > Self.longest - 3 {
                bytes += Array("…".utf8)
                break
            }
            bytes += encoded
        }
        return bytes
    }
}
