// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// One setting of guaita.yaml(5). The table `all` is the only place that names them: reading, checking, the JSON Schema,
/// the commented default file and the reference page all come from it.
public struct SettingsKey: Sendable {
    /// The name with its section, as `scan.interval`; without a dot it stands at the top.
    public let name: String
    /// What it takes, and where the value goes.
    public let value: Value
    /// What it does, in English: sentences.
    public let documentation: String
    /// A value that is not the default, as it stands in the file.
    public let example: String

    /// The field of the settings that a value goes to.
    public typealias Place<T> = any WritableKeyPath<Settings, T> & Sendable

    /// The kinds of values.
    public enum Value: Sendable {
        /// A span of whole seconds.
        case span(Place<Int64>, ClosedRange<Int64>)
        /// A number of bytes.
        case size(Place<Int64>, ClosedRange<Int64>)
        /// A whole number.
        case count(Place<Int>, ClosedRange<Int>)
        /// `true` or `false`.
        case flag(Place<Bool>)
        /// The absolute path of a file.
        case path(Place<String>)
        /// Absolute paths of files or directories, at least one.
        case paths(Place<[String]>)
        /// Globs over rule ids.
        case globs(Place<[String]>)
    }

    /// A setting.
    init(_ name: String, _ value: Value, _ documentation: String, example: String) {
        self.name = name
        self.value = value
        self.documentation = documentation
        self.example = example
    }

    /// The section it stands in; nil at the top.
    public var section: String? {
        name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[..<$0]) }
    }

    /// The name inside its section.
    public var key: String {
        name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
    }

    /// Every setting, those of a section together.
    public static let all: [SettingsKey] = [
        SettingsKey(
            "scan.interval", .span(\.interval, 60...30 * 86_400),
            "From one full scan to the next. Between them only what changed is looked at.",
            example: "6h"),
        SettingsKey(
            "scan.jitter", .span(\.jitter, 0...86_400),
            "Up to this much is added by chance to each interval, so that many virtual machines of one server do not scan "
                + "at the same moment. Never longer than the interval; where the interval is shorter than the default, "
                + "the default is the interval.",
            example: "30m"),
        SettingsKey(
            "scan.watch", .flag(\.watch),
            "Whether a change of a file that the last scan read is looked at as soon as it settles. With false it is "
                + "found at the next interval.",
            example: "false"),
        SettingsKey(
            "scan.settle", .span(\.settle, 1...60),
            "How long no further change may come before changed files are looked at, so that an upgrade is looked at "
                + "once and not a hundred times.",
            example: "5s"),
        SettingsKey(
            "rules", .paths(\.rules),
            "Rule files, and directories of them. Only a directory of the default list may be missing.",
            example: "[/usr/share/guaita/rules, /srv/guaita/rules]"),
        SettingsKey(
            "only", .globs(\.only),
            "Ids of the rules that count, with * for anything and ? for one character. An empty list: all.",
            example: "[\"ssh.*\", \"tls.*\"]"),
        SettingsKey(
            "waivers", .path(\.waivers),
            "The file of accepted risks: who accepts what, why, until when. It may be missing.",
            example: "/srv/guaita/waivers.yaml"),
        SettingsKey(
            "journal.limit", .count(\.journalLimit, 0...100_000),
            "The most entries about single findings that one scan writes to the journal. What is left out is counted "
                + "in the entry about the scan and stands in the report.",
            example: "200"),
        SettingsKey(
            "journal.heartbeat", .span(\.heartbeat, 60...30 * 86_400),
            "How often guaita writes to the journal that it still keeps watch, when nothing changes.",
            example: "12h"),
        SettingsKey(
            "worker.memory", .size(\.workerMemory, 256 << 20...64 << 30),
            "The most memory, in address space, that the process that reads the host's files may have. Above it the "
                + "process is ended, and what it was reading becomes a finding.",
            example: "2 GiB"),
        SettingsKey(
            "worker.patience", .span(\.workerPatience, 1...600),
            "How long the process that reads the host's files may go without a step before it is ended, and what it was "
                + "reading becomes a finding.",
            example: "1m"),
    ]

    /// The sections in the order of the table.
    public static let sections: [String] = all.reduce(into: []) { sections, key in
        if let section = key.section, sections.last != section { sections.append(section) }
    }

    /// The setting of a name.
    public static func named(_ name: String) -> SettingsKey? { all.first { $0.name == name } }

    /// The value that some settings have for it, as it stands in the file: `1h30m`, `[a, b]`.
    public func text(_ settings: Settings) -> String {
        switch value {
        case .span(let path, _): TimeSpan(seconds: settings[keyPath: path]).wholeUnits
        case .size(let path, _): ByteSize(settings[keyPath: path]).text
        case .count(let path, _): String(settings[keyPath: path])
        case .flag(let path): String(settings[keyPath: path])
        case .path(let path): settings[keyPath: path]
        case .paths(let path): "[" + settings[keyPath: path].joined(separator: ", ") + "]"
        // A plain * at the beginning is an alias (YAML 1.2.2, 7.1).
        case .globs(let path): "[" + settings[keyPath: path].map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        }
    }

    /// What it takes, in words: `a span of time from 1m to 30d`.
    public var range: String {
        switch value {
        case .span(_, let range):
            "a span of time from \(TimeSpan(seconds: range.lowerBound).wholeUnits) to "
                + TimeSpan(seconds: range.upperBound).wholeUnits
        case .size(_, let range):
            "a size from \(ByteSize(range.lowerBound).text) to \(ByteSize(range.upperBound).text)"
        case .count(_, let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .path: "an absolute path"
        case .paths: "a list of absolute paths"
        case .globs: "a list of rule ids, with * and ?"
        }
    }
}
