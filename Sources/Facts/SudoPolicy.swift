// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model
import Patterns

/// What a list says of someone or something: the last member that matches decides, and `!` turns it around.
enum SudoMatch: Sendable, Hashable {
    case allow, deny, none
    case unknown(String)

    func negated(if isNegated: Bool) -> SudoMatch {
        switch self {
        case .allow where isNegated: .deny
        case .deny where isNegated: .allow
        default: self
        }
    }
}

/// The entries of sudoers sorted by what they are, with the aliases they name.
struct SudoPolicy: Sendable {
    /// A specification and where it stands.
    struct Specification: Sendable {
        let path: String
        let content: Sudoers.Specification
    }

    /// Settings and where they stand.
    struct Defaults: Sendable {
        let path: String
        let content: Sudoers.Defaults
    }

    private(set) var specifications: [Specification] = []
    private(set) var defaults: [Defaults] = []
    private(set) var aliases: [Sudoers.AliasKind: [String: Sudoers.Alias]] = [:]
    /// Aliases that were there already.
    private(set) var problems: [(origin: Origin, message: String)] = []

    init(_ files: SudoFiles) {
        guard files.refusal == nil else { return }
        for entry in files.entries {
            switch entry.content {
            case .alias(let alias):
                if aliases[alias.kind]?[alias.name] == nil {
                    aliases[alias.kind, default: [:]][alias.name] = alias
                } else {
                    problems.append((entry.origin, "Alias \"\(alias.name)\" already defined"))
                }
            case .defaults(let content): defaults.append(Defaults(path: entry.origin.path, content: content))
            case .specification(let content):
                specifications.append(Specification(path: entry.origin.path, content: content))
            case .include, .includeDirectory: break
            }
        }
    }
}

/// One question to a policy: who asks, as whom, what. Each alias is looked at once.
struct SudoQuestion {
    let policy: SudoPolicy
    let names: SudoNames
    let host: any Host
    let user: SudoNames.Account
    /// As whom; nil for the default, root.
    var runas: SudoNames.Account?
    /// A user was named (`sudo -u`).
    var isRunasNamed = false
    /// With which group (`sudo -g`); nil for none.
    var runasGroup: (name: String, gid: UInt32)?
    var command: SudoCommand?
    /// The settings that change how names are compared.
    var runasDefault = "root"
    var ignoresUserCase = true
    var ignoresGroupCase = true
    private var known: [String: SudoMatch] = [:]
    private var depth = 0
    private static let depthLimit = 200

    init(_ policy: SudoPolicy, _ names: SudoNames, _ host: any Host, user: SudoNames.Account) {
        self.policy = policy
        self.names = names
        self.host = host
        self.user = user
    }

    private func fold(_ text: String, _ ignoresCase: Bool) -> String { ignoresCase ? text.asciiLowercased : text }

    /// What an alias says; nil where there is none, or where it is being looked at: its name then stands for itself.
    private mutating func alias(
        _ kind: Sudoers.AliasKind, _ name: String, for whom: String, _ judge: (inout Self, Sudoers.Alias) -> SudoMatch
    ) -> SudoMatch? {
        guard let alias = policy.aliases[kind]?[name] else { return nil }
        let key = "\(kind.rawValue) \(whom) \(name)"
        if let known = known[key] { return known == .unknown("loop") ? nil : known }
        guard depth < Self.depthLimit else { return .unknown("aliases nest deeper than \(Self.depthLimit)") }
        known[key] = .unknown("loop")
        depth += 1
        let match = judge(&self, alias)
        depth -= 1
        known[key] = match
        return match
    }

    private func matches(_ text: String, _ account: SudoNames.Account) -> Bool {
        if text.utf8.first == UInt8(ascii: "#"), SudoNumber.id(text.dropFirst()) == account.uid { return true }
        return fold(text, ignoresUserCase) == fold(account.name, ignoresUserCase)
    }

    private func group(_ text: String, holds account: SudoNames.Account) -> Bool {
        let name = String(text.dropFirst())
        if name.utf8.first == UInt8(ascii: "#"), let gid = SudoNumber.id(name.dropFirst()) {
            if account.groups.contains(where: { $0.gid == gid }) { return true }
        }
        let folded = fold(name, ignoresGroupCase)
        return account.groups.contains { !$0.name.isEmpty && fold($0.name, ignoresGroupCase) == folded }
    }

    /// userlist_matches() and the users of runaslist_matches().
    mutating func users(
        _ list: [Sudoers.Member], hold account: SudoNames.Account, _ kind: Sudoers.AliasKind = .user
    ) -> SudoMatch {
        for member in list.reversed() {
            var match = SudoMatch.none
            switch member.kind {
            case .all: match = .allow
            case .netgroup: match = .unknown("netgroup \(member.text) is known to the name service only")
            case .group: match = group(member.text, holds: account) ? .allow : .none
            case .myself:
                if kind == .runas, !isRunasNamed || account.name == user.name { match = .allow }
            case .alias, .word, .network:
                let found =
                    member.kind == .alias
                    ? alias(kind, member.text, for: account.name) { question, alias in
                        let match = question.users(alias.members, hold: account, kind)
                        return kind == .runas ? question.nested(users: match, account) : match
                    } : nil
                match = found ?? (matches(member.text, account) ? .allow : .none)
            }
            if match != .none { return match.negated(if: member.isNegated) }
        }
        return .none
    }

    mutating func hosts(_ list: [Sudoers.Member]) -> SudoMatch {
        for member in list.reversed() {
            var match = SudoMatch.none
            switch member.kind {
            case .all: match = .allow
            case .netgroup: match = .unknown("netgroup \(member.text) is known to the name service only")
            case .network: match = .unknown("\(member.text): the host's addresses are not in its files")
            case .alias, .word, .group, .myself:
                let found = member.kind == .alias ? alias(.host, member.text, for: "") { $0.hosts($1.members) } : nil
                match = found ?? host(member.text)
            }
            if match != .none { return match.negated(if: member.isNegated) }
        }
        return .none
    }

    private func host(_ pattern: String) -> SudoMatch {
        let name = pattern.utf8.contains(UInt8(ascii: ".")) ? names.longHost : names.shortHost
        guard let name else { return .unknown("\(pattern): the host's name is not known") }
        if FileNamePattern.isPattern(pattern) {
            return FileNamePattern(pattern, ignoresCase: true).matches(name) ? .allow : .none
        }
        return pattern.asciiLowercased == name.asciiLowercased ? .allow : .none
    }

    private mutating func groups(_ list: [Sudoers.Member], hold group: (name: String, gid: UInt32)) -> SudoMatch {
        for member in list.reversed() {
            var match = SudoMatch.none
            if member.kind == .all {
                match = .allow
            } else {
                let found =
                    member.kind == .alias
                    ? alias(.runas, member.text, for: "group \(group.name)") { question, alias in
                        question.nested(groups: question.groups(alias.members, hold: group))
                    }
                    : nil
                let isNumber =
                    member.text.utf8.first == UInt8(ascii: "#")
                    && SudoNumber.id(member.text.dropFirst()) == group.gid
                let isName = fold(member.text, ignoresGroupCase) == fold(group.name, ignoresGroupCase)
                match = found ?? (isNumber || isName ? .allow : .none)
            }
            if match != .none { return match.negated(if: member.isNegated) }
        }
        return .none
    }

    /// runaslist_matches() asks itself about a Runas_Alias, with a group also whether that is one of the target user's.
    private func nested(users match: SudoMatch, _ target: SudoNames.Account) -> SudoMatch {
        guard let runasGroup else { return match }
        let isOwn = target.groups.contains { $0.gid == runasGroup.gid }
        return Self.both(match == .none && user.name == target.name ? .allow : match, isOwn ? .allow : .none)
    }

    /// The same about the groups of a Runas_Alias: it then has no users but oneself.
    private func nested(groups match: SudoMatch) -> SudoMatch {
        guard let runasGroup, let runas else { return match }
        let isOwn = runas.groups.contains { $0.gid == runasGroup.gid }
        return Self.both(
            user.name == runas.name ? .allow : .none, match == .none && isOwn ? .allow : match)
    }

    private static func both(_ user: SudoMatch, _ group: SudoMatch) -> SudoMatch {
        if user == .deny || group == .deny { return .deny }
        if user.isUnknown { return user }
        if group.isUnknown { return group }
        return user == group ? user : .none
    }

    /// runaslist_matches(): the user, the group, or both must be allowed.
    mutating func runas(_ userList: [Sudoers.Member]?, _ groupList: [Sudoers.Member]?) -> SudoMatch {
        guard let target = runas ?? names.account(runasDefault) ?? names.accounts?.first(where: { $0.uid == 0 })
        else { return .unknown("user \(runasDefault) is not known") }
        var userMatch = SudoMatch.none
        if isRunasNamed || runasGroup == nil {
            if userList == nil, groupList == nil {
                return matches(runasDefault, target) ? .allow : .none
            }
            if let userList { userMatch = users(userList, hold: target, .runas) }
        }
        guard let runasGroup else { return userMatch }
        if userMatch == .none, user.name == target.name { userMatch = .allow }
        var groupMatch = groupList.map { groups($0, hold: runasGroup) } ?? .none
        if groupMatch == .none, target.groups.contains(where: { $0.gid == runasGroup.gid }) { groupMatch = .allow }
        return Self.both(userMatch, groupMatch)
    }

    mutating func commands(_ list: [Sudoers.Command]) -> SudoMatch {
        for command in list.reversed() {
            let match = self.command(command)
            if match != .none { return match }
        }
        return .none
    }

    mutating func command(_ pattern: Sudoers.Command) -> SudoMatch {
        let match: SudoMatch
        if pattern.kind == .alias {
            match = alias(.command, pattern.text, for: "") { $0.commands($1.commands) } ?? .none
        } else {
            match = command?.matches(pattern, host) ?? .none
        }
        return match.negated(if: pattern.isNegated)
    }

    /// root is never asked, nor who runs as oneself with a group of one's own, unless in another role.
    func isOneself(_ decision: Decision) -> Bool {
        if decision.specification.hasRole { return false }
        if user.uid == 0 { return true }
        let target = runas?.uid ?? names.account(runasDefault)?.uid ?? 0
        let isMyself = decision.specification.runasUsers?.contains { $0.kind == .myself } ?? false
        guard isMyself || target == user.uid else { return false }
        return runasGroup.map { group in user.groups.contains { $0.gid == group.gid } } ?? true
    }

    /// A member of `exempt_group` is not asked.
    func isExempt(_ settings: SudoSettings) -> Bool {
        guard case .text(let name) = settings.values["exempt_group"]?.value else { return false }
        return group("%" + name, holds: user)
    }

    /// What decided, and how: the last command specification that matches in all ways.
    struct Decision {
        let match: SudoMatch
        let path: String
        let specification: Sudoers.CommandSpecification
    }

    /// sudoers_lookup_check(); nil where nothing matches.
    mutating func decide(at now: Int64) -> Decision? {
        for specification in policy.specifications.reversed() {
            let who = users(specification.content.users, hold: user)
            guard who == .allow || who.isUnknown else { continue }
            for privilege in specification.content.privileges.reversed() {
                let here = hosts(privilege.hosts)
                guard here == .allow || here.isUnknown else { continue }
                for candidate in privilege.commands.reversed() {
                    if let start = candidate.notBefore, now < start { continue }
                    if let end = candidate.notAfter, now > end { continue }
                    let target = runas(candidate.runasUsers, candidate.runasGroups)
                    guard target == .allow || target.isUnknown else { continue }
                    let match = command(candidate.command)
                    guard match != .none else { continue }
                    let doubt = [who, here, target].first(where: \.isUnknown)
                    return Decision(match: doubt ?? match, path: specification.path, specification: candidate)
                }
            }
        }
        return nil
    }
}

extension SudoMatch {
    var isUnknown: Bool {
        if case .unknown = self { return true }
        return false
    }
}

/// sudo_strtoid(): an id in decimal.
enum SudoNumber {
    static func id(_ text: some StringProtocol) -> UInt32? {
        if text.utf8.first == UInt8(ascii: "-") { return Int32(text).map { UInt32(bitPattern: $0) } }
        return text.utf8.allSatisfy(SudoNumber.isDigit) ? UInt32(text) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
