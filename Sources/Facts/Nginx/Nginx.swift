// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Host
import Model

/// nginx: what its configuration with everything it includes puts in force, for every server and location, and for one
/// request.
public struct NginxCollector: Collector {
    /// The collector.
    public init() {}

    /// `nginx`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "nginx", .record(NginxSchema.root),
                "nginx's configuration in force, as levels inherit it. Absent where there is no /etc/nginx/nginx.conf.",
                example: #"nginx.servers.all(s, !("TLSv1" in s.tls_protocols))"#)
        ]
    }

    /// One record, `.absent` without nginx.
    public func collect(_ collection: Collection) -> [Value] { [record(nil, collection)] }

    /// Who answers a request. Keys: `listen` (address, port, or both), `server` (the host asked for) and `path`.
    public func answer(_ question: [String: String], _ collection: Collection) throws(QuestionError) -> [Value]? {
        for key in question.keys.sorted() where !["listen", "server", "path"].contains(key) {
            throw QuestionError("nginx knows no key \(key): listen, server, path")
        }
        if let listen = question["listen"], NginxListen.sockets(listen).count != 1 {
            throw QuestionError("listen=\(listen): not an address, a port, or both")
        }
        if let path = question["path"], NginxRequest.normal(path, mergesSlashes: true) == nil {
            throw QuestionError("path=\(path): not the path of a request")
        }
        return [record(question, collection)]
    }

    private func record(_ question: [String: String]?, _ collection: Collection) -> Value {
        guard let model = NginxModel.of(collection) else { return .absent }
        for error in model.files.errors { collection.report(error.origin, error.reason) }
        for (path, reason) in model.files.unreadable { collection.report(Origin(path: path), reason) }
        let source = collection.source(model.files.root, means: .file)
        if let (path, reason) = model.files.unreadable.first, model.files.files.isEmpty {
            return .unknown("nginx", "\(path): \(reason)", source)
        }
        let records = NginxRecords(model, collection)
        var fields = records.fields()
        if let question { fields["answer"] = answer(question, model, records, collection) }
        return .record(Record(NginxSchema.root, fields), source)
    }

    private func answer(
        _ question: [String: String], _ model: NginxModel, _ records: NginxRecords, _ collection: Collection
    ) -> Value {
        if let reason = model.unknown { return .unknown("nginx.answer", reason) }
        let standard = model.sockets.first { $0.speaksTLS } ?? model.sockets.first
        let asked = question["listen"].flatMap { NginxListen.sockets($0).first }
        guard let socket = asked.map({ model.socket(for: $0) }) ?? standard else {
            return .unknown("nginx.answer", "nginx does not listen there")
        }
        let host = question["server"] ?? ""
        let server: NginxServer
        switch socket.names.find(host) {
        case .server(let index): server = model.servers[index]
        case .none: server = model.servers[socket.standard]
        case .unknown(let reason): return .unknown("nginx.answer", reason)
        }
        // The request line comes before the Host header: without SNI the default server says how it is read.
        let reader = socket.speaksTLS ? server : model.servers[socket.standard]
        let merges = reader.level["merge_slashes"]?.isTrue ?? true
        guard
            let request = NginxRequest(
                path: question["path"] ?? "/", host: host, scheme: socket.speaksTLS ? "https" : "http",
                mergesSlashes: merges)
        else { return .absent }
        let port = socket.name.hasPrefix("unix:") ? "" : String(socket.name.split(separator: ":").last ?? "")
        var walk = NginxWalk(request, server, port: port, model, collection)
        var fields: [String: Value] = ["socket": records.socket(socket), "server": records.server(server)]
        switch walk.end() {
        case .unknown(let reason):
            for name in ["location", "returns", "upstream", "passed_uri", "proxy_headers"] {
                fields[name] = .unknown("nginx.answer.\(name)", reason)
            }
        case .returned(let location, let level, let status, let text, let source):
            fields["location"] = records.location(location, level, in: server)
            fields["returns"] =
                text.map { .string($0.isEmpty ? status : "\(status) \($0)", source) }
                ?? .unknown("nginx.answer.returns", "\(status), and a text that depends on more of the request", source)
        case .content(let location, let level):
            fields["location"] = records.location(location, level, in: server)
            guard let pass = level["proxy_pass"], let address = pass.text else { break }
            let proxy = NginxProxy(address, location, walk, request)
            let known = walk.variables.expand(address)
            let unknown = { (name: String) -> Value in
                .unknown("nginx.answer.\(name)", "\(address) depends on more of the request", pass.source)
            }
            fields["upstream"] = known.map { .list(records.servers(of: $0), pass.source) } ?? unknown("upstream")
            fields["passed_uri"] = proxy.uri.map { .string($0, pass.source) } ?? unknown("passed_uri")
            fields["proxy_headers"] = .list(proxy.headers(level, walk, pass.source), pass.source)
        }
        fields["uri"] = .string(walk.uri)
        return .record(Record(NginxSchema.answer, fields))
    }
}
