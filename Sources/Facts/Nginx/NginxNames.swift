// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model
import Patterns

/// The names of a socket's servers, in the order nginx looks (nginx.org, "Server names"): exact, the longest wildcard at
/// the front, the longest at the end, then expressions in the order they are written.
struct NginxNames {
    private var exact: [String: Int] = [:]
    private var leading: [String: Int] = [:]
    private var trailing: [String: Int] = [:]
    private var expressions: [(text: String, server: Int)] = []

    /// What a name leads to.
    enum Answer: Equatable {
        case server(Int)
        /// No name fits: the default server answers.
        case none
        /// An expression that cannot be evaluated here comes before any that fits.
        case unknown(String)
    }

    /// Adds one server's names; a name that another server of the socket has already is ignored.
    mutating func add(_ names: [NginxConfiguration.Word], server: Int) {
        func set(_ table: inout [String: Int], _ name: some StringProtocol) {
            let name = String(name)
            if table[name] == nil { table[name] = server }
        }
        for word in names {
            if word.text.hasPrefix("~") {
                expressions.append((String(word.text.dropFirst()), server))
                continue
            }
            let name = word.text.asciiLowercased
            if name.hasPrefix("*.") {
                set(&leading, name.dropFirst(2))
            } else if name.hasPrefix(".") {
                set(&exact, name.dropFirst())
                set(&leading, name.dropFirst())
            } else if name.hasSuffix(".*") {
                set(&trailing, name.dropLast(2))
            } else {
                set(&exact, name)
            }
        }
    }

    /// Which server answers for a host as a request names it.
    func find(_ host: String) -> Answer {
        let name = Self.canonical(host)
        if let server = exact[name] { return .server(server) }
        guard !name.isEmpty else { return .none }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        for count in stride(from: 1, to: min(labels.count, 128), by: 1) {
            if let server = leading[labels[count...].joined(separator: ".")] { return .server(server) }
        }
        for count in stride(from: min(labels.count, 128) - 1, to: 0, by: -1) {
            if let server = trailing[labels[..<count].joined(separator: ".")] { return .server(server) }
        }
        for expression in expressions {
            switch NginxExpression.matches(expression.text, name, ignoresCase: true) {
            case true?: return .server(expression.server)
            case false?: continue
            case nil: return .unknown("the name ~\(expression.text) cannot be evaluated here")
            }
        }
        return .none
    }

    /// ngx_http_validate_host(): lower case, without port and without the dot at the end.
    static func canonical(_ host: String) -> String {
        var name = host.asciiLowercased
        if !name.hasPrefix("["), let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")) {
            name = String(name[..<colon])
        }
        if name.hasSuffix(".") { name.removeLast() }
        return name
    }
}

/// Expressions as nginx has them: PCRE. What RE2 has, too, is evaluated; the rest is not known.
enum NginxExpression {
    /// Does it match anywhere; nil where it cannot be known.
    static func matches(_ expression: String, _ text: String, ignoresCase: Bool) -> Bool? {
        pattern(expression, ignoresCase: ignoresCase).map { $0.matches(text) }
    }

    /// What its groups take, the whole match first, and the names of those that have one; nil where it cannot be known,
    /// no groups where it does not match.
    static func captures(
        _ expression: String, _ text: String, ignoresCase: Bool
    ) -> (groups: [String], names: [String: String])? {
        guard let pattern = pattern(expression, ignoresCase: ignoresCase) else { return nil }
        let bytes = Array(text.utf8)
        guard let ranges = pattern.captures(in: bytes) else { return ([], [:]) }
        let groups = ranges.map { $0.map { String(decoding: bytes[$0], as: UTF8.self) } ?? "" }
        var names: [String: String] = [:]
        for (name, group) in zip(pattern.groupNames, groups) { if let name { names[name] = group } }
        return (groups, names)
    }

    private static func pattern(_ expression: String, ignoresCase: Bool) -> Pattern? {
        // A name of a group is `(?P<name>` in RE2; a look-behind stays what RE2 refuses.
        var translated = ""
        var rest = expression[...]
        while let mark = rest.firstRange(of: "(?<") {
            translated += rest[..<mark.lowerBound]
            let next = rest[mark.upperBound...].first
            translated += next == "=" || next == "!" ? "(?<" : "(?P<"
            rest = rest[mark.upperBound...]
        }
        translated += rest
        // PCRE's `$` also matches before a newline at the end, which a request's name or path hardly ever has.
        do throws(PatternError) {
            return try Pattern(translated, .init(bytes: true, ignoresCase: ignoresCase))
        } catch {
            return nil
        }
    }
}
