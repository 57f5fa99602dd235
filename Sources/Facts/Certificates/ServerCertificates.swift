// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The certificates of servers whose configuration is a list of settings, one a line.
enum ServerCertificates {
    /// One kind of configuration: a setting's name, then `=`, `:` or blanks, then its value. The last one of a name wins.
    private struct Kind {
        var service: String
        /// Patterns of glob(7), read in this order.
        var files: [String]
        var certificate: String
        var key: String
        var trust: String
    }

    private static let kinds = [
        Kind(
            service: "redis", files: ["/etc/redis/redis.conf"], certificate: "tls-cert-file", key: "tls-key-file",
            trust: "tls-ca-cert-file"),
        Kind(
            service: "mosquitto", files: ["/etc/mosquitto/mosquitto.conf", "/etc/mosquitto/conf.d/*.conf"],
            certificate: "certfile", key: "keyfile", trust: "cafile"),
        Kind(
            service: "mariadb", files: ["/etc/mysql/conf.d/*.cnf", "/etc/mysql/mariadb.conf.d/*.cnf"],
            certificate: "ssl-cert", key: "ssl-key", trust: "ssl-ca"),
        Kind(
            service: "vsftpd", files: ["/etc/vsftpd.conf"], certificate: "rsa_cert_file", key: "rsa_private_key_file",
            trust: "ca_certs_file"),
        Kind(
            service: "openldap", files: ["/etc/ldap/slapd.d/cn=config.ldif"], certificate: "olcTLSCertificateFile",
            key: "olcTLSCertificateKeyFile", trust: "olcTLSCACertificateFile"),
    ]

    /// What the servers above present.
    static func simple(_ collection: Collection) -> [CertificateUse] {
        var files = CertificateConfiguration(collection)
        return kinds.compactMap { kind in
            var settings: [String: CertificateUse.Word] = [:]
            for path in kind.files.flatMap({ files.paths(matching: $0) }) { read(path, &files, into: &settings) }
            guard let certificate = file(kind.certificate, settings, in: "/") else { return nil }
            var use = CertificateUse(service: kind.service, certificate: certificate)
            use.key = file(kind.key, settings, in: "/")
            use.trust = [file(kind.trust, settings, in: "/")].compactMap(\.self)
            return use
        }
    }

    /// What each PostgreSQL cluster presents, where `ssl` is on. Relative names are in its data directory.
    static func postgresql(_ collection: Collection) -> [CertificateUse] {
        // What could not be listed is told by the facts of PostgreSQL.
        guard let names = try? PostgreSQLCluster.names(collection.host) else { return [] }
        let units = SystemdUnits.of(collection)
        return names.compactMap { version, name in
            let cluster = PostgreSQLCluster(version: version, name: name, collection.host, units)
            guard cluster.isOn("ssl") else { return nil }
            func word(_ name: String) -> CertificateUse.Word? {
                guard let effective = cluster.value(name), case .text(let path) = effective.setting, !path.isEmpty
                else {
                    return nil
                }
                return CertificateUse.Word(
                    text: HostPath.absolute(path, in: cluster.dataDirectory), origin: effective.source.origin)
            }
            var use = CertificateUse(service: "postgresql")
            use.certificate = word("ssl_cert_file")
            use.key = word("ssl_key_file")
            use.trust = [word("ssl_ca_file")].compactMap(\.self)
            return use
        }
    }

    private static func file(_ name: String, _ settings: [String: CertificateUse.Word], in directory: String)
        -> CertificateUse.Word?
    {
        guard let word = settings[name], !ConfigurationText.unquoted(word.text).isEmpty else { return nil }
        return CertificateUse.Word(
            text: HostPath.absolute(ConfigurationText.unquoted(word.text), in: directory), origin: word.origin)
    }

    private static func read(
        _ path: String, _ files: inout CertificateConfiguration, into settings: inout [String: CertificateUse.Word]
    ) {
        for (line, number) in files.lines(path) where !line.isEmpty && !line.hasPrefix("#") && !line.hasPrefix(";") {
            let isSeparator = { (byte: UInt8) in byte <= 0x20 || byte == 0x3D || byte == 0x3A }
            let name = line.utf8.prefix { !isSeparator($0) }
            var value = line.utf8[name.endIndex...].drop(while: isSeparator)
            // Outside of quotes, a # after a blank begins a comment.
            if value.first != 0x27, value.first != 0x22, let hash = value.firstIndex(of: 0x23) {
                value = value[..<hash]
            }
            if let quote = value.first, quote == 0x27 || quote == 0x22,
                let close = value.dropFirst().firstIndex(of: quote)
            {
                value = value[...close]
            }
            // Underscores and hyphens are the same in MariaDB's names, and no other server here has both.
            let canonical = String(decoding: name, as: UTF8.self)
            let word = CertificateUse.Word(
                text: ConfigurationText.trimmed(value), origin: Origin(path: path, line: number))
            settings[canonical] = word
            if canonical.hasPrefix("ssl_") { settings[canonical.replacing("_", with: "-")] = word }
        }
    }
}
