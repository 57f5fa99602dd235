// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// PostgreSQL: what postgresql.conf with everything it includes, postgresql.auto.conf and the command line put in force
/// for each cluster, and whom pg_hba.conf lets in.
public struct PostgreSQLCollector: Collector {
    /// The collector.
    public init() {}

    /// `postgresql`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "postgresql", .record(PostgreSQLSchema.server),
                """
                PostgreSQL clusters under /etc/postgresql: each parameter with the value in force, and the records of \
                pg_hba.conf. Absent where there is no cluster.
                """, example: "postgresql.clusters.all(c, c.fsync)")
        ]
    }

    /// One record, `.absent` without a cluster.
    public func collect(_ collection: Collection) -> [Value] { [Self.facts(nil, only: nil, collection)] }

    /// The record of pg_hba.conf that decides. Keys: `type` (local, host, hostssl, hostgssenc), `database`, `user`,
    /// `addr`, `host`, `memberof` (roles joined by `+`), `replication` and `cluster` (as 15/main).
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        var connection = PostgreSQLConnection()
        var cluster: String?
        for (key, text) in question.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "database": connection.database = text
            case "user": connection.user = text
            case "host": connection.hostName = text
            case "cluster": cluster = text
            case "replication": connection.isReplication = text != "no" && text != "false"
            case "memberof": connection.roles = Set(text.split(separator: "+").map(String.init))
            case "type":
                guard let kind = PostgreSQLConnection.Kind(rawValue: text) else {
                    throw QuestionError("type=\(text): local, host, hostssl or hostgssenc")
                }
                connection.kind = kind
            case "addr":
                guard let address = IPAddress(text: text) else {
                    throw QuestionError("addr=\(text): not an address")
                }
                connection.address = address
            default:
                throw QuestionError(
                    "postgresql knows no key \(key): type, database, user, addr, host, memberof, replication, cluster")
            }
        }
        return [Self.facts(connection, only: cluster, collection)]
    }

    private static let root = "/etc/postgresql"
    private static let clusterLimit = 256

    private static func facts(_ connection: PostgreSQLConnection?, only wanted: String?, _ collection: Collection)
        -> Value
    {
        let host = collection.host
        let units = SystemdUnits.of(collection)
        var clusters: [Value] = []
        do throws(HostError) {
            for (version, name) in try PostgreSQLCluster.names(host)
            where wanted == nil || wanted == "\(version)/\(name)" {
                guard clusters.count < clusterLimit else {
                    collection.report(Origin(path: root), "more than \(clusterLimit) clusters: the rest is left out")
                    break
                }
                let cluster = PostgreSQLCluster(version: version, name: name, host, units)
                clusters.append(record(cluster, connection, collection))
            }
        } catch .notFound {
            return .absent
        } catch {
            return .unknown("postgresql", "\(root): \(error.description)")
        }
        if clusters.isEmpty { return .absent }
        let source = collection.source(root, means: .file)
        return .record(Record(PostgreSQLSchema.server, ["clusters": .list(clusters, source)]), source)
    }

    private static func record(
        _ cluster: PostgreSQLCluster, _ connection: PostgreSQLConnection?, _ collection: Collection
    ) -> Value {
        for trouble in cluster.errors.prefix(100) { collection.report(trouble.origin, trouble.reason) }
        let file = collection.source("\(cluster.directory)/postgresql.conf", means: .file)
        var fields = PostgreSQLFields(cluster, collection).fields
        if let connection { fields["answer"] = answer(connection, cluster, collection) }
        if let failure = cluster.failure {
            collection.report(failure.origin, failure.reason)
            // Any of them might be set where nobody could look.
            for parameter in PostgreSQLSchema.parameters where cluster.release.parameters[parameter.name] != nil {
                fields[parameter.name] = .unknown("postgresql.clusters.\(parameter.name)", failure.reason)
            }
            for name in ["listen_remote", "memory_possible", "libraries", "valid", "rules", "answer"]
            where fields[name] != nil {
                fields[name] = .unknown("postgresql.clusters.\(name)", failure.reason)
            }
        }
        return .record(Record(PostgreSQLSchema.cluster, fields), file)
    }

    private static func answer(
        _ connection: PostgreSQLConnection, _ cluster: PostgreSQLCluster, _ collection: Collection
    ) -> Value {
        if let failure = cluster.access.failure { return .unknown("postgresql.clusters.answer", failure) }
        if let error = cluster.access.errors.first {
            return .unknown(
                "postgresql.clusters.answer", "the server does not load this file: \(error.reason)",
                collection.source(Source(error.origin)))
        }
        let decision = cluster.access.decision(
            for: connection, major: cluster.release.major, usesTLS: cluster.isOn("ssl"))
        switch decision {
        case .unknown(let reason, let origin):
            return .unknown("postgresql.clusters.answer", reason, collection.source(Source(origin)))
        case .nobody:
            let source = collection.source(cluster.access.path, means: .computed)
            return .record(
                Record(
                    PostgreSQLSchema.answer,
                    ["method": .string("reject", source), "text": .string("", source), "options": .list([], source)]),
                source)
        case .rule(let rule):
            let source = collection.source(Source(rule.origin, text: rule.text))
            return .record(
                Record(
                    PostgreSQLSchema.answer,
                    [
                        "method": .string(rule.method, source), "text": .string(rule.text, source),
                        "options": .strings(rule.options.map(\.shown), source),
                    ]), source)
        }
    }
}

/// The facts of one cluster.
struct PostgreSQLFields {
    private(set) var fields: [String: Value] = [:]
    private let cluster: PostgreSQLCluster
    private let collection: Collection

    init(_ cluster: PostgreSQLCluster, _ collection: Collection) {
        self.cluster = cluster
        self.collection = collection
        identify()
        for parameter in PostgreSQLSchema.parameters {
            guard let known = cluster.release.parameters[parameter.name.asciiLowercased] else { continue }
            fields[parameter.name] = value(known)
        }
        compute()
        access()
        permissions()
    }

    private mutating func identify() {
        let source = collection.source(cluster.directory, means: .file)
        fields["id"] = .string("\(cluster.version)/\(cluster.name)", source)
        fields["version"] = .string(cluster.version, source)
        fields["major"] = .int(cluster.release.major, source)
        fields["name"] = .string(cluster.name, source)
        fields["directory"] = .string(cluster.directory, source)
        fields["start"] = .string(
            cluster.start.mode, collection.source(Source(cluster.start.origin, text: cluster.start.mode)))
        fields["end_of_life"] = cluster.release.endOfLife.map {
            .timestamp(Timestamp(seconds: Int64($0.daysSinceEpoch) * 86_400), source)
        }
    }

    private func value(_ parameter: PostgreSQLParameter) -> Value {
        let effective = cluster.value(of: parameter)
        let source = collection.source(effective.source)
        guard let setting = effective.setting else {
            let why =
                effective.source.means == .default
                ? "the server computes it when it starts" : "the server does not accept this value"
            return .unknown("postgresql.clusters.\(parameter.name)", why, source)
        }
        if PostgreSQLCluster.secrets.contains(parameter.name), setting != .text("") {
            return .string("set", source)
        }
        return parameter.value(setting, source)
    }

    private mutating func compute() {
        let listen = fields["listen_addresses"]?.source ?? .none
        fields["listen_remote"] = .bool(cluster.listensRemotely, listen)
        fields["memory_possible"] =
            cluster.memoryPossible.map { .byteSize($0, fields["max_connections"]?.source ?? .none) }
            ?? .unknown("postgresql.clusters.memory_possible", "a parameter it is made of is not known")
        let libraries = (cluster.text("shared_preload_libraries") ?? "").split(separator: ",")
            .map { $0.filter { $0 != " " && $0 != "\"" } }.filter { !$0.isEmpty }
        fields["libraries"] = .strings(libraries, fields["shared_preload_libraries"]?.source ?? .none)
        let errors = cluster.errors
        let first = errors.first.map { collection.source(Source($0.origin, text: $0.reason)) }
        let source = first ?? collection.source("\(cluster.directory)/postgresql.conf", means: .file)
        fields["valid"] =
            errors.isEmpty && cluster.access.failure != nil
            ? .unknown("postgresql.clusters.valid", cluster.access.failure ?? "") : .bool(errors.isEmpty, source)
        fields["errors"] = .list(
            errors.prefix(100).map { .string($0.reason, collection.source(Source($0.origin, text: $0.reason))) }, source
        )
    }

    private mutating func access() {
        let path = cluster.access.path
        let source = collection.source(path, means: .file)
        if let failure = cluster.access.failure {
            collection.report(Origin(path: path), failure)
            fields["rules"] = .unknown("postgresql.clusters.rules", failure, source)
        } else {
            fields["rules"] = .list(cluster.access.rules.indices.map(rule), source)
        }
        let identPath = cluster.text("ident_file") ?? "\(cluster.directory)/pg_ident.conf"
        let ident = PostgreSQLAccessFile(
            HostPath.absolute(identPath, in: "/"), collection.host, major: cluster.release.major)
        if let failure = ident.unreadable.first {
            fields["maps"] = .unknown("postgresql.clusters.maps", failure.reason)
            return
        }
        fields["maps"] = .list(
            ident.lines.compactMap { line in
                let words = line.fields.compactMap(\.first)
                guard words.count >= 3 else { return nil }
                let source = collection.source(
                    Source(line.origin, text: words.map(\.shown).joined(separator: " ")))
                return .record(
                    Record(
                        PostgreSQLSchema.ident,
                        [
                            "name": .string(words[0].text, source), "system_user": .string(words[1].text, source),
                            "database_user": .string(words[2].text, source),
                        ]), source)
            }, collection.source(identPath, means: .file))
    }

    private func rule(_ index: Int) -> Value {
        let rule = cluster.access.rules[index]
        let source = collection.source(Source(rule.origin, text: rule.text))
        return .record(
            Record(
                PostgreSQLSchema.rule,
                [
                    "type": .string(rule.type, source), "databases": .strings(rule.databases.map(\.shown), source),
                    "users": .strings(rule.users.map(\.shown), source), "address": .string(rule.addressText, source),
                    "method": .string(rule.method, source),
                    "options": .strings(rule.options.map(\.shown), source), "text": .string(rule.text, source),
                    "remote": .bool(rule.isRemote, source), "wide": .bool(rule.isWide, source),
                    "cleartext": .bool(cluster.takesCleartext(index), source),
                    "reachable": .bool(cluster.isReachable(index), source),
                ]), source)
    }

    private mutating func permissions() {
        func status(_ path: String, _ mode: String, _ owner: String?) {
            let source = collection.source(path, means: .file)
            do throws(HostError) {
                let status = try collection.host.status(path)
                fields[mode] =
                    status.mode.map { .mode($0, source) } ?? .unknown("postgresql.clusters.\(mode)", "not recorded")
                guard let owner else { return }
                fields[owner] =
                    status.owner.map { .string($0, source) } ?? .unknown("postgresql.clusters.\(owner)", "not recorded")
            } catch .notFound {
                return
            } catch {
                fields[mode] = .unknown("postgresql.clusters.\(mode)", "\(path): \(error.description)", source)
                if let owner { fields[owner] = fields[mode] }
            }
        }
        status(cluster.dataDirectory, "data_mode", "data_owner")
        status(cluster.access.path, "hba_mode", nil)
    }
}
