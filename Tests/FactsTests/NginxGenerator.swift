// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Random configurations whose answers tell who gave them: every server and location adds a header of its own name, some add
/// others, and each is asked for.
struct NginxGenerator {
    /// A configuration and requests.
    struct Case {
        var text: String
        var requests: [[String]]
    }

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let names = [
        "example.org", "www.example.org", "a.b.example.org", "*.example.org", ".example.net", "www.example.*", "mail.*",
        "~^w.*\\.org$", "~^(?<sub>[a-z]+)\\.example\\.net$", "_", "\"\"", "EXAMPLE.com", "*.b.example.org",
    ]
    private static let hosts = [
        "example.org", "www.example.org", "a.b.example.org", "c.example.org", "example.net", "x.example.net",
        "www.example.com", "mail.test", "WWW.Example.ORG.", "other.test", "example.com", "x.b.example.org",
    ]
    private static let paths = [
        "/", "/a", "/a/", "/a/b", "/a/b/c.php", "/static/x.css", "/static", "/static/", "/A/b", "/x.php", "//a//b",
        "/a/../static/x", "/%61/b", "/a/b?x=/static", "/a/./b", "/img/x.PNG", "/a/b/",
    ]
    private static let locations = [
        "/", "/a", "/a/", "= /a", "= /", "^~ /static", "/static/", "~ \\.php$", "~* \\.(png|css)$", "/a/b", "= /a/b",
        "~ ^/a", "^~ /a/b/", "~ b", "=/x.php", "~*^/A", "^~/img",
    ]
    private static let inner = ["/a/b", "~ c", "/a/b/c.php", "= /a/b/", "~* \\.css$", "/static/x.css", "^~ /a/b"]

    private static let sizes = ["1000", "1024", "1025", "2048", "2049", "9"]
    private static let rewrites = [
        "rewrite ^/a(.*)$ /static$1", "rewrite ^/(a|static)/(.*)$ /$2/$1 last", "rewrite c\\.php$ /x.php?p=$uri break",
        "rewrite ^/A /to permanent", "rewrite ^/img/(.*) https://$host/$1? redirect", "rewrite ^/static$ /a?q=1? last",
        "rewrite ^(.*)/b$ $1/x.php", "set $v /a", "if ($uri ~ ^/a/(.*)) { set $v $1; }", "if ($v) { return 418; }",
        "if ($args = \"x=/static\") { rewrite ^ /x.php? last; }", "if ($kind = p) { return 416; }", "break",
        "if ($kind != \"\") { add_header X-If $kind always; }",
        "if ($arg_x ~* STATIC) { return 302 $scheme://$host$uri$is_args$args; }",
    ]
    private static let passes = [
        "http://BACK", "http://BACK:/", "http://BACK:/to", "http://BACK:/to/", "http://BACK:/to?z=1", "http://app",
        "http://app/b/",
        "http://app$request_uri", "http://app/v$uri",
    ]
    private static let sent = [
        "Host $host", "Host $http_host", "X-Kind $kind", "X-Uri $request_uri", "Connection \"\"",
        "X-Name \"a $server_name $scheme\"",
        "host \"\"", "X-Args ${args}x",
    ]

    private mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    /// The settings of a level: headers, or none, so that some levels inherit.
    private mutating func headers(_ level: String) -> String {
        guard chance(45) else { return "" }
        var text = "add_header X-Level \"\(level)\"\(chance(60) ? " always" : ""); "
        if chance(40) { text += "add_header X-Other '\(level) \\'o\\'' always; " }
        return text
    }

    private mutating func location(_ title: String, _ name: String, depth: Int) -> String {
        var text = "location \(title) { \(headers(name)) "
        if chance(25) { text += "client_max_body_size \(pick(["1k", "2k", "0", "1024"])); " }
        if chance(15) { text += "proxy_set_header \(pick(Self.sent)); " }
        if chance(20) { text += "\(pick(Self.rewrites)); ".replacing("};", with: "}") }
        if chance(8) {
            text += "try_files \(pick(["$uri", "/no", "$uri/"])) \(pick(["=404", "/x.php?r=$uri", "@last", "/a"])); "
        }
        if chance(30) {
            text += "proxy_pass \(pick(Self.passes)); "
        } else if chance(60) {
            text += "return \(pick(["200", "404", "301 /to", "403"])); "
        } else if chance(30) {
            text += "deny all; "
        }
        if chance(20) { text += "autoindex on; " }
        if depth == 0, !title.hasPrefix("=") {
            let outer = title.hasPrefix("~") ? (chance(20) ? "" : "~") : String(title.drop { $0 != "/" })
            for child in Set((0..<2).map { _ in pick(Self.inner) }).sorted() where chance(40) {
                let path = String(child.drop { $0 != "/" })
                guard child.hasPrefix("~") || path.hasPrefix(outer) else { continue }
                text += location(child, "\(name)-in", depth: 1)
            }
        }
        return text + "} "
    }

    mutating func next() -> Case {
        var text = headers("http")
        if chance(20) { text += "server_tokens off; " }
        if chance(20) { text += "client_max_body_size 1k; " }
        for header in Self.sent where chance(10) { text += "proxy_set_header \(header); " }
        text += """

            upstream app { server BACK; }
            map $host $v { default ""; }
            map $uri $kind { \(chance(50) ? "default $host;" : "") /a p; /A/b q; ~^/a/(?<what>.+)$ $what; ~*\\.PHP$ php; }

            """
        for number in 0..<Int.random(in: 1...4, using: &random) {
            text +=
                "\nserver { listen LISTEN\(chance(15) && !text.contains("default_server") ? " default_server" : ""); "
            if chance(15) { text += "listen OTHER; " }
            let names = (0..<Int.random(in: 0...2, using: &random)).map { _ in pick(Self.names) }
            if !names.isEmpty { text += "server_name \(names.joined(separator: " ")); " }
            text += headers("s\(number)")
            if chance(10) { text += "return 410; " }
            if chance(15) { text += "\(pick(Self.rewrites)); ".replacing("};", with: "}") }
            if chance(15) { text += "client_max_body_size 2k; " }
            for header in Self.sent where chance(5) { text += "proxy_set_header \(header); " }
            if chance(50) { text += "location @last { add_header X-Level last always; return 415; } " }
            if chance(15) { text += "if ($host = \(pick(Self.hosts))) { return 302 /if; } " }
            if chance(10) { text += "merge_slashes off; " }
            var seen: Set<String> = []
            for index in 0..<Int.random(in: 0...5, using: &random) {
                let title = pick(Self.locations)
                let key = title.replacing("^~", with: "").replacing(" ", with: "")
                guard seen.insert(key).inserted else { continue }
                text += "\n  " + location(title, "s\(number)l\(index)", depth: 0)
            }
            text += "}"
        }
        let requests = (0..<6).map { _ in [pick(Self.hosts), pick(Self.paths)] + (chance(30) ? [pick(Self.sizes)] : [])
        }
        return Case(text: text, requests: requests)
    }
}
