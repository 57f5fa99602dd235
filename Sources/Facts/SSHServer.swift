// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Host
import Model

/// The OpenSSH server: what sshd_config(5) with everything it includes, the service's command line and the packaged
/// release put in force, for everybody and for one connection.
public struct SSHServerCollector: Collector {
    /// The collector.
    public init() {}

    /// `sshd`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "sshd", .record(SSHServerSchema.server),
                """
                The OpenSSH server, as `sshd -T` prints it: each keyword of sshd_config(5) by its own name with the value \
                in force for a connection of which nothing is known. Absent where there is no OpenSSH server.
                """, example: #"sshd.PermitRootLogin in ["no", "without-password"]"#)
        ]
    }

    /// One record, `.absent` without a server.
    public func collect(_ collection: Collection) -> [Value] {
        guard let state = SSHServerState(collection) else { return [.absent] }
        return [state.record(for: SSHServerConnection(), collection)]
    }

    /// What `sshd -T -C` prints. Keys: `user`, `host`, `addr`, `laddr`, `lport`, `rdomain`, and `invalid-user`.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        var connection = SSHServerConnection()
        for (key, text) in question.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "user": connection.user = text
            case "host": connection.host = text
            case "addr": connection.address = text
            case "laddr": connection.localAddress = text
            case "rdomain": connection.routingDomain = text
            case "invalid-user": connection.isInvalidUser = text != "no" && text != "false"
            case "lport":
                guard let port = SSHServerNumber.whole(text, 0...65535) else {
                    throw QuestionError("lport=\(text): not a port number")
                }
                connection.localPort = Int(port)
            default:
                throw QuestionError("sshd knows no key \(key): user, host, addr, laddr, lport, rdomain, invalid-user")
            }
        }
        guard let state = SSHServerState(collection) else { return [.absent] }
        return [state.record(for: connection, collection)]
    }
}

/// Everything the collector knows of one host.
struct SSHServerState {
    private let model: SSHServerModel
    private let command: SSHServerCommand
    private let package: SSHServerPackage

    /// Nil where there is no OpenSSH server.
    init?(_ collection: Collection) {
        let host = collection.host
        let package = SSHServerPackage(host)
        let command = SSHServerCommand(SystemdUnits.of(collection), host)
        guard package.isServerPresent(host, configuration: command.file) else { return nil }
        self.package = package
        self.command = command
        model = SSHServerModel(
            host: host, release: package.release, command: command, accounts: SSHServerAccounts(host))
        report(to: collection)
    }

    private func report(to collection: Collection) {
        for refusal in model.refusals { collection.report(refusal.origin, refusal.reason) }
        for (path, reason) in model.unreadableFiles { collection.report(Origin(path: path), reason) }
    }

    /// The record for one connection.
    func record(for connection: SSHServerConnection, _ collection: Collection) -> Value {
        let path = model.file.path
        if case .unreadable(let reason) = model.file.failure {
            return .unknown("sshd", "\(path): \(reason)", collection.source(path, means: .file))
        }
        let values = model.effective { match, _ in match.holds(for: connection, model.release, model.accounts) }
        var fields = Self.fields(values, prefix: "sshd", collection)
        fields["version"] = package.version.map { version in
            Value(.version(version), source: collection.source(package.statusPath, text: version, means: .file))
        }
        let file = collection.source(path, means: .file)
        fields["defaults_of"] = .string(
            package.defaultsOf, collection.source(path, text: package.reason, means: .computed))
        fields["valid"] = .bool(model.refusals.isEmpty, refusalSource(collection) ?? file)
        fields["errors"] = .list(
            model.refusals.map { refusal in
                .string(
                    refusal.text,
                    collection.source(Source(refusal.origin, text: refusal.reason)))
            }, refusalSource(collection) ?? file)
        fields["socket_activated"] = .bool(
            command.isSocketActivated, collection.source("/etc/systemd/system", text: "ssh.socket", means: .computed))
        fields["host_keys"] = SSHServerHostKeys.list(values["HostKey"], collection)
        fields["contexts"] = .list(contexts(collection), file)
        for (name, index) in [("max_startups_begin", 0), ("max_startups_rate", 1), ("max_startups_full", 2)] {
            guard let startups = values["MaxStartups"] else { continue }
            let numbers = startups.words.first.map { SSHServerNumber.colonSeparated($0.text, atMost: 3) } ?? []
            if let reason = startups.unknown {
                fields[name] = .unknown("sshd.\(name)", reason)
            } else if index < numbers.count {
                fields[name] = .int(numbers[index], collection.source(startups.source))
            }
        }
        return .record(Record(SSHServerSchema.server, fields), file)
    }

    private func refusalSource(_ collection: Collection) -> SourceID? {
        model.refusals.first.map { collection.source(Source($0.origin, text: $0.reason)) }
    }

    /// The global part, and each Match block with what it puts in force.
    private func contexts(_ collection: Collection) -> [Value] {
        let global = model.effective { match, _ in match.holdsAtStartup(model.release) ? .yes : .no }
        var records = [context(SSHServerContext.global(model), global, over: global, collection)]
        let blocks = SSHServerContext.blocks(of: model)
        if blocks.count >= SSHServerContext.limit {
            collection.report(
                Origin(path: model.file.path), "\(blocks.count) Match blocks or more: the rest are no contexts")
        }
        for block in blocks {
            records.append(
                context(block, model.effective(matches: block.matches(model)), over: global, collection))
        }
        return records
    }

    private func context(
        _ block: SSHServerContext, _ values: [String: SSHServerModel.Effective],
        over global: [String: SSHServerModel.Effective], _ collection: Collection
    ) -> Value {
        let source = collection.source(
            block.origin.path, block.origin.line, column: block.origin.column, text: block.scope)
        var fields = Self.fields(values, prefix: "sshd.contexts", collection)
        fields["scope"] = .string(block.scope, source)
        fields["criteria"] = .strings(block.criteria.map(\.text), source)
        fields["conditional"] = .bool(!block.criteria.isEmpty, source)
        fields["reaches_root"] = block.reachesRoot(model).value("sshd.contexts.reaches_root", source)
        var overrides = SSHServerKeyword.all.map(\.name).filter { name in
            values[name]?.unknown != global[name]?.unknown
                || values[name]?.words.map(\.text) != global[name]?.words.map(\.text)
        }
        if SSHServerPasswordLogin(values: values).truth != SSHServerPasswordLogin(values: global).truth {
            overrides.append("password_login")
        }
        fields["overrides"] = .strings(overrides, source)
        return .record(Record(SSHServerSchema.context, fields), source)
    }

    private static func fields(
        _ values: [String: SSHServerModel.Effective], prefix: String, _ collection: Collection
    ) -> [String: Value] {
        var fields: [String: Value] = [:]
        for keyword in SSHServerKeyword.all {
            guard let effective = values[keyword.name] else { continue }
            fields[keyword.name] = keyword.value(of: effective, fact: "\(prefix).\(keyword.name)", collection)
        }
        let login = SSHServerPasswordLogin(values: values)
        let source = login.effective.map { collection.source($0.source) } ?? .none
        fields["password_login"] = login.truth.value("\(prefix).password_login", source)
        return fields
    }
}
