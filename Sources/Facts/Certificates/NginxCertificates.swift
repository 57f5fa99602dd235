// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// The certificates nginx is told to present: `ssl_certificate` and its companions, as its servers inherit them
/// (ngx_http_ssl_module).
enum NginxCertificates {
    static func uses(_ collection: Collection) -> [CertificateUse] {
        guard let model = NginxModel.of(collection) else { return [] }
        return (model.servers + model.otherServers).filter(\.speaksTLS).flatMap { server -> [CertificateUse] in
            let keys = words(server, "ssl_certificate_key", collection)
            let trust = ["ssl_trusted_certificate", "ssl_client_certificate"].flatMap { words(server, $0, collection) }
            let names = server.block.statements("server_name").flatMap { statement in
                statement.arguments.map {
                    CertificateUse.Word(
                        text: $0.text, origin: Origin(path: statement.path, line: statement.origin.line))
                }
            }
            return words(server, "ssl_certificate", collection).enumerated().map { index, certificate in
                var use = CertificateUse(service: "nginx")
                use.certificate = file(certificate, model.files.directory)
                use.key = keys.indices.contains(index) ? file(keys[index], model.files.directory) : nil
                use.trust = index == 0 ? trust.compactMap { file($0, model.files.directory) } : []
                use.names = names
                return use
            }
        }
    }

    private static func words(_ server: NginxServer, _ name: String, _ collection: Collection) -> [CertificateUse.Word]
    {
        let values: [Value]
        switch server.level[name]?.kind {
        case .list(let list): values = list
        case .string(let text): values = [.string(text, server.level[name]?.source ?? .none)]
        default: values = []
        }
        return values.compactMap { value in
            guard let text = value.text, let source = collection.sources[value.source] else { return nil }
            return CertificateUse.Word(
                text: text, origin: Origin(path: source.origin.path, line: source.origin.line))
        }
    }

    /// The file a value names; nil for values that name none (`data:`, `engine:`, variables).
    private static func file(_ word: CertificateUse.Word, _ directory: String) -> CertificateUse.Word? {
        guard !word.text.contains("$"), !word.text.hasPrefix("data:"), !word.text.hasPrefix("engine:") else {
            return nil
        }
        return CertificateUse.Word(text: HostPath.absolute(word.text, in: directory), origin: word.origin)
    }
}
