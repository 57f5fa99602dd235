// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// A request's way through nginx's phases, as far as they decide who answers: the server's rewrites, the location, the
/// location's rewrites, and try_files (nginx.org, ngx_http_rewrite_module and "try_files").
struct NginxWalk {
    /// How it ends.
    enum End {
        /// In a location, or in the server where there is none, with what is in force.
        case content(NginxLocation?, NginxLevel)
        /// `return`, or a rewrite that redirects: the status and the text or address, nil where it is not known.
        case returned(NginxLocation?, NginxLevel, status: String, text: String?, SourceID)
        case unknown(String)
    }

    /// nginx gives up after ten changes of the path; with redirects inside it may take more steps.
    private static let stepLimit = 32

    private let request: NginxRequest
    private let server: NginxServer
    private let model: NginxModel
    private let collection: Collection
    private(set) var variables: NginxVariables
    /// The path as rewrites leave it.
    private(set) var uri: String
    private(set) var arguments: String
    /// The path is not the one that was asked for.
    private(set) var isChanged = false
    /// The path went through try_files.
    private(set) var isInternal = false
    /// A rewrite with `break` cuts the tie to the location's prefix.
    private(set) var keepsLocation = true
    /// A rewrite asks for another location.
    private var wantsLocation = false
    private var isStopped = false
    /// The last `if` whose condition holds: its settings count.
    private var condition: NginxBlock?

    init(_ request: NginxRequest, _ server: NginxServer, port: String, _ model: NginxModel, _ collection: Collection) {
        self.request = request
        self.server = server
        self.model = model
        self.collection = collection
        uri = request.path
        arguments = request.arguments
        variables = NginxVariables(model.maps)
        let name = server.names.first?.text ?? ""
        let known = [
            "host": request.host.isEmpty ? name : request.host, "http_host": request.rawHost, "scheme": request.scheme,
            "https": request.scheme == "https" ? "on" : "", "request_uri": request.unparsed, "request_method": "GET",
            "server_name": name.hasPrefix(".") ? String(name.dropFirst()) : name.asciiLowercased, "server_port": port,
        ]
        for (name, value) in known { variables.set(name, value) }
        tell()
    }

    private mutating func tell() {
        for name in ["uri", "document_uri"] { variables.set(name, uri) }
        for name in ["args", "query_string"] { variables.set(name, arguments) }
        variables.set("is_args", arguments.isEmpty ? "" : "?")
    }

    private enum Phase {
        case server, find
        case inside(NginxLocation?)
    }

    /// Where the request ends.
    mutating func end() -> End {
        var phase = Phase.server
        for _ in 0..<Self.stepLimit {
            isStopped = false
            switch phase {
            case .server:
                if let reason = server.block.unknown { return .unknown(reason) }
                if let end = run(server.block.statements, nil, server.level) { return end }
                phase = .find
            case .find:
                wantsLocation = false
                switch NginxRequest.find(uri, server.locations) {
                case .final(let location), .prefix(let location): phase = .inside(location)
                case .slash(let location):
                    let address = Self.isPlain(uri) ? uri + "/" + (arguments.isEmpty ? "" : "?" + arguments) : nil
                    let source = location.level.pass?.source ?? .none
                    return .returned(location, location.level, status: "301", text: address, source)
                case .none: phase = .inside(nil)
                case .unknown(let reason): return .unknown(reason)
                }
            case .inside(let location):
                condition = nil
                wantsLocation = false
                var level = location?.level ?? server.level
                if let location {
                    if let end = run(location.block.statements, location, level) { return end }
                    if let condition { level = model.level(condition, over: level) }
                }
                if wantsLocation {
                    phase = .find
                    continue
                }
                // An `if` that holds has no try_files of its own.
                guard condition == nil, let next = tryFiles(level) else { return .content(location, level) }
                switch next {
                case .unknown(let reason): return .unknown(reason)
                case .path(let path, let query):
                    (uri, arguments, isChanged, isInternal, keepsLocation) = (path, query, true, true, true)
                    tell()
                    phase = .server
                case .named(let name):
                    isInternal = true
                    isChanged = true
                    guard let named = server.locations.first(where: { $0.kind == .named && $0.path == name }) else {
                        return .unknown("there is no location \(name)")
                    }
                    phase = .inside(named)
                }
            }
        }
        return .unknown("the rewrites go round")
    }

    // MARK: Rewrites

    private mutating func run(
        _ statements: [NginxBlock.Statement], _ location: NginxLocation?, _ outer: NginxLevel
    ) -> End? {
        var level = outer
        for statement in statements where !isStopped {
            let words = statement.arguments.map(\.text)
            let place = statement.origin.description
            switch statement.name {
            case "break":
                wantsLocation = false
                isStopped = true
            case "set" where words.count == 2:
                variables.set(String(words[0].dropFirst()), variables.expand(words[1]))
                if words[0] == "$args" { arguments = variables.expand(words[1]) ?? "" }
            case "return":
                guard let first = words.first else { continue }
                let source = collection.source(Source(statement.origin, text: "return \(statement.text)"))
                let isStatus = first.utf8.allSatisfy { (0x30...0x39).contains($0) }
                return .returned(
                    location, level, status: isStatus ? first : "302",
                    text: (isStatus ? words.dropFirst().first : first).map { variables.expand($0) } ?? "", source)
            case "if":
                guard let block = statement.block else { continue }
                switch holds(words) {
                case nil: return .unknown("\(place): the condition depends on more of the request")
                case false?: continue
                case true?:
                    if location != nil {
                        condition = block
                        level = model.level(block, over: outer)
                    }
                    if let end = run(block.statements, location, level) { return end }
                }
            case "rewrite" where words.count >= 2:
                if let end = rewrite(words, statement, location, level) { return end }
            default: continue
            }
        }
        return nil
    }

    private mutating func rewrite(
        _ words: [String], _ statement: NginxBlock.Statement, _ location: NginxLocation?, _ level: NginxLevel
    ) -> End? {
        let place = statement.origin.description
        guard let found = NginxExpression.captures(words[0], uri, ignoresCase: false) else {
            return .unknown("\(place): the expression cannot be evaluated here")
        }
        guard !found.groups.isEmpty else { return nil }
        variables.take(found)
        var replacement = words[1]
        let flag = words.dropFirst(2).first ?? ""
        let isAddress = ["http://", "https://", "$scheme"].contains { replacement.hasPrefix($0) }
        let dropsArguments = replacement.hasSuffix("?")
        if dropsArguments { replacement.removeLast() }
        let text = variables.expand(replacement)
        if isAddress || flag == "redirect" || flag == "permanent" {
            let isKnown = Self.isPlain(uri) && !words[1].contains("$arg")
            var address = isKnown ? text : nil
            if !dropsArguments, !arguments.isEmpty, let known = address {
                address = known + (known.contains("?") ? "&" : "?") + arguments
            }
            let source = collection.source(Source(statement.origin, text: "rewrite \(statement.text)"))
            return .returned(location, level, status: flag == "permanent" ? "301" : "302", text: address, source)
        }
        guard let text else { return .unknown("\(place): the new path depends on more of the request") }
        let parts = text.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? String(Substring(parts[1])) : nil
        uri = parts.first.map { String(Substring($0)) } ?? ""
        guard !uri.isEmpty else { return .unknown("\(place): the new path is empty") }
        if dropsArguments {
            arguments = query ?? ""
        } else if let query {
            arguments = arguments.isEmpty ? query : "\(query)&\(arguments)"
        }
        isChanged = true
        wantsLocation = flag != "break"
        if flag == "break" { keepsLocation = false }
        isStopped = flag == "break" || flag == "last"
        tell()
        return nil
    }

    /// `if` over what is known of the request; nil where it is not.
    private mutating func holds(_ written: [String]) -> Bool? {
        guard var first = written.first, first.hasPrefix("(") else { return nil }
        first.removeFirst()
        var words = [first] + written.dropFirst()
        if words[0].isEmpty { words.removeFirst() }
        guard var last = words.popLast(), last.hasSuffix(")") else { return nil }
        last.removeLast()
        if !last.isEmpty { words.append(last) }
        guard let left = words.first, left.hasPrefix("$"), let value = variables.expand(left) else { return nil }
        guard words.count == 3 else { return words.count == 1 ? !value.isEmpty && value != "0" : nil }
        switch words[1] {
        case "=": return variables.expand(words[2]).map { $0.utf8.elementsEqual(value.utf8) }
        case "!=": return variables.expand(words[2]).map { !$0.utf8.elementsEqual(value.utf8) }
        case "~", "~*", "!~", "!~*":
            let ignoresCase = words[1].hasSuffix("*")
            guard let found = NginxExpression.captures(words[2], value, ignoresCase: ignoresCase) else { return nil }
            if !found.groups.isEmpty { variables.take(found) }
            return found.groups.isEmpty == words[1].hasPrefix("!")
        default: return nil
        }
    }

    // MARK: Files

    private enum Next {
        case path(String, String), named(String), unknown(String)
    }

    /// Where try_files sends the request; nil where it stays.
    private func tryFiles(_ level: NginxLevel) -> Next? {
        guard case .string(let text) = level["try_files"]?.kind else { return nil }
        let words = text.utf8.split(separator: 0x20).map { String(Substring($0)) }
        guard let last = words.last, !last.hasPrefix("=") else { return nil }
        guard let root = level["root"]?.text.flatMap({ variables.expand($0) }), level["alias"]?.text == nil else {
            return .unknown("try_files: the directory is not known")
        }
        let folder = HostPath.absolute(root, in: model.files.prefix)
        guard exists(folder, isDirectory: true) == true else {
            return .unknown("try_files: \(folder) is not there to look into")
        }
        for word in words.dropLast() {
            guard let name = variables.expand(word) else {
                return .unknown("try_files: \(word) depends on more of the request")
            }
            let isDirectory = name.hasSuffix("/")
            let path = folder + (name.hasPrefix("/") ? "" : "/") + (isDirectory ? String(name.dropLast()) : name)
            switch exists(path, isDirectory: isDirectory) {
            case true?: return nil
            case false?: continue
            case nil: return .unknown("try_files: \(path) cannot be looked at")
            }
        }
        if last.hasPrefix("@") { return .named(last) }
        guard let target = variables.expand(last) else {
            return .unknown("try_files: \(last) depends on more of the request")
        }
        let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        return .path(
            parts.first.map { String(Substring($0)) } ?? "", parts.count > 1 ? String(Substring(parts[1])) : "")
    }

    private func exists(_ path: String, isDirectory: Bool) -> Bool? {
        do throws(HostError) {
            return (try collection.host.status(path).kind == .directory) == isDirectory
        } catch {
            switch error {
            case .notFound, .wrongKind: return false
            default: return nil
            }
        }
    }

    /// Nothing in it is escaped in an address.
    static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"#%?\"<>\\^`{|}".utf8.contains($0) }
    }
}
