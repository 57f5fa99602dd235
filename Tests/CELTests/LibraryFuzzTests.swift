// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import TestSupport
import Testing

@Suite("No argument traps")
struct LibraryFuzzTests {
    @Test("every overload, with values of its types at their ends", arguments: [1, 2, 3] as [UInt64])
    func overloads(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for overload in Library.all {
            for _ in 0..<60 {
                let values = overload.parameters.map { value(of: $0, &generator, depth: 3) }
                #expect(overload.cost(values) >= 1, "\(overload.name)")
                let result = overload.call(CallContext(zoneFile: { _ in nil }), values)
                if case .error = result.kind { continue }
                #expect(
                    call.fits(overload.result, result),
                    "\(overload.name)\(values.map { rendered($0) }): \(rendered(result))")
                _ = rendered(result)
            }
        }
    }

    @Test("every overload, with values of any type", arguments: [4] as [UInt64])
    func mismatches(seed: UInt64) {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for overload in Library.all {
            for _ in 0..<30 {
                let count = Int.random(in: 0...4, using: &generator)
                let values = (0..<count).map { _ in value(of: .dyn, &generator, depth: 3) }
                _ = overload.call(CallContext(), values)
            }
        }
    }

    @Test("the names are documented and lists of overloads do not repeat themselves")
    func documented() {
        var seen: Set<String> = []
        for overload in Library.all {
            #expect(!overload.documentation.isEmpty, "\(overload.name)")
            #expect(
                seen.insert("\(overload.name) \(overload.isMethod) \(overload.parameters)").inserted, "\(overload.name)"
            )
        }
    }

    private func value(of type: ValueType, _ generator: inout SeededGenerator, depth: Int) -> Value {
        func pick<T>(_ values: [T], _ fallback: T) -> T { values.randomElement(using: &generator) ?? fallback }
        let anything: [ValueType] = [
            .null, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .mode, .byteSize, .version, .ip,
            .cidr, .type(.dyn), .optional(.dyn), .list(.dyn), .map(.dyn, .dyn),
        ]
        switch type {
        case .bool: return .bool(Bool.random(using: &generator))
        case .int:
            return .int(
                pick([0, 1, -1, 2, 63, 64, 100, .max, .min, .max - 1, Int64(truncatingIfNeeded: generator.next())], 0))
        case .uint: return Value(.uint(pick([0, 1, 64, .max, generator.next()], 0)))
        case .double:
            return .double(
                pick(
                    [
                        0, -0.0, 1.5, .nan, .infinity, -.infinity, 0x1p63, -0x1p63, 0x1p64, .leastNonzeroMagnitude,
                        .greatestFiniteMagnitude, Double(bitPattern: generator.next()),
                    ], 0))
        case .string: return .string(text(&generator))
        case .bytes:
            return Value(
                .bytes(
                    (0..<Int.random(in: 0...20, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }))
        case .timestamp:
            return .timestamp(
                Timestamp(
                    seconds: pick(
                        [0, .max, .min, -62_135_596_800, 253_402_300_799, Int64(truncatingIfNeeded: generator.next())],
                        0), nanoseconds: pick([0, 1, 999_999_999], 0)))
        case .duration:
            return Value(
                .duration(
                    TimeSpan(
                        seconds: pick([0, .max, .min, 1, -1], 0),
                        nanoseconds: pick([0, 999_999_999, -1, .min, .max], 0))))
        case .mode: return .mode(FileMode(bits: UInt16.random(in: 0...0o7777, using: &generator)))
        case .byteSize:
            return .byteSize(pick([0, 1, 1023, 1024, .max, .min, Int64(truncatingIfNeeded: generator.next())], 0))
        case .version: return Value(.version(text(&generator)))
        case .ip:
            return IPAddress(bytes: (0..<pick([4, 16], 4)).map { _ in pick([0, 1, 255, 0xFE, 0x80], 0) }).map {
                Value(.ip($0))
            } ?? .absent
        case .cidr:
            return IPAddress(bytes: (0..<pick([4, 16], 4)).map { _ in pick([0, 1, 255], 0) })
                .flatMap {
                    CIDR(address: $0, prefixLength: Int.random(in: 0...($0.bytes.count * 8), using: &generator))
                }.map { Value(.cidr($0)) } ?? .absent
        case .list(let element):
            return .list(
                (0..<(depth > 0 ? Int.random(in: 0...5, using: &generator) : 0)).map { _ in
                    value(of: element, &generator, depth: depth - 1)
                })
        case .map(let key, let element):
            let keys: [Value] = [
                value(of: key == .dyn ? .string : key, &generator, depth: 0), .string("a"), .int(Int64(1)), .bool(true),
            ]
            return Value(
                .map(
                    MapValue(keys.prefix(max(0, depth)).map { ($0, value(of: element, &generator, depth: depth - 1)) }))
            )
        case .optional(let element):
            return Value(
                .optional(
                    depth > 0 && Bool.random(using: &generator) ? value(of: element, &generator, depth: depth - 1) : nil
                ))
        case .type: return Value(.type(pick(anything, .int)))
        case .dyn, .parameter: return value(of: pick(anything, .int), &generator, depth: depth - 1)
        case .null, .record, .opaque: return Value(.null)
        }
    }

    private func text(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "", "a", "ñ", "🐱", "e\u{301}", "\0", "%", "%s", "%.3f", "%d", "%x", "1", "-1", "0", ".", ":", "/", "+02:00",
            "1h", "0640", "u+s", "::1", "10.0.0.0/8", "(", "[a-z]+", "x*", "2026-11-23T09:00:00Z", "1.5", "MiB", "=",
            "Zg==",
            "9223372036854775808", "Europe/Madrid", "NaN", "true",
        ]
        return (0..<Int.random(in: 0...4, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }
}
