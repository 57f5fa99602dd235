// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Local accounts and groups: passwd(5), shadow(5), group(5), gshadow(5). What other services (LDAP, NIS) add is not
/// seen. No password hash leaves this collector's readers.
public struct AccountsCollector: Collector {
    /// Local accounts.
    public init() {}

    /// `accounts`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "accounts", .record(AccountSchemas.accounts), "Local accounts and groups.",
                example: #"accounts.users.filter(u, u.uid == 0).map(u, u.name)"#)
        ]
    }

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let passwd: PasswdFile
        do throws(HostError) {
            passwd = PasswdFile(try collection.host.read("/etc/passwd").bytes)
        } catch .notFound {
            return [.absent]
        } catch {
            return [.unknown("accounts", "/etc/passwd: \(error)")]
        }
        let group = AccountFile(collection, "/etc/group", GroupFile.init)
        let shadow = AccountFile(collection, "/etc/shadow", ShadowFile.init)
        let gshadow = AccountFile(collection, "/etc/gshadow", ShadowFile.init)

        let users = AccountUsers(collection, passwd: passwd, shadow: shadow, group: group)
        var compat = Self.compat(passwd.compat, "/etc/passwd", collection)
        var malformed = Self.malformed(passwd.problems, "/etc/passwd", collection)
        if let file = group.file {
            compat += Self.compat(file.compat, "/etc/group", collection)
            malformed += Self.malformed(file.problems, "/etc/group", collection)
        }
        for (file, path) in [(shadow.file, "/etc/shadow"), (gshadow.file, "/etc/gshadow")] {
            guard let file else { continue }
            compat += Self.compat(file.compat, path, collection)
            malformed += Self.malformed(file.problems, path, collection)
        }
        let fields: [String: Value] = [
            "users": .list(users.values),
            "groups": Self.groups(group, gshadow, passwd, collection),
            "duplicates": Self.duplicates(passwd, group, collection),
            "legacy_entries": .list(compat),
            "malformed": .list(malformed, malformed.first?.source ?? .none),
        ]
        return [.record(Record(AccountSchemas.accounts, fields), collection.source("/etc/passwd", means: .file))]
    }

    private static func compat(_ entries: [CompatEntry], _ path: String, _ collection: Collection) -> [Value] {
        entries.map { entry in
            let source = collection.source(path, entry.line)
            return .record(
                Record(
                    AccountSchemas.legacy,
                    [
                        "file": .string(path, source), "line": .int(entry.line, source),
                        "name": .string(entry.name, source),
                    ]), source)
        }
    }

    private static func malformed(_ problems: [AccountLineProblem], _ path: String, _ collection: Collection) -> [Value]
    {
        problems.map { problem in
            let source = collection.source(path, problem.line)
            return .record(
                Record(
                    AccountSchemas.malformed,
                    [
                        "file": .string(path, source), "line": .int(problem.line, source),
                        "problem": .string(problem.message, source),
                    ]), source)
        }
    }

    private static func groups(
        _ group: AccountFile<GroupFile>, _ gshadow: AccountFile<ShadowFile>, _ passwd: PasswdFile,
        _ collection: Collection
    ) -> Value {
        guard let file = group.file else { return .unknown("accounts.groups", group.failure) }
        var primary: [UInt32: [String]] = [:]
        for user in passwd.entries { primary[user.gid, default: []].append(user.name) }
        var secrets: [String: ShadowEntry] = [:]
        for entry in gshadow.file?.entries ?? [] where secrets[entry.name] == nil { secrets[entry.name] = entry }
        return .list(
            file.entries.map { entry in
                let source = collection.source("/etc/group", entry.line)
                let members = Set(entry.members + (primary[entry.gid] ?? []))
                    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                var password = Value.string(entry.password.state.rawValue, source)
                if entry.password.state == .shadowed {
                    if let secret = secrets[entry.name] {
                        password = .string(
                            secret.password.state.rawValue, collection.source("/etc/gshadow", secret.line))
                    } else {
                        let missing =
                            gshadow.file == nil ? gshadow.failure : "/etc/gshadow has no line for \(entry.name)"
                        password = .unknown("accounts.groups.password_state", missing)
                    }
                }
                return .record(
                    Record(
                        AccountSchemas.group,
                        [
                            "name": .string(entry.name, source), "gid": .int(Int64(entry.gid), source),
                            "members": .strings(members, source), "password_state": password,
                        ]), source)
            })
    }

    /// Numbers and names that stand more than once. The place is that of the second.
    private static func duplicates(
        _ passwd: PasswdFile, _ group: AccountFile<GroupFile>, _ collection: Collection
    ) -> Value {
        var result: [Value] = []
        func find(_ kind: String, _ path: String, _ pairs: [(key: String, name: String, line: Int)]) {
            var seen: [String: [(name: String, line: Int)]] = [:]
            for pair in pairs { seen[pair.key, default: []].append((pair.name, pair.line)) }
            for (key, uses) in seen.sorted(by: { $0.value[0].line < $1.value[0].line }) where uses.count > 1 {
                let source = collection.source(path, uses[1].line)
                result.append(
                    .record(
                        Record(
                            AccountSchemas.duplicate,
                            [
                                "kind": .string(kind, source), "value": .string(key, source),
                                "names": .strings(uses.map(\.name), source),
                                "lines": .list(uses.map { .int($0.line, source) }, source),
                            ]), source))
            }
        }
        find("uid", "/etc/passwd", passwd.entries.map { (String($0.uid), $0.name, $0.line) })
        find("user", "/etc/passwd", passwd.entries.map { ($0.name, $0.name, $0.line) })
        guard let file = group.file else { return .unknown("accounts.duplicates", group.failure) }
        find("gid", "/etc/group", file.entries.map { (String($0.gid), $0.name, $0.line) })
        find("group", "/etc/group", file.entries.map { ($0.name, $0.name, $0.line) })
        return .list(result)
    }
}

/// One of the account files, or why it could not be read.
struct AccountFile<Content> {
    /// The content; nil when it could not be read.
    let file: Content?
    /// Why not.
    let failure: String

    init(_ collection: Collection, _ path: String, _ parse: ([UInt8]) -> Content) {
        do throws(HostError) {
            file = parse(try collection.host.read(path).bytes)
            failure = ""
        } catch {
            file = nil
            failure = "\(path): \(error)"
        }
    }
}
