// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Model

/// Where a server listens: `listen` of ngx_http_core_module. Port 80 unless another is named, every address unless one is.
struct NginxListen: Sendable {
    /// `0.0.0.0:80`, `[::]:80`, `127.0.0.1:8080` or `unix:/run/web.sock`: one socket.
    let socket: String
    let isDefault: Bool
    let speaksTLS: Bool
    let speaksQUIC: Bool
    /// An IPv6 wildcard that also takes IPv4 (`ipv6only=off`).
    let takesVersion4: Bool
    let origin: Origin

    /// The sockets one line names: a range of ports is several. Empty where nginx refuses the line.
    static func all(_ statement: NginxBlock.Statement) -> [NginxListen] {
        let options = statement.arguments.dropFirst().map(\.text)
        return sockets(statement.arguments.first?.text ?? "").map { socket in
            NginxListen(
                socket: socket, isDefault: options.contains("default_server") || options.contains("default"),
                speaksTLS: options.contains("ssl") || options.contains("quic"),
                speaksQUIC: options.contains("quic"), takesVersion4: options.contains("ipv6only=off"),
                origin: statement.origin)
        }
    }

    /// "If the directive is not present then either *:80 is used if nginx runs with the superuser privileges".
    static func standard(_ origin: Origin) -> NginxListen {
        NginxListen(
            socket: "0.0.0.0:80", isDefault: false, speaksTLS: false, speaksQUIC: false, takesVersion4: false,
            origin: origin)
    }

    /// ngx_parse_url() for listening.
    static func sockets(_ text: String) -> [String] {
        if text.hasPrefix("unix:") { return [text] }
        if text.hasPrefix("[") {
            guard let close = text.utf8.firstIndex(of: UInt8(ascii: "]")) else { return [] }
            let inside = String(text[text.index(after: text.startIndex)..<close])
            guard let address = IPAddress(text: inside), address.bytes.count == 16 else { return [] }
            let rest = text[text.index(after: close)...]
            let ports = rest.isEmpty ? "80" : rest.hasPrefix(":") ? String(rest.dropFirst()) : ""
            return range(ports).map { "[\(address.text)]:\($0)" }
        }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard parts.count <= 2, let first = parts.first else { return [] }
        if parts.count == 1, !range(first).isEmpty { return range(first).map { "0.0.0.0:\($0)" } }
        return range(parts.count == 2 ? parts[1] : "80").map { "\(address(first)):\($0)" }
    }

    private static func address(_ name: String) -> String {
        switch name {
        case "*": "0.0.0.0"
        case "localhost": "127.0.0.1"
        default: name
        }
    }

    /// A port, or `8000-8010`.
    private static func range(_ text: String) -> [Int] {
        let ends = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map {
            $0.allSatisfy { (0x30...0x39).contains($0) } ? Int(Substring($0)) : nil
        }
        guard let low = ends.first ?? nil, ends.count <= 2, let high = ends.last ?? nil, low >= 1, low <= high,
            high <= 65535
        else { return [] }
        return Array(low...high)
    }

    /// The socket of the same port that takes every address of a family; nil for sockets of a path.
    static func wildcard(of socket: String, version6: Bool) -> String? {
        guard !socket.hasPrefix("unix:"), let colon = socket.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        return (version6 ? "[::]" : "0.0.0.0") + socket[colon...]
    }
}
