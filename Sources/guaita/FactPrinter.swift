// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Reports

/// Prints values with their provenance, one line a value that stands by itself.
struct FactPrinter {
    let sources: SourceTable

    /// Named values as text or JSON.
    func text(_ values: [(String, Value)], _ format: ScanCommand.Format) -> String {
        switch format {
        case .text:
            var lines: [String] = []
            var told: Set<SourceID> = []
            for (name, value) in values { append(name, value, to: &lines, told: &told) }
            return lines.map { $0 + "\n" }.joined()
        case .json:
            let members = values.map { ($0.0, json($0.1)) }
            return String(decoding: JSON.object(members).text, as: UTF8.self)
        }
    }

    // MARK: Text

    /// `told` keeps what a source overrode from being said again for each field that shares it.
    private func append(_ name: String, _ value: Value, to lines: inout [String], told: inout Set<SourceID>) {
        switch value.kind {
        case .record(let record):
            for (field, value) in zip(record.schema.fields, record.values) {
                if case .absent = value.kind { continue }
                append("\(name).\(field.name)", value, to: &lines, told: &told)
            }
        case .list(let items)
        where items.contains(where: \.isCompound)
            || items.contains(where: { $0.source != .none && $0.source != value.source }):
            for (index, item) in items.enumerated() { append("\(name)[\(index)]", item, to: &lines, told: &told) }
        case .map(let map):
            for pair in map.pairs { append("\(name)[\(literal(pair.key))]", pair.value, to: &lines, told: &told) }
            if map.count == 0 { lines.append("\(name) = {}") }
        case .absent: lines.append("\(name): not on this host")
        case .unknown(let unknowns):
            lines.append("\(name): unknown, \(unknowns.map(\.reason).joined(separator: "; "))")
        case .error(let error): lines.append("\(name): error, \(error.message)")
        default:
            lines.append("\(name) = \(literal(value))\(provenance(value.source))")
            guard told.insert(value.source).inserted else { return }
            for loser in sources[value.source]?.overrode ?? [] {
                lines.append(
                    "    overrode \(rendered(.string(loser.origin.description))): \(rendered(.string(loser.text)))")
            }
        }
    }

    private func provenance(_ id: SourceID) -> String {
        guard let source = sources[id] else { return "" }
        let place = rendered(.string(source.origin.description))
        return switch source.means {
        case .set, .file: "    # \(place)"
        case .default: "    # default; \(place) does not set it"
        case .live: "    # live, \(place)"
        case .computed: "    # computed from \(place)"
        }
    }

    /// A value as CEL would write it.
    private func literal(_ value: Value) -> String {
        switch value.kind {
        case .string(let text): return String(decoding: JSON.string(text).text.dropLast(), as: UTF8.self)
        case .list(let items): return "[\(items.map(literal).joined(separator: ", "))]"
        default: return rendered(value)
        }
    }

    // MARK: JSON

    private func json(_ value: Value) -> JSON {
        guard !value.isCompound else { return plain(value) }
        var members: [(String, JSON)] = [("value", plain(value))]
        if let source = sources[value.source] {
            members += [
                ("path", .string(source.origin.path)), ("line", .int(source.origin.line)),
                ("column", .int(source.origin.column)), ("means", .string(source.means.rawValue)),
            ]
            if !source.overrode.isEmpty {
                members.append(
                    (
                        "overrode",
                        .array(
                            source.overrode.map {
                                .object([
                                    ("path", .string($0.origin.path)), ("line", .int($0.origin.line)),
                                    ("text", .string($0.text)),
                                ])
                            })
                    ))
            }
        }
        return .object(members)
    }

    private func plain(_ value: Value) -> JSON {
        switch value.kind {
        case .null, .absent: .null
        case .bool(let bool): .bool(bool)
        case .int(let int): .int(Int(int))
        case .uint(let uint): Int(exactly: uint).map(JSON.int) ?? .string(String(uint))
        case .double(let double): .double(double)
        case .byteSize(let bytes): .int(Int(bytes))
        case .string(let text): .string(text)
        case .list(let items): .array(items.map(json))
        case .map(let map): .object(map.pairs.map { (rendered($0.key), json($0.value)) })
        case .optional(let value): value.map(json) ?? .null
        case .record(let record):
            .object(
                zip(record.schema.fields, record.values).compactMap { field, value in
                    if case .absent = value.kind { nil } else { (field.name, json(value)) }
                })
        case .unknown(let unknowns): .object([("unknown", .strings(unknowns.map(\.reason)))])
        case .error(let error): .object([("error", .string(error.message))])
        case .bytes, .timestamp, .duration, .type, .mode, .version, .ip, .cidr: .string(rendered(value))
        }
    }
}

extension Value {
    /// True for what holds values of its own.
    fileprivate var isCompound: Bool {
        switch kind {
        case .record, .map: true
        case .list(let items): items.contains { $0.isCompound }
        default: false
        }
    }
}
