// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// The firewall that is there after a start, from files alone: which services load rules, and what becomes of a
/// connection somebody outside opens.
public struct FirewallCollector: Collector {
    /// The collector.
    public init() {}

    /// `firewall`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "firewall", .record(Self.schema),
                "The packet filter as nftables, iptables-persistent or ufw load it at boot. Absent where there are "
                    + "neither units nor rules.",
                example: #"firewall.in_force.size() == 1 && firewall.input6 != "accept""#)
        ]
    }

    /// Who listens.
    public var needs: [String] { ["listeners"] }

    static let service = RecordSchema(
        "firewall.service", "A service that loads rules.", identity: ["name"],
        fields: [
            .init(
                "name", .string, "`nftables`, `ufw`, `netfilter-persistent`, or the unit of another.",
                example: #""ufw""#),
            .init("unit", .string, "Its unit or script.", example: #""ufw.service""#),
            .init("enabled", .bool, "It is run at boot."),
            .init("active", .bool, "It is run at boot and loads rules: for ufw also ENABLED=yes."),
            .init("filters", .bool, "Its files have a rule or policy that drops or rejects what comes in."),
        ])

    static let socket = RecordSchema(
        "firewall.socket", "A socket that others than this host itself may reach, but for the firewall.",
        identity: ["protocol", "address", "port"],
        fields: [
            .init("protocol", .string, "`tcp` or `udp`.", example: #""tcp""#),
            .init("address", .ip, "Where it listens.", example: #"ip("0.0.0.0")"#),
            .init("port", .int, "Its port.", example: "5432"),
            .init(
                "strangers", .string,
                "What a connection from an address that no rule names gets: `accept`, `drop`, `reject`; for `::` "
                    + "`accept` when IPv4 or IPv6 is.", example: #""accept""#),
        ])

    static let answer = RecordSchema(
        "firewall.answer", "What becomes of one connection.",
        fields: [
            .init("verdict", .string, "`accept`, `drop`, `reject` or `unknown`.", example: #""drop""#),
            .init("rule", .string, "The rule or policy that says so."),
        ])

    static let schema = RecordSchema(
        "firewall", "The packet filter.",
        fields: [
            .init("services", .list(.record(service)), "What loads rules or could."),
            .init("in_force", .list(.string), "Names of those that load rules at boot."),
            .init(
                "input4", .string,
                "What a new TCP connection over IPv4 to a port and from an address no rule names gets: `accept`, `drop`, "
                    + "`reject`.", example: #""drop""#),
            .init("input6", .string, "The same over IPv6."),
            .init("forward4", .string, "The same for one that is sent on to another host or a container."),
            .init("forward6", .string, "The same over IPv6."),
            .init(
                "flushes", .bool, "nftables, in force, begins with `flush ruleset`: rules of others vanish at a reload."
            ),
            .init("docker", .bool, "Docker is started at boot."),
            .init("ipv6", .bool, "IPv6 is not switched off."),
            .init("errors", .list(.string), "What nft or iptables-restore would refuse."),
            .init("sockets", .list(.record(socket)), "Who waits for others, and whether strangers get there."),
            .init("answer", .record(answer), "What becomes of the connection asked for."),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] { [record(nil, collection)] }

    /// Keys: `source`, `destination`, `protocol`, `port`, `interface`, `family`.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        var packet = FirewallPacket()
        for (key, value) in question.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "source", "destination":
                guard let address = IPAddress(text: value) else {
                    throw QuestionError("\(key)=\(value): not an address")
                }
                if key == "source" { packet.source = address } else { packet.destination = address }
                packet.family = address.bytes.count == 4 ? 4 : 6
            case "protocol" where value == "tcp" || value == "udp": packet.transport = value
            case "port":
                guard let port = Int(value), (1...65535).contains(port) else {
                    throw QuestionError("port=\(value): not a port")
                }
                packet.port = port
            case "interface": packet.interface = value
            case "family" where value == "4" || value == "6": packet.family = value == "4" ? 4 : 6
            default:
                throw QuestionError("firewall knows source, destination, protocol=tcp or udp, port, interface, family")
            }
        }
        if let one = packet.source, let other = packet.destination, one.bytes.count != other.bytes.count {
            throw QuestionError("source and destination are of two families")
        }
        return [record(packet, collection)]
    }

    private func record(_ packet: FirewallPacket?, _ collection: Collection) -> Value {
        guard let model = FirewallModel(collection) else { return .absent }
        let place = collection.source("/etc/systemd/system", means: .file)
        var fields: [String: Value] = [:]
        var services: [Value] = []
        for service in model.services {
            let source = collection.source(service.origin.path, service.origin.line, means: .file)
            var record: [String: Value] = [
                "name": .string(service.name, source), "unit": .string(service.unit, source),
                "enabled": service.isEnabled.map { .bool($0, source) }
                    ?? .unknown("firewall.services.enabled", "\(service.unit) is not in this tree"),
                "active": service.isActive.map { .bool($0, source) }
                    ?? .unknown("firewall.services.active", service.reason ?? "\(service.unit) is not in this tree"),
            ]
            record["filters"] =
                service.filters.map { .bool($0, source) }
                ?? .unknown("firewall.services.filters", service.reason ?? "its rules are not read")
            services.append(.record(Record(Self.service, record), source))
        }
        fields["services"] = .list(services, place)
        let doubtful = model.services.first { $0.isActive == nil }
        fields["in_force"] =
            doubtful.map { .unknown("firewall.in_force", $0.reason ?? "\($0.unit) is not in this tree") }
            ?? .list(
                model.services.filter { $0.isActive == true }.map {
                    .string($0.name, collection.source($0.origin.path, $0.origin.line, means: .file))
                }, place)
        for hook in ["input", "forward"] {
            for family in [4, 6] {
                let name = "\(hook)\(family)"
                fields[name] = value(
                    model.verdict(FirewallPacket(family: family), hook: hook), "firewall.\(name)", model, collection)
            }
        }
        let flush = model.flush
        fields["flushes"] = .bool(
            flush != nil, flush.map { collection.source($0.path, $0.line, text: "flush ruleset") } ?? place)
        fields["docker"] =
            model.isEnabled("docker.service").map { .bool($0, place) }
            ?? .unknown("firewall.docker", "docker.service is not in this tree")
        fields["ipv6"] = ipv6(collection)
        for error in model.errors { collection.report(error.origin, error.reason) }
        fields["errors"] = .list(
            model.errors.map {
                .string("\($0.origin.description): \($0.reason)", collection.source(Source($0.origin, text: $0.reason)))
            }, model.errors.first.map { collection.source(Source($0.origin, text: $0.reason)) } ?? place)
        fields["sockets"] = sockets(model, collection)
        if let packet {
            let verdict = model.verdict(packet, hook: "input")
            let source = verdict.map { collection.source(Source($0.origin, text: $0.text)) } ?? place
            fields["answer"] = .record(
                Record(
                    Self.answer,
                    [
                        "verdict": .string(model.doubt == nil ? verdict?.kind.rawValue ?? "accept" : "unknown", source),
                        "rule": .string(model.doubt ?? verdict?.text ?? "no rule", source),
                    ]), source)
        }
        return .record(Record(Self.schema, fields), place)
    }

    private func value(
        _ verdict: FirewallVerdict?, _ name: String, _ model: FirewallModel, _ collection: Collection
    ) -> Value {
        if let doubt = model.doubt { return .unknown(name, doubt) }
        guard let verdict else { return .string("accept", collection.source("/etc/systemd/system", means: .file)) }
        let source = collection.source(Source(verdict.origin, text: verdict.text))
        guard verdict.kind != .unknown else {
            return .unknown(name, "\(verdict.origin.description): \(verdict.text)", source)
        }
        return .string(verdict.kind.rawValue, source)
    }

    /// disable_ipv6 of all interfaces, or no IPv6 in the running kernel.
    private func ipv6(_ collection: Collection) -> Value {
        let path = "/proc/sys/net/ipv6/conf/all/disable_ipv6"
        do throws(HostError) {
            let isOff = try collection.host.read(path).bytes.first == UInt8(ascii: "1")
            return .bool(!isOff, collection.source(path, 1, means: .live))
        } catch .notFound where collection.host.isLive {
            return .bool(false, collection.source(path, means: .live))
        } catch {
            return .unknown("firewall.ipv6", "\(path): \(error.description)")
        }
    }

    private func sockets(_ model: FirewallModel, _ collection: Collection) -> Value {
        guard case .list(let listeners) = collection.facts["listeners"]?.kind else {
            if case .unknown(let unknowns)? = collection.facts["listeners"]?.kind, let first = unknowns.first {
                return .unknown("firewall.sockets", first.reason)
            }
            return .unknown("firewall.sockets", "who listens is not known")
        }
        var found: [Value] = []
        for listener in listeners {
            guard case .record(let record) = listener.kind, case .ip(let address)? = record["address"]?.kind,
                case .bool(false)? = record["loopback"]?.kind, case .int(let port)? = record["port"]?.kind,
                case .string(let transport)? = record["protocol"]?.kind
            else { continue }
            let isAny = address.bytes.allSatisfy { $0 == 0 }
            let families = address.bytes.count == 4 ? [4] : isAny ? [6, 4] : [6]
            var value: Value?
            for family in families {
                let packet = FirewallPacket(
                    family: family, transport: transport, port: Int(port), destination: isAny ? nil : address)
                let next = self.value(
                    model.verdict(packet, hook: "input"), "firewall.sockets.strangers", model, collection)
                if case .string("accept") = next.kind { value = next }
                if case .unknown = next.kind, case .string("accept")? = value?.kind {
                } else if case .unknown = next.kind {
                    value = next
                }
                value = value ?? next
            }
            found.append(
                .record(
                    Record(
                        Self.socket,
                        [
                            "protocol": .string(transport, listener.source),
                            "address": Value(.ip(address), source: listener.source),
                            "port": .int(port, listener.source), "strangers": value ?? .absent,
                        ]), listener.source))
        }
        return .list(found, collection.facts["listeners"]?.source ?? .none)
    }
}
