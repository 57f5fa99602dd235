// SPDX-License-Identifier: GPL-3.0-or-later

private import Model

/// Turns nodes into typed values and collects everything that is wrong on the way, not only the first. A value that
/// could not be had is nil and its problem is written down: go on with the next field, and ask `hasErrors` at the end.
///
/// ```swift
/// var decoder = Decoder()
/// if let rule = decoder.mapping(document, known: ["id", "effort", "tags", "severity", "tests"]) {
///     let id = decoder.required("id", of: rule) { $0.string($1) }
///     let effort = decoder.field("effort", of: rule) { $0.int($1, in: 1...480) } ?? 30
///     let tags = decoder.field("tags", of: rule) { $0.strings($1) } ?? []
///     let severity = decoder.required("severity", of: rule) { $0.enumeration($1, of: Severity.self) }
///     let tests = decoder.field("tests", of: rule) { decoder, node in
///         decoder.list(node) { decoder, item in decoder.mapping(item, known: ["name", "outcome"]) }
///     }
/// }
/// guard !decoder.hasErrors else { return decoder.problems }
/// ```
public struct Decoder: Sendable {
    /// What is wrong, in the order it was found.
    public private(set) var problems: [Problem] = []

    /// Nothing decoded yet.
    public init() {}

    /// True when one of the problems is an error; warnings do not count.
    public var hasErrors: Bool { problems.contains { $0.severity == .error } }

    /// Writes down an error of the caller's own (Y033 unless said otherwise) at a node.
    public mutating func error(
        _ message: String, at node: Node, code: String = "Y033", hint: String? = nil, related: [Problem.Note] = []
    ) {
        problems.append(
            Problem(code, line: node.line, column: node.column, message: message, hint: hint, related: related))
    }

    /// Writes down a warning at a node.
    public mutating func warning(_ message: String, at node: Node, code: String, hint: String? = nil) {
        problems.append(Problem(code, .warning, line: node.line, column: node.column, message: message, hint: hint))
    }

    // MARK: Mappings

    /// The node itself where it is a mapping. Keys that are not `known` are errors, with the nearest known one.
    public mutating func mapping(_ node: Node, known: [String]) -> Node? {
        guard let entries = entries(node) else { return nil }
        for index in entries.indices {
            guard let key = entries[index].key.text, !known.contains(key) else { continue }
            let hint = Spelling.nearest(to: key, among: known).map { "did you mean \($0)?" }
            error(
                "unknown key \"\(key)\"", at: entries[index].key, code: "Y031",
                hint: hint ?? "known here: \(known.joined(separator: ", "))")
        }
        return node
    }

    /// The value of a key, decoded; nil without a problem where the key is not there.
    public mutating func field<T>(_ key: String, of mapping: Node, _ decode: (inout Decoder, Node) -> T?) -> T? {
        mapping[key].flatMap { decode(&self, $0) }
    }

    /// The value of a key that must be there, decoded.
    public mutating func required<T>(_ key: String, of mapping: Node, _ decode: (inout Decoder, Node) -> T?) -> T? {
        guard let value = mapping[key] else {
            error("the key \"\(key)\" is missing", at: mapping, code: "Y032")
            return nil
        }
        return decode(&self, value)
    }

    /// The entries of a mapping with any keys, in the order written.
    public mutating func entries(_ node: Node) -> [Node.Entry]? {
        if case .mapping(let entries) = node.content { return entries }
        wrong(node, expected: "a mapping", hint: Self.hasTightColon(node) ? "put a space after the colon" : nil)
        return nil
    }

    /// A mapping from any key to text.
    public mutating func stringsByKey(_ node: Node) -> [String: String]? {
        guard let entries = entries(node) else { return nil }
        var strings: [String: String] = [:]
        for entry in entries {
            if let key = entry.key.text, let value = string(entry.value) { strings[key] = value }
        }
        return strings
    }

    // MARK: Sequences

    /// The items of a sequence, each decoded; those that could not be had are left out.
    public mutating func list<T>(_ node: Node, _ decode: (inout Decoder, Node) -> T?) -> [T]? {
        guard case .sequence(let items) = node.content else {
            let isDash = node.text?.utf8.first == UInt8(ascii: "-") && Self.isPlain(node)
            wrong(node, expected: "a list", hint: isDash ? "put a space after the -" : nil)
            return nil
        }
        return items.compactMap { decode(&self, $0) }
    }

    /// A sequence of texts.
    public mutating func strings(_ node: Node) -> [String]? {
        list(node) { $0.string($1) }
    }

    // MARK: Scalars

    /// A text. Plain `no`, `0644` and `1.10` are taken as they are written: nothing is lost. The first two are warned
    /// about, since other YAML readers see a boolean and a number in base eight.
    public mutating func string(_ node: Node) -> String? {
        guard case .scalar(let scalar) = node.content else {
            wrong(node, expected: "a text", hint: nil)
            return nil
        }
        guard scalar.isPlain else { return scalar.text }
        switch scalar.text {
        case "", "~", "null", "Null", "NULL":
            wrong(node, expected: "a text", hint: "write \"\" for an empty text, or quote it")
            return nil
        case let text where Self.oldBooleans.contains(text):
            warning(
                "plain \(text) is a boolean to other YAML readers", at: node, code: "Y011",
                hint: "quote it: \"\(text)\"")
        case let text where Self.looksOctal(text):
            warning(
                "plain \(text) is a number in base eight to other YAML readers", at: node, code: "Y012",
                hint: "quote it: \"\(text)\"")
        default: break
        }
        return scalar.text
    }

    /// `true` or `false`, plain, and nothing else.
    public mutating func bool(_ node: Node) -> Bool? {
        switch (node.text, Self.isPlain(node)) {
        case ("true", true): return true
        case ("false", true): return false
        case (let text?, true) where Self.oldBooleans.contains(text):
            let isTrue = ["y", "yes", "on"].contains(text.lowercased())
            wrong(node, expected: "true or false", hint: "write \(isTrue)")
        default: wrong(node, expected: "true or false", hint: nil)
        }
        return nil
    }

    /// A whole number in decimal, plain, inside a range.
    public mutating func int(_ node: Node, in range: ClosedRange<Int> = Int.min...Int.max) -> Int? {
        guard let text = node.text, Self.isPlain(node), Self.isDecimal(text) else {
            let isOctal = node.text.map(Self.looksOctal) ?? false
            wrong(node, expected: "a whole number", hint: isOctal ? "numbers do not begin with 0" : nil)
            return nil
        }
        guard let number = Int(text), range.contains(number) else {
            error("\(text) is not within \(range.lowerBound) to \(range.upperBound)", at: node)
            return nil
        }
        return number
    }

    /// One of the texts an enumeration knows.
    public mutating func enumeration<T: RawRepresentable<String> & CaseIterable>(_ node: Node, of type: T.Type) -> T? {
        // Read without `string`: what an enumeration knows is no surprise, even a plain `no`.
        if let text = node.text, let value = T(rawValue: text) { return value }
        let names = T.allCases.map { $0.rawValue }
        let nearest = node.text.flatMap { Spelling.nearest(to: $0, among: names) }.map { "did you mean \($0)?" }
        let code = node.text.map(\.isEmpty) == false ? "Y033" : "Y030"
        wrong(node, expected: "one of \(names.joined(separator: ", "))", hint: nearest, code: code)
        return nil
    }

    // MARK: What is wrong

    private mutating func wrong(_ node: Node, expected: String, hint: String?, code: String = "Y030") {
        var hint = hint
        let found: String
        switch node.content {
        case .mapping: found = "a mapping"
        case .sequence: found = "a list"
        case .scalar(let scalar) where scalar.text.isEmpty: found = scalar.isPlain ? "nothing" : "an empty text"
        case .scalar(let scalar):
            let isLong = scalar.text.utf8.count > 60
            found = isLong ? "a long text" : scalar.isPlain ? scalar.text : "the text \"\(scalar.text)\""
            if hint == nil, scalar.isPlain, scalar.text.utf8.contains(UInt8(ascii: "#")) {
                hint = "put a space before the #"
            } else if hint == nil, !scalar.isPlain {
                hint = "leave the quotes out"
            }
        }
        error("expected \(expected), found \(found)", at: node, code: code, hint: hint)
    }

    /// What YAML 1.1 reads as booleans beside true and false.
    private static let oldBooleans: Set<String> = [
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
    ]

    private static func isPlain(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node.content else { return false }
        return scalar.isPlain
    }

    /// `0644`: YAML 1.1 reads it in base eight, 1.2 in base ten.
    private static func looksOctal(_ text: String) -> Bool {
        text.utf8.count > 1 && text.utf8.first == UInt8(ascii: "0")
            && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
    }

    private static func isDecimal(_ text: String) -> Bool {
        let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
        return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) }
            && (digits.count == 1 || digits.first != UInt8(ascii: "0"))
    }

    /// `key:value` without a space.
    private static func hasTightColon(_ node: Node) -> Bool {
        isPlain(node) && node.text?.utf8.contains(UInt8(ascii: ":")) == true
    }
}
