// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// The accounts of passwd(5), each joined with its line of shadow(5), its groups and its home.
struct AccountUsers {
    private(set) var values: [Value] = []
    private let collection: Collection
    private let shells: Set<String>
    private let firstUserID: UInt32
    /// Home directories looked at; the homes of more accounts than this are not told.
    private var homesLeft = 10_000

    init(
        _ collection: Collection, passwd: PasswdFile, shadow: AccountFile<ShadowFile>, group: AccountFile<GroupFile>
    ) {
        self.collection = collection
        shells = Self.shells(collection)
        firstUserID = Self.firstUserID(collection)
        var secrets: [String: ShadowEntry] = [:]
        for entry in shadow.file?.entries ?? [] where secrets[entry.name] == nil { secrets[entry.name] = entry }
        var named: [String: [String]] = [:]
        var primary: [UInt32: String] = [:]
        for entry in group.file?.entries ?? [] {
            for member in entry.members { named[member, default: []].append(entry.name) }
            if primary[entry.gid] == nil { primary[entry.gid] = entry.name }
        }
        for entry in passwd.entries {
            let source = collection.source("/etc/passwd", entry.line)
            var fields = account(entry, source)
            if group.file == nil {
                fields["groups"] = .unknown("accounts.users.groups", group.failure)
            } else {
                let groups = Set((named[entry.name] ?? []) + (primary[entry.gid].map { [$0] } ?? []))
                fields["groups"] = .strings(groups.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, source)
            }
            fields.merge(password(entry, source, shadow, secrets[entry.name])) { $1 }
            fields.merge(home(entry)) { $1 }
            values.append(.record(Record(AccountSchemas.user, fields), source))
        }
    }

    private func isSystem(_ entry: PasswdEntry) -> Bool { entry.uid < firstUserID || entry.uid == 65534 }

    private func isLogin(_ entry: PasswdEntry) -> Bool {
        let shell = entry.shell.isEmpty ? "/bin/sh" : entry.shell
        let name = shell.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
        return shells.contains(shell) && name != "nologin" && name != "false"
    }

    private func account(_ entry: PasswdEntry, _ source: SourceID) -> [String: Value] {
        [
            "name": .string(entry.name, source), "uid": .int(Int64(entry.uid), source),
            "gid": .int(Int64(entry.gid), source), "home": .string(entry.home, source),
            "shell": .string(entry.shell, source), "login": .bool(isLogin(entry), source),
            "system": .bool(isSystem(entry), source),
            "password_in_passwd": .bool(entry.password.state != .shadowed, source),
        ]
    }

    private func password(
        _ entry: PasswdEntry, _ source: SourceID, _ shadow: AccountFile<ShadowFile>, _ secret: ShadowEntry?
    ) -> [String: Value] {
        var fields: [String: Value] = [:]
        if entry.password.state != .shadowed {
            fields["password_state"] = .string(entry.password.state.rawValue, source)
            fields["password_scheme"] = entry.password.scheme.map { .string($0, source) } ?? .absent
        } else if shadow.file == nil {
            for name in ["password_state", "password_scheme"] {
                fields[name] = .unknown("accounts.users.\(name)", shadow.failure)
            }
        } else if secret == nil {
            fields["password_state"] = .string("missing", source)
        }
        if shadow.file == nil {
            for name in ["password_changed", "password_max_age", "expires"] {
                fields[name] = .unknown("accounts.users.\(name)", shadow.failure)
            }
        }
        guard let secret else { return fields }
        let place = collection.source("/etc/shadow", secret.line)
        if entry.password.state == .shadowed {
            fields["password_state"] = .string(secret.password.state.rawValue, place)
            fields["password_scheme"] = secret.password.scheme.map { .string($0, place) } ?? .absent
        }
        let day: Int64 = 86_400
        if let changed = secret.lastChange, changed > 0 {
            fields["password_changed"] = Self.moment(Int64(changed) * day, place)
        }
        if let age = secret.maximumAge, age < 10_000 {
            // 99999 is how useradd(8) says never; from 10,000 days on login(1) sees no aging either.
            fields["password_max_age"] = .duration(seconds: Int64(age) * day, place)
        }
        if let expires = secret.expires { fields["expires"] = Self.moment(Int64(expires) * day, place) }
        return fields
    }

    private static func moment(_ seconds: Int64, _ source: SourceID) -> Value {
        .timestamp(Timestamp(seconds: min(seconds, Timestamp.valid.upperBound)), source)
    }

    private mutating func home(_ entry: PasswdEntry) -> [String: Value] {
        guard !isSystem(entry), isLogin(entry), entry.home.hasPrefix("/"), homesLeft > 0 else { return [:] }
        homesLeft -= 1
        let source = collection.source(entry.home, means: .file)
        do throws(HostError) {
            let status = try collection.host.status(entry.home)
            let unknown: (String) -> Value = {
                .unknown("accounts.users.\($0)", "\(entry.home): this tree does not keep it", source)
            }
            return [
                "home_exists": .bool(true, source),
                "home_mode": status.mode.map { .mode($0, source) } ?? unknown("home_mode"),
                "home_owner": (status.owner ?? status.ownerID.map { String($0) }).map { .string($0, source) }
                    ?? unknown("home_owner"),
            ]
        } catch .notFound {
            return ["home_exists": .bool(false, source)]
        } catch {
            return ["home_exists": .unknown("accounts.users.home_exists", "\(entry.home): \(error)", source)]
        }
    }

    /// /etc/shells; without it what getusershell(3) gives.
    private static func shells(_ collection: Collection) -> Set<String> {
        guard let content = try? collection.host.read("/etc/shells") else { return ["/bin/sh", "/bin/csh"] }
        let lines = content.bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return Set(
            lines.compactMap { line in
                // As getusershell(3): from the first slash to white space or a comment.
                guard let slash = line.firstIndex(of: UInt8(ascii: "/")), !line[..<slash].contains(UInt8(ascii: "#"))
                else { return nil }
                return String(decoding: line[slash...].prefix { $0 > 0x20 && $0 != UInt8(ascii: "#") }, as: UTF8.self)
            })
    }

    private static func firstUserID(_ collection: Collection) -> UInt32 {
        guard let content = try? collection.host.read("/etc/login.defs") else { return 1000 }
        return LoginDefs(content.bytes).values["UID_MIN"].flatMap { UInt32($0) } ?? 1000
    }
}
