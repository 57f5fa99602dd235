// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model
import YAML

/// Reads facts written in a rule's test: the catalogue's types decide what a scalar means. Fields that are not written
/// are not set.
struct FactReader {
    let environment: Environment
    var decoder: Decoder

    mutating func value(_ node: Node, as type: ValueType) -> Value? {
        switch type {
        case .bool: return decoder.bool(node).map { .bool($0) }
        case .int: return decoder.int(node).map { .int($0) }
        case .uint: return decoder.int(node, in: 0...Int.max).map { Value(.uint(UInt64($0))) }
        case .double: return double(node)
        case .string, .dyn: return decoder.string(node).map { .string($0) }
        case .bytes: return decoder.string(node).map { Value(.bytes(Array($0.utf8))) }
        case .timestamp: return conversion("timestamp", node)
        case .duration: return conversion("duration", node)
        case .byteSize: return conversion("bytesize", node)
        case .mode: return conversion("mode", node)
        case .version: return conversion("version", node)
        case .ip: return conversion("ip", node)
        case .cidr: return conversion("cidr", node)
        case .optional(let type): return value(node, as: type).map { Value(.optional($0)) }
        case .list(let element):
            guard case .sequence(let items) = node.content else { return wrong(node, "a list") }
            return .list(items.compactMap { value($0, as: element) })
        case .map(let key, let element):
            guard let entries = decoder.entries(node) else { return nil }
            return Value(
                .map(
                    MapValue(
                        entries.compactMap { entry in
                            guard let key = value(entry.key, as: key), let value = value(entry.value, as: element)
                            else { return nil }
                            return (key, value)
                        })))
        case .record(let schema):
            guard let mapping = decoder.mapping(node, known: schema.fields.map(\.name)) else { return nil }
            var fields: [String: Value] = [:]
            for field in schema.fields {
                guard let node = mapping[field.name] else { continue }
                fields[field.name] = value(node, as: field.type)
            }
            return .record(Record(schema, fields))
        case .null, .type, .parameter, .opaque: return wrong(node, "a fact of a type that can be written")
        }
    }

    private mutating func double(_ node: Node) -> Value? {
        guard let text = node.text, let double = Double(text), double.isFinite else { return wrong(node, "a number") }
        return .double(double)
    }

    /// A text that the language's own conversion of that name reads.
    private mutating func conversion(_ function: String, _ node: Node) -> Value? {
        guard let text = node.text else { return wrong(node, "a text") }
        let argument = text.unicodeScalars.reduce(into: "") { quoted, scalar in
            let hex = String(scalar.value, radix: 16)
            quoted += "\\U" + String(repeating: "0", count: 8 - hex.utf8.count) + hex
        }
        do throws(CompileFailure) {
            let value = try environment.compile("\(function)(\"\(argument)\")").evaluate(Bindings([:])).value
            if case .error(let error) = value.kind { return wrong(node, "a \(function): \(error.message)") }
            return value
        } catch {
            return wrong(node, "a \(function)")
        }
    }

    private mutating func wrong(_ node: Node, _ expected: String) -> Value? {
        decoder.error("expected \(expected)", at: node, code: "R055")
        return nil
    }
}
