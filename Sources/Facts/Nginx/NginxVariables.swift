// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// What is known of a request's variables (nginx.org, "Alphabetical index of variables"). A variable that more of the request
/// or of the connection decides is not known, and neither is a text it stands in.
struct NginxVariables {
    private var values: [String: String?]
    private let maps: [String: NginxBlock]
    /// What the last expression took: the whole, then its groups.
    private var captures: [String] = []
    private static let depthLimit = 16

    init(_ maps: [String: NginxBlock]) {
        self.maps = maps
        values = [:]
    }

    /// Gives a variable a value; nil is one that is not known.
    mutating func set(_ name: String, _ value: String?) { values[name] = .some(value) }

    /// Remembers what an expression took.
    mutating func take(_ found: (groups: [String], names: [String: String])) {
        captures = found.groups
        for (name, value) in found.names { values[name] = value }
    }

    /// A text with its variables' values; nil where one is not known.
    func expand(_ text: String, depth: Int = 0) -> String? {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            let name: Substring.UTF8View
            if rest.first == UInt8(ascii: "{") {
                guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else { return nil }
                name = rest[rest.index(after: rest.startIndex)..<close]
                rest = rest[rest.index(after: close)...]
            } else if let digit = rest.first, (0x31...0x39).contains(digit) {
                name = rest.prefix(1)
                rest = rest.dropFirst()
            } else {
                name = rest.prefix { $0 == 0x5F || (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) }
                rest = rest[name.endIndex...]
            }
            guard !name.isEmpty, let value = value(of: String(Substring(name)), depth: depth) else { return nil }
            result += value.utf8
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func value(of name: String, depth: Int) -> String? {
        if let number = Int(name) { return captures.indices.contains(number) ? captures[number] : "" }
        if let known = values[name] { return known }
        if let block = maps["$\(name)"] { return depth < Self.depthLimit ? value(of: block, depth: depth + 1) : nil }
        if name.hasPrefix("arg_"), let query = values["args"] ?? nil {
            let wanted = Array("\(name.dropFirst(4))=".utf8)
            let found = query.utf8.split(separator: UInt8(ascii: "&")).first {
                $0.prefix(wanted.count).map(\.asciiLowercased) == wanted.map(\.asciiLowercased)
            }
            return found.map { String(Substring($0.dropFirst(wanted.count))) } ?? ""
        }
        return nil
    }

    /// ngx_http_map_find(): the text itself in any case, with `hostnames` also masks of names; else the first expression that
    /// matches; else `default`; else nothing.
    private func value(of map: NginxBlock, depth: Int) -> String? {
        guard map.unknown == nil, map.words.count == 3, var key = expand(map.words[1].text, depth: depth) else {
            return nil
        }
        let hasNames = map.statements.contains { $0.words.count == 1 && $0.name == "hostnames" }
        let entries = map.statements.filter { $0.words.count == 2 }
        if hasNames, key.hasSuffix(".") { key.removeLast() }
        var names = NginxNames()
        let lower = key.asciiLowercased
        for (index, entry) in entries.enumerated() where !entry.name.hasPrefix("~") && entry.name != "default" {
            let text = entry.name.hasPrefix("\\") ? String(entry.name.dropFirst()) : entry.name
            if text.asciiLowercased.utf8.elementsEqual(lower.utf8) { return expand(entry.words[1].text, depth: depth) }
            if hasNames { names.add([.init(text, line: 0, column: 0)], server: index) }
        }
        if hasNames, !key.contains(":"), case .server(let index) = names.find(key) {
            return expand(entries[index].words[1].text, depth: depth)
        }
        for entry in entries where entry.name.hasPrefix("~") {
            let ignoresCase = entry.name.hasPrefix("~*")
            let expression = String(entry.name.dropFirst(ignoresCase ? 2 : 1))
            guard let found = NginxExpression.captures(expression, key, ignoresCase: ignoresCase) else { return nil }
            guard !found.groups.isEmpty else { continue }
            var inner = self
            inner.take(found)
            return inner.expand(entry.words[1].text, depth: depth)
        }
        return expand(entries.last { $0.name == "default" }?.words[1].text ?? "", depth: depth)
    }
}
