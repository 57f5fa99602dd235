// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Model
import Wire

/// Takes back what `FactWriter` wrote.
struct FactReader {
    private var wire: WireReader
    private let schemaOf: [String: RecordSchema]
    private let add: (Source) -> SourceID
    // What was met before, by number.
    private var sources: [SourceID] = []
    private var schemas: [RecordSchema] = []
    private var paths: [String] = []

    /// The deepest nesting there is: facts are a few records deep.
    private static let depthLimit = 32

    private init(_ bytes: [UInt8], _ schemas: [String: RecordSchema], _ add: @escaping (Source) -> SourceID) {
        wire = WireReader(bytes)
        schemaOf = schemas
        self.add = add
    }

    /// The value that some bytes are. `add` has its sources in the table of this scan.
    static func value(
        _ bytes: [UInt8], schemas: [String: RecordSchema], _ add: @escaping (Source) -> SourceID
    ) throws(WireError) -> Value {
        var reader = FactReader(bytes, schemas, add)
        let value = try reader.value(0)
        try reader.wire.end()
        return value
    }

    /// Every kind of record of the catalogue, by name.
    static let catalogue: [String: RecordSchema] = {
        var schemas: [String: RecordSchema] = [:]
        for declaration in FactCollection.catalogue { add(declaration.type, to: &schemas) }
        return schemas
    }()

    private static func add(_ type: ValueType, to schemas: inout [String: RecordSchema]) {
        switch type {
        case .list(let inner), .optional(let inner), .type(let inner): add(inner, to: &schemas)
        case .map(let key, let value):
            add(key, to: &schemas)
            add(value, to: &schemas)
        case .record(let schema):
            guard schemas.updateValue(schema, forKey: schema.name) == nil else { return }
            for field in schema.fields { add(field.type, to: &schemas) }
        default: return
        }
    }

    // MARK: Values

    private mutating func value(_ depth: Int) throws(WireError) -> Value {
        guard depth < Self.depthLimit else { throw .malformed }
        let byte = try wire.byte()
        guard let tag = FactWriter.Tag(rawValue: byte & ~FactWriter.Tag.place) else { throw .malformed }
        let source = byte & FactWriter.Tag.place == 0 ? .none : try sourceID()
        return Value(try kind(tag, depth), source: source)
    }

    private mutating func kind(_ tag: FactWriter.Tag, _ depth: Int) throws(WireError) -> Value.Kind {
        switch tag {
        case .null: return .null
        case .isFalse: return .bool(false)
        case .isTrue: return .bool(true)
        case .int: return .int(try signed())
        case .uint: return .uint(try wire.compact())
        case .double: return .double(try wire.double())
        case .string: return .string(try wire.compactString())
        case .bytes: return .bytes(try wire.byteArray())
        case .list: return .list(try values(depth))
        case .map:
            var pairs: [(Value, Value)] = []
            for _ in 0..<(try count()) { pairs.append((try value(depth + 1), try value(depth + 1))) }
            return .map(MapValue(pairs))
        case .timestamp: return .timestamp(Timestamp(seconds: try signed(), nanoseconds: try nanoseconds(0)))
        case .duration: return .duration(TimeSpan(seconds: try signed(), nanoseconds: try nanoseconds(-999_999_999)))
        case .type: return .type(try type(depth))
        case .noOptional: return .optional(nil)
        case .optional: return .optional(try value(depth + 1))
        case .record:
            let schema = try schema()
            let values = try values(depth)
            guard values.count == schema.fields.count else { throw .malformed }
            return .record(Record(schema, values: values))
        case .mode:
            guard let bits = UInt16(exactly: try signed()), bits <= 0o7777 else { throw .malformed }
            return .mode(FileMode(bits: bits))
        case .byteSize: return .byteSize(try signed())
        case .version: return .version(try wire.compactString())
        case .ip: return .ip(try address())
        case .cidr:
            guard let network = CIDR(address: try address(), prefixLength: try number()) else { throw .malformed }
            return .cidr(network)
        case .absent: return .absent
        case .unknown:
            var unknowns: [Unknown] = []
            for _ in 0..<(try count()) {
                unknowns.append(Unknown(fact: try wire.compactString(), reason: try wire.compactString()))
            }
            return .unknown(unknowns)
        case .error: return .error(EvaluationError(try wire.compactString(), offset: try number()))
        }
    }

    private mutating func values(_ depth: Int) throws(WireError) -> [Value] {
        let count = try count()
        var values: [Value] = []
        values.reserveCapacity(min(count, 4096))
        for _ in 0..<count { values.append(try value(depth + 1)) }
        return values
    }

    private mutating func address() throws(WireError) -> IPAddress {
        guard let address = IPAddress(bytes: try wire.byteArray()) else { throw .malformed }
        return address
    }

    private mutating func signed() throws(WireError) -> Int64 {
        let zigzag = try wire.compact()
        return Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
    }

    private mutating func number() throws(WireError) -> Int { Int(try signed()) }

    private mutating func nanoseconds(_ least: Int32) throws(WireError) -> Int32 {
        guard let number = Int32(exactly: try signed()), (least...999_999_999).contains(number) else {
            throw .malformed
        }
        return number
    }

    /// A number of things that are at least a byte each.
    private mutating func count() throws(WireError) -> Int {
        let count = try number()
        guard count >= 0 else { throw .malformed }
        guard count <= wire.remaining else { throw .truncated }
        return count
    }

    /// The number of something met before; nil when it is new and follows.
    private mutating func known(_ count: Int) throws(WireError) -> Int? {
        guard let number = Int(exactly: try wire.compact()), number <= count else { throw .malformed }
        return number == count ? nil : number
    }

    // MARK: Places

    private mutating func sourceID() throws(WireError) -> SourceID {
        if let number = try known(sources.count) { return sources[number] }
        let origin = try origin()
        let means = Int(try wire.byte())
        guard Source.Means.allCases.indices.contains(means) else { throw .malformed }
        let text = try wire.compactString()
        var losers: [Source.Overridden] = []
        for _ in 0..<(try count()) {
            losers.append(Source.Overridden(origin: try self.origin(), text: try wire.compactString()))
        }
        let id = add(Source(origin, means: Source.Means.allCases[means], text: text, overrode: losers))
        sources.append(id)
        return id
    }

    private mutating func origin() throws(WireError) -> Origin {
        let path: String
        if let number = try known(paths.count) {
            path = paths[number]
        } else {
            path = try wire.compactString()
            paths.append(path)
        }
        return Origin(path: path, line: try number(), column: try number())
    }

    // MARK: Types

    private mutating func schema() throws(WireError) -> RecordSchema {
        if let number = try known(schemas.count) { return schemas[number] }
        guard let schema = schemaOf[try wire.compactString()] else { throw .malformed }
        schemas.append(schema)
        return schema
    }

    private mutating func type(_ depth: Int) throws(WireError) -> ValueType {
        guard depth < Self.depthLimit, let tag = FactWriter.TypeTag(rawValue: try wire.byte()) else {
            throw .malformed
        }
        switch tag {
        case .dyn: return .dyn
        case .null: return .null
        case .bool: return .bool
        case .int: return .int
        case .uint: return .uint
        case .double: return .double
        case .string: return .string
        case .bytes: return .bytes
        case .timestamp: return .timestamp
        case .duration: return .duration
        case .mode: return .mode
        case .byteSize: return .byteSize
        case .version: return .version
        case .ip: return .ip
        case .cidr: return .cidr
        case .list: return .list(try type(depth + 1))
        case .map: return .map(try type(depth + 1), try type(depth + 1))
        case .optional: return .optional(try type(depth + 1))
        case .type: return .type(try type(depth + 1))
        case .record: return .record(try schema())
        case .parameter: return .parameter(try wire.compactString())
        case .opaque: return .opaque(try wire.compactString())
        }
    }
}
