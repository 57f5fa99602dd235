// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// What the application behind proxy_pass gets (ngx_http_proxy_create_request()).
struct NginxProxy {
    /// Path and query; nil where not known.
    let uri: String?
    /// Host and port as `$proxy_host`.
    let host: String?

    /// `http://host:port/uri`: the host with its port, the default port left out, and the part from the first slash; nil for
    /// no such part.
    static func parts(_ address: String) -> (host: String, uri: String?) {
        let isTLS = address.hasPrefix("https://")
        var rest = Substring(address).utf8
        if let mark = address.firstRange(of: "://") { rest = address[mark.upperBound...].utf8 }
        if rest.starts(with: "unix:".utf8) {
            let inside = rest.dropFirst(5)
            guard let colon = inside.firstIndex(of: UInt8(ascii: ":")) else { return ("localhost", nil) }
            let uri = String(Substring(inside[inside.index(after: colon)...]))
            return ("localhost", uri.isEmpty ? nil : uri)
        }
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        let uri = String(Substring(rest[authority.endIndex...]))
        var host = String(Substring(authority))
        let standard = isTLS ? ":443" : ":80"
        if host.hasSuffix(standard) { host = String(host.dropLast(standard.count)) }
        return (host, uri.isEmpty ? nil : uri.hasPrefix("?") ? "/" + uri : uri)
    }

    init(_ address: String, _ location: NginxLocation?, _ walk: NginxWalk, _ request: NginxRequest) {
        let hasVariables = address.contains("$")
        guard let known = walk.variables.expand(address) else {
            (uri, host) = (nil, nil)
            return
        }
        let (host, own) = Self.parts(known)
        self.host = host
        // An address with variables replaces the whole.
        if hasVariables, let own {
            uri = own
            return
        }
        if own == nil, !walk.isChanged {
            uri = request.unparsed
            return
        }
        let prefix = own != nil && walk.keepsLocation ? location?.path.utf8.count ?? 0 : 0
        let rest = Array(walk.uri.utf8.dropFirst(min(prefix, walk.uri.utf8.count)))
        var path = own ?? ""
        let escapes = request.isQuoted || walk.isInternal
        for byte in rest {
            if escapes, byte <= 0x20 || byte >= 0x7F || byte == 0x23 || byte == 0x25 || byte == 0x3F {
                let digits = Array("0123456789ABCDEF".utf8)
                path.append("%")
                path.append(String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self))
            } else {
                path.append(String(decoding: [byte], as: UTF8.self))
            }
        }
        uri = path + (walk.arguments.isEmpty ? "" : "?" + walk.arguments)
    }

    /// The headers that are set: those of proxy_set_header, then nginx's own two where it does not name them. An empty value
    /// leaves a header out.
    func headers(_ level: NginxLevel, _ walk: NginxWalk, _ fallback: SourceID) -> [Value] {
        guard let setting = level["proxy_set_header"], case .list(let list) = setting.kind else { return [] }
        var variables = walk.variables
        variables.set("proxy_host", host)
        var names: Set<String> = []
        var values: [Value] = []
        for header in list {
            guard case .record(let record) = header.kind, let name = record["name"]?.text,
                let text = record["value"]?.text
            else { continue }
            names.insert(name.asciiLowercased)
            guard let value = variables.expand(text) else {
                values.append(
                    .record(
                        Record(
                            NginxSchema.header,
                            [
                                "name": .string(name, header.source),
                                "key": .string(name.asciiLowercased, header.source),
                                "value": .unknown(
                                    "nginx.answer.proxy_headers", "\(text) depends on more of the request",
                                    header.source),
                            ]), header.source))
                continue
            }
            if !value.isEmpty {
                let kept = NginxSchema.header(name: name, value: value, always: true, header.source)
                values.append(.record(kept, header.source))
            }
        }
        for (name, value) in [("Host", host), ("Connection", "close")] where !names.contains(name.asciiLowercased) {
            guard let value else { continue }
            values.append(
                .record(NginxSchema.header(name: name, value: value, always: true, fallback), fallback))
        }
        return values
    }
}
