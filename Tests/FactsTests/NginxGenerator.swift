// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport

/// Random configurations whose answers tell who gave them: every server and location adds a header of its own name, some add
/// others, and each is asked for.
struct NginxGenerator {
    /// A configuration and requests.
    struct Case {
        var text: String
        var requests: [(host: String, path: String)]
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
        if chance(60) {
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
        for number in 0..<Int.random(in: 1...4, using: &random) {
            text +=
                "\nserver { listen LISTEN\(chance(15) && !text.contains("default_server") ? " default_server" : ""); "
            if chance(15) { text += "listen OTHER; " }
            let names = (0..<Int.random(in: 0...2, using: &random)).map { _ in pick(Self.names) }
            if !names.isEmpty { text += "server_name \(names.joined(separator: " ")); " }
            text += headers("s\(number)")
            if chance(10) { text += "return 410; " }
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
        let requests = (0..<6).map { _ in (pick(Self.hosts), pick(Self.paths)) }
        return Case(text: text, requests: requests)
    }
}
