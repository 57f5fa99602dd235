// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Redis: what redis.conf with everything it includes and the command line of its unit put in force for each server.
public struct RedisCollector: Collector {
    /// The collector.
    public init() {}

    /// `redis`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "redis", .record(RedisSchema.server),
                "Redis servers, each with the settings in force. Absent where there is none.",
                example: #"redis.instances.all(i, i.settings["appendonly"] == "yes")"#)
        ]
    }

    /// One record, `.absent` without a server.
    public func collect(_ collection: Collection) -> [Value] {
        do throws(HostError) {
            _ = try collection.host.list("/etc/redis")
        } catch {
            if case .notFound = error {
            } else {
                return [.unknown("redis", "/etc/redis: \(error.description)")]
            }
        }
        let instances = RedisInstance.all(SystemdUnits.of(collection), collection.host)
        guard !instances.isEmpty else { return [.absent] }
        let source = collection.source("/etc/redis", means: .file)
        return [
            .record(
                Record(
                    RedisSchema.server,
                    ["instances": .list(instances.map { Self.record($0, collection) }, source)]), source)
        ]
    }

    private static func record(_ instance: RedisInstance, _ collection: Collection) -> Value {
        let settings = instance.settings
        let file = collection.source(instance.path, means: .file)
        for trouble in settings.errors { collection.report(trouble.origin, trouble.reason) }
        let unit = instance.unit.map { collection.source($0.fragment ?? instance.path, means: .file) } ?? file
        var fields: [String: Value] = [
            "name": .string(instance.name, file), "config": .string(instance.path, file),
            "enabled": .bool(instance.isStarted, unit),
            "memory_limited": .bool(
                instance.unit?.last("Service", "MemoryMax").map { $0.value != "infinity" } ?? false, unit),
        ]
        if let failure = instance.unit?.failure.map({
            RedisSettings.Trouble(origin: Origin(path: instance.path), reason: $0)
        })
            ?? settings.failure
        {
            collection.report(failure.origin, failure.reason)
            for field in RedisSchema.instance.fields where fields[field.name] == nil {
                fields[field.name] = .unknown("redis.instances.\(field.name)", failure.reason)
            }
        } else {
            fields.merge(RedisFields(instance, file, collection).fields) { $1 }
        }
        return .record(Record(RedisSchema.instance, fields), file)
    }
}

/// The facts of one server whose files could be read.
private struct RedisFields {
    private(set) var fields: [String: Value] = [:]
    private let settings: RedisSettings
    private let collection: Collection
    private let standard: SourceID
    private var sources: [String: SourceID] = [:]

    init(_ instance: RedisInstance, _ file: SourceID, _ collection: Collection) {
        settings = instance.settings
        self.collection = collection
        standard = collection.source(instance.path, means: .default)
        for (name, effective) in settings.values.sorted(by: { $0.key < $1.key }) {
            sources[name] = collection.source(effective.source)
        }
        let names = Set(RedisSetting.all.values.map(\.name)).sorted()
        fields["settings"] = .map(names.map { ($0, .string(settings.text($0), source($0))) }, file)
        let errors = settings.errors.map { trouble in
            Value.string(trouble.reason, collection.source(Source(trouble.origin, text: trouble.reason)))
        }
        fields["valid"] = .bool(errors.isEmpty, errors.first?.source ?? file)
        fields["errors"] = .list(errors, errors.first?.source ?? file)
        network(instance)
        access(instance)
        storage()
        fields["files"] = .list(settings.files.map(record), file)
    }

    private func source(_ name: String) -> SourceID { sources[name] ?? standard }

    private func isOn(_ name: String) -> Value { .bool(settings.text(name) == "yes", source(name)) }

    private mutating func network(_ instance: RedisInstance) {
        for (field, name) in [("port", "port"), ("tls_port", "tls-port")] {
            fields[field] = .int(Int64(settings.text(name)) ?? 0, source(name))
        }
        fields["bind"] = .strings(settings.bind, source("bind"))
        fields["addresses"] = .strings(instance.addresses, source("bind"))
        fields["listen_remote"] = .bool(instance.listensRemotely, source("bind"))
        fields["protected_mode"] = isOn("protected-mode")
        fields["unixsocket"] = .string(settings.text("unixsocket"), source("unixsocket"))
        let perm = UInt16(settings.text("unixsocketperm"), radix: 8) ?? 0
        // 0 leaves it to the unit's umask.
        fields["unixsocketperm"] = perm == 0 ? .absent : .mode(FileMode(bits: perm), source("unixsocketperm"))
        let master = settings.text("replicaof").split(separator: " ").first.map(String.init) ?? ""
        fields["replica_of"] = .string(master, source("replicaof"))
        fields["replica_remote"] = .bool(!master.isEmpty && !RedisInstance.isLoopback(master), source("replicaof"))
        fields["tls_replication"] = isOn("tls-replication")
    }

    private func source(of user: RedisUser) -> SourceID {
        guard let origin = settings.userOrigins[user.name] else { return source("requirepass") }
        return collection.source(Source(origin, text: "user \(user.name.clipped(to: 64))"))
    }

    private mutating func access(_ instance: RedisInstance) {
        let open = instance.openToStrangers
        let first = open.first.map(source) ?? source("bind")
        fields["open_users"] = .list(open.map { .string($0.name, source(of: $0)) }, first)
        fields["users"] = .list(
            settings.users.map { user in
                let source = source(of: user)
                return .record(
                    Record(
                        RedisSchema.user,
                        [
                            "name": .string(user.name, source), "enabled": .bool(user.isOn, source),
                            "nopass": .bool(user.needsNoPassword, source),
                            "passwords": .int(user.passwords.count, source),
                            "short_password": .bool(user.hasShortPassword, source),
                            "dangerous": .strings(
                                user.dangerousCommands.filter { !settings.renamed.contains($0) }, source),
                        ]), source)
            }, source("requirepass"))
        let user = settings.users.first
        fields["passwordless"] = .bool(user?.isOpen ?? false, user.map(source) ?? standard)
    }

    private mutating func storage() {
        let limit = UInt64(settings.text("maxmemory")).flatMap { Int64(exactly: $0) } ?? .max
        fields["maxmemory"] = .byteSize(limit, source("maxmemory"))
        fields["maxmemory_policy"] = .string(settings.text("maxmemory-policy"), source("maxmemory-policy"))
        fields["appendonly"] = isOn("appendonly")
        fields["appendfsync"] = .string(settings.text("appendfsync"), source("appendfsync"))
        let saves = settings.text("save")
        fields["save"] = .string(saves, source("save"))
        fields["stop_writes_on_bgsave_error"] = isOn("stop-writes-on-bgsave-error")
        fields["persistent"] = .bool(
            !saves.isEmpty || settings.text("appendonly") == "yes",
            source(sources["save"] == nil ? "appendonly" : "save"))
    }

    private func record(_ file: (path: String, hasSecret: Bool)) -> Value {
        let source = collection.source(file.path, means: .file)
        var mode: Value
        do throws(HostError) {
            mode =
                try collection.host.status(file.path).mode.map { .mode($0, source) }
                ?? .unknown("redis.instances.files.mode", "\(file.path): its mode is not known")
        } catch {
            mode = .unknown("redis.instances.files.mode", "\(file.path): \(error.description)")
        }
        return .record(
            Record(
                RedisSchema.file,
                ["path": .string(file.path, source), "mode": mode, "secret": .bool(file.hasSecret, source)]), source)
    }
}
