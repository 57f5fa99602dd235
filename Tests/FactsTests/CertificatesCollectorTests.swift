// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Foundation
import Host
import Model
import Testing

/// Hosts made of configuration texts and the certificates in Tests/Fixtures/certificates.
@Suite struct CertificatesCollectorTests {
    static func fixture(_ name: String) throws -> String {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appendingPathComponent("Fixtures/certificates/\(name)"), encoding: .utf8)
    }

    /// What the collector says of a host, root by root.
    struct Survey {
        let certificates: [Record]
        let keys: [Record]
        let references: [Record]
        let certbot: Record?
        let unknown: [String]
        let collection: Collection

        init(_ host: MemoryHost) {
            collection = Collection(host: host, now: Timestamp(seconds: 1_795_392_000))
            let values = CertificatesCollector().collect(collection)
            certificates = Self.records(values[0])
            keys = Self.records(values[1])
            references = Self.records(values[2])
            certbot = if case .record(let record) = values[3].kind { record } else { nil }
            unknown = Self.elements(values[0]).compactMap {
                if case .unknown(let why) = $0.kind { why.first?.reason } else { nil }
            }
        }

        static func elements(_ value: Value?) -> [Value] {
            if case .list(let values)? = value?.kind { values } else { [] }
        }
        static func records(_ value: Value?) -> [Record] {
            elements(value).compactMap { if case .record(let record) = $0.kind { record } else { nil } }
        }
    }

    static func text(_ value: Value?) -> String? {
        switch value?.kind {
        case .string(let text)?: text
        case .bool(let bool)?: "\(bool)"
        case .int(let int)?: "\(int)"
        case .mode(let mode)?: mode.description
        case .list(let values)?: values.compactMap { text($0) }.joined(separator: " ")
        case .unknown(let why)?: "? " + (why.first?.reason ?? "")
        case .absent?: nil
        default: "…"
        }
    }

    static func webHost(_ extra: [String: MemoryHost.Entry] = [:]) throws -> MemoryHost {
        var entries: [String: MemoryHost.Entry] = [
            "/etc/nginx/nginx.conf": .init("events {}\nhttp {\n  include /etc/nginx/sites-enabled/*;\n}\n"),
            "/etc/nginx/sites-enabled/web": .init(target: "/etc/nginx/sites-available/web"),
            "/etc/nginx/sites-available/web": .init(
                """
                server {
                    listen 80; server_name example.org;
                }
                server {
                    listen 443 ssl;
                    server_name example.org .shop.example.org _ ~^w\\d+; # and more
                    ssl_certificate /etc/nginx/tls/web.pem;
                    ssl_certificate_key "tls/web.key";
                }
                """),
            "/etc/nginx/tls/web.pem": .init(try fixture("leaf.pem") + fixture("intermediate.pem")),
        ]
        entries.merge(extra) { $1 }
        return MemoryHost(entries)
    }

    @Test func aCertificateNginxPresentsIsUsed() throws {
        let survey = Survey(try Self.webHost())
        #expect(
            survey.certificates.map { Self.text($0["subject"]) } == [
                "CN=example.org", "CN=Test Intermediate,O=Cooperativa de Prova,C=ES",
            ])
        let leaf = try #require(survey.certificates.first)
        let place = "nginx: /etc/nginx/sites-enabled/web:7"
        #expect(Self.text(leaf["used"]) == "true" && Self.text(leaf["used_by"]) == place)
        #expect(Self.text(leaf["services"]) == "nginx")
        #expect(Self.text(leaf["used_names"]) == "example.org shop.example.org *.shop.example.org")
        #expect(Self.text(leaf["uncovered_names"]) == "shop.example.org *.shop.example.org")
        #expect(Self.text(leaf["chain_ordered"]) == "true")
        let used = try #require(leaf["used"])
        let source = try #require(survey.collection.sources[used.source])
        #expect(source.origin == Origin(path: "/etc/nginx/sites-enabled/web", line: 7))
        let end = try #require(leaf["not_after"])
        let pem = try #require(survey.collection.sources[end.source])
        #expect(pem.origin == Origin(path: "/etc/nginx/tls/web.pem", line: 1))
    }

    @Test func aNamedFileThatIsNotThereIsTold() throws {
        let survey = Survey(try Self.webHost())
        let key = try #require(survey.references.first { Self.text($0["role"]) == "key" })
        #expect(Self.text(key["path"]) == "/etc/nginx/tls/web.key" && Self.text(key["exists"]) == "false")
        #expect(Self.text(key["reason"]) == "no such file or directory")
        let certificate = try #require(survey.references.first { Self.text($0["role"]) == "certificate" })
        #expect(Self.text(certificate["parses"]) == "true" && Self.text(certificate["reason"]) == "")
    }

    @Test func chainsEndAtTheHostsStore() throws {
        let alone = Survey(try Self.webHost(["/etc/nginx/tls/web.pem": .init(try Self.fixture("leaf.pem"))]))
        #expect(Self.text(alone.certificates.first?["chain_complete"]) == "false")
        #expect(Self.text(alone.certificates.first?["missing_issuer"])?.hasPrefix("CN=Test Intermediate") == true)

        let reversed = Survey(
            try Self.webHost([
                "/etc/nginx/tls/web.pem": .init(
                    try Self.fixture("leaf.pem") + Self.fixture("root.pem") + Self.fixture("intermediate.pem"))
            ]))
        #expect(Self.text(reversed.certificates.first?["chain_complete"]) == "true")
        #expect(Self.text(reversed.certificates.first?["chain_ordered"]) == "false")

        let unknown = Survey(try Self.webHost())
        #expect(Self.text(unknown.certificates.first?["chain_complete"])?.hasPrefix("? ") == true)
        let roots = try Self.webHost(["/etc/ssl/certs/ca-certificates.crt": .init(try Self.fixture("root.pem"))])
        #expect(Self.text(Survey(roots).certificates.first?["chain_complete"]) == "false")
    }

    @Test func theDistributionsRootsAndUnusedSnakeoilAreNoFindings() throws {
        let survey = Survey(
            MemoryHost([
                "/usr/share/ca-certificates/mozilla/Root.crt": .init(try Self.fixture("root.pem")),
                "/etc/ssl/certs/Root.pem": .init(target: "/usr/share/ca-certificates/mozilla/Root.crt"),
                "/etc/ssl/certs/ca-certificates.crt": .init(try Self.fixture("root.pem")),
                "/etc/ssl/certs/ssl-cert-snakeoil.pem": .init(try Self.fixture("self-signed.pem")),
            ]))
        #expect(survey.certificates.count == 1)
        #expect(Self.text(survey.certificates.first?["used"]) == "false")
        #expect(Self.text(survey.certificates.first?["snakeoil"]) == "true")
        #expect(survey.references.isEmpty && survey.certbot == nil && survey.unknown.isEmpty)
    }

    @Test func whatCannotBeReadIsUnknownAndNotAbsent() throws {
        let survey = Survey(
            try Self.webHost([
                "/etc/nginx/tls/web.pem": .init(failure: .permissionDenied),
                "/etc/nginx/tls/web.key": .init(mode: FileMode(bits: 0o644), failure: .permissionDenied),
            ]))
        #expect(survey.unknown == ["/etc/nginx/tls/web.pem: permission denied"])
        #expect(
            survey.references.map { Self.text($0["readable"]) } == [
                "? /etc/nginx/tls/web.pem: permission denied", "? /etc/nginx/tls/web.key: permission denied",
            ])
        #expect(Self.text(survey.keys.first?["others_can_read"]) == "true", "its mode is known all the same")
        #expect(Self.text(survey.keys.first?["algorithm"]) == "? /etc/nginx/tls/web.key: permission denied")
    }

    /// The example key of RFC 8410 section 10.3.
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
        -----END PRIVATE KEY-----

        """

    @Test func keysAreJudgedByWhoCanReachThem() throws {
        let open = FileMode(bits: 0o644)
        let survey = Survey(
            try Self.webHost([
                "/etc/nginx/tls/web.key": .init(Self.key, mode: open),
                "/etc/ssl/private/hidden.key": .init(Self.key, mode: open),
                "/etc/ssl/private": .init(mode: FileMode(bits: 0o710), kind: .directory),
                "/srv/unknown.key": .init(Self.key, mode: nil, owner: nil, group: nil),
            ]))
        let byPath = Dictionary(uniqueKeysWithValues: survey.keys.map { (Self.text($0["path"]) ?? "", $0) })
        let used = try #require(byPath["/etc/nginx/tls/web.key"])
        #expect(Self.text(used["others_can_read"]) == "true" && Self.text(used["used"]) == "true")
        #expect(Self.text(used["algorithm"]) == "ED25519" && Self.text(used["owner_id"]) == "0")
        #expect(Self.text(byPath["/etc/ssl/private/hidden.key"]?["others_can_read"]) == "false")
        #expect(Self.text(byPath["/etc/ssl/private/hidden.key"]?["used"]) == "false")
        #expect(Self.text(byPath["/srv/unknown.key"]?["mode"])?.hasPrefix("? ") == true)
        #expect(Self.text(survey.certificates.first?["key_matches"]) == "false")
        #expect(Self.text(survey.certificates.first?["key_mode"]) == "0644")
    }

    @Test func aCopyThatTheRenewalLeftBehindIsSeen() throws {
        let live = "/etc/letsencrypt/live/example.org"
        let survey = Survey(
            MemoryHost([
                "/etc/letsencrypt/renewal/example.org.conf": .init(
                    """
                    version = 2.1.0
                    archive_dir = /etc/letsencrypt/archive/example.org
                    fullchain = \(live)/fullchain.pem
                    privkey = \(live)/privkey.pem
                    [renewalparams]
                    authenticator = webroot
                    """),
                "\(live)/fullchain.pem": .init(target: "../../archive/example.org/fullchain2.pem"),
                "\(live)/privkey.pem": .init(target: "../../archive/example.org/privkey2.pem"),
                "/etc/letsencrypt/archive/example.org/fullchain2.pem": .init(try Self.fixture("leaf-renewed.pem")),
                "/etc/letsencrypt/archive/example.org/privkey2.pem": .init(Self.key, mode: FileMode(bits: 0o600)),
                "/etc/postfix/main.cf": .init(
                    "smtpd_tls_security_level = may\nsmtpd_tls_cert_file =\n  $config_directory/copy.pem\n"),
                "/etc/postfix/copy.pem": .init(try Self.fixture("leaf.pem") + Self.key),
            ]))
        let copy = try #require(survey.certificates.first { Self.text($0["path"]) == "/etc/postfix/copy.pem" })
        #expect(Self.text(copy["newer_copy"]) == "\(live)/fullchain.pem")
        #expect(Self.text(copy["used_by"]) == "postfix: /etc/postfix/main.cf:2")
        #expect(Self.text(copy["key_path"]) == "/etc/postfix/copy.pem")
        let renewed = try #require(survey.certificates.first { Self.text($0["lineage"]) == "example.org" })
        #expect(
            Self.text(renewed["path"]) == "\(live)/fullchain.pem"
                && renewed["newer_copy"].map { Self.text($0) } == .some(nil))
        #expect(Self.text(renewed["used_by"]) == "certbot: /etc/letsencrypt/renewal/example.org.conf:3")
        let lineages = Survey.records(survey.certbot?["lineages"])
        let lineage = try #require(lineages.first)
        #expect(Self.text(lineage["reloads"]) == "false" && Self.text(lineage["services"]) == "")
        #expect(Self.text(survey.certbot?["scheduled"]) == "false")
    }

    @Test func hooksThatAreNotExecutableDoNotCount() throws {
        let survey = Survey(
            MemoryHost([
                "/etc/letsencrypt/renewal/a.conf": .init("[renewalparams]\nauthenticator = webroot\n"),
                "/etc/letsencrypt/renewal-hooks/deploy/nginx": .init("#!/bin/sh\n", mode: FileMode(bits: 0o644)),
                "/etc/cron.d/certbot": .init("0 */12 * * * root certbot -q renew\n"),
            ]))
        #expect(Self.text(Survey.records(survey.certbot?["hooks"]).first?["executable"]) == "false")
        #expect(Self.text(Survey.records(survey.certbot?["lineages"]).first?["reloads"]) == "false")
        #expect(Self.text(survey.certbot?["scheduled"]) == "true")
    }

    static let configurations: [(String, [String: String], String)] = [
        (
            "apache",
            [
                "/etc/apache2/apache2.conf":
                    "LoadModule ssl_module x.so\nDefine D /etc/t\nInclude sites-enabled/*.conf\n",
                "/etc/apache2/sites-enabled/a.conf":
                    "<IfModule mod_ssl.c>\n<VirtualHost *:443>\nServerName example.org\nSSLEngine on\n"
                    + "SSLCertificateFile \"${D}/a.pem\"\n</VirtualHost>\n</IfModule>\n",
            ], "apache: /etc/apache2/sites-enabled/a.conf:5"
        ),
        (
            "dovecot",
            [
                "/etc/dovecot/dovecot.conf": "!include conf.d/*.conf\n",
                "/etc/dovecot/conf.d/10-ssl.conf": "ssl = required\nssl_cert = </etc/t/a.pem\n",
            ], "dovecot: /etc/dovecot/conf.d/10-ssl.conf:2"
        ),
        (
            "postgresql",
            ["/etc/postgresql/15/main/postgresql.conf": "ssl = on\nssl_cert_file = '/etc/t/a.pem'  # x\n"],
            "postgresql: /etc/postgresql/15/main/postgresql.conf:2"
        ),
        (
            "redis", ["/etc/redis/redis.conf": "tls-port 6380\ntls-cert-file /etc/t/a.pem\n"],
            "redis: /etc/redis/redis.conf:2"
        ),
        (
            "unit",
            [
                "/etc/systemd/system/app.service": "[Service]\nExecStart=/usr/bin/app --cert=/etc/t/a.pem\n",
                "/etc/systemd/system/default.target": "[Unit]\nWants=app.service\n",
            ], "app.service: /etc/systemd/system/app.service:2"
        ),
    ]

    @Test(arguments: configurations)
    func everyServiceIsHeard(_ name: String, _ files: [String: String], _ place: String) throws {
        let survey = Survey(MemoryHost(files: files.merging(["/etc/t/a.pem": try Self.fixture("leaf.pem")]) { $1 }))
        #expect(survey.certificates.map { Self.text($0["used_by"]) } == [place], "\(name)")
    }

    static let silent: [[String: String]] = [
        ["/etc/postgresql/15/main/postgresql.conf": "ssl = off\nssl_cert_file = '/etc/t/a.pem'\n"],
        ["/etc/dovecot/dovecot.conf": "ssl = no\nssl_cert = </etc/t/a.pem\n"],
        ["/etc/postfix/main.cf": "smtpd_tls_cert_file = /etc/t/a.pem\n"],
        ["/etc/nginx/nginx.conf": "http { ssl_certificate /etc/t/a.pem; server { listen 80; } }"],
        ["/etc/nginx/nginx.conf": "http { server { listen 443 ssl; ssl_certificate $name.pem; } }"],
        ["/etc/nginx/nginx.conf": "http { # server { listen 443 ssl; ssl_certificate /etc/t/a.pem; }\n}"],
        ["/etc/nginx/sites-available/a": "server { listen 443 ssl; ssl_certificate /etc/t/a.pem; }"],
        ["/etc/apache2/apache2.conf": "SSLEngine on\nSSLCertificateFile /etc/t/a.pem\n"],
    ]

    @Test(arguments: silent)
    func whatIsNotInForceIsNotUsed(_ files: [String: String]) throws {
        let survey = Survey(MemoryHost(files: files.merging(["/etc/t/a.pem": try Self.fixture("leaf.pem")]) { $1 }))
        #expect(survey.certificates.isEmpty && survey.references.isEmpty)
    }

    @Test(arguments: [
        "http { server { listen 443 ssl; ssl_certificate", "}}}}{{{{", "include nginx.conf;", "\"", "${",
        "a {\n b_by_lua_block { {",
    ])
    func brokenConfigurationsDoNoHarm(_ text: String) {
        let survey = Survey(MemoryHost(files: ["/etc/nginx/nginx.conf": text]))
        #expect(survey.certificates.isEmpty)
    }
}
