// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The certificates the mail servers are told to present. Names are not asked of them: clients come under names that
/// stand in the DNS only.
enum MailCertificates {
    // MARK: Postfix

    /// postconf(5): `name = value`, a line that begins with a blank goes on, `$name` stands for a value, the last
    /// setting of a name wins.
    static func postfix(_ collection: Collection) -> [CertificateUse] {
        var files = CertificateConfiguration(collection)
        let path = "/etc/postfix/main.cf"
        guard let bytes = files.read(path) else { return [] }
        var settings: [String: CertificateUse.Word] = [:]
        var open: String?
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = ConfigurationText.trimmed(line)
            if text.isEmpty || text.hasPrefix("#") { continue }
            if let first = line.first, first <= 0x20 {
                if let open, let word = settings[open] {
                    settings[open]?.text = word.text.isEmpty ? text : word.text + " " + text
                }
                continue
            }
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = ConfigurationText.trimmed(text[..<equals].utf8)
            let value = ConfigurationText.trimmed(text[text.index(after: equals)...].utf8)
            settings[name] = CertificateUse.Word(text: value, origin: Origin(path: path, line: index + 1))
            open = name
        }
        settings["config_directory"] =
            settings["config_directory"] ?? CertificateUse.Word(text: "/etc/postfix", origin: Origin(path: path))
        guard servesTLS(settings, &files) else { return [] }
        return uses(settings)
    }

    private static func servesTLS(_ settings: [String: CertificateUse.Word], _ files: inout CertificateConfiguration)
        -> Bool
    {
        if let level = settings["smtpd_tls_security_level"]?.text, level != "none", !level.isEmpty { return true }
        if settings["smtpd_use_tls"]?.text == "yes" || settings["smtpd_enforce_tls"]?.text == "yes" { return true }
        return files.lines("/etc/postfix/master.cf").contains { line, _ in
            !line.hasPrefix("#")
                && (line.contains("smtpd_tls_wrappermode=yes") || line.contains("smtpd_tls_security_level=encrypt")
                    || line.contains("smtpd_tls_security_level=may"))
        }
    }

    private static func uses(_ settings: [String: CertificateUse.Word]) -> [CertificateUse] {
        var uses: [CertificateUse] = []
        if let chain = value("smtpd_tls_chain_files", settings), !chain.text.isEmpty {
            // Each file holds a key and its certificates, or the key alone and the certificates in the next file; since
            // 3.4, and then the older settings are not looked at.
            for path in chain.text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
                let word = CertificateUse.Word(text: String(path), origin: chain.origin)
                uses.append(CertificateUse(service: "postfix", certificate: word))
            }
            return uses.filter { $0.certificate?.text.hasPrefix("/") ?? false }
        }
        for kind in ["smtpd_tls_cert_file", "smtpd_tls_eccert_file", "smtpd_tls_dcert_file"] {
            guard let certificate = value(kind, settings), certificate.text.hasPrefix("/") else { continue }
            // The key is looked for in the certificate's file by default.
            let key = value(kind.replacing("cert_file", with: "key_file"), settings) ?? certificate
            uses.append(
                CertificateUse(
                    service: "postfix", certificate: certificate, key: key.text.hasPrefix("/") ? key : certificate))
        }
        if !uses.isEmpty, let trust = value("smtpd_tls_CAfile", settings), trust.text.hasPrefix("/") {
            uses[0].trust = [trust]
        }
        return uses
    }

    /// A setting with the names in it replaced, at most eight times; nil where one is not set in the file.
    private static func value(_ name: String, _ settings: [String: CertificateUse.Word]) -> CertificateUse.Word? {
        guard var word = settings[name] else { return nil }
        for _ in 0..<8 where word.text.contains("$") {
            for (name, other) in settings.sorted(by: { $0.key.utf8.count > $1.key.utf8.count }) {
                word.text.replace("${\(name)}", with: other.text)
                word.text.replace("$(\(name))", with: other.text)
                word.text.replace("$\(name)", with: other.text)
                guard word.text.utf8.count <= 65_536 else { return nil }
            }
        }
        return word.text.contains("$") ? nil : word
    }

    // MARK: Dovecot

    /// Dovecot's `ssl_cert = </path` and, since 2.4, `ssl_server_cert_file = /path`; `ssl = no` takes all back.
    static func dovecot(_ collection: Collection) -> [CertificateUse] {
        var reader = DovecotReader(files: CertificateConfiguration(collection))
        reader.parse("/etc/dovecot/dovecot.conf", depth: 0)
        guard reader.ssl != "no" else { return [] }
        return reader.scopes.filter { $0.certificate != nil }
    }
}

/// Reads dovecot.conf and what it includes, keeping what `local_name` and `local` blocks say apart.
private struct DovecotReader {
    var files: CertificateConfiguration
    var ssl = "yes"
    /// The first is the server's own, the others belong to one block each.
    var scopes = [CertificateUse(service: "dovecot")]
    /// For each open block, the scope it stands for.
    private var open = [0]

    init(files: CertificateConfiguration) { self.files = files }

    mutating func parse(_ path: String, depth: Int) {
        for (text, number) in files.lines(path) where !text.isEmpty && !text.hasPrefix("#") {
            let origin = Origin(path: path, line: number)
            if text.hasPrefix("!include") {
                let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
                guard words.count == 2, depth < 16 else { continue }
                for included in files.paths(
                    matching: HostPath.absolute(String(words[1]), in: HostPath.parent(of: path)))
                {
                    parse(included, depth: depth + 1)
                }
            } else if text.hasSuffix("{") {
                begin(text, origin)
            } else if text.hasPrefix("}") {
                if open.count > 1 { open.removeLast() }
            } else if let equals = text.firstIndex(of: "=") {
                set(
                    ConfigurationText.trimmed(text[..<equals].utf8),
                    ConfigurationText.trimmed(text[text.index(after: equals)...].utf8), origin,
                    directory: HostPath.parent(of: path))
            }
        }
    }

    private mutating func begin(_ text: String, _ origin: Origin) {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "{" })
        guard words.count == 2, words[0] == "local_name" || words[0] == "local", scopes.count < 1_000 else {
            open.append(open.last ?? 0)
            return
        }
        var scope = CertificateUse(service: "dovecot")
        if words[0] == "local_name" {
            scope.names = [CertificateUse.Word(text: ConfigurationText.unquoted(String(words[1])), origin: origin)]
        }
        scopes.append(scope)
        open.append(scopes.count - 1)
    }

    private mutating func set(_ name: String, _ value: String, _ origin: Origin, directory: String) {
        guard let scope = open.last, scopes.indices.contains(scope) else { return }
        // `<` before a path: the content of that file. The settings of 2.4 take the path itself.
        var path = ConfigurationText.unquoted(value)
        if path.hasPrefix("<") { path = ConfigurationText.unquoted(ConfigurationText.trimmed(path.dropFirst().utf8)) }
        let word = CertificateUse.Word(text: HostPath.absolute(path, in: directory), origin: origin)
        switch name {
        case "ssl" where scope == 0: ssl = value
        case "ssl_cert", "ssl_server_cert_file": scopes[scope].certificate = path.isEmpty ? nil : word
        case "ssl_key", "ssl_server_key_file": scopes[scope].key = path.isEmpty ? nil : word
        case "ssl_ca", "ssl_server_ca_file": scopes[scope].trust = path.isEmpty ? [] : [word]
        default: break
        }
    }
}
