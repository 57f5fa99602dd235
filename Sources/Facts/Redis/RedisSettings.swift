// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// What the server would hold after reading a redis.conf, all that it includes and its command line
/// (loadServerConfig() of Redis 7.0).
struct RedisSettings {
    /// What CONFIG GET would print, and the lines that decided; without what nobody wrote.
    private(set) var values: [String: Effective] = [:]
    /// What the server would refuse; with one of them it does not start.
    private(set) var errors: [Trouble] = []
    /// Why a file could not be read: the values are not known then.
    private(set) var failure: Trouble?
    private(set) var users: [RedisUser] = []
    private(set) var userOrigins: [String: Origin] = [:]
    /// Commands that are no longer called by their own name.
    private(set) var renamed: Set<String> = []
    /// The files read, and whether a secret stands in them.
    private(set) var files: [(path: String, hasSecret: Bool)] = []
    private(set) var password: [UInt8] = []
    private(set) var bind = ["*", "-::*"]

    struct Effective {
        var text: String
        var source: Source
    }

    struct Trouble {
        let origin: Origin
        let reason: String
    }

    private let host: any Host
    private var directory: String
    private var savePoints: [(seconds: Int64, changes: Int64)] = []
    private var isSaveWritten = false
    /// Until an included file ends, lines `save` add up; after it each stands for all.
    private var addsSavePoints = true
    private var outputLimits: [(name: String, values: [UInt64])] = [
        ("normal", [0, 0, 0]), ("slave", [268_435_456, 67_108_864, 60]), ("pubsub", [33_554_432, 8_388_608, 60]),
    ]
    private var commands = RedisSetting.commands
    private var hasModule = false
    private var moduleSetting: Trouble?
    private var fileCount = 0

    private static let fileLimit = 1000
    private static let depthLimit = 16

    /// `options` is what the command line says, as lines.
    init(_ path: String?, options: String, at origin: Origin, in directory: String, _ host: any Host) {
        self.host = host
        self.directory = directory
        var parts: [(path: String, bytes: [UInt8])] = []
        if let path { parts = read(HostPath.absolute(path, in: directory), isNeeded: true, from: origin) }
        parts.append((Self.commandLine, Array("\n\(options)".utf8)))
        run(RedisConfiguration(parts), origin, depth: 0)
        finish(path.map { HostPath.absolute($0, in: directory) } ?? origin.path)
    }

    /// Stands for the path of what the unit's command line says.
    private static let commandLine = ""

    private mutating func fail(_ origin: Origin, _ reason: String) {
        if errors.count < 100 { errors.append(Trouble(origin: origin, reason: reason)) }
    }

    private mutating func read(_ path: String, isNeeded: Bool, from origin: Origin) -> [(path: String, bytes: [UInt8])]
    {
        fileCount += 1
        guard fileCount <= Self.fileLimit else { return [] }
        do throws(HostError) {
            let bytes = try host.read(path).bytes
            if !files.contains(where: { $0.path == path }) { files.append((path, false)) }
            return [(path, bytes)]
        } catch .notFound {
            if isNeeded { fail(origin, "\(path) is not there") }
        } catch {
            failure = failure ?? Trouble(origin: Origin(path: path), reason: "\(path): \(error.description)")
        }
        return []
    }

    private mutating func run(_ configuration: RedisConfiguration, _ commandOrigin: Origin, depth: Int) {
        addsSavePoints = true
        for problem in configuration.problems {
            fail(problem.path == Self.commandLine ? commandOrigin : problem, "the quotes of the line are not balanced")
        }
        for directive in configuration.directives {
            let origin = directive.origin.path == Self.commandLine ? commandOrigin : directive.origin
            let count = directive.arguments.count
            switch directive.name {
            case let name where RedisSetting.all[name] != nil: set(directive, at: origin)
            case let name where RedisSetting.retired.contains(name) && count == 1: break
            case "include" where count == 1: include(directive.arguments[0], at: origin, depth: depth)
            case "rename-command" where count == 2: rename(directive.arguments, at: origin)
            case "user" where count >= 1: user(directive.arguments, at: origin)
            case "loadmodule" where count >= 1: hasModule = true
            case let name where name.utf8.contains(UInt8(ascii: ".")):
                if count != 1 { fail(origin, "a module's setting needs one value") }
                moduleSetting = moduleSetting ?? Trouble(origin: origin, reason: "a module's setting without a module")
            case "sentinel" where count == 0: break
            default:
                let isName = directive.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x5F }
                fail(origin, isName ? "\(directive.name): no such directive, or not so many arguments" : "no directive")
            }
        }
        addsSavePoints = false
    }

    private mutating func include(_ argument: [UInt8], at origin: Origin, depth: Int) {
        guard depth < Self.depthLimit, fileCount < Self.fileLimit else {
            fail(origin, "files include each other without end")
            return
        }
        let name = String(decoding: argument.prefix { $0 != 0 }, as: UTF8.self)
        let path = HostPath.absolute(name, in: directory)
        var parts: [(path: String, bytes: [UInt8])] = []
        if GlobPattern.isPattern(name) {
            var unlisted: Trouble?
            let paths = GlobPattern.paths(matching: path, limit: Self.fileLimit) { folder in
                do throws(HostError) { return try host.list(folder).map(\.name) } catch {
                    if case .notFound = error { return [] }
                    if case .wrongKind = error { return [] }
                    unlisted = Trouble(origin: Origin(path: folder), reason: "\(folder): \(error.description)")
                    return []
                }
            }
            failure = failure ?? unlisted
            for path in paths { parts += read(path, isNeeded: false, from: origin) }
        } else {
            parts = read(path, isNeeded: true, from: origin)
        }
        run(RedisConfiguration(parts), origin, depth: depth + 1)
    }

    private mutating func rename(_ arguments: [[UInt8]], at origin: Origin) {
        let names = arguments.map { String(decoding: $0, as: UTF8.self).asciiLowercased }
        guard commands.remove(names[0]) != nil else {
            fail(origin, "rename-command: there is no such command")
            return
        }
        renamed.insert(names[0])
        if !names[1].isEmpty, !commands.insert(names[1]).inserted {
            fail(origin, "rename-command: the new name is that of another command")
        }
    }

    private mutating func user(_ arguments: [[UInt8]], at origin: Origin) {
        let name = String(decoding: arguments[0], as: UTF8.self)
        markSecret(in: origin, arguments.dropFirst().contains { ">#".utf8.contains($0.first ?? 0) })
        guard userOrigins[name] == nil else {
            fail(origin, "user \(name.clipped(to: 64)) is there twice")
            return
        }
        var user = RedisUser(name)
        if !user.apply(all: Array(arguments.dropFirst())) {
            fail(origin, "user \(name.clipped(to: 64)): a rule is not valid")
        }
        users.append(user)
        userOrigins[name] = origin
    }

    private mutating func markSecret(in origin: Origin, _ isSecret: Bool) {
        guard isSecret, let index = files.firstIndex(where: { $0.path == origin.path }) else { return }
        files[index].hasSecret = true
    }

    private mutating func set(_ directive: RedisConfiguration.Directive, at origin: Origin) {
        guard let setting = RedisSetting.all[directive.name] else { return }
        let text: String?
        switch setting.kind {
        case .flags: text = Self.flags(directive.arguments)
        case .special: text = special(setting.name, directive.arguments)
        case .secret:
            text = directive.arguments.count == 1 ? setting.printed(directive.arguments[0]) : nil
            markSecret(in: origin, text == "set")
            if setting.name == "requirepass", text != nil { password = directive.arguments[0] }
        default: text = directive.arguments.count == 1 ? setting.printed(directive.arguments[0]) : nil
        }
        let shown: String
        if setting.kind == .secret {
            shown = setting.name
        } else {
            shown = ([directive.name] + directive.arguments.map { String(decoding: $0, as: UTF8.self) })
                .joined(separator: " ").clipped(to: 200)
        }
        guard var text else {
            fail(origin, "\(setting.name): not a value for it")
            return
        }
        // What is out of range is taken for the nearest.
        if setting.name == "hz", let rate = Int64(text) { text = String(min(max(rate, 1), 500)) }
        let old = values[setting.name]?.source
        var overrode = old?.overrode ?? []
        if let old, overrode.count < 100 { overrode.append(.init(origin: old.origin, text: old.text)) }
        values[setting.name] = Effective(text: text, source: Source(origin, text: shown, overrode: overrode))
    }

    private static let flagNames = ["save", "nosave", "now", "force"]

    private static func flags(_ arguments: [[UInt8]]) -> String? {
        let words = arguments.map { String(decoding: $0, as: UTF8.self).asciiLowercased }
        guard !words.isEmpty, words.allSatisfy({ $0 == "default" || flagNames.contains($0) }),
            !(words.contains("save") && words.contains("nosave"))
        else { return nil }
        let set = flagNames.filter(words.contains)
        return set.isEmpty ? "default" : set.joined(separator: " ")
    }

    /// The value in force after this line, nil where it is refused.
    private mutating func special(_ name: String, _ arguments: [[UInt8]]) -> String? {
        let texts = arguments.map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        switch name {
        case "dir":
            // Whether it is there is not judged: a copy of /etc has no /var.
            guard texts.count == 1, !texts[0].isEmpty else { return nil }
            directory = HostPath.absolute(texts[0], in: directory)
            return directory
        case "save": return save(arguments)
        case "client-output-buffer-limit": return limit(arguments)
        case "oom-score-adj-values":
            guard arguments.count == 3 else { return nil }
            let numbers = arguments.compactMap { RedisSetting.cNumber($0) }
            guard numbers.count == 3, numbers.allSatisfy({ (-2000...2000).contains($0) }) else { return nil }
            return numbers.map { String($0) }.joined(separator: " ")
        case "notify-keyspace-events": return texts.count == 1 ? Self.events(texts[0]) : nil
        case "bind":
            guard texts.count <= 16 else { return nil }
            bind = texts == [""] ? [] : texts
            return bind.joined(separator: " ")
        case "replicaof":
            guard texts.count == 2 else { return nil }
            if texts.map(\.asciiLowercased) == ["no", "one"] { return "" }
            guard let port = RedisSetting.cNumber(arguments[1]), (0...65535).contains(port) else { return nil }
            return "\(texts[0]) \(port)"
        case "latency-tracking-info-percentiles":
            var shares: [String] = []
            for text in texts == [""] ? [] : texts {
                guard let share = Double(text), (0...100).contains(share) else { return nil }
                let millionths = Int((share * 1_000_000).rounded())
                var fraction = String(String(millionths % 1_000_000 + 1_000_000).dropFirst())
                while fraction.hasSuffix("0") { fraction.removeLast() }
                shares.append("\(millionths / 1_000_000)" + (fraction.isEmpty ? "" : ".\(fraction)"))
            }
            return shares.joined(separator: " ")
        default: return nil
        }
    }

    /// Lines add up; the first takes the place of the defaults, and an empty one of all before it.
    private mutating func save(_ arguments: [[UInt8]]) -> String? {
        let isCleared = arguments == [[]]
        let arguments = isCleared ? [] : arguments
        let numbers = arguments.compactMap { RedisSetting.cNumber($0) }
        guard numbers.count == arguments.count, numbers.count % 2 == 0,
            numbers.enumerated().allSatisfy({ $0.element >= ($0.offset % 2 == 0 ? 1 : 0) })
        else { return nil }
        if !addsSavePoints || !isSaveWritten || isCleared { savePoints = [] }
        if addsSavePoints { isSaveWritten = true }
        for index in stride(from: 0, to: numbers.count, by: 2) {
            savePoints.append((numbers[index], Int64(Int32(truncatingIfNeeded: numbers[index + 1]))))
        }
        return savePoints.map { "\($0.seconds) \($0.changes)" }.joined(separator: " ")
    }

    private mutating func limit(_ arguments: [[UInt8]]) -> String? {
        guard arguments.count % 4 == 0 else { return nil }
        var limits = outputLimits
        for start in stride(from: 0, to: arguments.count, by: 4) {
            let name = String(decoding: arguments[start], as: UTF8.self).asciiLowercased
            guard let index = limits.firstIndex(where: { $0.name == (name == "replica" ? "slave" : name) }),
                let hard = RedisSetting.memory(arguments[start + 1]),
                let soft = RedisSetting.memory(arguments[start + 2]),
                let span = RedisSetting.cNumber(arguments[start + 3]),
                let seconds = UInt64(exactly: Int32(truncatingIfNeeded: span))
            else { return nil }
            limits[index].values = [hard, soft, seconds]
        }
        outputLimits = limits
        return limits.map { limit in
            ([limit.name] + limit.values.map { String($0) }).joined(separator: " ")
        }.joined(separator: " ")
    }

    private static func events(_ text: String) -> String? {
        let every = "g$lshzxetd"
        guard text.utf8.allSatisfy({ "Ag$lshzxetdnKEm".utf8.contains($0) }) else { return nil }
        let chosen = Set(text.contains("A") ? text + every : text)
        let isEvery = every.allSatisfy(chosen.contains)
        return (isEvery ? "A" : String((every + "n").filter(chosen.contains))) + "KEm".filter(chosen.contains)
    }

    /// The value in force as CONFIG GET prints it.
    func text(_ name: String) -> String { values[name]?.text ?? RedisSetting.all[name]?.standard ?? "" }

    private mutating func finish(_ path: String) {
        if let moduleSetting, !hasModule { fail(moduleSetting.origin, moduleSetting.reason) }
        if text("cluster-enabled") == "yes", let master = values["replicaof"], !master.text.isEmpty {
            fail(master.source.origin, "replicaof is not allowed with cluster-enabled")
        }
        let origin = values["tls-port"]?.source.origin ?? Origin(path: path)
        if text("tls-port") != "0" {
            for name in ["tls-cert-file", "tls-key-file"] where text(name).isEmpty {
                fail(origin, "tls-port needs \(name)")
            }
            let verifies =
                text("tls-auth-clients") != "no" || text("tls-cluster") == "yes" || text("tls-replication") == "yes"
            if verifies, text("tls-ca-cert-file").isEmpty, text("tls-ca-cert-dir").isEmpty {
                fail(origin, "tls-port needs tls-ca-cert-file, or tls-auth-clients no")
            }
        }
        let own = users
        users = [RedisUser.standard(password: password)] + own.filter { $0.name != "default" }
        userOrigins["default"] = userOrigins["default"] ?? values["requirepass"]?.source.origin
        if let changed = own.first(where: { $0.name == "default" }) { users[0] = changed }
        guard let file = values["aclfile"], !file.text.isEmpty else { return }
        if let first = own.first {
            fail(userOrigins[first.name] ?? Origin(path: path), "users stand here and in an aclfile")
        }
        readUsers(HostPath.absolute(file.text, in: directory), from: file.source.origin)
    }

    /// An aclfile takes the place of everything said of users: a line each, words split at single blanks. Without the
    /// default user in it, that one has all rights and no password.
    private mutating func readUsers(_ path: String, from origin: Origin) {
        guard let file = read(path, isNeeded: true, from: origin).first else { return }
        users = [RedisUser.standard(password: [])]
        userOrigins = [:]
        for (index, line) in file.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.map(Array.init)
            guard !words.isEmpty else { continue }
            let origin = Origin(path: path, line: index + 1)
            guard words[0] == Array("user".utf8), words.count > 1 else {
                fail(origin, "a line must begin with user and a name")
                continue
            }
            markSecret(in: origin, words.dropFirst(2).contains { ">#".utf8.contains($0.first ?? 0) })
            var user = RedisUser(String(decoding: words[1], as: UTF8.self))
            if userOrigins[user.name] != nil { fail(origin, "user \(user.name.clipped(to: 64)) is there twice") }
            if !user.apply(all: Array(words.dropFirst(2))) {
                fail(origin, "user \(user.name.clipped(to: 64)): a rule is not valid")
            }
            userOrigins[user.name] = origin
            if user.name == "default" { users[0] = user } else { users.append(user) }
        }
    }
}
