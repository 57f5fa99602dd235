// SPDX-License-Identifier: GPL-3.0-or-later
import Daemon
import Model

/// guaita.yaml as JSON Schema 2020-12, for editors. That settings fit each other is for `guaita daemon --check` to say.
enum SettingsSchema {
    /// The schema, as a text.
    static var text: [UInt8] {
        var properties: [(String, JSON)] = []
        for key in SettingsKey.all where key.section == nil || !properties.contains(where: { $0.0 == key.section }) {
            guard let section = key.section else {
                properties.append((key.key, schema(key)))
                continue
            }
            let inner = SettingsKey.all.filter { $0.section == section }.map { ($0.key, schema($0)) }
            properties.append((section, object(inner)))
        }
        return JSON.object(
            [
                ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
                ("$id", .string("urn:guaita:settings:1")), ("title", .string("guaita.yaml")),
            ] + members(properties)
        ).text
    }

    /// A section may be there with nothing in it.
    private static func object(_ properties: [(String, JSON)]) -> JSON { .object(members(properties)) }

    private static func members(_ properties: [(String, JSON)]) -> [(String, JSON)] {
        [
            ("type", .strings(["object", "null"])), ("properties", .object(properties)),
            ("additionalProperties", .bool(false)),
        ]
    }

    private static func schema(_ key: SettingsKey) -> JSON {
        let range = key.range.map { " (\($0))" } ?? ""
        let description = ("description", JSON.string(key.documentation(.en) + range))
        func string(_ pattern: String) -> [(String, JSON)] {
            [("type", .string("string")), ("pattern", .string(pattern))]
        }
        func list(_ pattern: String) -> [(String, JSON)] {
            [("type", .string("array")), ("items", .object(string(pattern)))]
        }
        let settings = Settings()
        let members: [(String, JSON)] =
            switch key.value {
            case .span: string(TimeSpan.wholeUnitsPattern) + [("default", .string(key.text(settings)))]
            // A bare number is bytes, and YAML gives it as a number.
            case .size:
                [("type", .strings(["string", "integer"])), ("default", .string(key.text(settings)))]
            case .count(let path, let range):
                [
                    ("type", .string("integer")), ("minimum", .int(range.lowerBound)),
                    ("maximum", .int(range.upperBound)), ("default", .int(settings[keyPath: path])),
                ]
            case .flag(let path): [("type", .string("boolean")), ("default", .bool(settings[keyPath: path]))]
            case .path(let path): string("^/") + [("default", .string(settings[keyPath: path]))]
            case .paths(let path):
                list("^/") + [("minItems", .int(1)), ("default", .strings(settings[keyPath: path]))]
            case .globs(let path): list("^[a-z0-9.*?-]+$") + [("default", .strings(settings[keyPath: path]))]
            }
        return JSON.object([description] + members)
    }
}
