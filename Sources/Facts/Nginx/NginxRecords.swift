// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// The model as facts.
struct NginxRecords {
    let model: NginxModel
    let collection: Collection
    private let upstreamNames: Set<String>
    private let hostNames: Set<String>
    /// The sockets a server is the default of, by the server's index.
    private let standardOf: [Int: [Int]]

    init(_ model: NginxModel, _ collection: Collection) {
        self.model = model
        self.collection = collection
        standardOf = Dictionary(grouping: model.sockets.indices) { model.sockets[$0].standard }
        upstreamNames = Set(model.upstreams.compactMap { $0.words.dropFirst().first?.text.asciiLowercased })
        var names: Set = ["localhost"]
        do throws(HostError) {
            let bytes = try collection.host.read("/etc/hosts").bytes
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let words = line.prefix { $0 != UInt8(ascii: "#") }.split { $0 == 0x20 || $0 == 0x09 }
                names.formUnion(words.dropFirst().map { String(decoding: $0, as: UTF8.self).asciiLowercased })
            }
        } catch {}
        hostNames = names
    }

    private func place(_ origin: Origin, _ text: String = "") -> SourceID {
        collection.source(Source(origin, text: text))
    }

    // MARK: Servers

    func server(_ server: NginxServer) -> Value {
        let source = place(server.block.origin, "server")
        let names = server.block.statements("server_name")
        let nameSource = names.first.map { place($0.origin, "server_name \($0.text)") } ?? source
        let standard = (standardOf[server.index] ?? []).map { model.sockets[$0] }
        var values: [Value] = [
            .string(server.title, nameSource), .string(server.block.origin.description, source),
            .strings(server.names.map(\.text), nameSource),
            .list(server.listens.map { .string($0.socket, place($0.origin, "listen")) }, source),
            .list(standard.map { .string($0.name, place($0.origin, "listen")) }, source),
            .bool(
                server.speaksTLS, server.listens.first(where: \.speaksTLS).map { place($0.origin, "listen") } ?? source),
            .bool(redirects(server.block), source), protocols(of: server, source), locations(of: server),
        ]
        values += NginxSchema.ofServers.map { server.level.values[$0] }
        return .record(Record(NginxSchema.server, values: values), source)
    }

    private func protocols(of server: NginxServer, _ source: SourceID) -> Value {
        guard server.speaksTLS else { return .list([], source) }
        var seen: Set<String> = []
        var values: [Value] = []
        var lead: SourceID?
        for listen in server.listens {
            guard let socket = model.socket(for: listen.socket), socket.speaksTLS,
                let inForce = model.servers[socket.standard].level["ssl_protocols"]
            else { continue }
            guard case .list(let list) = inForce.kind else { return inForce }
            lead = lead ?? inForce.source
            values += list.filter { seen.insert($0.text ?? "").inserted }
        }
        return .list(values, lead ?? source)
    }

    /// A `return` of the level itself with a redirect's status, or with nothing but an address.
    private func redirects(_ block: NginxBlock) -> Bool {
        guard let statement = block.statements("return").first else { return false }
        let first = statement.arguments.first?.text ?? ""
        return ["301", "302", "303", "307", "308"].contains(first) || first.hasPrefix("http")
            || first.hasPrefix("$scheme")
    }

    private func locations(of server: NginxServer) -> Value {
        var values: [Value] = []
        func add(_ locations: [NginxLocation], _ outer: String) {
            for location in locations {
                let title = outer.isEmpty ? location.title : "\(outer) > \(location.title)"
                values.append(self.location(location, title, in: server))
                add(location.children, title)
            }
        }
        if !server.locations.contains(where: { $0.path == "/" && [.prefix, .preferredPrefix].contains($0.kind) }) {
            values.append(itself(server))
        }
        add(server.locations, "")
        if let reason = server.block.unknown { values.append(.unknown("nginx.servers.locations", reason)) }
        return .list(values, place(server.block.origin, "server"))
    }

    // MARK: Locations

    /// A server where no location answers.
    func itself(_ server: NginxServer, _ level: NginxLevel? = nil) -> Value {
        record(server.block, level ?? server.level, title: "", path: "", kind: "server", in: server)
    }

    func location(_ location: NginxLocation?, _ level: NginxLevel, in server: NginxServer) -> Value {
        location.map { self.location($0, nil, level, in: server) } ?? itself(server, level)
    }

    func location(
        _ location: NginxLocation, _ title: String? = nil, _ level: NginxLevel? = nil, in server: NginxServer
    ) -> Value {
        let kind =
            switch location.kind {
            case .exact: "exact"
            case .prefix: "prefix"
            case .preferredPrefix: "preferred"
            case .named: "named"
            case .expression: "regex"
            }
        return record(
            location.block, level ?? location.level, title: title ?? location.title, path: location.path, kind: kind,
            in: server)
    }

    private func record(
        _ block: NginxBlock, _ level: NginxLevel, title: String, path: String, kind: String, in server: NginxServer
    ) -> Value {
        let source = place(block.origin, block.words.map(\.text).joined(separator: " "))
        let pass = level.pass
        let backend = level["proxy_pass"].flatMap { value in value.text.flatMap(Self.backend).map { ($0, value.source) }
        }
        let lost = { (name: String) -> Value in
            guard let position = NginxDirective.position[name], let names = level.lost[position] else {
                return .list([], source)
            }
            return .strings(names, level.values[position].source)
        }
        var values: [Value] = [
            .string(server.title, source), .string(server.block.origin.description, source), .string(title, source),
            .string(path, source), .string(kind, source), .bool(server.speaksTLS, source),
            .bool(redirects(block) || redirects(server.block), source), .bool(pass != nil, pass?.source ?? source),
            backend.map { .string($0.0, $0.1) } ?? .absent, backend.map { .bool(isKnown($0.0), $0.1) } ?? .absent,
            lost("add_header"), lost("proxy_set_header"),
        ]
        values += NginxSchema.ofLocations.map { level.values[$0] }
        return .record(Record(NginxSchema.location, values: values), source)
    }

    /// The host of `http://host:port/path`; nil for sockets of a path and where a variable names it.
    static func backend(_ address: String) -> String? {
        guard let mark = address.firstRange(of: "://") else { return nil }
        let rest = address[mark.upperBound...].prefix { $0 != "/" }
        guard !rest.contains("$"), !rest.hasPrefix("unix:"), !rest.isEmpty else { return nil }
        if rest.hasPrefix("[") { return String(rest.prefix { $0 != "]" }) + "]" }
        return String(rest.prefix { $0 != ":" }).asciiLowercased
    }

    private func isKnown(_ backend: String) -> Bool {
        backend.contains(".") || backend.hasPrefix("[") || upstreamNames.contains(backend)
            || hostNames.contains(backend)
    }

    // MARK: The rest

    func socket(_ socket: NginxModel.Socket) -> Value {
        let standard = model.servers[socket.standard]
        let source = place(socket.origin, "listen")
        return .record(
            Record(
                NginxSchema.socket,
                values: [
                    .string(socket.name, source), .bool(socket.speaksTLS, source), .int(socket.servers.count, source),
                    .string(standard.title, source), .bool(socket.isStandardNamed, source),
                    socket.speaksTLS ? standard.level["ssl_protocols"] ?? .absent : .list([], source),
                ]), source)
    }

    /// Who gets what an address of proxy_pass says: the servers of the upstream block of that name, else the address.
    func servers(of address: String) -> [Value] {
        guard let name = Self.backend(address),
            let block = model.upstreams.last(where: { $0.words.dropFirst().first?.text.asciiLowercased == name })
        else { return [.string(address)] }
        return block.statements("server").map { .string($0.text, place($0.origin, "server \($0.text)")) }
    }

    private func upstream(_ block: NginxBlock) -> Value {
        let source = place(block.origin, block.words.map(\.text).joined(separator: " "))
        let keepalive = block.statements("keepalive").first
        return .record(
            Record(
                NginxSchema.upstream,
                values: [
                    .string(block.words.dropFirst().first?.text ?? "", source),
                    .list(block.statements("server").map { .string($0.text, place($0.origin, "server")) }, source),
                    .int(
                        keepalive.flatMap { Int($0.text) } ?? 0, keepalive.map { place($0.origin, $0.text) } ?? source),
                ]), source)
    }

    /// The root's fields.
    func fields() -> [String: Value] {
        let file = collection.source(model.files.root, means: .file)
        let files = model.files
        let errors = files.errors.map { error in
            Value.string("\(error.origin.description): \(error.reason)", place(error.origin, error.reason))
        }
        var fields: [String: Value] = [:]
        fields["valid"] = .bool(errors.isEmpty, errors.first?.source ?? file)
        if errors.isEmpty, let (path, reason) = files.unreadable.first {
            fields["valid"] = .unknown("nginx.valid", "\(path): \(reason)", file)
        }
        fields["errors"] = .list(errors, errors.first?.source ?? file)
        fields["files"] = .strings(files.files, file)
        fields["not_enabled"] = notEnabled()
        for name in ["user", "worker_processes", "worker_rlimit_nofile"] {
            fields[name] = single(name, files.main)
        }
        fields["worker_connections"] = single("worker_connections", model.events ?? files.main)
        fields["sockets"] = whole(model.sockets.map(socket), "sockets", file)
        fields["upstreams"] = .list(model.upstreams.map(upstream), file)
        fields["servers"] = whole(model.servers.map(server), "servers", file)
        return fields
    }

    /// A list with its unknown rest.
    private func whole(_ values: [Value], _ name: String, _ source: SourceID) -> Value {
        .list(values + (model.unknown.map { [.unknown("nginx.\(name)", $0)] } ?? []), source)
    }

    private func single(_ name: String, _ block: NginxBlock?) -> Value {
        guard let directive = NginxDirective.byName[name] else { return .absent }
        if let statement = block?.statements(name).first {
            return NginxValue(directive, statement).value(place(statement.origin, "\(name) \(statement.text)"))
                ?? .absent
        }
        if let reason = block?.unknown { return .unknown("nginx.\(name)", reason) }
        return NginxValue.fallback(directive, collection.source(model.files.root, means: .default))
    }

    /// Debian keeps sites in sites-available; a link from sites-enabled puts one in force.
    private func notEnabled() -> Value {
        let folder = "\(model.files.directory)/sites-available"
        let source = collection.source(folder, means: .file)
        let names: [String]
        do throws(HostError) {
            names = try collection.host.list(folder).map(\.name)
        } catch {
            switch error {
            case .notFound, .wrongKind: return .list([], source)
            default: return .unknown("nginx.not_enabled", "\(folder): \(error.description)", source)
            }
        }
        let targets = Set(
            model.files.files.compactMap { path -> String? in
                do throws(HostError) {
                    let target = try collection.host.linkTarget(path)
                    return HostPath.absolute(target, in: HostPath.parent(of: path))
                } catch {
                    return path
                }
            })
        return .strings(names.map { "\(folder)/\($0)" }.filter { !targets.contains($0) }.sorted(), source)
    }
}
