// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// What is in force: servers by socket, and for every location the value of every setting as nginx merges levels
/// (create_loc_conf / merge_loc_conf of each module).
final class NginxModel {
    let files: NginxFiles
    private(set) var servers: [NginxServer] = []
    /// Servers of the stream and mail modules; of these only the certificates are known.
    private(set) var otherServers: [NginxServer] = []
    private(set) var upstreams: [NginxBlock] = []
    /// The blocks of `map` by the variable they give, with its dollar.
    private(set) var maps: [String: NginxBlock] = [:]
    /// The sockets, in the order they are first named.
    private(set) var sockets: [Socket] = []
    /// Why there may be more servers than are known.
    private(set) var unknown: String?
    private(set) var http: NginxLevel?
    private(set) var events: NginxBlock?
    private let collection: Collection
    private let fallbackSource: SourceID

    /// A socket and who answers on it.
    struct Socket {
        let name: String
        var servers: [Int] = []
        var names = NginxNames()
        var speaksTLS = false
        var takesVersion4 = false
        /// Index of the server that answers for names nobody has, and before a name is known.
        var standard = 0
        var isStandardNamed = false
        var origin: Origin
    }

    /// The model of the host that is scanned, made once; nil without nginx.
    static func of(_ collection: Collection) -> NginxModel? {
        // Asked for each time: whoever uses the model depends on the units, too.
        let units = SystemdUnits.of(collection)
        return collection.shared("nginx's configuration") { Shared(model: NginxModel(collection, $0, units)) }.model
    }

    private final class Shared {
        let model: NginxModel?
        init(model: NginxModel?) { self.model = model }
    }

    private init?(_ collection: Collection, _ host: any Host, _ units: SystemdUnits) {
        files = NginxFiles(host, NginxCommand(units))
        guard let main = files.main else { return nil }
        self.collection = collection
        let source = collection.source(files.root, means: .default)
        fallbackSource = source
        events = main.statements("events").first?.block
        unknown = main.unknown
        let defaults = NginxDirective.settings.map { NginxValue.fallback($0, source) }
        let base = NginxLevel(values: defaults, lost: [:])
        for name in ["stream", "mail"] {
            guard let block = main.statements(name).first?.block else { continue }
            let outer = level(block, over: base)
            otherServers += block.statements("server").compactMap { statement in
                statement.block.map { NginxServer($0, level($0, over: outer), 0) }
            }
        }
        guard let block = main.statements("http").first?.block else { return }
        unknown = unknown ?? block.unknown
        let http = level(block, over: base)
        self.http = http
        for statement in block.statements {
            guard let child = statement.block else { continue }
            switch child.context {
            case "S": add(child, http)
            case "U": upstreams.append(child)
            default:
                // The last `map` that gives a variable counts.
                if statement.name == "map", let name = statement.words.last?.text { maps[name] = child }
            }
        }
    }

    // MARK: Inheritance

    /// A setting of its own counts alone; else the level above counts, as a whole.
    func level(_ block: NginxBlock, over outer: NginxLevel) -> NginxLevel {
        var values = outer.values
        var lost: [Int: [String]] = [:]
        let isCondition = block.context == "I" || block.context == "X"
        if !isCondition, outer.hasOwn {
            for position in NginxLevel.own {
                values[position] = NginxValue.fallback(NginxDirective.settings[position], fallbackSource)
            }
        }
        var own: [Int: [NginxBlock.Statement]] = [:]
        for statement in block.statements {
            let name = statement.name == "deny" ? "allow" : statement.name
            if let position = NginxDirective.position[name] { own[position, default: []].append(statement) }
        }
        for (position, statements) in own {
            let before = values[position]
            values[position] = value(NginxDirective.settings[position], statements, over: before)
            if NginxDirective.settings[position].kind == .headers {
                let kept = Set(NginxLevel.headerNames(values[position]))
                let dropped = NginxLevel.headerNames(before).filter { !kept.contains($0) }
                if !dropped.isEmpty { lost[position] = dropped }
            }
        }
        // `alias` and `root` are one setting of two names.
        if let alias = NginxDirective.position["alias"], let root = NginxDirective.position["root"] {
            if own[root] != nil { values[alias] = .absent }
        }
        if let reason = block.unknown {
            for (position, directive) in NginxDirective.settings.enumerated()
            where own[position] == nil || directive.type != NginxLevel.scalarType(directive) {
                values[position] = .unknown("nginx.\(directive.name)", reason)
            }
        }
        let hasOwn = isCondition && outer.hasOwn || NginxLevel.own.contains { own[$0] != nil } || block.unknown != nil
        return NginxLevel(values: values, lost: lost, hasOwn: hasOwn)
    }

    private func value(_ directive: NginxDirective, _ statements: [NginxBlock.Statement], over before: Value) -> Value {
        guard let winner = statements.first else { return before }
        var overrode: [Source.Overridden] = []
        if let outer = collection.sources[before.source], outer.means == .set {
            overrode.append(Source.Overridden(origin: outer.origin, text: outer.text))
        }
        func source(_ statement: NginxBlock.Statement) -> SourceID {
            let shown = "\(statement.name) \(statement.text)"
            return collection.source(Source(statement.origin, text: shown, overrode: overrode))
        }
        switch directive.kind {
        case .lines, .headers:
            let values = statements.compactMap { NginxValue(directive, $0).value(source($0)) }
            return .list(values, values.first?.source ?? .none)
        case .words:
            let place = source(winner)
            let words = statements.flatMap { $0.arguments.map { Value.string($0.text, place) } }
            return .list(words, place)
        default:
            let place = source(winner)
            return NginxValue(directive, winner).value(place)
                ?? .unknown("nginx.\(directive.name)", "\(winner.origin.description): nginx refuses this value", place)
        }
    }

    // MARK: Servers

    private func add(_ block: NginxBlock, _ http: NginxLevel) {
        let index = servers.count
        let server = NginxServer(block, level(block, over: http), index)
        server.add(locations(of: block, level: server.level, in: server))
        servers.append(server)
        let isOldTLS = server.level["ssl"]?.isTrue ?? false
        for listen in server.listens {
            let position: Int
            if let known = socketPositions[listen.socket] {
                position = known
            } else {
                position = sockets.count
                socketPositions[listen.socket] = position
                sockets.append(Socket(name: listen.socket, standard: index, origin: listen.origin))
            }
            sockets[position].servers.append(index)
            sockets[position].names.add(server.names, server: index)
            if listen.speaksTLS || isOldTLS { sockets[position].speaksTLS = true }
            if listen.takesVersion4 { sockets[position].takesVersion4 = true }
            if listen.isDefault, !sockets[position].isStandardNamed {
                sockets[position].standard = index
                sockets[position].isStandardNamed = true
                sockets[position].origin = listen.origin
            }
        }
    }

    private var socketPositions: [String: Int] = [:]

    private func locations(of block: NginxBlock, level outer: NginxLevel, in server: NginxServer) -> [NginxLocation] {
        block.statements.compactMap { statement in
            guard let child = statement.block, child.context == "L" else { return nil }
            let level = level(child, over: outer)
            let location = NginxLocation(child, level)
            location.children = locations(of: child, level: level, in: server)
            return location
        }
    }

    /// The socket a connection to an address comes in by: its own, else the wildcard's of its port.
    func socket(for address: String) -> Socket? {
        let isVersion6 = address.hasPrefix("[")
        let candidates = [
            address, NginxListen.wildcard(of: address, version6: isVersion6),
            isVersion6 ? nil : NginxListen.wildcard(of: address, version6: true),
        ]
        for (rank, name) in candidates.enumerated() {
            guard let name, let position = socketPositions[name] else { continue }
            if rank == 2, !sockets[position].takesVersion4 { continue }
            return sockets[position]
        }
        return nil
    }
}

/// The value in force of every setting at one level, in the order of `NginxDirective.settings`.
struct NginxLevel {
    let values: [Value]
    /// Header names a list of the level above had and this level's own has not, by setting.
    let lost: [Int: [String]]
    /// It has values that the levels below do not get.
    var hasOwn = false

    subscript(name: String) -> Value? { NginxDirective.position[name].map { values[$0] } }

    /// The directive that passes requests on to an application, and its value.
    var pass: Value? {
        Self.passes.lazy.compactMap { position in values[position].text == nil ? nil : values[position] }.first
    }

    private static let passes = ["proxy_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"]
        .compactMap { NginxDirective.position[$0] }

    /// Settings that the levels below do not get.
    static let own = NginxDirective.settings.indices.filter { NginxDirective.settings[$0].isOwn }

    static func headerNames(_ value: Value) -> [String] {
        guard case .list(let headers) = value.kind else { return [] }
        return headers.compactMap { header in
            guard case .record(let record) = header.kind else { return nil }
            return record["key"]?.text
        }
    }

    /// What a setting of one value is; lists may go on in what was not read.
    static func scalarType(_ directive: NginxDirective) -> ValueType? {
        if case .list = directive.type { nil } else { directive.type }
    }
}

extension Value {
    /// A string's text.
    var text: String? { if case .string(let text) = kind { text } else { nil } }
    /// A bool that is true.
    var isTrue: Bool { if case .bool(true) = kind { true } else { false } }
}

/// A server block.
final class NginxServer {
    let block: NginxBlock
    let level: NginxLevel
    let index: Int
    let names: [NginxConfiguration.Word]
    let listens: [NginxListen]
    private(set) var locations: [NginxLocation] = []

    init(_ block: NginxBlock, _ level: NginxLevel, _ index: Int) {
        self.block = block
        self.level = level
        self.index = index
        let lines = block.statements("server_name")
        // "server_name \"\"" is the default: requests without a name.
        names = lines.isEmpty ? [.init("", line: 0, column: 0)] : lines.flatMap(\.arguments)
        let listens = block.statements("listen").flatMap(NginxListen.all)
        self.listens = listens.isEmpty ? [.standard(block.origin)] : listens
    }

    func add(_ locations: [NginxLocation]) { self.locations = locations }

    /// The first name, for people.
    var title: String { names.first.map(\.text) ?? "" }
    var speaksTLS: Bool { level["ssl"]?.isTrue ?? false || listens.contains(where: \.speaksTLS) }
}

/// A location block.
final class NginxLocation {
    /// How it is matched.
    enum Kind: Sendable, Hashable {
        case exact, prefix, preferredPrefix, named
        case expression(ignoresCase: Bool)
    }

    let block: NginxBlock
    let level: NginxLevel
    let kind: Kind
    /// The path or the expression.
    let path: String
    var children: [NginxLocation] = []

    init(_ block: NginxBlock, _ level: NginxLevel) {
        self.block = block
        self.level = level
        (kind, path) = Self.parse(block.words)
    }

    /// ngx_http_core_location(): the modifier is a word of its own or stands before the path.
    static func parse(_ words: [NginxConfiguration.Word]) -> (kind: Kind, path: String) {
        var text = words.count > 1 ? words[1].text : ""
        let modifier: String
        if words.count > 2 {
            modifier = text
            text = words[2].text
        } else {
            modifier = ["~*", "^~", "~", "="].first { text.hasPrefix($0) } ?? ""
            text = String(text.dropFirst(modifier.utf8.count))
        }
        switch modifier {
        case "=": return (.exact, text)
        case "^~": return (.preferredPrefix, text)
        case "~": return (.expression(ignoresCase: false), text)
        case "~*": return (.expression(ignoresCase: true), text)
        default: return (text.hasPrefix("@") ? .named : .prefix, text)
        }
    }

    /// As written, without the name of the directive.
    var title: String { block.words.dropFirst().map(\.text).joined(separator: " ") }
}
