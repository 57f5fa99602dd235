// SPDX-License-Identifier: GPL-3.0-or-later

/// The grammar of sudoers(5) over the words of a file, with sudo's own way to go on after an error: the rest of the line
/// is left out, or the rest up to the next `:` of a list of privileges.
struct SudoersParser {
    private let tokens: [SudoersToken]
    private var index = 0
    private var document = Sudoers()

    private struct Failure: Error {
        let message: String
        /// The word that is wrong, where it is not the next one.
        var place: Int?
    }

    init(_ tokens: [SudoersToken]) { self.tokens = tokens }

    private var kind: SudoersToken.Kind? { index < tokens.count ? tokens[index].kind : nil }

    mutating func parse() -> Sudoers {
        while index < tokens.count {
            let start = index
            do throws(Failure) {
                try entry()
            } catch {
                complain(error)
                skip(to: [.newline])
                if index < tokens.count {
                    index += 1
                } else if start < tokens.count {
                    document.isAborted = true
                }
            }
        }
        return document
    }

    private mutating func complain(_ failure: Failure) {
        let place = failure.place ?? index
        guard let token = place < tokens.count ? tokens[place] : tokens.last else { return }
        let own = token.kind == .error && !token.text.isEmpty ? token.text : failure.message
        document.problems.append(.init(line: token.line, column: token.column, message: own))
    }

    /// A word that is in the grammar but says nothing sudo takes: it is read before it is refused.
    private mutating func refusal(_ message: String) -> Failure {
        index += 1
        return Failure(message: message, place: index - 1)
    }

    private mutating func skip(to kinds: [SudoersToken.Kind]) {
        while let kind, !kinds.contains(kind) { index += 1 }
    }

    /// The next word if it is of a kind.
    private mutating func take(_ wanted: SudoersToken.Kind) -> SudoersToken? {
        guard kind == wanted else { return nil }
        index += 1
        return tokens[index - 1]
    }

    @discardableResult
    private mutating func expect(_ wanted: SudoersToken.Kind, _ message: String = "syntax error") throws(Failure)
        -> SudoersToken
    {
        guard let token = take(wanted) else { throw Failure(message: message) }
        return token
    }

    private mutating func add(_ content: Sudoers.Content, at token: SudoersToken) {
        document.entries.append(.init(line: token.line, column: token.column, content: content))
    }

    private mutating func entry() throws(Failure) {
        let first = tokens[index]
        switch first.kind {
        case .newline: index += 1
        case .include, .includeDirectory:
            index += 1
            let name = try expect(.word)
            if kind != .newline {
                complain(Failure(message: "syntax error"))
                skip(to: [.newline])
            }
            try expect(.newline)
            add(first.kind == .include ? .include(name.text) : .includeDirectory(name.text), at: first)
        case .userAlias: try aliases(.user)
        case .runasAlias: try aliases(.runas)
        case .hostAlias: try aliases(.host)
        case .commandAlias: try aliases(.command)
        case .defaults, .defaultsUser, .defaultsRunas, .defaultsHost, .defaultsCommand:
            index += 1
            let scope = try scope(first.kind)
            var settings = [try setting()]
            while take(.comma) != nil { settings.append(try setting()) }
            try expect(.newline)
            add(.defaults(.init(scope: scope, settings: settings)), at: first)
        default:
            let users = try list { (parser) throws(Failure) in try parser.user() }
            var privileges = [try privilege()]
            while take(.colon) != nil {
                do throws(Failure) {
                    privileges.append(try privilege())
                } catch {
                    // What was read is kept if another privilege or the end of the line follows at once.
                    guard kind == .colon || kind == .newline else { throw error }
                    complain(error)
                }
            }
            try expect(.newline)
            add(.specification(.init(users: users, privileges: privileges)), at: first)
        }
    }

    /// What an alias is called and holds. An alias counts as soon as its list is whole, whatever follows.
    private mutating func aliases(_ kind: Sudoers.AliasKind) throws(Failure) {
        index += 1
        repeat {
            guard let name = take(.alias) else {
                let reserved: Set<SudoersToken.Kind> = [
                    .all, .timeout, .notBefore, .notAfter, .directory, .root, .role, .type,
                ]
                let isReserved = self.kind.map(reserved.contains) ?? false
                throw Failure(message: isReserved ? "reserved word used as an alias name" : "syntax error")
            }
            try expect(.equals)
            var alias = Sudoers.Alias(kind: kind, name: name.text)
            switch kind {
            case .command: alias.commands = try list { (parser) throws(Failure) in try parser.digestedCommand() }
            case .host: alias.members = try list { (parser) throws(Failure) in try parser.host() }
            case .user, .runas: alias.members = try list { (parser) throws(Failure) in try parser.user() }
            }
            for case .alias(let other) in document.entries.lazy.map(\.content)
            where other.kind == kind && other.name == alias.name {
                throw Failure(message: "Alias \"\(alias.name)\" already defined")
            }
            add(.alias(alias), at: name)
        } while take(.colon) != nil
        try expect(.newline)
    }

    private mutating func list<Element>(_ element: (inout Self) throws(Failure) -> Element) throws(Failure) -> [Element]
    {
        var elements = [try element(&self)]
        while take(.comma) != nil { elements.append(try element(&self)) }
        return elements
    }

    private mutating func member(_ kinds: [SudoersToken.Kind: Sudoers.Member.Kind]) throws(Failure) -> Sudoers.Member {
        let isNegated = take(.not) != nil
        guard let found = kind, let kind = kinds[found] else { throw Failure(message: "syntax error") }
        index += 1
        let text = kind == .all ? "ALL" : tokens[index - 1].text
        return Sudoers.Member(kind: kind, text: text, isNegated: isNegated)
    }

    private mutating func user() throws(Failure) -> Sudoers.Member {
        try member([.alias: .alias, .all: .all, .netgroup: .netgroup, .group: .group, .word: .word])
    }

    private mutating func host() throws(Failure) -> Sudoers.Member {
        try member([.alias: .alias, .all: .all, .netgroup: .netgroup, .network: .network, .word: .word])
    }

    private mutating func group() throws(Failure) -> Sudoers.Member {
        try member([.alias: .alias, .all: .all, .word: .word])
    }

    private mutating func scope(_ kind: SudoersToken.Kind) throws(Failure) -> Sudoers.Defaults.Scope {
        switch kind {
        case .defaultsUser: .users(try list { (parser) throws(Failure) in try parser.user() })
        case .defaultsRunas: .runas(try list { (parser) throws(Failure) in try parser.user() })
        case .defaultsHost: .hosts(try list { (parser) throws(Failure) in try parser.host() })
        case .defaultsCommand: .commands(try list { (parser) throws(Failure) in try parser.digestedCommand() })
        default: .all
        }
    }

    private mutating func setting() throws(Failure) -> Sudoers.Setting {
        let isCleared = take(.not) != nil
        let name = try expect(.defaultsName)
        var change = isCleared ? Sudoers.Setting.Change.clear : .set
        var value: String?
        if !isCleared {
            if take(.equals) != nil {
                value = try expect(.word).text
            } else if take(.plus) != nil {
                (change, value) = (.add, try expect(.word).text)
            } else if take(.minus) != nil {
                (change, value) = (.remove, try expect(.word).text)
            }
        }
        return .init(name: name.text, value: value, change: change, line: name.line, column: name.column)
    }

    private mutating func privilege() throws(Failure) -> Sudoers.Privilege {
        let hosts = try list { (parser) throws(Failure) in try parser.host() }
        try expect(.equals)
        var commands = [try commandSpecification()]
        while take(.comma) != nil {
            var next = try commandSpecification()
            if let last = commands.last { next.inherit(from: last) }
            commands.append(next)
        }
        return .init(hosts: hosts, commands: commands)
    }

    private mutating func digestedCommand() throws(Failure) -> Sudoers.Command {
        var digests: [String] = []
        while let algorithm = take(.digestKind) {
            try expect(.colon)
            digests.append("\(algorithm.text):\(try expect(.digest).text)")
            guard take(.comma) != nil else { break }
            guard kind == .digestKind else { throw Failure(message: "syntax error") }
        }
        let isNegated = take(.not) != nil
        guard index < tokens.count else { throw Failure(message: "syntax error") }
        let token = tokens[index]
        func command(_ kind: Sudoers.Command.Kind) -> Sudoers.Command {
            .init(
                kind: kind, text: token.text, arguments: token.arguments, isNegated: isNegated, digests: digests,
                line: token.line, column: token.column)
        }
        switch token.kind {
        case .all:
            index += 1
            return command(.all)
        case .alias where digests.isEmpty:
            index += 1
            return command(.alias)
        case .command where token.text.utf8.count < 4096:
            index += 1
            if token.isQualifiedEdit {
                document.problems.append(
                    .init(
                        line: token.line, column: token.column,
                        message: "sudoedit should not be specified with a path"))
            }
            return command(.path)
        case .word where token.text == "list":
            index += 1
            return command(.path)
        case .alias: throw refusal("a digest requires a path name")
        case .command: throw refusal("command too long")
        case .word: throw refusal("expected a fully-qualified path name")
        default: throw Failure(message: "syntax error")
        }
    }

    private mutating func commandSpecification() throws(Failure) -> Sudoers.CommandSpecification {
        var users: [Sudoers.Member]?
        var groups: [Sudoers.Member]?
        if take(.open) != nil {
            let myself = [Sudoers.Member(kind: .myself, text: "", isNegated: false)]
            if kind == .close {
                users = myself
            } else if take(.colon) != nil {
                if kind == .close {
                    users = myself
                } else {
                    groups = try list { (parser) throws(Failure) in try parser.group() }
                }
            } else {
                users = try list { (parser) throws(Failure) in try parser.user() }
                if take(.colon) != nil { groups = try list { (parser) throws(Failure) in try parser.group() } }
            }
            try expect(.close)
        }
        let placeholder = Sudoers.Command(
            kind: .all, text: "", arguments: nil, isNegated: false, digests: [], line: 0, column: 0)
        var specification = Sudoers.CommandSpecification(runasUsers: users, runasGroups: groups, command: placeholder)
        try options(&specification)
        while let tag = take(.tag) {
            let isNegative = tag.text.hasPrefix("NO")
            specification.tags[isNegative ? String(tag.text.dropFirst(2)) : tag.text] = !isNegative
        }
        specification.command = try digestedCommand()
        let command = specification.command
        specification.hasImpliedSetenv =
            command.kind == .all && !command.isNegated && specification.tags["SETENV"] == nil
        return specification
    }

    /// sudoers(5), Option_Spec.
    private mutating func options(_ specification: inout Sudoers.CommandSpecification) throws(Failure) {
        let kinds: Set<SudoersToken.Kind> = [.timeout, .notBefore, .notAfter, .directory, .root, .role, .type]
        while let option = kind, kinds.contains(option) {
            index += 1
            try expect(.equals)
            let value = try expect(.word).text
            switch option {
            case .directory, .root:
                guard value.hasPrefix("/") || value.hasPrefix("~") || value == "*" else {
                    throw Failure(message: "the value must start with a '/', '~', or '*'")
                }
                if option == .directory { specification.directory = value } else { specification.root = value }
            case .timeout:
                guard let seconds = SudoersTime.timeout(value) else { throw Failure(message: "invalid timeout value") }
                specification.timeout = seconds
            case .notBefore:
                guard let moment = SudoersTime.moment(value) else { throw Failure(message: "invalid notbefore value") }
                specification.notBefore = moment
            case .notAfter:
                guard let moment = SudoersTime.moment(value) else { throw Failure(message: "invalid notafter value") }
                specification.notAfter = moment
            default: specification.hasRole = true
            }
        }
    }
}

extension Sudoers.CommandSpecification {
    /// sudoers(5): a tag, an option or a list of run-as users holds for the commands that follow.
    mutating func inherit(from last: Self) {
        directory = directory ?? last.directory
        root = root ?? last.root
        hasRole = hasRole || last.hasRole
        timeout = timeout ?? last.timeout
        notBefore = notBefore ?? last.notBefore
        notAfter = notAfter ?? last.notAfter
        for (tag, value) in last.tags where tags[tag] == nil && !(tag == "SETENV" && hasImpliedSetenv) {
            tags[tag] = value
        }
        if runasUsers == nil, runasGroups == nil {
            runasUsers = last.runasUsers
            runasGroups = last.runasGroups
        }
    }
}
