// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

extension SSHServerModel {
    /// ListenAddress as `sshd -T` prints it: an address without a port stands for one with each Port, and no address at
    /// all for every address. Names are looked up in the host's /etc/hosts only.
    func listenAddresses(_ keyword: SSHServerKeyword) -> Effective {
        let setting = startup[keyword.name]
        let origin = Origin(path: file.path)
        for name in [keyword.name, "Port", "AddressFamily"] {
            if let reason = startup[name]?.unknown {
                return Effective(words: [], source: Source(startup[name]?.origin ?? origin), unknown: reason)
            }
        }
        let ports = startup["Port"]?.words.map(\.text) ?? ["22"]
        let family = startup["AddressFamily"]?.words.first?.text ?? "any"
        guard let setting else {
            let words = ports.flatMap { port in
                [true, false].filter { family == "any" || (family == "inet6") == $0 }
                    .map { Self.printed(SSHServerAddress.any(isVersion6: $0), port, "") }
            }
            return Effective(
                words: words.map { .init(text: $0, origin: origin) },
                source: Source(origin, means: .default, text: "every address"))
        }
        var words: [SSHServerSettings.Word] = []
        for word in setting.words {
            let parts = word.text.split(separator: SSHServerArguments.separator, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            guard let addresses = accounts.hosts.addresses(of: String(parts[0])) else {
                return Effective(
                    words: [], source: Source(setting.origin, text: setting.text),
                    unknown: "\(word.origin.description): the addresses of \(parts[0]) are not looked up")
            }
            for port in parts[1].isEmpty ? ports : [String(parts[1])] {
                for address in addresses.compactMap({ $0.inFamily(family) }) {
                    words.append(.init(text: Self.printed(address, port, parts[2]), origin: word.origin))
                }
            }
        }
        return Effective(words: words, source: Source(setting.origin, text: setting.text))
    }

    private static func printed(_ address: SSHServerAddress, _ port: String, _ domain: Substring) -> String {
        let host = address.isVersion6 ? "[\(address.description)]" : address.description
        return "\(host):\(port)" + (domain.isEmpty ? "" : " rdomain \(domain)")
    }
}
