// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model
import Wire

/// Writes a fact with its sources as bytes. Equal bytes are equal facts: sources are numbered as they are met, so what
/// the scan read before or after does not show.
struct FactWriter {
    /// The kinds of value, as bytes name them; `place` is added where the value has a source.
    enum Tag: UInt8 {
        case null, isFalse, isTrue, int, uint, double, string, bytes, list, map, timestamp, duration, type, noOptional
        case optional, record, mode, byteSize, version, ip, cidr, absent, unknown, error

        static let place: UInt8 = 0x80
    }

    /// The kinds of type.
    enum TypeTag: UInt8 {
        case dyn, null, bool, int, uint, double, string, bytes, timestamp, duration, mode, byteSize, version, ip, cidr
        case list, map, optional, type, record, parameter, opaque
    }

    private var wire = WireWriter()
    private let table: SourceTable
    // What was met before, by number.
    private var sources: [SourceID: Int] = [:]
    private var schemas: [String: Int] = [:]
    private var paths: [String: Int] = [:]

    private init(_ table: SourceTable) { self.table = table }

    /// A value and all that is known of where it comes from.
    static func bytes(_ value: Value, _ table: SourceTable) -> [UInt8] {
        var writer = FactWriter(table)
        writer.write(value)
        return writer.wire.bytes
    }

    // MARK: Values

    private mutating func write(_ value: Value) {
        switch value.kind {
        case .null: begin(.null, value)
        case .bool(let bool): begin(bool ? .isTrue : .isFalse, value)
        case .int(let int): begin(.int, value, signed: int)
        case .uint(let uint):
            begin(.uint, value)
            wire.write(compact: uint)
        case .double(let double):
            begin(.double, value)
            wire.write(double)
        case .string(let text): begin(.string, value, text: text)
        case .bytes(let bytes):
            begin(.bytes, value)
            wire.write(bytes)
        case .list(let values):
            begin(.list, value)
            write(values)
        case .map(let map):
            begin(.map, value)
            write(map.count)
            for (key, value) in map.pairs {
                write(key)
                write(value)
            }
        case .timestamp(let moment):
            begin(.timestamp, value, signed: moment.seconds)
            write(signed: Int64(moment.nanoseconds))
        case .duration(let span):
            begin(.duration, value, signed: span.seconds)
            write(signed: Int64(span.nanoseconds))
        case .type(let type):
            begin(.type, value)
            write(type)
        case .optional(nil): begin(.noOptional, value)
        case .optional(let inner?):
            begin(.optional, value)
            write(inner)
        case .record(let record):
            begin(.record, value)
            write(record.schema)
            write(record.values)
        case .mode(let mode):
            begin(.mode, value)
            write(Int(mode.bits))
        case .byteSize(let bytes): begin(.byteSize, value, signed: bytes)
        case .version(let text): begin(.version, value, text: text)
        case .ip(let address):
            begin(.ip, value)
            wire.write(address.bytes)
        case .cidr(let network):
            begin(.cidr, value)
            wire.write(network.address.bytes)
            write(network.prefixLength)
        case .absent: begin(.absent, value)
        case .unknown(let unknowns):
            begin(.unknown, value)
            write(unknowns.count)
            for unknown in unknowns {
                wire.write(compact: unknown.fact)
                wire.write(compact: unknown.reason)
            }
        case .error(let error):
            begin(.error, value, text: error.message)
            write(error.offset)
        }
    }

    private mutating func begin(_ tag: Tag, _ value: Value) {
        guard value.source != .none, let source = table[value.source] else { return wire.write(tag.rawValue) }
        wire.write(tag.rawValue | Tag.place)
        if Self.isNew(value.source, &sources, &wire) { write(source) }
    }

    private mutating func begin(_ tag: Tag, _ value: Value, signed: Int64) {
        begin(tag, value)
        write(signed: signed)
    }

    private mutating func begin(_ tag: Tag, _ value: Value, text: String) {
        begin(tag, value)
        wire.write(compact: text)
    }

    private mutating func write(_ values: [Value]) {
        write(values.count)
        for value in values { write(value) }
    }

    private mutating func write(_ number: Int) { write(signed: Int64(number)) }

    /// Small numbers of either sign are short: 0, -1, 1, -2 … (zigzag).
    private mutating func write(signed number: Int64) {
        wire.write(compact: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    /// Writes the number of a thing; true when it is new and the thing itself must follow.
    private static func isNew<Key: Hashable>(_ key: Key, _ numbers: inout [Key: Int], _ wire: inout WireWriter) -> Bool
    {
        let known = numbers[key]
        wire.write(compact: UInt64(known ?? numbers.count))
        if known == nil { numbers[key] = numbers.count }
        return known == nil
    }

    // MARK: Places

    private mutating func write(_ source: Source) {
        write(source.origin)
        wire.write(Source.Means.allCases.firstIndex(of: source.means).map(UInt8.init(clamping:)) ?? .max)
        wire.write(compact: source.text)
        write(source.overrode.count)
        for loser in source.overrode {
            write(loser.origin)
            wire.write(compact: loser.text)
        }
    }

    private mutating func write(_ origin: Origin) {
        if Self.isNew(origin.path, &paths, &wire) { wire.write(compact: origin.path) }
        write(origin.line)
        write(origin.column)
    }

    // MARK: Types

    private mutating func write(_ schema: RecordSchema) {
        if Self.isNew(schema.name, &schemas, &wire) { wire.write(compact: schema.name) }
    }

    private mutating func write(_ type: ValueType) {
        func plain(_ tag: TypeTag) { wire.write(tag.rawValue) }
        switch type {
        case .dyn: plain(.dyn)
        case .null: plain(.null)
        case .bool: plain(.bool)
        case .int: plain(.int)
        case .uint: plain(.uint)
        case .double: plain(.double)
        case .string: plain(.string)
        case .bytes: plain(.bytes)
        case .timestamp: plain(.timestamp)
        case .duration: plain(.duration)
        case .mode: plain(.mode)
        case .byteSize: plain(.byteSize)
        case .version: plain(.version)
        case .ip: plain(.ip)
        case .cidr: plain(.cidr)
        case .list(let element):
            plain(.list)
            write(element)
        case .map(let key, let value):
            plain(.map)
            write(key)
            write(value)
        case .optional(let inner):
            plain(.optional)
            write(inner)
        case .type(let inner):
            plain(.type)
            write(inner)
        case .record(let schema):
            plain(.record)
            write(schema)
        case .parameter(let name):
            plain(.parameter)
            wire.write(compact: name)
        case .opaque(let name):
            plain(.opaque)
            wire.write(compact: name)
        }
    }
}
