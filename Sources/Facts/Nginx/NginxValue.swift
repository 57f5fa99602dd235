// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Model

/// One directive's arguments as its setting understands them.
struct NginxValue {
    let directive: NginxDirective
    let statement: NginxBlock.Statement

    init(_ directive: NginxDirective, _ statement: NginxBlock.Statement) {
        self.directive = directive
        self.statement = statement
    }

    /// False where nginx refuses it.
    var isValid: Bool {
        switch directive.kind {
        case .flag, .int, .size, .time: Self.scalar(first, directive.kind, .none) != nil
        default: true
        }
    }

    private var first: String { statement.arguments.first?.text ?? "on" }

    /// The value; nil where nginx refuses it.
    func value(_ source: SourceID) -> Value? {
        switch directive.kind {
        case .text: .string(statement.text, source)
        case .words: .list(statement.arguments.map { .string($0.text, source) }, source)
        case .lines: .string(line, source)
        case .headers:
            .record(
                NginxSchema.header(
                    name: first, value: statement.arguments.dropFirst().first?.text ?? "",
                    always: statement.words.count > 3 && statement.words[3].text == "always", source), source)
        default: Self.scalar(first, directive.kind, source)
        }
    }

    /// A line's text; those of `deny` and `allow` are told with their names.
    private var line: String {
        ["allow", "deny"].contains(statement.name) ? "\(statement.name) \(statement.text)" : statement.text
    }

    /// A default, written as in a configuration.
    static func fallback(_ directive: NginxDirective, _ source: SourceID) -> Value {
        guard let text = directive.fallback else {
            switch directive.kind {
            case .lines, .headers, .words: return .list([], source)
            default: return .absent
            }
        }
        switch directive.kind {
        case .text: return .string(text, source)
        case .lines: return .strings([text], source)
        case .words: return .strings(text.split(separator: " ").map(String.init), source)
        default: return scalar(text, directive.kind, source) ?? .absent
        }
    }

    private static func scalar(_ text: String, _ kind: NginxDirective.Kind, _ source: SourceID) -> Value? {
        switch kind {
        case .flag:
            switch text.asciiLowercased {
            case "on": .bool(true, source)
            case "off": .bool(false, source)
            default: nil
            }
        case .int: number(text.utf8[...]).map { .int($0, source) }
        case .size: size(text).map { .byteSize($0, source) }
        case .time: seconds(text).map { .duration(seconds: $0, source) }
        default: nil
        }
    }

    /// ngx_atoi(): decimal digits alone.
    private static func number(_ digits: Substring.UTF8View) -> Int64? {
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(Substring(digits))
    }

    /// ngx_parse_offset(): digits, then `k`, `m` or `g` in either case.
    static func size(_ text: String) -> Int64? {
        let units: [UInt8: Int64] = [0x6B: 1 << 10, 0x6D: 1 << 20, 0x67: 1 << 30]
        guard let last = text.utf8.last else { return nil }
        guard let unit = units[last.asciiLowercased] else { return number(text.utf8[...]) }
        guard let count = number(text.utf8.dropLast()) else { return nil }
        let product = count.multipliedReportingOverflow(by: unit)
        return product.overflow ? nil : product.partialValue
    }

    /// ngx_parse_time(): numbers with `y M w d h m s ms`, each unit once and in that order; a number without unit is
    /// seconds. Milliseconds are rounded up.
    static func seconds(_ text: String) -> Int64? {
        let units: [(name: String, milliseconds: Int64)] = [
            ("y", 31_536_000_000), ("M", 2_592_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000),
            ("m", 60_000), ("s", 1000), ("ms", 1), ("", 1000),
        ]
        var rest = text.utf8[...]
        var total: Int64 = 0
        var next = 0
        while !rest.isEmpty {
            while rest.first == 0x20 { rest.removeFirst() }
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let count = number(digits) else { return nil }
            rest = rest[digits.endIndex...]
            let name = String(Substring(rest.prefix { (0x41...0x7A).contains($0) }))
            rest = rest.dropFirst(name.utf8.count)
            guard let unit = units.indices.first(where: { units[$0].name == name }), unit >= next else { return nil }
            if name.isEmpty, !rest.allSatisfy({ $0 == 0x20 }) { return nil }
            next = unit + 1
            let product = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let sum = total.addingReportingOverflow(product.partialValue)
            guard !product.overflow, !sum.overflow else { return nil }
            total = sum.partialValue
            while rest.first == 0x20 { rest.removeFirst() }
        }
        return text.isEmpty ? nil : total / 1000 + (total % 1000 > 0 ? 1 : 0)
    }
}
