// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// sudo: who may run what as whom, with a password or without, and the settings in force, from /etc/sudoers with all it
/// includes (sudoers(5) of sudo 1.9.13).
public struct SudoCollector: Collector {
    /// The collector.
    public init() {}

    /// `sudo`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "sudo", .record(SudoSchema.sudo),
                "sudo with its sudoers: settings and commands in force. Absent where there is no sudo.",
                example: "sudo.grants.filter(g, g.all && g.nopasswd)")
        ]
    }

    /// One record, `.absent` without sudo.
    public func collect(_ collection: Collection) -> [Value] {
        guard let state = SudoState(collection) else { return [.absent] }
        return [state.record(collection, asker: nil, command: nil)]
    }

    /// What one user may do. Keys: `user`, `command` (with its arguments), `runas`, `group`.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        for key in question.keys.sorted() where !["user", "command", "runas", "group"].contains(key) {
            throw QuestionError("sudo knows no key \(key): user, command, runas, group")
        }
        guard let user = question["user"] else { throw QuestionError("sudo needs a user: user=alice") }
        guard let state = SudoState(collection) else { return [.absent] }
        if state.names.accounts == nil { return [.unknown("sudo", state.names.failure)] }
        guard let account = state.names.account(user) else { throw QuestionError("/etc/passwd has no user \(user)") }
        var asked = SudoGrants.root(state.policy, state.names, collection.host, account)
        if let runas = question["runas"] {
            guard let target = state.names.account(runas) else {
                throw QuestionError("/etc/passwd has no user \(runas)")
            }
            asked.runas = target
            asked.isRunasNamed = true
        }
        if let name = question["group"] {
            guard let group = state.names.groups.first(where: { $0.name == name }) else {
                throw QuestionError("/etc/group has no group \(name)")
            }
            asked.runasGroup = (group.name, group.gid)
            // `sudo -g` alone runs as oneself.
            if question["runas"] == nil { asked.runas = account }
        }
        guard let command = question["command"] else {
            return [state.record(collection, asker: account, command: nil)]
        }
        let words = command.utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard let path = words.first else { throw QuestionError("command= names no command") }
        let arguments = words.count > 1 ? words.dropFirst().joined(separator: " ") : nil
        asked.command = SudoCommand(path: path, arguments: arguments)
        return [state.record(collection, asker: account, command: asked)]
    }
}

/// Everything the collector knows of one host.
struct SudoState {
    let names: SudoNames
    let policy: SudoPolicy
    private let files: SudoFiles
    private let version: String?

    /// Nil where there is no sudo.
    init?(_ collection: Collection) {
        let host = collection.host
        let version = Self.version(collection)
        let isThere = version != nil || (try? host.status("/usr/bin/sudo")) != nil
        // A tree of configuration alone has no programs.
        guard isThere || (try? host.status(SudoFiles.path)) != nil else { return nil }
        self.version = version
        names = SudoNames(host)
        files = SudoFiles(host, shortHostName: names.shortHost)
        policy = SudoPolicy(files)
    }

    private static func version(_ collection: Collection) -> String? {
        guard let bytes = try? collection.host.read("/var/lib/dpkg/status", limit: 64 << 20).bytes else { return nil }
        for name in ["sudo", "sudo-ldap"] {
            if let package = DpkgStatus.find(name, in: bytes), package.state == "installed" { return package.version }
        }
        return nil
    }

    /// What `visudo -c` says, entries sudo reads and settings it does not take.
    private var problems: [(origin: Origin, message: String)] {
        var problems = files.problems + policy.problems
        for entry in policy.defaults {
            for setting in entry.content.settings {
                guard let objection = SudoSettings.objection(setting) else { continue }
                problems.append((Origin(path: entry.path, line: setting.line, column: setting.column), objection))
            }
        }
        return problems
    }

    func record(_ collection: Collection, asker: SudoNames.Account?, command: SudoQuestion?) -> Value {
        let file = collection.source(SudoFiles.path, means: .file)
        if let (path, reason) = files.unreadable {
            return .unknown("sudo", "\(path): \(reason)", collection.source(path, means: .file))
        }
        let problems = problems
        let errors = problems.map { problem in
            Value.string(
                "\(problem.origin.description): \(problem.message)",
                collection.source(Source(problem.origin, text: problem.message)))
        }
        let question = command ?? SudoGrants.root(policy, names, collection.host, asker)
        let settings = SudoSettings(policy, question)
        var fields: [String: Value] = [
            "valid": .bool(problems.isEmpty, errors.first?.source ?? file),
            "errors": .list(errors, errors.first?.source ?? file),
            "refused": .bool(
                files.refusal != nil,
                files.refusal.map { collection.source(Source($0.origin, text: $0.message)) } ?? file),
            "files": .strings(files.paths, file),
            "ignored_files": .list(files.ignored.map { Self.ignored($0, collection) }, file),
            "defaults": defaults(settings, collection),
            "scoped_settings": .list(scoped(collection), file),
            "grants": .list(SudoGrants(policy, names, collection, asker: asker).records(), file),
        ]
        fields["version"] = version.map { Value(.version($0), source: collection.source("/var/lib/dpkg/status")) }
        if var asked = command {
            decide(&asked, settings, collection, &fields)
        }
        return .record(Record(SudoSchema.sudo, fields), file)
    }

    private func decide(
        _ asked: inout SudoQuestion, _ settings: SudoSettings, _ collection: Collection, _ fields: inout [String: Value]
    ) {
        if case .text(let name) = settings.values["runas_default"]?.value { asked.runasDefault = name }
        asked.ignoresUserCase = settings.flag("case_insensitive_user")
        asked.ignoresGroupCase = settings.flag("case_insensitive_group")
        asked.command?.isFastGlob = settings.flag("fast_glob")
        guard let decision = asked.decide(at: collection.now.seconds) else {
            fields["allowed"] = .bool(false, collection.source(SudoFiles.path, means: .default))
            fields["nopasswd"] = .bool(false)
            return
        }
        let command = decision.specification.command
        let source = collection.source(decision.path, command.line, column: command.column, text: command.text)
        fields["allowed"] = decision.match.value("sudo.allowed", source)
        let tag = decision.specification.tags["PASSWD"]
        fields["nopasswd"] = .bool(
            asked.isOneself(decision) || asked.isExempt(settings) || !(tag ?? settings.flag("authenticate")), source)
        fields["decided_by"] = .string("\(decision.path):\(command.line)", source)
    }

    private static func ignored(_ file: SudoFiles.Ignored, _ collection: Collection) -> Value {
        let source = collection.source(file.path, means: .file)
        let name = HostPath.name(of: file.path)
        let endings = [
            "~", ".swp", ".bak", ".old", ".orig", ".rej", ".dpkg-dist", ".dpkg-old", ".dpkg-new", ".dpkg-bak",
            ".dpkg-tmp", ".ucf-dist", ".ucf-old", ".ucf-new", ".disabled",
        ]
        let isLeftover = name.hasPrefix(".") || endings.contains { name.hasSuffix($0) }
        return .record(
            Record(
                SudoSchema.ignored,
                [
                    "path": .string(file.path, source), "reason": .string(file.reason, source),
                    "entries": .int(file.entries, source), "leftover": .bool(isLeftover, source),
                ]), source)
    }

    private func defaults(_ settings: SudoSettings, _ collection: Collection) -> Value {
        let none = collection.source(SudoFiles.path, means: .default)
        var fields: [String: Value] = [:]
        for fact in SudoDefault.all {
            if let doubt = settings.doubts[fact.name] {
                fields[fact.name] = .unknown("sudo.defaults.\(fact.name)", doubt)
                continue
            }
            guard let setting = settings.values[fact.name] else {
                fields[fact.name] = Value(fact.value.kind, source: none)
                continue
            }
            let source = collection.source(Source(setting.origin, text: setting.text, overrode: setting.overrode))
            switch setting.value {
            case .flag(let value): fields[fact.name] = .bool(value, source)
            case .text(let value): fields[fact.name] = .string(value, source)
            case .list(let words):
                fields[fact.name] = .strings(
                    words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, source)
            case .number(let value): fields[fact.name] = .int(value, source)
            case .minutes(let value): fields[fact.name] = .double(value, source)
            case .off: fields[fact.name] = Value(Value.absent.kind, source: source)
            }
        }
        return .record(Record(SudoSchema.defaults, fields), none)
    }

    private func scoped(_ collection: Collection) -> [Value] {
        var records: [Value] = []
        for entry in policy.defaults {
            let scope: String
            func text(_ sign: String, _ members: [Sudoers.Member]) -> String {
                sign + members.map { ($0.isNegated ? "!" : "") + $0.text }.joined(separator: ", ")
            }
            switch entry.content.scope {
            case .all: continue
            case .users(let list): scope = text(":", list)
            case .runas(let list): scope = text(">", list)
            case .hosts(let list): scope = text("@", list)
            case .commands(let list):
                scope =
                    "!"
                    + list.map { ($0.isNegated ? "!" : "") + ($0.kind == .all ? "ALL" : $0.text) }
                    .joined(separator: ", ")
            }
            for setting in entry.content.settings where SudoSettings.objection(setting) == nil {
                let source = collection.source(
                    entry.path, setting.line, column: setting.column, text: SudoSettings.text(setting))
                records.append(
                    .record(
                        Record(
                            SudoSchema.scoped,
                            [
                                "scope": .string(scope, source), "name": .string(setting.name, source),
                                "setting": .string(SudoSettings.text(setting), source),
                                "off": .bool(setting.change == .clear, source),
                            ]), source))
            }
        }
        return records
    }
}
