// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model
import Testing

@testable import Facts

@Suite struct NginxTests {
    private func answer(_ host: MemoryHost, _ question: [String: String]) throws -> Value? {
        let collection = Collection(host: host, now: Timestamp(seconds: 0))
        return try NginxCollector().answer(question, collection)?.first.flatMap { FactsProbe.step($0, "answer") }
    }

    private func text(_ value: Value?, _ path: String...) -> String? {
        var current = value
        for name in path { current = current.flatMap { FactsProbe.step($0, name) } }
        return FactsProbe.text(current)
    }

    private static let site = """
        server {
          listen 443 ssl default_server;
          ssl_protocols TLSv1.1 TLSv1.2;
          client_max_body_size 128m;
          add_header Strict-Transport-Security max-age=1;
          location / { proxy_pass http://odoo:8069; proxy_read_timeout 720s; }
          location ~ \\.php$ { add_header X-A b; }
        }
        """
    private static let host = MemoryHost([
        "/etc/nginx/nginx.conf": .init("events {}\nhttp {\n include sites-enabled/*;\n}\n"),
        "/etc/nginx/sites-enabled/shop": .init(target: "/etc/nginx/sites-available/shop"),
        "/etc/nginx/sites-available/shop": .init(site), "/etc/nginx/sites-available/old": .init("broken {"),
    ])

    @Test func aLocationHasWhatItsLevelsLeaveIt() throws {
        let found = try answer(Self.host, ["listen": "443", "server": "x", "path": "/web"])
        #expect(text(found, "location", "proxy_pass") == "http://odoo:8069")
        #expect(text(found, "location", "proxy_read_timeout") == "720")
        #expect(text(found, "location", "client_max_body_size") == String(128 << 20))
        #expect(text(found, "location", "proxy_connect_timeout") == "60")
        #expect(text(found, "location", "backend_known") == "false")
        #expect(text(found, "socket", "ssl_protocols") == "[TLSv1.1, TLSv1.2]")
        let php = try answer(Self.host, ["path": "/a.php?x=1"])
        #expect(text(php, "location", "lost_headers") == "[strict-transport-security]")
        #expect(text(php, "location", "proxy_pass") == nil)
    }

    @Test func valuesBearTheLineThatWonAndThoseThatLost() throws {
        let probe = FactsProbe(
            NginxCollector(),
            MemoryHost(files: [
                "/etc/nginx/nginx.conf":
                    "http {\n client_max_body_size 1m;\n server {\n client_max_body_size 2m;\n location / {}\n }\n}\n"
            ]))
        let source = probe.source(probe.value("nginx", "servers", "0", "locations", "0", "client_max_body_size"))
        #expect(source?.origin.line == 4)
        #expect(source?.overrode.map(\.origin.line) == [2])
    }

    @Test func whatIsOnlyAvailableIsNotInForce() {
        let probe = FactsProbe(NginxCollector(), Self.host)
        #expect(probe["nginx", "not_enabled"] == "[/etc/nginx/sites-available/old]")
        #expect(probe["nginx", "valid"] == "true")
        #expect(probe["nginx", "files"] == "[/etc/nginx/nginx.conf, /etc/nginx/sites-enabled/shop]")
    }

    /// ngx_http_add_addresses(): a socket of the address itself shuts out those of every address.
    @Test func theMostExactSocketAnswers() throws {
        let host = MemoryHost(files: [
            "/etc/nginx/nginx.conf": """
            http {
              server { listen 80; server_name a.org; }
              server { listen 127.0.0.1:80; server_name b.org; }
              server { listen [::]:81 ipv6only=off; server_name c.org; }
            }
            """
        ])
        #expect(try text(answer(host, ["listen": "127.0.0.1:80", "server": "a.org"]), "server", "name") == "b.org")
        #expect(try text(answer(host, ["listen": "192.0.2.1:80", "server": "b.org"]), "server", "name") == "a.org")
        #expect(try text(answer(host, ["listen": "192.0.2.1:81", "server": "x"]), "server", "name") == "c.org")
        #expect(try text(answer(host, ["listen": "82"])) == "unknown: nginx does not listen there")
    }

    @Test func whatCannotBeReadIsUnknown() {
        let absent = FactsProbe(NginxCollector(), MemoryHost(files: [:]))
        #expect(absent.value("nginx") == nil)
        let closed = FactsProbe(
            NginxCollector(), MemoryHost(["/etc/nginx/nginx.conf": .init(failure: .permissionDenied)]))
        #expect(closed["nginx"] == "unknown: /etc/nginx/nginx.conf: permission denied")
        let partly = FactsProbe(
            NginxCollector(),
            MemoryHost([
                "/etc/nginx/nginx.conf": .init("http { include a; sendfile on; server { location / {} } }"),
                "/etc/nginx/a": .init(failure: .permissionDenied),
            ]))
        #expect(partly["nginx", "servers", "0", "locations", "0", "sendfile"] == "true")
        #expect(
            partly["nginx", "servers", "0", "locations", "0", "gzip"] == "unknown: /etc/nginx/a: permission denied")
        #expect(partly["nginx", "servers", "1"] == "unknown: /etc/nginx/a: permission denied")
        #expect(partly["nginx", "valid"] == "unknown: /etc/nginx/a: permission denied")
    }

    @Test func aFileThatIncludesItselfEnds() {
        let probe = FactsProbe(NginxCollector(), MemoryHost(files: ["/etc/nginx/nginx.conf": "include nginx.conf;"]))
        #expect(probe["nginx", "valid"] == "false")
    }

    @Test func aQuestionItDoesNotKnowIsToldSo() {
        let collection = Collection(host: Self.host, now: Timestamp(seconds: 0))
        for question in [["user": "x"], ["listen": "a:b:c"], ["path": "x"], ["path": "/.."]] {
            #expect(throws: QuestionError.self) { try NginxCollector().answer(question, collection) }
        }
    }

    @Test(arguments: [("1h30m", 5400), ("90", 90), ("500ms", 1), ("1d 2h", 93600), ("0", 0)])
    func times(_ text: String, _ seconds: Int64) { #expect(NginxValue.seconds(text) == seconds) }
}
