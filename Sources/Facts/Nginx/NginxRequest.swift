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

    /// The host as it was asked for.
    let rawHost: String
    /// The path and query as they were asked for.
    let unparsed: String
    /// The query.
    let arguments: String
    /// The path had `%XX`.
    let isQuoted: Bool

    /// Which location.
    enum Found {
        case final(NginxLocation), prefix(NginxLocation), none
        /// A redirect to the same path with a slash at its end (`auto_redirect`).
        case slash(NginxLocation)
        case unknown(String)
    }

    /// Decodes `%XX`, drops query and fragment, folds `.`, `..` and slashes.
    init?(path: String, host: String, scheme: String, mergesSlashes: Bool = true) {
        self.host = NginxNames.canonical(host)
        self.scheme = scheme
        rawHost = host
        let raw = path.utf8.prefix { $0 != UInt8(ascii: "#") }
        unparsed = String(Substring(raw))
        let mark = raw.firstIndex(of: UInt8(ascii: "?"))
        arguments = mark.map { String(Substring(raw[raw.index(after: $0)...])) } ?? ""
        isQuoted = raw[..<(mark ?? raw.endIndex)].contains(UInt8(ascii: "%"))
        guard let normal = Self.normal(path, mergesSlashes: mergesSlashes) else { return nil }
        self.path = normal
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

    /// Looks among locations of one level.
    static func find(_ path: String, _ locations: [NginxLocation], depth: Int = 0) -> Found {
        guard depth < 128 else { return .none }
        var best: NginxLocation?
        var slash: NginxLocation?
        for location in locations {
            switch location.kind {
            case .exact where location.path.utf8.elementsEqual(path.utf8): return .final(location)
            case .exact, .prefix, .preferredPrefix:
                if location.path.utf8.count == path.utf8.count + 1, location.path.hasSuffix("/"),
                    location.path.utf8.starts(with: path.utf8), location.level.pass != nil
                {
                    slash = location
                }
                guard location.kind != .exact, path.utf8.starts(with: location.path.utf8) else { continue }
                if (best?.path.utf8.count ?? -1) < location.path.utf8.count { best = location }
            default: continue
            }
        }
        if let slash, best?.path.utf8.count != path.utf8.count { return .slash(slash) }
        var found = Found.none
        if let best {
            found = .prefix(best)
            switch find(path, best.children, depth: depth + 1) {
            case .final(let location): return .final(location)
            case .slash(let location): return .slash(location)
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
                switch find(path, location.children, depth: depth + 1) {
                case .slash(let inner): return .slash(inner)
                case .final(let inner), .prefix(let inner): return .final(inner)
                case .unknown(let reason): return .unknown(reason)
                case .none: return .final(location)
                }
            }
        }
        return found
    }
}
