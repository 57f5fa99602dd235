// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model
import YAML

extension RuleReader {
    private static let fields = ["name", "files", "facts", "absent", "unknown", "log", "now", "outcome", "at"]

    /// The rule's tests; what is missing among them is an error where rules are checked.
    mutating func tests(_ rule: Node) -> [RuleTest] {
        let tests = decoder.field("tests", of: rule) { _, node in node }.flatMap { list in
            decoder.list(list) { _, item in item }
        }
        let read = (tests ?? []).compactMap { test($0) }
        let outcomes = Set(read.map(\.outcome))
        for outcome in [Outcome.pass, .fail] where !outcomes.contains(outcome) && !decoder.hasErrors {
            decoder.error(
                "no test shows when the rule says \(outcome.rawValue)", at: rule["tests"] ?? rule, code: "R050")
        }
        return read
    }

    private mutating func test(_ item: Node) -> RuleTest? {
        guard let node = decoder.mapping(item, known: Self.fields) else { return nil }
        let name = decoder.required("name", of: node) { $0.string($1) }
        let outcome = decoder.required("outcome", of: node) { $0.enumeration($1, of: Outcome.self) }
        var files: [String: RuleTest.File] = [:]
        for entry in node["files"].flatMap({ decoder.entries($0) }) ?? [] {
            guard let path = decoder.string(entry.key) else { continue }
            if !path.hasPrefix("/") { decoder.error("paths begin with /", at: entry.key, code: "R051") }
            files[path] = self.file(entry.value)
        }
        var facts: [String: Value] = [:]
        for entry in node["facts"].flatMap({ decoder.entries($0) }) ?? [] {
            guard let root = decoder.string(entry.key) else { continue }
            guard let type = loader.catalogue[root] else {
                decoder.error("no fact of this name", at: entry.key, code: "R052")
                continue
            }
            var reader = FactReader(environment: loader.environment, decoder: decoder)
            facts[root] = reader.value(entry.value, as: type)
            decoder = reader.decoder
        }
        let absent = decoder.field("absent", of: node) { $0.strings($1) } ?? []
        for root in absent where loader.catalogue[root] == nil {
            decoder.error("no fact of the name \(root)", at: node["absent"] ?? node, code: "R052")
        }
        let unknown = decoder.field("unknown", of: node) { $0.stringsByKey($1) } ?? [:]
        for path in unknown.keys.sorted() where !isRootOrField(path) {
            decoder.error(
                "\(path) is neither a root of the catalogue nor a field of one", at: node["unknown"] ?? node,
                code: "R056")
        }
        var logs: [String: [String]] = [:]
        for entry in node["log"].flatMap({ decoder.entries($0) }) ?? [] {
            guard let source = decoder.string(entry.key), let lines = decoder.strings(entry.value) else { continue }
            logs[source] = lines.flatMap(LineTemplate.expand)
        }
        let now = node["now"].flatMap { moment($0) }
        let places = decoder.field("at", of: node) { $0.strings($1) } ?? []
        guard let name, let outcome else { return nil }
        return RuleTest(
            name: name, files: files, facts: facts, absent: absent, unknown: unknown, logs: logs,
            now: now ?? RuleTest.defaultMoment,
            outcome: outcome, places: places, origin: Origin(path: file.path, line: item.line))
    }

    /// What a test can make unknown.
    private func isRootOrField(_ path: String) -> Bool {
        let parts = path.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let type = loader.catalogue[parts[0]] else { return false }
        guard parts.count == 2 else { return true }
        if case .record(let schema) = type { return schema.position(of: parts[1]) != nil }
        return false
    }

    private mutating func moment(_ node: Node) -> Timestamp? {
        guard let text = decoder.string(node) else { return nil }
        let moment = Timestamp(rfc3339: text)
        if moment == nil { decoder.error("expected a moment", at: node, code: "R053", hint: "as 2026-11-23T09:00:00Z") }
        return moment
    }

    private mutating func file(_ node: Node) -> RuleTest.File? {
        var file = RuleTest.File(
            content: "", mode: FileMode(bits: 0o644), owner: "root", group: "root", modified: nil, link: nil,
            isUnreadable: false, isDirectory: false)
        if case .scalar = node.content {
            guard let content = decoder.string(node) else { return nil }
            file.content = content
            return file
        }
        let known = ["content", "mode", "owner", "group", "modified", "link", "unreadable", "directory"]
        guard let mapping = decoder.mapping(node, known: known) else { return nil }
        file.content = decoder.field("content", of: mapping) { $0.string($1) } ?? ""
        file.owner = decoder.field("owner", of: mapping) { $0.string($1) } ?? "root"
        file.group = decoder.field("group", of: mapping) { $0.string($1) } ?? "root"
        file.link = decoder.field("link", of: mapping) { $0.string($1) }
        file.isUnreadable = decoder.field("unreadable", of: mapping) { $0.bool($1) } ?? false
        file.isDirectory = decoder.field("directory", of: mapping) { $0.bool($1) } ?? false
        file.modified = mapping["modified"].flatMap { moment($0) }
        if let node = mapping["mode"], let text = decoder.string(node) {
            file.mode = FileMode(octal: text)
            if file.mode == nil {
                decoder.error("expected permission bits", at: node, code: "R054", hint: "as \"0640\"")
            }
        }
        return file
    }
}

/// `11 × text with %d or %02d`: a line a number of times, counted from 0.
enum LineTemplate {
    /// The lines a template stands for; any other text stands for itself. At most 10,000.
    static func expand(_ text: String) -> [String] {
        guard let times = text.firstRange(of: " × "), let count = Int(text[..<times.lowerBound]),
            (1...10_000).contains(count)
        else { return [text] }
        let line = text[times.upperBound...]
        return (0..<count).map { number in
            let digits = String(number)
            let padded = digits.utf8.count < 2 ? "0" + digits : digits
            return line.replacing("%02d", with: padded).replacing("%d", with: digits)
        }
    }
}
