// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Foundation
import Host
import Model
import Testing

@testable import Facts

/// Who answers a request and with which headers, against the real nginx. `GUAITA_ORACLE_CASES` asks for more cases,
/// `GUAITA_ORACLE_SEED` brings a run back.
@Suite struct NginxOracleTests {
    @Test func randomConfigurationsAnswerAsNginxDoes() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 60
        let seed = environment["GUAITA_ORACLE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        var generator = NginxGenerator(seed: seed)
        let cases = (0..<count).map { _ in generator.next() }
        try compare(
            cases.map { .init(text: $0.text, requests: $0.requests) }, "seed \(seed)")
    }

    /// What nginx accepts and what it refuses, a line at a time, in `http`.
    @Test func cornersAreAcceptedOrRefusedAsNginxDoes() throws {
        let inServer = [
            "root /x", "root /x; root /y", "client_max_body_size 10m", "client_max_body_size 10x",
            "client_max_body_size 1G; ", "keepalive_timeout 1m30s", "keepalive_timeout 30s1m",
            "keepalive_timeout 5 6 7",
            "autoindex maybe", "autoindex ON", "alias /x/", "proxy_pass http://127.0.0.1:1",
            "location / { alias /x/; }",
            "location / { proxy_pass http://127.0.0.1:1; proxy_read_timeout 500ms; }", "location / { listen 80; }",
            "location / { server_name x; }", "add_header X", "add_header X a always", "add_header X a b c",
            "location / { limit_except GET { deny all; } }", "limit_except GET { deny all; }",
            "if ($host) { return 200; }",
            "if ($host) { root /x; }", "location / { if ($host) { root /x; add_header X y; } }", "return",
            "return 200 a b",
            "location / { internal; }", "internal", "try_files a", "try_files $uri =404",
            "ssl_protocols TLSv1.2 TLSv1.3",
            "location / { ssl_protocols TLSv1.2; }", "allow all; deny all", "deny", "expires 1h; expires 2h",
            "server_tokens off; server_tokens off", "access_log off", "sendfile", "sendfile on", "sendfile on on",
            "location", "location / ", "location / { } ;", "location = / { location /x { } }",
            "error_page 404",
            "resolver 127.0.0.1", "gzip on; gzip_types *", "add_header X ${host}a}", "add_header X 'it\\'s \"so\"'",
            "add_header X \"a\"b", "add_header X 'a\nb'", "# a comment }\n root /x", "root /x }", "root \"/x", "{ }",
            "}",
            "root /x; ; ", "keepalive_requests 10k", "keepalive_requests 10", "auth_basic a b", "limit_rate 10k",
            "satisfy any", "merge_slashes off", "location / { merge_slashes off; }", "large_client_header_buffers 4 8k",
            "large_client_header_buffers 4", "underscores_in_headers on", "add_header X \\a\\b", "add_header X a\\ b",
            "location / { proxy_set_header X; }", "proxy_set_header X a; proxy_set_header X b", "set $x 1", "set $x",
        ]
        try compare(
            inServer.map { .init(text: "server { listen LISTEN; \($0); }", requests: [["x", "/"]]) }
                + inServer.map { .init(text: "server { listen LISTEN; \($0)\n }", requests: []) }
                + inServer.map { .init(text: "\($0); server { listen LISTEN; }", requests: []) }, "corners")
    }

    private func compare(_ cases: [NginxOracle.Case], _ kind: String) throws {
        if let obstacle = NginxOracle.obstacle {
            print("nginx oracle: SKIPPED, \(obstacle)")
            return
        }
        let answers = try NginxOracle.answers(cases)
        var (compared, refused, failures, passedOn, unknown) = (0, 0, 0, 0, 0)
        for (test, answer) in zip(cases, answers) {
            let disagreements = try disagreements(test, answer, &passedOn, &unknown)
            compared += max(1, answer.answers.count)
            if !answer.accepted { refused += 1 }
            guard !disagreements.isEmpty else { continue }
            failures += 1
            if failures <= 15 {
                Issue.record("\(disagreements.joined(separator: "\n"))\n\(test.text)\n\(answer.error)")
            }
        }
        print(
            "nginx oracle: \(kind), \(cases.count) configurations, \(compared) answers compared, \(refused) refused by nginx, "
                + "\(passedOn) passed on, \(unknown) unknown, "
                + "\(failures) disagreements")
        #expect(failures == 0)
    }

    private func disagreements(
        _ test: NginxOracle.Case, _ answer: NginxOracle.Answer, _ passedOn: inout Int, _ unknown: inout Int
    ) throws -> [String] {
        let host = MemoryHost(files: ["/etc/nginx/nginx.conf": answer.configuration])
        let socket = answer.configuration.firstRange(of: "listen unix:").map { range in
            "unix:" + answer.configuration[range.upperBound...].prefix { $0 != ";" && $0 != " " }
        }
        let plain = FactsProbe(NginxCollector(), host)
        guard answer.accepted else { return plain["nginx", "valid"] == "true" ? ["nginx refuses this"] : [] }
        var result = plain["nginx", "valid"] == "true" ? [] : ["nginx accepts this: \(plain["nginx", "errors"] ?? "")"]
        for (request, real) in zip(test.requests, answer.answers) {
            let collection = Collection(host: host, now: Timestamp(seconds: 0))
            let question = ["listen": socket ?? "", "server": request[0], "path": request[1]]
            let status = real.first ?? ""
            // What the host's name or path makes impossible nginx says itself.
            if status == "400" || status == "500" { continue }
            guard let value = try NginxCollector().answer(question, collection)?.first,
                let found = FactsProbe.step(value, "answer"), let location = FactsProbe.step(found, "location")
            else {
                result.append("\(request): no answer")
                continue
            }
            if case .unknown = location.kind {
                unknown += 1
                continue
            }
            if request.count > 2, let size = Int(request[2]),
                let limit = FactsProbe.text(FactsProbe.step(location, "client_max_body_size")).flatMap({ Int($0) })
            {
                let isChanged =
                    FactsProbe.text(FactsProbe.step(found, "uri"))
                    != NginxRequest.normal(request[1], mergesSlashes: true)
                // The server's own return comes first, and so does the location that a rewrite left.
                if status == "413" ? limit == 0 || limit >= size : limit > 0 && limit < size && status == "200",
                    !isChanged
                {
                    result.append("\(request): status \(status), told client_max_body_size \(limit)")
                }
                if status == "413" { continue }
            }
            let returned = FactsProbe.text(FactsProbe.step(found, "returns"))
            if let told = returned, !told.hasPrefix("unknown") {
                if !told.hasPrefix(status) { result.append("\(request): status \(status), told \(told)") }
                let address = real.first { $0.hasPrefix("Location: ") }?.dropFirst(10)
                if let address, told.contains("://") || !address.hasPrefix("http"), told != "\(status) \(address)" {
                    result.append("\(request): to \(address), told \(told)")
                }
            } else if ["301", "302", "410", "415", "416", "418"].contains(status), returned == nil {
                result.append("\(request): status \(status), no return told")
            }
            if let passed = real.first(where: { $0.hasPrefix("Back: ") })?.dropFirst(6) {
                let told = FactsProbe.text(FactsProbe.step(found, "passed_uri"))
                if told != String(passed) {
                    result.append("\(request): passed on \(passed), told \(told ?? "nothing")")
                }
                let names: Set = ["host", "x-kind", "x-uri", "connection", "x-name", "x-args"]
                let got = real.filter { $0.hasPrefix("Back-") && !$0.hasPrefix("Back-Content") }.map {
                    String($0.dropFirst(5))
                }
                var sent: [String] = []
                if case .list(let list) = FactsProbe.step(found, "proxy_headers")?.kind {
                    sent = list.map {
                        "\(FactsProbe.text(FactsProbe.step($0, "name")) ?? ""): \(FactsProbe.text(FactsProbe.step($0, "value")) ?? "")"
                    }
                }
                let kept = got.filter { names.contains($0.prefix { $0 != ":" }.lowercased()) }
                if sent != kept { result.append("\(request): the application got \(kept), told \(sent)") }
                passedOn += 1
            } else if status == "200", FactsProbe.text(FactsProbe.step(found, "passed_uri")) != nil {
                result.append("\(request): nothing passed on")
            }
            let isGood = ["200", "201", "204", "206", "301", "302", "303", "304", "307", "308"].contains(status)
            guard case .list(let list) = FactsProbe.step(location, "add_header")?.kind else {
                result.append("\(request): headers are \(FactsProbe.text(location) ?? "none")")
                continue
            }
            let told = list.filter { isGood || FactsProbe.text(FactsProbe.step($0, "always")) == "true" }.map {
                let value = FactsProbe.text(FactsProbe.step($0, "value")) ?? ""
                return "\(FactsProbe.text(FactsProbe.step($0, "name")) ?? ""): \(value)"
            }
            let said = real.dropFirst().filter { $0.hasPrefix("X") }.map { $0.hasPrefix("X-If") ? "X-If: $kind" : $0 }
            if told != Array(said) { result.append("\(request): nginx says \(said), told \(told)") }
            let tokens = FactsProbe.text(FactsProbe.step(location, "server_tokens"))
            if real.contains("Server: nginx") != (tokens == "off") {
                result.append("\(request): server_tokens \(tokens ?? "")")
            }
        }
        return result
    }
}
