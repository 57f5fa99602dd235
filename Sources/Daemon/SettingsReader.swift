// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Model
import YAML

/// Turns the tree of a settings file into settings, collecting everything that is wrong.
struct SettingsReader {
    let path: String
    var decoder = Decoder()
    var settings = Settings()
    var origins: [String: Origin] = [:]
    /// The value of each setting that could be read.
    private var nodes: [String: Node] = [:]

    init(path: String) { self.path = path }

    /// Reads a document.
    mutating func read(_ document: Node) {
        guard !Self.isEmpty(document) else { return }
        for entry in decoder.entries(document) ?? [] {
            guard let name = entry.key.text else { continue }
            if SettingsKey.sections.contains(name) {
                // A section whose settings are all commented out.
                guard !Self.isEmpty(entry.value) else { continue }
                for inner in decoder.entries(entry.value) ?? [] { take(inner, in: name) }
            } else {
                take(entry, in: nil)
            }
        }
        check()
    }

    private mutating func take(_ entry: Node.Entry, in section: String?) {
        guard let written = entry.key.text else { return }
        guard let key = SettingsKey.all.first(where: { $0.section == section && $0.key == written }) else {
            decoder.error(
                "unknown setting \"\(written)\"", at: entry.key, code: "Y031", hint: Self.suggestion(written, section))
            return
        }
        guard set(key, to: entry.value) else { return }
        nodes[key.name] = entry.value
        origins[key.name] = Origin(path: path, line: entry.key.line, column: entry.key.column)
    }

    /// What an unknown name was probably meant to be: the near one of its section, else the setting of another place.
    private static func suggestion(_ written: String, _ section: String?) -> String {
        let here = SettingsKey.all.filter { $0.section == section }.map(\.key)
        let known = section == nil ? here + SettingsKey.sections : here
        if let near = Spelling.nearest(to: written, among: known) { return "did you mean \(near)?" }
        let elsewhere = SettingsKey.all.filter { $0.section != section }
        // Both `limit` and `journal.limit` are looked for.
        let name =
            Spelling.nearest(to: written, among: elsewhere.map(\.name))
            ?? Spelling.nearest(to: written, among: elsewhere.map(\.key)).flatMap { key in
                elsewhere.first { $0.key == key }?.name
            }
        guard let name, let key = SettingsKey.named(name) else { return "known here: \(known.joined(separator: ", "))" }
        guard let target = key.section else {
            return "did you mean \(key.key)? It stands at the top, not in \(section ?? "")"
        }
        return
            "did you mean \(key.key) in the section \(target)? Write \(target): and below it, indented, \(key.key): …"
    }

    private static func isEmpty(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node.content else { return false }
        return scalar.isPlain && ["", "~", "null"].contains(scalar.text)
    }

    // MARK: Values

    /// Whether the value could be read.
    private mutating func set(_ key: SettingsKey, to node: Node) -> Bool {
        switch key.value {
        case .flag(let path): return put(decoder.bool(node), path)
        case .count(let path, let range): return put(decoder.int(node, in: range), path)
        case .span(let path, let range): return put(span(node, key, range), path)
        case .size(let path, let range): return put(size(node, key, range), path)
        case .path(let path): return put(absolutePath(node), path)
        case .paths(let path):
            let paths = list(node) { $0.absolutePath($1) }
            if let paths, paths.isEmpty {
                decoder.error("no rules at all: there would be nothing to judge by", at: node, hint: "leave it out")
                return false
            }
            return put(paths, path)
        case .globs(let path): return put(list(node) { $0.glob($1) }, path)
        }
    }

    private mutating func put<T>(_ value: T?, _ path: WritableKeyPath<Settings, T>) -> Bool {
        guard let value else { return false }
        settings[keyPath: path] = value
        return true
    }

    private mutating func span(_ node: Node, _ key: SettingsKey, _ range: ClosedRange<Int64>) -> Int64? {
        guard let text = scalar(node, expected: "a span of time", "as 90s, 30m, 1h30m or 1d") else { return nil }
        guard let seconds = TimeSpan(wholeUnits: text)?.seconds else {
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            decoder.error(
                "expected a span of time, found \(text.printable)", at: node, code: "Y030",
                hint: isNumber ? "say of what: \(text)s are seconds, \(text)m minutes" : "as 90s, 30m, 1h30m or 1d")
            return nil
        }
        return inside(range, seconds, text, node, key)
    }

    private mutating func size(_ node: Node, _ key: SettingsKey, _ range: ClosedRange<Int64>) -> Int64? {
        guard let text = scalar(node, expected: "a size", "as 512MiB or 1GiB") else { return nil }
        guard let bytes = ByteSize(text: text)?.count else {
            decoder.error(
                "expected a size, found \(text.printable)", at: node, code: "Y030", hint: "as 512MiB or 1GiB")
            return nil
        }
        return inside(range, bytes, text, node, key)
    }

    private mutating func inside(
        _ range: ClosedRange<Int64>, _ value: Int64, _ text: String, _ node: Node, _ key: SettingsKey
    ) -> Int64? {
        if range.contains(value) { return value }
        decoder.error(
            "\(text.printable) is not within range", at: node, hint: key.range.map { "\(key.name) takes \($0)" })
        return nil
    }

    /// The text of a scalar that is not empty.
    private mutating func scalar(_ node: Node, expected: String, _ hint: String) -> String? {
        if let text = node.text, !text.isEmpty, !Self.isEmpty(node) { return text }
        let found =
            switch node.content {
            case .mapping: "a mapping"
            case .sequence: "a list"
            case .scalar: "nothing"
            }
        decoder.error("expected \(expected), found \(found)", at: node, code: "Y030", hint: hint)
        return nil
    }

    private mutating func absolutePath(_ node: Node) -> String? {
        guard let text = scalar(node, expected: "a path", "as /etc/guaita/rules.d") else { return nil }
        guard text.utf8.first == UInt8(ascii: "/") else {
            decoder.error(
                "\(text.printable) is not an absolute path", at: node,
                hint: "begin with /: the service has no directory of its own")
            return nil
        }
        guard text.utf8.count < HostLimits.pathBytes, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            decoder.error("not a path: too long, or control characters in it", at: node)
            return nil
        }
        return text
    }

    private mutating func glob(_ node: Node) -> String? {
        guard let text = scalar(node, expected: "a rule id", "as ssh.*") else { return nil }
        let isPossible = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-.*?".utf8.contains(byte)
        }
        if isPossible { return text }
        decoder.error(
            "\(text.printable) matches no rule id", at: node,
            hint: "ids have lower-case letters, digits, hyphens and dots; * and ? stand for others")
        return nil
    }

    /// All items, or nil where one of them could not be read.
    private mutating func list<T>(_ node: Node, _ item: (inout SettingsReader, Node) -> T?) -> [T]? {
        guard case .sequence(let items) = node.content else {
            let text = node.text.flatMap { $0.isEmpty ? nil : $0.printable }
            decoder.error(
                "expected a list, found \(text ?? "nothing")", at: node, code: "Y030",
                hint: text.map { "write [\($0)]" })
            return nil
        }
        let values = items.compactMap { item(&self, $0) }
        return values.count == items.count ? values : nil
    }

    // MARK: Settings that must fit each other

    private mutating func check() {
        if let node = nodes["scan.jitter"], settings.jitter > settings.interval {
            let interval = TimeSpan(seconds: settings.interval).wholeUnits
            decoder.error(
                "the jitter \(TimeSpan(seconds: settings.jitter).wholeUnits) is longer than the interval \(interval)",
                at: node, hint: "at most \(interval)", related: related("scan.interval", "the interval"))
        }
        settings.jitter = min(settings.jitter, settings.interval)
        checkRules()
    }

    /// A rule that is loaded twice is refused by its id, so a directory inside another would reject all its rules.
    private mutating func checkRules() {
        guard case .sequence(let items)? = nodes["rules"]?.content else { return }
        for (index, item) in items.enumerated() {
            guard let inner = item.text.map(Self.directory) else { continue }
            for other in items[..<index] {
                guard let outer = other.text.map(Self.directory) else { continue }
                guard inner.hasPrefix(outer) || outer.hasPrefix(inner) else { continue }
                decoder.error(
                    inner == outer
                        ? "listed twice" : "one of the two is inside the other: its rules would be loaded twice",
                    at: item, related: [Problem.Note(line: other.line, column: other.column, note: "the other")])
            }
        }
    }

    /// A path with exactly one slash after each name.
    private static func directory(_ path: String) -> String {
        path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
            .reduce(into: "/") { path, name in path += String(decoding: name, as: UTF8.self) + "/" }
    }

    private func related(_ name: String, _ note: String) -> [Problem.Note] {
        nodes[name].map { [Problem.Note(line: $0.line, column: $0.column, note: note)] } ?? []
    }
}
