// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// PAM: for each service of pam.d(5) the stacks that libpam builds and what they can come to, and the settings of the
/// modules that hang on it (Linux-PAM 1.5 as Debian has it).
public struct PAMCollector: Collector {
    /// The collector.
    public init() {}

    /// `pam`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "pam", .record(PAMSchema.pam),
                "PAM: the stacks in force, with pwquality, faillock, limits and login.defs.",
                example: "pam.services.filter(s, s.auth.open)")
        ]
    }

    /// One record, `.absent` without pam.d.
    public func collect(_ collection: Collection) -> [Value] {
        guard let state = PAMState(collection) else { return [.absent] }
        return [state.record(result: nil, user: nil)]
    }

    /// Keys: `service` with `type` (auth, account, password, session) and modules' results, as `pam_unix=auth_err`, all
    /// others being success; or `user`, whose limits are told.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        var results: [String: Int] = [:]
        for (key, value) in question.sorted(by: { $0.key < $1.key }) where !["service", "type", "user"].contains(key) {
            guard key.hasPrefix("pam_") else {
                throw QuestionError("pam knows no key \(key): service, type, user, or a module as pam_unix=auth_err")
            }
            guard let result = PAMResult.names.firstIndex(of: value) else {
                throw QuestionError("no module returns \(value): \(PAMResult.names.joined(separator: ", "))")
            }
            results[key.hasSuffix(".so") ? String(key.dropLast(3)) : key] = result
        }
        guard question["service"] != nil || question["user"] != nil else {
            throw QuestionError("pam needs service=sshd,type=auth or user=alice")
        }
        guard let state = PAMState(collection) else { return [.absent] }
        var result: String?
        if let name = question["service"] {
            guard let type = PAMType(rawValue: question["type"] ?? "auth") else {
                throw QuestionError("type is one of auth, account, password, session")
            }
            result = state.result(name.asciiLowercased, type, results)
        }
        return [state.record(result: result, user: question["user"])]
    }
}

/// Everything the collector knows of one host.
final class PAMState {
    private let collection: Collection
    private let host: any Host
    private let files: PAMFiles
    private let modules: PAMModules
    private let other: PAMStacks?
    private let services: [PAMService]
    private let loginDefs: LoginDefs?
    private let loginDefsFailure: String

    /// Nil without a directory of services.
    init?(_ collection: Collection) {
        self.collection = collection
        host = collection.host
        files = PAMFiles(collection.host)
        let names = files.names().filter { !PAMService.isLeftover($0) }
        guard !names.isEmpty || files.unreadable != nil else { return nil }
        modules = PAMModules(collection.host)
        let other = files.stacks(PAMFiles.fallback)
        self.other = other
        services = names.compactMap { [files] name in
            guard let (path, _) = files.service(name) else { return nil }
            return PAMService(name, path: path, own: files.stacks(name), other: other)
        }
        do throws(HostError) {
            loginDefs = LoginDefs(try collection.host.read(Self.loginDefsPath).bytes)
            loginDefsFailure = ""
        } catch {
            loginDefs = error == .notFound ? LoginDefs([]) : nil
            loginDefsFailure = "\(Self.loginDefsPath): \(error)"
        }
    }

    private static let loginDefsPath = "/etc/login.defs"

    /// What libpam returns to a program; a password is changed in two rounds.
    func result(_ name: String, _ type: PAMType, _ results: [String: Int]) -> String {
        let service =
            services.first { $0.name == name }
            ?? PAMService(name, path: "\(PAMFiles.directories[0])/\(name)", own: files.stacks(name), other: other)
        guard service.failure == nil else { return PAMResult.names[PAMResult.abort] }
        let events: [PAMType: [String]] = [
            .auth: ["auth"], .account: ["acct"], .password: ["prechauthtok", "chauthtok"], .session: ["open_session"],
        ]
        var outcome = PAMResult.success
        for event in events[type] ?? [] where outcome == PAMResult.success {
            outcome = service.outcome(type) { [modules] handler in
                if modules.exists(handler.path) == false { return PAMResult.moduleUnknown }
                return results[handler.module] ?? PAMModules.fixed(handler, event: event) ?? PAMResult.success
            }
        }
        return PAMResult.names[outcome]
    }

    func record(result: String?, user: String?) -> Value {
        let file = collection.source(PAMFiles.directories[0], means: .file)
        if let (path, reason) = files.unreadable {
            return .unknown("pam", "\(path): \(reason)", collection.source(path, means: .file))
        }
        let limits = PAMLimits(host)
        var fields: [String: Value] = [
            "services": .list(services.map(record), file), "lines": .list(lines(), file),
            "problems": .list(files.problems.map(problem), file),
            "quality": quality(), "lock": lock(), "su": su(), "umask": umask(),
            "limits": self.limits(limits, user: user),
            "limit_problems": limits.unreadable.map { .unknown("pam.limit_problems", "\($0.path): \($0.reason)") }
                ?? .list(limits.problems.map(problem), collection.source(PAMLimits.path, means: .file)),
            "ignored_settings": ignoredSettings(),
        ]
        if let result { fields["result"] = .string(result, file) }
        return .record(Record(PAMSchema.pam, fields), file)
    }

    private func source(_ handler: PAMHandler) -> SourceID {
        collection.source(Source(handler.origin, text: handler.text))
    }

    private func problem(_ problem: (origin: Origin, message: String)) -> Value {
        let source = collection.source(Source(problem.origin, text: problem.message))
        return .record(
            Record(
                PAMSchema.problem,
                [
                    "path": .string(problem.origin.path, source), "line": .int(problem.origin.line, source),
                    "message": .string(problem.message, source),
                ]), source)
    }

    // MARK: services

    private func record(_ service: PAMService) -> Value {
        let place = collection.source(service.path, means: .file)
        func first(_ type: PAMType, _ modules: String...) -> SourceID {
            service.stacks[type]?.first { modules.contains($0.module) }.map(source) ?? place
        }
        let lock = first(.auth, "pam_faillock")
        var fields: [String: Value] = [
            "name": .string(service.name, place), "path": .string(service.path, place),
            "fragment": .bool(service.isFragment, place),
            "loads": .bool(
                service.failure == nil,
                service.failure.map { collection.source(Source($0.origin, text: $0.message)) } ?? place),
            "asks_password": .bool(service.uses("pam_unix", .auth), first(.auth, "pam_unix")),
            "faillock": .bool(service.uses("pam_faillock", .auth), lock),
            "faillock_counts": .bool(service.countsFailures, lock), "faillock_locks": .bool(service.locks, lock),
            "faillock_resets": .bool(service.resets, lock),
            "quality": .bool(
                service.refuses(["pam_pwquality", "pam_passwdqc", "pam_cracklib"]),
                first(.password, "pam_pwquality", "pam_passwdqc", "pam_cracklib")),
            "history": .bool(service.refuses(["pam_pwhistory"]), first(.password, "pam_pwhistory")),
        ]
        for type in PAMType.allCases { fields[type.rawValue] = stack(service, type, place) }
        return .record(Record(PAMSchema.service, fields), place)
    }

    private func stack(_ service: PAMService, _ type: PAMType, _ place: SourceID) -> Value {
        let reach = service.reach[type] ?? PAMDispatch.Reach()
        let handlers = service.stacks[type] ?? []
        let entries = handlers.enumerated().map { index, handler -> Value in
            let source = source(handler)
            return .record(
                Record(
                    PAMSchema.entry,
                    [
                        "module": .string(handler.module, source), "control": .string(handler.controlText, source),
                        "arguments": .strings(handler.arguments, source),
                        "kind": .string("\(handler.kind)", source), "level": .int(handler.level, source),
                        "reachable": .bool(reach.isUnknown || reach.indexes.contains(index), source),
                        "line": .string(handler.origin.description, source),
                        "via": .strings(handler.via.map(\.description), source),
                    ]), source)
        }
        func told(_ name: String, _ value: Bool, _ source: SourceID) -> Value {
            reach.isUnknown
                ? .unknown("pam.services.\(type).\(name)", "\(service.path): too many ways through it")
                : .bool(service.failure == nil && value, source)
        }
        return .record(
            Record(
                PAMSchema.stack,
                [
                    "entries": .list(entries, place), "from_other": .bool(service.borrowed.contains(type), place),
                    "can_succeed": told("can_succeed", reach.canSucceed, place),
                    "open": told("open", reach.isOpen, handlers.last.map(source) ?? place),
                ]), place)
    }

    // MARK: lines

    private func lines() -> [Value] {
        var found: [Origin: (handler: PAMHandler, services: [String], isReachable: Bool)] = [:]
        for service in services where service.failure == nil {
            for type in PAMType.allCases where !service.borrowed.contains(type) {
                let reach = service.reach[type]
                for (index, handler) in (service.stacks[type] ?? []).enumerated() where handler.kind == .module {
                    let runs = reach?.isUnknown == true || reach?.indexes.contains(index) == true
                    var line = found[handler.origin] ?? (handler, [], false)
                    if !service.isFragment {
                        if line.services.last != service.name { line.services.append(service.name) }
                        line.isReachable = line.isReachable || runs
                    }
                    found[handler.origin] = line
                }
            }
        }
        return found.sorted { $0.key < $1.key }.map { origin, line in
            let source = source(line.handler)
            var fields: [String: Value] = [
                "module": .string(line.handler.module, source),
                "type": .string(line.handler.type.rawValue, source),
                "control": .string(line.handler.controlText, source),
                "arguments": .strings(line.handler.arguments, source), "path": .string(origin.path, source),
                "line": .int(origin.line, source), "services": .strings(line.services, source),
                "reachable": .bool(line.isReachable, source),
                "exists": modules.exists(line.handler.path).map { .bool($0, source) }
                    ?? .unknown("pam.lines.exists", "this tree has no modules"),
                "failure_counts": .bool(
                    line.handler.control.actions[PAMResult.moduleUnknown] != .ignore, source),
            ]
            if line.handler.module == "pam_unix", line.handler.type == .password {
                fields["hash"] = hash(line.handler, source)
            }
            return .record(Record(PAMSchema.line, fields), source)
        }
    }

    /// The last of the arguments that name a method; without one what login.defs says, and DES where it says nothing.
    private func hash(_ handler: PAMHandler, _ source: SourceID) -> Value {
        let methods = ["md5", "bigcrypt", "sha256", "sha512", "blowfish", "gost_yescrypt", "yescrypt"]
        if let method = handler.arguments.last(where: methods.contains) { return .string(method, source) }
        guard let loginDefs else { return .unknown("pam.lines.hash", loginDefsFailure) }
        let method = loginDefs.values["ENCRYPT_METHOD"]?.asciiLowercased
        return .string(method.flatMap { methods.contains($0) ? $0 : nil } ?? "des", source)
    }

    // MARK: settings

    private func line(_ module: String, _ type: PAMType, with argument: String? = nil) -> PAMHandler? {
        for service in services where service.failure == nil && !service.isFragment {
            let found = service.stacks[type]?.first {
                $0.kind == .module && $0.module == module && argument.map($0.arguments.contains) ?? true
            }
            if let found { return found }
        }
        return nil
    }

    private func quality() -> Value {
        guard let handler = line("pam_pwquality", .password) else { return .absent }
        let file = "/etc/security/pwquality.conf"
        var settings = PAMSettings()
        // "First reads all *.conf files from pwquality.conf.d"; pwquality.conf comes over them.
        settings.readAll(file + ".d", host)
        settings.read(file, host)
        settings.read(handler)
        if let (path, reason) = settings.unreadable { return .unknown("pam.quality", "\(path): \(reason)") }
        let standards: [(String, Int64)] = [
            ("minlen", 8), ("minclass", 0), ("dcredit", 0), ("ucredit", 0), ("lcredit", 0), ("ocredit", 0),
            ("difok", 1), ("maxrepeat", 0), ("maxsequence", 0), ("dictcheck", 1), ("enforcing", 1),
        ]
        var fields: [String: Value] = [:]
        for (name, standard) in standards { fields[name] = settings.number(name, standard, file, collection) }
        func number(_ name: String) -> Int64 {
            guard case .int(let value) = fields[name]?.kind else { return 0 }
            return min(max(value, -1000), 1000)
        }
        let length = max(number("minlen"), 6)
        let source = fields["minlen"]?.source ?? .none
        fields["minlen"] = .int(length, source)
        let credit = ["dcredit", "ucredit", "lcredit", "ocredit"].reduce(0) { $0 + max(number($1), 0) }
        fields["shortest"] = .int(length - credit, source)
        fields["enforce_for_root"] = settings.flag("enforce_for_root", file, collection)
        return .record(Record(PAMSchema.quality, fields), self.source(handler))
    }

    private func lock() -> Value {
        guard let handler = line("pam_faillock", .auth, with: "authfail") ?? line("pam_faillock", .auth) else {
            return .absent
        }
        let named = handler.arguments.last { $0.hasPrefix("conf=") }.map { String($0.dropFirst(5)) }
        let file = named ?? "/etc/security/faillock.conf"
        var settings = PAMSettings()
        settings.read(file, host)
        settings.read(handler)
        if let (path, reason) = settings.unreadable { return .unknown("pam.lock", "\(path): \(reason)") }
        return .record(
            Record(
                PAMSchema.lock,
                [
                    "deny": settings.number("deny", 3, file, collection),
                    "fail_interval": settings.seconds("fail_interval", 900, file, collection),
                    "unlock_time": settings.seconds("unlock_time", 600, file, collection),
                    "even_deny_root": settings.flag("even_deny_root", file, collection),
                ]), source(handler))
    }

    private func su() -> Value {
        guard let service = services.first(where: { $0.name == "su" }) else { return .absent }
        let place = collection.source(service.path, means: .file)
        guard service.asksForWheel, let wheel = service.stacks[.auth]?.first(where: { $0.module == "pam_wheel" }) else {
            return .record(Record(PAMSchema.su, ["restricted": .bool(false, place)]), place)
        }
        let source = source(wheel)
        let named = wheel.arguments.last { $0.hasPrefix("group=") }.map { String($0.dropFirst(6)) }
        var fields: [String: Value] = ["restricted": .bool(true, source)]
        do throws(HostError) {
            let groups = GroupFile(try host.read("/etc/group").bytes).entries
            // pam_wheel(8): without group= it is wheel, and where there is none the group of number 0.
            let byName = groups.first { $0.name == named ?? "wheel" }
            let group = named == nil ? byName ?? groups.first { $0.gid == 0 } : byName
            fields["group"] = .string(named ?? group?.name ?? "root", source)
            fields["members"] = .strings(group?.members ?? [], source)
        } catch {
            for name in ["group", "members"] { fields[name] = .unknown("pam.su.\(name)", "/etc/group: \(error)") }
        }
        return .record(Record(PAMSchema.su, fields), source)
    }

    private func umask() -> Value {
        guard let handler = line("pam_umask", .session) else { return .absent }
        let argument = handler.arguments.last { $0.hasPrefix("umask=") }.map { String($0.dropFirst(6)) }
        guard let loginDefs else { return .unknown("pam.umask", loginDefsFailure) }
        guard let text = argument ?? loginDefs.values["UMASK"], let bits = UInt16(text, radix: 8), bits <= 0o777 else {
            return .absent
        }
        let place = argument == nil ? collection.source(Self.loginDefsPath, means: .file) : source(handler)
        return .mode(FileMode(bits: bits), place)
    }

    /// Settings of login.defs(5) that programs read only where they are built without PAM; Debian's are built with it.
    private static let withoutEffect = [
        "CHFN_AUTH", "CONSOLE", "CRACKLIB_DICTPATH", "ENV_HZ", "ENVIRON_FILE", "FAIL_DELAY", "LASTLOG_ENAB",
        "MAIL_CHECK_ENAB", "MD5_CRYPT_ENAB", "MOTD_FILE", "NOLOGINS_FILE", "OBSCURE_CHECKS_ENAB", "PASS_ALWAYS_WARN",
        "PASS_CHANGE_TRIES", "PASS_MAX_LEN", "PASS_MIN_LEN", "PORTTIME_CHECKS_ENAB", "QUOTAS_ENAB", "SU_WHEEL_ONLY",
        "ULIMIT",
    ]

    private func ignoredSettings() -> Value {
        let source = collection.source(Self.loginDefsPath, means: .file)
        guard let loginDefs else { return .unknown("pam.ignored_settings", loginDefsFailure, source) }
        return .list(
            Self.withoutEffect.compactMap { name in
                loginDefs.values[name].map { value in
                    .record(
                        Record(
                            PAMSchema.ignored, ["name": .string(name, source), "value": .string(value, source)]),
                        source)
                }
            }, source)
    }

    private func limits(_ limits: PAMLimits, user: String?) -> Value {
        let file = collection.source(PAMLimits.path, means: .file)
        if let (path, reason) = limits.unreadable { return .unknown("pam.limits", "\(path): \(reason)", file) }
        func record(_ entry: PAMLimits.Entry, _ type: String, _ overrode: [PAMLimits.Entry]) -> Value {
            let source = collection.source(
                Source(
                    entry.origin, text: entry.text,
                    overrode: overrode.map { Source.Overridden(origin: $0.origin, text: $0.text) }))
            return .record(
                Record(
                    PAMSchema.limit,
                    [
                        "domain": .string(entry.domain, source), "type": .string(type, source),
                        "item": .string(entry.item, source), "value": .string(entry.value, source),
                    ]), source)
        }
        guard let user else { return .list(limits.entries.map { record($0, $0.type, []) }, file) }
        let names = SudoNames(host)
        guard names.accounts != nil else { return .unknown("pam.limits", names.failure, file) }
        guard let account = names.account(user) else {
            return .unknown("pam.limits", "/etc/passwd has no user \(user)", file)
        }
        let asker = PAMLimits.User(
            name: account.name, uid: account.uid, gid: account.gid, groups: Set(account.groups.map(\.name)),
            groupIDs: Set(account.groups.map(\.gid)))
        return .list(limits.effective(asker).map { record($0.entry, $0.type, $0.overrode) }, file)
    }
}
