// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Model

/// A setting of one of systemd's programs: its name, what it takes, and the default of systemd 252 as Debian builds it.
struct SystemdSetting {
    /// What a setting takes.
    enum Kind {
        /// A boolean.
        case flag
        /// A boolean, or a size above which it holds (journald.conf(5), Compress=).
        case flagOrSize
        /// Bytes; with `infinity` where that is a size.
        case size, sizeOrInfinity
        /// A span of time (systemd.time(7)).
        case span
        /// A number.
        case count
        /// A level of syslog(3), by name or number.
        case level
        /// One of these words; `yes` and `no` also stand for other booleans.
        case word([String])
        /// Words that add up; the empty value drops those before. Names of servers are taken as written, quotes and all.
        case words, servers
        /// Anything.
        case text
    }

    let name: String
    let kind: Kind
    /// As it would be written; empty where nothing is set.
    let standard: String
    let documentation: String

    init(_ name: String, _ kind: Kind, _ standard: String, _ documentation: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.documentation = documentation
    }

    var field: RecordSchema.Field {
        let type: ValueType =
            switch kind {
            case .flag, .flagOrSize: .bool
            case .size, .sizeOrInfinity: .byteSize
            case .span: .duration
            case .count: .int
            case .level, .word, .text: .string
            case .words, .servers: .list(.string)
            }
        return .init(name, type, documentation)
    }

    /// What a value that is written means; nil where systemd ignores it with a warning.
    func parsed(_ text: String) -> Value.Kind? {
        switch kind {
        case .flag: return SystemdUnitValue.boolean(text).map(Value.Kind.bool)
        case .flagOrSize:
            if let flag = SystemdUnitValue.boolean(text) { return .bool(flag) }
            return SystemdUnitValue.size(text).map { _ in .bool(true) }
        case .size: return SystemdUnitValue.size(text).map(Value.Kind.byteSize)
        case .sizeOrInfinity:
            return text == "infinity" ? .byteSize(.max) : SystemdUnitValue.size(text).map(Value.Kind.byteSize)
        case .span: return SystemdUnitValue.timeSpan(text).map(Value.Kind.duration)
        case .count: return Self.number(text).map(Value.Kind.int)
        case .level:
            if let index = Self.number(text), Self.levels.indices.contains(Int(clamping: index)) {
                return .string(Self.levels[Int(clamping: index)])
            }
            return Self.levels.contains(text) ? .string(text) : nil
        case .word(let words):
            if words.contains("yes"), let flag = SystemdUnitValue.boolean(text) { return .string(flag ? "yes" : "no") }
            return words.contains(text) ? .string(text) : nil
        case .words:
            return SystemdUnitWords.split(text, escapes: .keep).map { .list($0.map { .string($0) }) }
        case .servers:
            let words = text.utf8.split { $0 == 0x20 || $0 == 0x09 }
            return .list(words.map { .string(String(decoding: Array($0), as: UTF8.self)) })
        case .text: return .string(text)
        }
    }

    /// syslog(3), by number.
    static let levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]

    /// A number as strtoul(3) takes it with base 0, with `0b` and `0o` besides.
    static func number(_ text: String) -> Int64? {
        var digits = text.utf8[...]
        if digits.first == 0x2B { digits = digits.dropFirst() }
        var radix = 10
        if digits.first == 0x30, digits.count > 1 {
            let second = digits.dropFirst().first.map(\.asciiLowercased) ?? 0
            let prefixes: [UInt8: Int] = [0x78: 16, 0x6F: 8, 0x62: 2]
            radix = prefixes[second] ?? 8
            digits = digits.dropFirst(prefixes[second] == nil ? 1 : 2)
        }
        guard let first = digits.first, first != 0x2B, first != 0x2D,
            let value = UInt64(String(decoding: Array(digits), as: UTF8.self), radix: radix)
        else { return nil }
        return Int64(clamping: value)
    }

    /// The value in force with the line that won and those that lost; `.absent` where nothing is set.
    func value(_ assignments: [SystemdUnitFile.Assignment], main: String, _ collection: Collection) -> Value {
        var winner: Value.Kind? = standard.isEmpty ? (isWords ? .list([]) : nil) : parsed(standard)
        var source = Source(Origin(path: main), means: .default)
        var lost: [Source.Overridden] = []
        // timesyncd 252 falls back on what is built in as long as nobody names a server, whatever timesyncd.conf(5) says
        // of the empty value.
        let builtIn = name == "FallbackNTP" && assignments.allSatisfy(\.value.isEmpty) ? winner : nil
        func win(_ assignment: SystemdUnitFile.Assignment) {
            if source.means == .set { lost.append(.init(origin: source.origin, text: source.text)) }
            source = Source(assignment.origin, text: "\(name)=\(assignment.value)")
        }
        for assignment in assignments {
            if assignment.value.isEmpty, let emptied = emptied {
                win(assignment)
                winner = builtIn ?? emptied
                continue
            }
            guard let kind = parsed(assignment.value) else {
                collection.report(assignment.origin, "\(name)= takes no \(assignment.value.prefix(60)); it is ignored")
                continue
            }
            if isWords, case .list(let added) = kind {
                let place = collection.source(Source(assignment.origin, text: "\(name)=\(assignment.value)"))
                var words: [Value] = []
                // Settings that add to what is built in keep it; a list of servers in place of built-in ones does not.
                if case .list(let before) = winner, source.means == .set || name == "KillExcludeUsers" {
                    words = before
                }
                var known = Set(words.compactMap(Self.text))
                for word in added.compactMap(Self.text) where known.insert(word).inserted {
                    words.append(.string(word, place))
                }
                if source.means == .default { source = Source(assignment.origin, text: "\(name)=\(assignment.value)") }
                winner = .list(words)
            } else {
                win(assignment)
                winner = kind
            }
        }
        guard let winner else { return .absent }
        source.overrode = lost
        return Value(winner, source: collection.source(source))
    }

    private static func text(_ value: Value) -> String? { if case .string(let text) = value.kind { text } else { nil } }

    private var isWords: Bool {
        switch kind {
        case .words, .servers: true
        default: false
        }
    }

    /// What the empty value means; nil where it is no value.
    private var emptied: Value.Kind? {
        switch kind {
        case .words, .servers: .list([])
        case .flagOrSize: parsed(standard)
        case .text: .string("")
        default: name == "LineMax" ? parsed(standard) : nil
        }
    }
}
