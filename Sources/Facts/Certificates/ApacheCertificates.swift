// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The certificates Apache is told to present: `SSLCertificateFile` and its companions in /etc/apache2/apache2.conf and
/// all it includes (mod_ssl). Nothing else of Apache is read here; conditions other than on mod_ssl count as true.
struct ApacheCertificates {
    private static let root = "/etc/apache2/apache2.conf"
    private static let includeDepth = 16

    /// What one virtual host, or the server outside of all, says.
    private struct Scope {
        var engine: String?
        var certificates: [CertificateUse.Word] = []
        var keys: [CertificateUse.Word] = []
        var chain: CertificateUse.Word?
        var trust: [CertificateUse.Word] = []
        var names: [CertificateUse.Word] = []
    }

    private var files: CertificateConfiguration
    private var variables: [String: String] = [:]
    private var hasModule = false
    private var server = Scope()
    private var hosts: [Scope] = []
    private var current: Scope?
    /// For each open `<IfModule>`: is what it holds in force.
    private var conditions: [Bool] = []

    /// What Apache presents, virtual host by virtual host.
    private(set) var uses: [CertificateUse] = []

    init(_ collection: Collection) {
        files = CertificateConfiguration(collection)
        parse(Self.root, depth: 0)
        guard hasModule else { return }
        for host in hosts + [server] where (host.engine ?? server.engine ?? "off") != "off" {
            let certificates = host.certificates.isEmpty ? server.certificates : host.certificates
            let keys = host.certificates.isEmpty ? server.keys : host.keys
            for (index, certificate) in certificates.enumerated() {
                var use = CertificateUse(service: "apache")
                use.certificate = certificate
                use.key = keys.indices.contains(index) ? keys[index] : nil
                use.chain = index == 0 ? host.chain ?? server.chain : nil
                use.trust = index == 0 ? host.trust : []
                use.names = host.names
                uses.append(use)
            }
        }
    }

    private mutating func parse(_ path: String, depth: Int) {
        for (text, number) in files.lines(path, continuation: true) where !text.isEmpty && !text.hasPrefix("#") {
            var words = Self.words(text)
            guard let first = words.first else { continue }
            let name = first.asciiLowercased
            words = words.dropFirst().map(substituted)
            if conditions.contains(false), name != "<ifmodule", name != "</ifmodule>" { continue }
            apply(name, words, Origin(path: path, line: number), depth)
        }
    }

    private mutating func apply(_ name: String, _ words: [String], _ origin: Origin, _ depth: Int) {
        let file = words.first.flatMap { word in
            word.contains("${")
                ? nil : CertificateUse.Word(text: HostPath.absolute(word, in: "/etc/apache2"), origin: origin)
        }
        switch name {
        case "<ifmodule":
            let module = (words.first ?? "").filter { $0 != ">" }
            let isSSL = module.hasSuffix("mod_ssl.c") || module.hasSuffix("ssl_module")
            conditions.append(!isSSL || hasModule != module.hasPrefix("!"))
        case "</ifmodule>": _ = conditions.popLast()
        case "<virtualhost": current = Scope()
        case "</virtualhost>":
            if let current { hosts.append(current) }
            current = nil
        case "include", "includeoptional":
            guard let file, depth < Self.includeDepth else { return }
            for path in files.paths(matching: file.text) { parse(path, depth: depth + 1) }
        case "define": if let variable = words.first { variables[variable] = words.count > 1 ? words[1] : "" }
        case "loadmodule": if words.first == "ssl_module" { hasModule = true }
        case "sslengine": change { $0.engine = words.first?.asciiLowercased }
        case "sslcertificatefile": if let file { change { $0.certificates.append(file) } }
        case "sslcertificatekeyfile": if let file { change { $0.keys.append(file) } }
        case "sslcertificatechainfile": if let file { change { $0.chain = file } }
        case "sslcacertificatefile": if let file { change { $0.trust.append(file) } }
        case "servername", "serveralias":
            let names = words.map { CertificateUse.Word(text: Self.hostName($0), origin: origin) }
            change { $0.names += names }
        default: break
        }
    }

    private mutating func change(_ body: (inout Scope) -> Void) {
        if var scope = current {
            body(&scope)
            current = scope
        } else {
            body(&server)
        }
    }

    /// `ServerName [scheme://]name[:port]`.
    private static func hostName(_ text: String) -> String {
        var name = text[...]
        if let scheme = name.firstRange(of: "://") { name = name[scheme.upperBound...] }
        if let colon = name.firstIndex(of: ":") { name = name[..<colon] }
        return String(name)
    }

    private func substituted(_ word: String) -> String {
        var result = word
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) where result.contains("${") {
            result.replace("${\(name)}", with: value)
        }
        return result
    }

    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var quote: UInt8?
        for byte in text.utf8 {
            if let open = quote {
                if byte == open { quote = nil } else { word.append(byte) }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte <= 0x20 {
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
            } else {
                word.append(byte)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
