// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Facts
import Host
import Jobs
import Model
import Rules
import TestSupport
import Testing
import Wire

@testable import Scan

@Suite("What a scan leaves for the next")
struct ScanMemoryTests {
    // MARK: Facts

    private static let schema = RecordSchema(
        "test.record", "A record.", identity: ["a"],
        fields: [.init("a", .string, "A."), .init("b", .dyn, "B."), .init("c", .int, "C.")])
    private static let schemas = [schema.name: schema]

    /// Values of every kind, with sources that are shared, of their own, or none.
    private struct Generator {
        var random: SeededGenerator
        var table = SourceTable()
        var ids: [SourceID] = [.none]

        mutating func text() -> String {
            random.pick([
                "", "a", "/etc/ssh/sshd_config", "l·l àéí", "\u{0}", "e\u{301}", String(repeating: "x", count: 200),
            ])
        }

        mutating func origin() -> Origin {
            Origin(path: text(), line: random.below(1000), column: random.below(3))
        }

        mutating func source() -> SourceID {
            if random.below(3) > 0 { return random.pick(ids) }
            let losers = (0..<random.below(4)).map { _ in Source.Overridden(origin: origin(), text: text()) }
            let id = table.add(
                Source(origin(), means: random.pick(Source.Means.allCases), text: text(), overrode: losers))
            ids.append(id)
            return id
        }

        mutating func type(_ depth: Int = 0) -> ValueType {
            switch random.below(depth > 3 ? 15 : 22) {
            case 0: .dyn
            case 1: .null
            case 2: .bool
            case 3: .int
            case 4: .uint
            case 5: .double
            case 6: .string
            case 7: .bytes
            case 8: .timestamp
            case 9: .duration
            case 10: .mode
            case 11: .byteSize
            case 12: .version
            case 13: .ip
            case 14: .cidr
            case 15: .list(type(depth + 1))
            case 16: .map(type(depth + 1), type(depth + 1))
            case 17: .optional(type(depth + 1))
            case 18: .type(type(depth + 1))
            case 19: .record(ScanMemoryTests.schema)
            case 20: .parameter(text())
            default: .opaque(text())
            }
        }

        mutating func value(_ depth: Int = 0) -> Value { Value(kind(depth), source: source()) }

        private mutating func kind(_ depth: Int) -> Value.Kind {
            let number = Int64(truncatingIfNeeded: random.next() >> UInt64(random.below(64)))
            switch random.below(depth > 4 ? 17 : 21) {
            case 0: return .null
            case 1: return .bool(random.below(2) == 0)
            case 2: return .int(random.pick([number, -number, .min, .max, 0]))
            case 3: return .uint(random.pick([random.next(), 0, .max]))
            case 4: return .double(random.pick([Double(number), .nan, -.infinity, -0.0, 0.1]))
            case 5: return .string(text())
            case 6: return .bytes(Array(text().utf8) + [0xFF])
            case 7: return .timestamp(Timestamp(seconds: number, nanoseconds: Int32(random.below(1_000_000_000))))
            case 8: return .duration(TimeSpan(seconds: -number, nanoseconds: -Int32(random.below(1_000_000_000))))
            case 9: return .type(type())
            case 10: return .mode(FileMode(bits: UInt16(random.below(0o10000))))
            case 11: return .byteSize(number)
            case 12: return .version(text())
            case 13: return IPAddress(bytes: (0..<random.pick([4, 16])).map { UInt8($0) }).map { .ip($0) } ?? .null
            case 14:
                let network = IPAddress(bytes: [192, 0, 2, 1]).flatMap {
                    CIDR(address: $0, prefixLength: random.below(33))
                }
                return network.map { .cidr($0) } ?? .null
            case 15: return random.below(2) == 0 ? .absent : .optional(nil)
            case 16:
                return random.below(2) == 0
                    ? .unknown((0..<random.below(3)).map { _ in Unknown(fact: text(), reason: text()) })
                    : .error(EvaluationError(text(), offset: random.below(100)))
            case 17: return .list((0..<random.below(5)).map { _ in value(depth + 1) })
            case 18: return .optional(value(depth + 1))
            case 19: return .map(MapValue((0..<random.below(4)).map { (.int($0), value(depth + 1)) }))
            default: return .record(Record(ScanMemoryTests.schema, values: (0..<3).map { _ in value(depth + 1) }))
            }
        }
    }

    @Test("any value comes back as it was, with all its sources", arguments: 0..<20)
    func valuesComeBack(part: Int) throws {
        let seed = SeededGenerator.seed() &+ UInt64(part)
        var generator = Generator(random: SeededGenerator(seed: seed))
        for _ in 0..<100 {
            let value = generator.value()
            let bytes = FactWriter.bytes(value, generator.table)
            // The table it comes back into holds other sources already.
            var table = SourceTable()
            _ = table.add(Source(Origin(path: "/other")))
            let back = try FactReader.value(bytes, schemas: Self.schemas) { table.add($0) }
            #expect(FactWriter.bytes(back, table) == bytes, "seed \(seed)")
            #expect(rendered(back) == rendered(value), "seed \(seed)")
            #expect(table[back.source] == generator.table[value.source], "seed \(seed)")
        }
    }

    @Test("bytes that are cut are refused, and any others come to an end", arguments: 0..<10)
    func damageIsRefused(part: Int) throws {
        let seed = SeededGenerator.seed() &+ UInt64(part)
        var generator = Generator(random: SeededGenerator(seed: seed))
        for _ in 0..<50 {
            var bytes = FactWriter.bytes(generator.value(), generator.table)
            let cut = Array(bytes.prefix(generator.random.below(bytes.count)))
            #expect(throws: WireError.self, "seed \(seed)") {
                try FactReader.value(cut, schemas: Self.schemas) { _ in .none }
            }
            for _ in 0..<3 { bytes[generator.random.below(bytes.count)] = UInt8(generator.random.below(256)) }
            // What is still well formed is a value; what is not is refused. Nothing traps.
            _ = try? FactReader.value(bytes, schemas: Self.schemas) { _ in .none }
            let noise = (0..<generator.random.below(60)).map { _ in UInt8(generator.random.below(256)) }
            _ = try? FactReader.value(noise, schemas: Self.schemas) { _ in .none }
        }
        let deep = [UInt8](repeating: FactWriter.Tag.optional.rawValue, count: 100_000)
        #expect(throws: WireError.malformed) { try FactReader.value(deep, schemas: [:]) { _ in .none } }
    }

    @Test("every kind of record that is collected is one of the catalogue")
    func recordsAreKnown() throws {
        let facts = FactCollection(EditedHost().host, now: Timestamp(seconds: 1_795_424_401))
        for (_, value) in facts.collection.facts {
            let bytes = FactWriter.bytes(value, facts.collection.sources)
            _ = try FactReader.value(bytes, schemas: FactReader.catalogue, facts.collection.source)
        }
    }

    // MARK: The memory

    private static let now = Timestamp(seconds: 1_795_424_401)
    private static let rules = ShippedRulesTests.set.rules
    private static let identity = Scan.Identity(
        version: "1", ruleSet: Report.RuleSetSummary(count: rules.count, sha256: "abc"), rejectedRules: [])

    private func scan(_ host: any Host) -> Scan { Scan(host: host, rules: Self.rules, now: Self.now) }

    /// The steps of a scan that is told that only sshd changed.
    private func steps(_ scan: Scan, _ identity: Scan.Identity, _ memory: ScanMemory?) -> [Step] {
        var steps: [Step] = []
        _ = scan.run(identity, memory: memory, changed: ["sshd"]) { steps.append($0) }
        return steps
    }

    @Test("comes back as it was; damaged, cut or foreign bytes are refused")
    func memoryComesBack() throws {
        let seed = SeededGenerator.seed()
        var random = SeededGenerator(seed: seed)
        let memory = scan(EditedHost().host).run(Self.identity, memory: nil, changed: nil).memory
        let bytes = memory.bytes
        #expect(try ScanMemory(bytes) == memory)
        #expect(throws: WireError.truncated) { try ScanMemory([]) }
        for _ in 0..<30 {
            var damaged = bytes
            let at = random.below(bytes.count)
            damaged[at] ^= UInt8(1 + random.below(255))
            #expect(throws: WireError.self, "seed \(seed), byte \(at)") { try ScanMemory(damaged) }
            #expect(throws: WireError.self, "seed \(seed), byte \(at)") { try ScanMemory(Array(bytes.prefix(at))) }
        }
    }

    @Test("only what changed is collected and judged again")
    func onlyWhatChanged() throws {
        var host = EditedHost()
        let memory = scan(host.host).run(Self.identity, memory: nil, changed: nil).memory
        // Nothing did: the collector runs, and no rule has to.
        #expect(steps(scan(host.host), Self.identity, memory) == [.facts("sshd"), .own, .own])
        host.set("/etc/ssh/sshd_config", "PermitRootLogin yes\n")
        let steps = steps(scan(host.host), Self.identity, memory)
        let judged = steps.compactMap { if case .rule(let id) = $0 { id } else { nil } }
        #expect(judged == Self.rules.filter { $0.roots.contains("sshd") && !$0.roots.isEmpty }.map(\.id))
        #expect(!steps.contains(.logs))
        #expect(steps.filter { if case .facts = $0 { true } else { false } } == [.facts("sshd")])
    }

    @Test("is passed over where version, rules or host are others, or it lacks something")
    func foreignMemoryIsPassedOver() throws {
        let host = EditedHost().host
        let memory = scan(host).run(Self.identity, memory: nil, changed: nil).memory
        var version = Self.identity
        version.version = "2"
        var digest = Self.identity
        digest.ruleSet.sha256 = "abd"
        for identity in [version, digest] {
            #expect(steps(scan(host), identity, memory).contains(.facts("os")))
        }
        #expect(steps(scan(WatchedHost(host)), Self.identity, memory).contains(.facts("os")))
        var torn = memory
        for index in torn.collectors.indices { torn.collectors[index].roots["os"] = [0xFF] }
        #expect(steps(scan(host), Self.identity, torn).contains(.facts("os")))
        // Rules that are no longer to be had.
        let gone = Scan(host: host, rules: { $0 == nil ? Self.rules : [] }, now: Self.now)
        var other = memory
        for index in other.collectors.indices where other.collectors[index].roots["sshd"] != nil {
            other.collectors[index].roots["sshd"] = FactWriter.bytes(.absent, SourceTable())
        }
        #expect(steps(gone, Self.identity, other).contains(.facts("os")))
    }

    @Test("what killed a worker is left out, and said")
    func leftOut() throws {
        let leavingOut = Scan.LeftOut(
            facts: ["sshd": "reading it ended in a crash"], rules: ["files.ld-so-preload": "judging it hung"],
            logs: "reading them ended in a crash")
        var steps: [Step] = []
        let report = scan(EditedHost().host)
            .run(Self.identity, memory: nil, changed: nil, leavingOut: leavingOut) { steps.append($0) }.report
        #expect(!steps.contains(.facts("sshd")))
        #expect(!steps.contains(.logs))
        #expect(!steps.contains(.rule("files.ld-so-preload")))
        #expect(report.outcomes.contains { $0.rule == "files.ld-so-preload" && $0.outcome == .error })
        let reasons = report.notEvaluated.flatMap(\.reasons)
        #expect(reasons.contains { $0.contains("reading it ended in a crash") })
        #expect(reasons.contains { $0.contains("reading them ended in a crash") })
        #expect(reasons.contains("judging it hung"))
    }
}
