// SPDX-License-Identifier: GPL-3.0-or-later

/// The closed set of fields of a kind of record: names, types, documentation. Two schemas are the same when their
/// names are; a name is used once.
public final class RecordSchema: Sendable, Hashable {
    /// The kind's name, as `sshd.context` or `certificate`.
    public let name: String
    /// What one such record is, in one English sentence.
    public let documentation: String
    /// The fields in the order they are documented.
    public let fields: [Field]
    /// The fields that tell one element from another, for fingerprints; empty where there is only one.
    public let identity: [Int]
    private let positions: [String: Int]

    /// One field.
    public struct Field: Sendable {
        /// The program's own setting name, or snake_case for what guaita computes.
        public let name: String
        /// Its type.
        public let type: ValueType
        /// Meaning, unit and source (man page, proc file) in English.
        public let documentation: String
        /// An example as CEL writes it.
        public let example: String

        /// A field.
        public init(_ name: String, _ type: ValueType, _ documentation: String, example: String = "") {
            self.name = name
            self.type = type
            self.documentation = documentation
            self.example = example
        }
    }

    /// A kind of record. `identity` names fields.
    public init(_ name: String, _ documentation: String, identity: [String] = [], fields: [Field]) {
        self.name = name
        self.documentation = documentation
        self.fields = fields
        var positions: [String: Int] = [:]
        for (position, field) in fields.enumerated() { positions[field.name] = position }
        self.positions = positions
        self.identity = identity.compactMap { positions[$0] }
    }

    /// Where a field stands, nil when there is none of that name.
    public func position(of field: String) -> Int? { positions[field] }

    /// By name.
    public static func == (left: RecordSchema, right: RecordSchema) -> Bool { left.name == right.name }

    /// By name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A value with named fields, each with its own source.
public final class Record: Sendable {
    /// Its kind.
    public let schema: RecordSchema
    /// One value a field, in the schema's order; `.absent` for what is not set.
    public let values: [Value]

    /// A record from field values by name. A field that is not named is `.absent`; a name that is no field is a
    /// programming error and ignored in release builds.
    public init(_ schema: RecordSchema, _ fields: [String: Value]) {
        var values = [Value](repeating: .absent, count: schema.fields.count)
        for (name, value) in fields {
            guard let position = schema.position(of: name) else {
                assertionFailure("\(schema.name) has no field \(name)")
                continue
            }
            values[position] = value
        }
        self.schema = schema
        self.values = values
    }

    /// A record from its values in the schema's order, for the few that are made by the hundred thousand; fields past
    /// the end are `.absent`.
    public init(_ schema: RecordSchema, values: [Value]) {
        self.schema = schema
        let count = schema.fields.count
        self.values =
            values.count == count
            ? values : values.prefix(count) + Array(repeating: .absent, count: max(0, count - values.count))
    }

    /// The value of a field, `.absent` when it is not set; nil when there is no such field.
    public subscript(field: String) -> Value? { schema.position(of: field).map { values[$0] } }
}
