// SPDX-License-Identifier: GPL-3.0-or-later

extension Value {
    /// The type a value has while evaluating: `type([1])` is `list`, whatever its elements.
    public var runtimeType: ValueType {
        switch kind {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type(.dyn)
        case .optional: .optional(.dyn)
        case .record(let record): .record(record.schema)
        case .mode: .mode
        case .byteSize: .byteSize
        case .version: .version
        case .ip: .ip
        case .cidr: .cidr
        case .absent, .unknown, .error: .dyn
        }
    }
}

extension ValueType {
    /// The name a type has while evaluating, without what it holds: `list`, `google.protobuf.Timestamp`.
    public var runtimeName: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .mode: "mode"
        case .byteSize: "bytesize"
        case .version: "version"
        case .ip: "net.IP"
        case .cidr: "net.CIDR"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .type: "type"
        case .record(let schema): schema.name
        case .parameter(let name), .opaque(let name): name
        }
    }
}
