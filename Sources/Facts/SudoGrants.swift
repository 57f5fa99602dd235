// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// The commands of a policy one by one, as records.
struct SudoGrants {
    let policy: SudoPolicy
    let names: SudoNames
    let collection: Collection
    /// Whose; nil for everybody's.
    let asker: SudoNames.Account?
    private let ownership: PathOwnership
    private let settings: SudoSettings
    private static let limit = 10_000

    init(_ policy: SudoPolicy, _ names: SudoNames, _ collection: Collection, asker: SudoNames.Account?) {
        self.policy = policy
        self.names = names
        self.collection = collection
        self.asker = asker
        ownership = PathOwnership(collection.host)
        settings = SudoSettings(policy, Self.root(policy, names, collection.host, asker))
    }

    /// A question of somebody of whom nothing is known, or of the asker.
    static func root(_ policy: SudoPolicy, _ names: SudoNames, _ host: any Host, _ asker: SudoNames.Account?)
        -> SudoQuestion
    {
        let nobody = SudoNames.Account(name: "", uid: .max, gid: .max, groups: [])
        return SudoQuestion(policy, names, host, user: asker ?? nobody)
    }

    func records() -> [Value] {
        var records: [Value] = []
        let deciding = deciding()
        for (number, specification) in policy.specifications.enumerated() {
            let users = specification.content.users
            let accounts = accounts(users)
            if let asker {
                var question = Self.root(policy, names, collection.host, asker)
                let match = question.users(users, hold: asker)
                guard match == .allow || match.isUnknown else { continue }
            }
            for privilege in specification.content.privileges {
                var question = Self.root(policy, names, collection.host, asker)
                let here = question.hosts(privilege.hosts)
                if asker != nil, here != .allow, !here.isUnknown { continue }
                let leaves: [[Sudoers.Command]] = privilege.commands.map { self.leaves(of: $0.command) }
                for (index, command) in privilege.commands.enumerated() {
                    for (position, leaf) in leaves[index].enumerated() {
                        guard records.count < Self.limit else { return records }
                        let after = Array(leaves[index][(position + 1)...]) + leaves[(index + 1)...].flatMap { $0 }
                        records.append(
                            record(
                                specification, privilege, command, leaf, here, accounts,
                                exceptions: after.filter(\.isNegated).map(Self.text),
                                isOverridden: isOverridden(number, accounts, deciding)))
                    }
                }
            }
        }
        return records
    }

    /// By account, the last specification that says something of every command as root, here and at any time: with it,
    /// nothing before it decides what root does.
    private func deciding() -> [String: Int] {
        var deciding: [String: Int] = [:]
        for (number, specification) in policy.specifications.enumerated() {
            let isWhole = specification.content.privileges.contains { privilege in
                var question = Self.root(policy, names, collection.host, asker)
                guard question.hosts(privilege.hosts) == .allow else { return false }
                return privilege.commands.contains { isEverything($0) }
            }
            guard isWhole, case .success(let accounts) = accounts(specification.content.users) else { continue }
            for account in accounts { deciding[account.name] = number }
        }
        return deciding
    }

    private func isEverything(_ command: Sudoers.CommandSpecification) -> Bool {
        guard command.command.kind == .all, command.command.digests.isEmpty, command.notBefore == nil,
            command.notAfter == nil
        else { return false }
        return asRoot(command) == .allow
    }

    private func asRoot(_ command: Sudoers.CommandSpecification) -> SudoMatch {
        var question = Self.root(policy, names, collection.host, asker)
        question.runas =
            names.accounts?.first { $0.uid == 0 } ?? .init(name: "root", uid: 0, gid: 0, groups: [("root", 0)])
        question.isRunasNamed = true
        if case .text(let name) = settings.values["runas_default"]?.value { question.runasDefault = name }
        return question.runas(command.runasUsers, command.runasGroups)
    }

    private func isOverridden(
        _ number: Int, _ accounts: Result<[SudoNames.Account], QuestionError>, _ deciding: [String: Int]
    ) -> Bool {
        guard case .success(let accounts) = accounts else { return false }
        let meant = accounts.filter { $0.uid != 0 }
        return !meant.isEmpty && meant.allSatisfy { deciding[$0.name].map { $0 > number } ?? false }
    }

    /// The commands an alias stands for, at the place of the rule that names it; a negated alias forbids what it allows.
    private func leaves(of command: Sudoers.Command) -> [Sudoers.Command] {
        var leaves: [Sudoers.Command] = []
        var visiting: Set<String> = []
        func add(_ member: Sudoers.Command, isTurned: Bool) {
            guard member.kind == .alias else {
                leaves.append(member.placed(line: command.line, column: command.column, isTurned: isTurned))
                return
            }
            guard visiting.count < 20, let alias = policy.aliases[.command]?[member.text],
                visiting.insert(member.text).inserted
            else { return }
            for inner in alias.commands where leaves.count < 1000 {
                add(inner, isTurned: member.isNegated != isTurned)
            }
            visiting.remove(member.text)
        }
        add(command, isTurned: false)
        return leaves
    }

    private static func text(_ command: Sudoers.Command) -> String {
        let path = command.kind == .all ? "ALL" : command.text
        return command.arguments.map { "\(path) \($0)" } ?? path
    }

    private static func text(_ members: [Sudoers.Member]) -> String {
        members.map { ($0.isNegated ? "!" : "") + $0.text }.joined(separator: ", ")
    }

    /// Local accounts that are meant, or why that cannot be told.
    private func accounts(_ users: [Sudoers.Member]) -> Result<[SudoNames.Account], QuestionError> {
        guard let all = names.accounts else { return .failure(QuestionError(names.failure)) }
        var accounts: [SudoNames.Account] = []
        for account in all {
            var question = Self.root(policy, names, collection.host, account)
            switch question.users(users, hold: account) {
            case .allow: accounts.append(account)
            case .unknown(let reason): return .failure(QuestionError(reason))
            case .deny, .none: break
            }
        }
        return .success(accounts)
    }

    private func record(
        _ specification: SudoPolicy.Specification, _ privilege: Sudoers.Privilege,
        _ command: Sudoers.CommandSpecification, _ leaf: Sudoers.Command, _ here: SudoMatch,
        _ accounts: Result<[SudoNames.Account], QuestionError>, exceptions: [String], isOverridden: Bool
    ) -> Value {
        let text = Self.text(leaf)
        let source = collection.source(specification.path, leaf.line, column: leaf.column, text: text)
        var fields: [String: Value] = [
            "users": .string(Self.text(specification.content.users), source),
            "hosts": .string(Self.text(privilege.hosts), source),
            "here": here.value("sudo.grants.here", source),
            "runas": .string(runas(command), source),
            "command": .string(leaf.kind == .all ? "ALL" : leaf.text, source),
            "arguments": leaf.arguments.map { .string($0, source) } ?? .absent,
            "negated": .bool(leaf.isNegated, source), "all": .bool(leaf.kind == .all, source),
            "overridden": .bool(isOverridden, source), "exceptions": .strings(leaf.isNegated ? [] : exceptions, source),
            "setenv": .bool(
                command.tags["SETENV"] ?? (command.hasImpliedSetenv || settings.flag("setenv")), source),
            "noexec": .bool(command.tags["EXEC"].map { !$0 } ?? settings.flag("noexec"), source),
            "digests": .strings(leaf.digests, source),
            "wildcard": .bool(Self.hasWildcard(leaf), source),
        ]
        if leaf.kind == .path, !leaf.isNegated,
            let escape = SudoPrograms.escape(path: leaf.text, arguments: leaf.arguments)
        {
            fields["escape"] = .string(escape, source)
        }
        if let end = command.notAfter, Timestamp.valid.contains(end) {
            fields["ends"] = .timestamp(Timestamp(seconds: end), source)
        }
        switch accounts {
        case .success(let accounts):
            fields["accounts"] = .strings(accounts.filter { $0.uid != 0 }.map(\.name), source)
        case .failure(let error): fields["accounts"] = .unknown("sudo.grants.accounts", error.message)
        }
        fields["as_root"] = asRoot(command).value("sudo.grants.as_root", source)
        fields["nopasswd"] = nopasswd(command, leaf, accounts, source)
        fields["changeable"] = changeable(leaf)
        return .record(Record(SudoSchema.grant, fields), source)
    }

    private func runas(_ command: Sudoers.CommandSpecification) -> String {
        func text(_ members: [Sudoers.Member]) -> String {
            members.map { $0.kind == .myself ? (asker?.name ?? "") : Self.text([$0]) }.joined(separator: ", ")
        }
        switch (command.runasUsers, command.runasGroups) {
        case (nil, nil): break
        case (let users?, nil): return text(users)
        case (nil, let groups?): return "\(asker?.name ?? "") : \(text(groups))"
        case (let users?, let groups?): return "\(text(users)) : \(text(groups))"
        }
        if case .text(let name) = settings.values["runas_default"]?.value { return name }
        return "root"
    }

    private static func hasWildcard(_ command: Sudoers.Command) -> Bool {
        guard let arguments = command.arguments, command.text != "sudoedit" else { return false }
        if arguments.hasPrefix("^"), arguments.hasSuffix("$") { return false }
        var isEscaped = false
        for byte in arguments.utf8 {
            if byte == UInt8(ascii: "*"), !isEscaped { return true }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        return false
    }

    /// A tag decides; without one `authenticate` does, for any account that is meant.
    private func nopasswd(
        _ command: Sudoers.CommandSpecification, _ leaf: Sudoers.Command,
        _ accounts: Result<[SudoNames.Account], QuestionError>, _ source: SourceID
    ) -> Value {
        if let tag = command.tags["PASSWD"] { return .bool(!tag, source) }
        let everybody = policy.defaults.contains { entry in
            entry.content.settings.contains { $0.name == "authenticate" || $0.name == "exempt_group" }
        }
        guard everybody else { return .bool(false, source) }
        let meant = asker.map { [$0] } ?? (try? accounts.get()) ?? []
        let askers = meant.isEmpty ? [SudoNames.Account(name: "", uid: .max, gid: .max, groups: [])] : meant
        for account in askers where account.uid != 0 {
            var question = Self.root(policy, names, collection.host, account)
            if leaf.kind == .path { question.command = SudoCommand(path: leaf.text, arguments: nil) }
            let settings = SudoSettings(policy, question)
            if let doubt = settings.doubts["authenticate"] { return .unknown("sudo.grants.nopasswd", doubt) }
            if let setting = settings.values["authenticate"], case .flag(false) = setting.value {
                return .bool(true, collection.source(Source(setting.origin, text: setting.text)))
            }
            if case .text(let group) = settings.values["exempt_group"]?.value,
                account.groups.contains(where: { $0.name == group })
            {
                return .bool(true, source)
            }
        }
        return .bool(false, source)
    }

    /// Who can change the command or what stands above it.
    private func changeable(_ command: Sudoers.Command) -> Value {
        guard command.kind == .path, !command.isNegated, command.text.hasPrefix("/") else { return .absent }
        var path = command.text
        // Of a pattern, the directory above its first part that is one.
        if FileNamePattern.isPattern(path) {
            let parts = path.split(separator: "/").prefix { !FileNamePattern.isPattern(String($0)) }
            path = parts.map { "/\($0)" }.joined()
        } else if path.hasSuffix("/") {
            path.removeLast()
        }
        if path.isEmpty { return .absent }
        guard let standing = ownership.standing(of: path), let isRootOnly = standing.isRootOnly else { return .absent }
        return isRootOnly ? .absent : .string(standing.reason, collection.source(path, means: .file))
    }
}

extension SudoMatch {
    func value(_ fact: String, _ source: SourceID) -> Value {
        if case .unknown(let reason) = self { return .unknown(fact, reason, source) }
        return .bool(self == .allow, source)
    }
}
