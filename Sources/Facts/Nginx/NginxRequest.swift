// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// Which location answers a request (ngx_http_core_find_location()): an exact one; else the longest prefix, and in it its own
/// locations; then, unless that prefix says `^~`, the first expression that matches; else the prefix.
struct NginxRequest {
    /// The path, decoded and without query (ngx_http_parse_complex_uri()).
    let path: String
    let host: String
    let scheme: String

    /// What answers.
    enum Answer {
        case location(NginxLocation)
        /// No location.
        case server
        /// The server's own `return`, before any location is looked for.
        case returned(NginxBlock.Statement)
        case unknown(String)
    }

    private enum Found {
        case final(NginxLocation), prefix(NginxLocation), none
        case unknown(String)
    }

    /// Decodes `%XX`, drops query and fragment, folds `.`, `..` and slashes.
    init?(path: String, host: String, scheme: String, mergesSlashes: Bool = true) {
        self.host = NginxNames.canonical(host)
        self.scheme = scheme
        guard let path = Self.normal(path, mergesSlashes: mergesSlashes) else { return nil }
        self.path = path
    }

    static func normal(_ text: String, mergesSlashes: Bool) -> String? {
        var decoded: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst(), byte != UInt8(ascii: "?"), byte != UInt8(ascii: "#") {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16), value != 0 else {
                return nil
            }
            decoded.append(value)
            rest = rest.dropFirst(2)
        }
        guard decoded.first == UInt8(ascii: "/") else { return nil }
        var parts: [ArraySlice<UInt8>] = []
        let pieces = decoded.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for (offset, piece) in pieces.enumerated() {
            let isLast = offset == pieces.count - 1
            if piece.elementsEqual(".".utf8) {
                if isLast { parts.append([]) }
            } else if piece.elementsEqual("..".utf8) {
                guard parts.popLast() != nil else { return nil }
                if isLast { parts.append([]) }
            } else if piece.isEmpty, mergesSlashes, !isLast {
                continue
            } else {
                parts.append(piece)
            }
        }
        return "/" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    /// What answers, the server's own `return`, `if` and `rewrite` first.
    func answer(_ server: NginxServer) -> Answer {
        if let reason = server.block.unknown { return .unknown(reason) }
        for statement in server.block.statements {
            switch statement.name {
            case "return": return .returned(statement)
            case "rewrite":
                let words = statement.arguments.map(\.text)
                if NginxExpression.matches(words.first ?? "", path, ignoresCase: false) != false {
                    return .unknown("\(statement.origin.description): rewrite is not followed")
                }
            case "if":
                guard
                    let action = statement.block?.statements.first(where: { ["return", "rewrite"].contains($0.name) })
                else { continue }
                switch holds(statement.arguments.map(\.text)) {
                case true? where action.name == "return": return .returned(action)
                case true?: return .unknown("\(action.origin.description): rewrite is not followed")
                case false?: continue
                case nil:
                    return .unknown("\(statement.origin.description): the condition depends on more of the request")
                }
            default: continue
            }
        }
        switch find(server.locations, depth: 0) {
        case .final(let location), .prefix(let location): return .location(location)
        case .none: return .server
        case .unknown(let reason): return .unknown(reason)
        }
    }

    private func find(_ locations: [NginxLocation], depth: Int) -> Found {
        guard depth < 128 else { return .none }
        var best: NginxLocation?
        for location in locations {
            switch location.kind {
            case .exact where location.path == path: return .final(location)
            case .prefix, .preferredPrefix:
                guard path.utf8.starts(with: location.path.utf8) else { continue }
                if (best?.path.utf8.count ?? -1) < location.path.utf8.count { best = location }
            default: continue
            }
        }
        var found = Found.none
        if let best {
            found = .prefix(best)
            switch find(best.children, depth: depth + 1) {
            case .final(let location): return .final(location)
            case .prefix(let location): found = .prefix(location)
            case .unknown(let reason): return .unknown(reason)
            case .none: break
            }
            // A prefix that is the whole path and says ^~, or any that says it: no expressions of this level.
            if best.kind == .preferredPrefix { return found }
        }
        for location in locations {
            guard case .expression(let ignoresCase) = location.kind else { continue }
            switch NginxExpression.matches(location.path, path, ignoresCase: ignoresCase) {
            case false?: continue
            case nil: return .unknown("location ~ \(location.path) cannot be evaluated here")
            case true?:
                switch find(location.children, depth: depth + 1) {
                case .final(let inner), .prefix(let inner): return .final(inner)
                case .unknown(let reason): return .unknown(reason)
                case .none: return .final(location)
                }
            }
        }
        return found
    }

    /// `if` of ngx_http_rewrite_module over what is known of the request; nil where it is not.
    private func holds(_ words: [String]) -> Bool? {
        guard var first = words.first, first.hasPrefix("(") else { return nil }
        first.removeFirst()
        var words = [first] + words.dropFirst()
        if words[0].isEmpty { words.removeFirst() }
        guard var last = words.popLast(), last.hasSuffix(")") else { return nil }
        last.removeLast()
        if !last.isEmpty { words.append(last) }
        let variables = [
            "$host": host, "$scheme": scheme, "$uri": path, "$document_uri": path, "$request_method": "GET",
        ]
        guard let value = words.first.flatMap({ variables[$0] }) else { return nil }
        guard words.count == 3 else { return words.count == 1 ? !value.isEmpty && value != "0" : nil }
        guard !words[2].contains("$") || words[1].contains("~") else { return nil }
        switch words[1] {
        case "=": return value == words[2]
        case "!=": return value != words[2]
        case "~", "~*": return NginxExpression.matches(words[2], value, ignoresCase: words[1] == "~*")
        case "!~", "!~*": return NginxExpression.matches(words[2], value, ignoresCase: words[1] == "!~*").map { !$0 }
        default: return nil
        }
    }
}
