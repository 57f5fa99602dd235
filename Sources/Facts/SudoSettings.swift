// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// What Defaults puts in force: later entries win over earlier ones, after those for commands have waited until the
/// command is known (sudoers(5), "Defaults").
struct SudoSettings {
    /// A value and who set it.
    struct Setting {
        var value: Value
        var origin: Origin
        var text: String
        var overrode: [Source.Overridden] = []
    }

    /// A value in its own kind.
    enum Value: Hashable {
        case flag(Bool)
        case text(String)
        case list([String])
        case number(Int64)
        case minutes(Double)
        /// Switched off by `!`.
        case off
    }

    private(set) var values: [String: Setting] = [:]
    /// Entries that sudo refuses.
    private(set) var problems: [(origin: Origin, message: String)] = []
    /// Why what holds for this question is not certain, by setting.
    private(set) var doubts: [String: String] = [:]

    /// Those that hold for a question. `named`: only what is said for everybody and this host, not for users.
    init(_ policy: SudoPolicy, _ question: SudoQuestion?) {
        for isForCommands in [false, true] {
            for entry in policy.defaults {
                if case .commands = entry.content.scope {
                    guard isForCommands else { continue }
                } else if isForCommands {
                    continue
                }
                switch Self.holds(entry.content.scope, question) {
                case .allow: for setting in entry.content.settings { apply(setting, entry.path) }
                case .unknown(let reason):
                    for setting in entry.content.settings { doubts[setting.name] = reason }
                case .deny, .none: break
                }
            }
        }
    }

    private static func holds(_ scope: Sudoers.Defaults.Scope, _ question: SudoQuestion?) -> SudoMatch {
        if case .all = scope { return .allow }
        guard var question else { return .none }
        switch scope {
        case .all: return .allow
        case .users(let list): return question.users(list, hold: question.user)
        case .hosts(let list): return question.hosts(list)
        case .runas(let list): return question.runas(list, nil)
        case .commands(let list): return question.command == nil ? .none : question.commands(list)
        }
    }

    /// Is the entry one sudo takes? Nil if so, else why not.
    static func objection(_ setting: Sudoers.Setting) -> String? {
        guard let kind = SudoSettingKind.all[setting.name] else {
            return "unknown defaults entry \"\(setting.name)\""
        }
        if setting.change == .add || setting.change == .remove, kind.form != .list {
            return "invalid operator for \"\(setting.name)\""
        }
        guard let value = setting.value else {
            let isFlag = kind.form == .flag || kind.form == .facility
            var isChoice = false
            if case .choice = kind.form { isChoice = kind.canBeOff }
            if isFlag || isChoice || (kind.canBeOff && setting.change == .clear) { return nil }
            return "no value specified for \"\(setting.name)\""
        }
        if kind.form == .flag { return "option \"\(setting.name)\" does not take a value" }
        return SudoSettings.value(value, kind.form) == nil
            ? "value \"\(value)\" is invalid for option \"\(setting.name)\"" : nil
    }

    /// A value as its kind reads it; nil where it cannot.
    static func value(_ text: String, _ form: SudoSettingKind.Form) -> Value? {
        switch form {
        case .flag: return nil
        case .text, .limit, .facility, .priority: return .text(text)
        case .path: return text.hasPrefix("/") ? .text(text) : nil
        case .homePath: return text.hasPrefix("/") || text.hasPrefix("~") || text == "*" ? .text(text) : nil
        case .list:
            return .list(text.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) })
        case .count: return UInt32(text).map { .number(Int64($0)) }
        case .number: return Int32(text).map { .number(Int64($0)) }
        case .minutes: return minutes(text).map { .minutes($0) }
        case .mode: return Int64(text, radix: 8).flatMap { (0...0o777).contains($0) ? .number($0) : nil }
        case .span: return SudoersDuration.seconds(text).map { .number(Int64($0)) }
        case .choice(let words): return words.contains(text) ? .text(text) : nil
        }
    }

    /// Minutes with an optional sign and fraction.
    private static func minutes(_ text: String) -> Double? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        guard text.utf8.count - digits.count <= 1, text.utf8.count <= 15,
            digits.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") }),
            digits.filter({ $0 == UInt8(ascii: ".") }).count <= 1
        else { return nil }
        if digits.isEmpty || digits.elementsEqual(".".utf8) { return 0 }
        let number = String(decoding: digits, as: UTF8.self)
        // A point may stand at either end.
        return Double(number.contains(".") ? "0\(number)0" : number).map { text.hasPrefix("-") ? -$0 : $0 }
    }

    private mutating func apply(_ setting: Sudoers.Setting, _ path: String) {
        let origin = Origin(path: path, line: setting.line, column: setting.column)
        if let objection = Self.objection(setting) {
            problems.append((origin, objection))
            return
        }
        guard let kind = SudoSettingKind.all[setting.name] else { return }
        let text = Self.text(setting)
        let before = values[setting.name]
        var value: Value
        if let written = setting.value, let read = Self.value(written, kind.form) {
            value = read
            if case .list(let words) = read {
                let start =
                    setting.change == .set ? [] : before.map { Self.words($0.value) } ?? SudoDefault.list(setting.name)
                value =
                    setting.change == .remove
                    ? .list(start.filter { !words.contains($0) })
                    : .list(start + words.filter { !start.contains($0) })
            }
        } else if kind.form == .flag {
            value = .flag(setting.change == .set)
        } else if case .choice(let words) = kind.form {
            value = .text(words[setting.change == .set ? min(1, words.count - 1) : 0])
        } else if kind.form == .facility, setting.change == .set {
            value = .text("authpriv")
        } else if kind.form == .list {
            value = .list([])
        } else {
            value =
                [.count, .number, .span].contains(kind.form) ? .number(0) : kind.form == .minutes ? .minutes(0) : .off
        }
        var overrode = before?.overrode ?? []
        if let before { overrode.append(.init(origin: before.origin, text: before.text)) }
        values[setting.name] = Setting(value: value, origin: origin, text: text, overrode: overrode)
        doubts[setting.name] = nil
    }

    private static func words(_ value: Value) -> [String] {
        if case .list(let words) = value { return words }
        return []
    }

    /// The setting as a person writes it.
    static func text(_ setting: Sudoers.Setting) -> String {
        switch setting.change {
        case .clear: "!\(setting.name)"
        case .set: setting.value.map { "\(setting.name)=\($0)" } ?? setting.name
        case .add: "\(setting.name)+=\(setting.value ?? "")"
        case .remove: "\(setting.name)-=\(setting.value ?? "")"
        }
    }

    /// A flag in force.
    func flag(_ name: String) -> Bool {
        if case .flag(let value) = values[name]?.value { return value }
        return SudoDefault.flag(name)
    }
}
