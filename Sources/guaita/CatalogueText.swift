// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Facts
import Model
import Reports
import Scan

/// The catalogue of facts, as text for people and JSON for editors.
enum CatalogueText {
    static func text(_ format: ScanCommand.Format) -> String {
        let declarations = FactCollection.catalogue.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        switch format {
        case .text: return declarations.map(text).joined(separator: "\n")
        case .json: return String(decoding: JSON.array(declarations.map(json)).text, as: UTF8.self)
        }
    }

    private static func text(_ declaration: FactDeclaration) -> String {
        var lines = ["\(declaration.name): \(declaration.type.display)", "    \(declaration.documentation)"]
        if !declaration.example.isEmpty { lines.append("    as \(declaration.example)") }
        for schema in declaration.type.schemas {
            for field in schema.fields {
                lines.append("    \(schema.name).\(field.name): \(field.type.display)")
                lines.append("        \(field.documentation)\(field.example.isEmpty ? "" : "  (\(field.example))")")
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func json(_ declaration: FactDeclaration) -> JSON {
        .object([
            ("name", .string(declaration.name)), ("type", .string(declaration.type.display)),
            ("documentation", .string(declaration.documentation)), ("example", .string(declaration.example)),
            (
                "records",
                .array(
                    declaration.type.schemas.map { schema in
                        .object([
                            ("name", .string(schema.name)), ("documentation", .string(schema.documentation)),
                            (
                                "fields",
                                .array(
                                    schema.fields.map { field in
                                        .object([
                                            ("name", .string(field.name)), ("type", .string(field.type.display)),
                                            ("documentation", .string(field.documentation)),
                                            ("example", .string(field.example)),
                                        ])
                                    })
                            ),
                        ])
                    })
            ),
        ])
    }
}

extension ValueType {
    /// The kinds of record reachable from a type, each once, outermost first.
    var schemas: [RecordSchema] {
        var found: [RecordSchema] = []
        var pending = [self]
        while let type = pending.popLast() {
            switch type {
            case .record(let schema) where !found.contains(schema):
                found.append(schema)
                pending += schema.fields.reversed().map(\.type)
            case .list(let element), .optional(let element): pending.append(element)
            case .map(_, let element): pending.append(element)
            default: break
            }
        }
        return found
    }
}
