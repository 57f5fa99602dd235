// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Capacity
import Model

/// The resource ledger: for each resource of the host its limit, what is promised, what is taken. Everything in it was
/// collected before; what cannot be observed says why.
public struct LedgerCollector: Collector {
    /// The ledger.
    public init() {}

    /// `ledger`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "ledger", .list(.record(Self.line)), "Resources of the host: how much there is, is promised, is taken.",
                example: #"ledger.filter(l, !l.observable).map(l, l.resource)"#)
        ]
    }

    /// It adds up what these collected.
    public var needs: [String] {
        ["memory", "processors", "limits", "listeners", "mounts", "disks", "systemd", "units"]
    }

    static let line = RecordSchema(
        "ledger.line", "A resource of the host.", identity: ["resource"],
        fields: [
            .init(
                "resource", .string,
                "`memory`, `swap`, `descriptors`, `tasks`, `backlog`, `conntrack`, `disk:PATH` or `inodes:PATH`.",
                example: #""disk:/var""#),
            .init("unit", .string, "`bytes` or `count`."),
            .init("limit", .double, "How much there is; not set where nothing limits it."),
            .init(
                "committed", .double,
                "The worst case the configuration allows, as far as it sets one; not set where it sets none."),
            .init("unlimited", .list(.string), "What may take more than `committed` counts, by name."),
            .init("used", .double, "Taken now."),
            .init("used_ratio", .double, "`used` as a share of `limit`."),
            .init("overcommit", .double, "`committed` as a share of `limit`."),
            .init("headroom", .double, "Share of the limit that is free, 0 to 1."),
            .init("observable", .bool, "Limit and use are both known. What is not observable is never good."),
            .init("why_not", .string, "Why it is not observable; not set where it is."),
            .init("fatal", .bool, "Running out stops the host's work."),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let facts = LedgerFacts(collection.facts)
        let lines = [
            memory(facts), swap(facts), table("descriptors", limit: "file_max", used: "open_files", facts),
            table("tasks", limit: "tasks_max", used: "tasks", facts), backlog(facts), conntrack(facts),
        ]
        .compactMap { $0 }
        let all = lines + disks(facts)
        return [.list(all.map(record))]
    }

    /// A line with the places its numbers come from, and what it does not count.
    private struct Entry {
        var line: LedgerLine
        var source: SourceID
        var unlimited: [String]?
    }

    private func record(_ entry: Entry) -> Value {
        let line = entry.line
        var fields: [String: Value] = [
            "resource": .string(line.resource, entry.source), "unit": .string(line.unit.rawValue),
            "observable": .bool(line.isObservable, entry.source), "fatal": .bool(line.isFatal),
        ]
        let numbers = [
            ("limit", line.limit), ("committed", line.committed), ("used", line.used), ("used_ratio", line.usedRatio),
            ("overcommit", line.overcommit), ("headroom", line.headroom),
        ]
        for (field, number) in numbers { fields[field] = number.map { .double($0, entry.source) } }
        fields["unlimited"] = entry.unlimited.map { .strings($0, entry.source) }
        if !line.isObservable {
            let reason = line.verdicts.first?.reason ?? "not known"
            fields["why_not"] = .string(reason, entry.source)
            for field in ["used", "used_ratio", "headroom"] where fields[field] == nil {
                fields[field] = .unknown("ledger.\(field)", "\(line.resource): \(reason)")
            }
        }
        return .record(Record(Self.line, fields), entry.source)
    }

    /// Memory: promised is what enabled services are limited to, plus the size of each tmpfs. A service without MemoryMax=
    /// may take all there is and is named instead of guessed.
    private func memory(_ facts: LedgerFacts) -> Entry? {
        let limit = facts.number("memory", "limit")
        let used = facts.number("memory", "used")
        var committed = 0.0
        var unlimited: [String] = []
        var isCounted = false
        for unit in facts.list("units") where LedgerFacts.isRunningService(unit) {
            guard let name = LedgerFacts.text(unit["name"]) else { continue }
            if let most = LedgerFacts.number(unit["MemoryMax"]).value {
                committed += most
                isCounted = true
            } else {
                unlimited.append(name)
            }
        }
        for mount in facts.list("mounts") {
            guard let size = LedgerFacts.memoryFilesystemSize(mount, memory: limit.value) else { continue }
            committed += size
            isCounted = true
        }
        return Entry(
            line: LedgerLine(
                resource: "memory", unit: .bytes, limit: limit.value, committed: isCounted ? committed : nil,
                used: used.value, isFatal: true, whyNot: limit.whyNot ?? used.whyNot),
            source: used.source, unlimited: unlimited)
    }

    private func swap(_ facts: LedgerFacts) -> Entry? {
        let total = facts.number("memory", "swap_total")
        let free = facts.number("memory", "swap_free")
        if total.value == 0 { return nil }
        let used = total.value.flatMap { total in free.value.map { max(0, total - $0) } }
        return Entry(
            line: LedgerLine(
                resource: "swap", unit: .bytes, limit: total.value, used: used, whyNot: total.whyNot ?? free.whyNot),
            source: free.source)
    }

    /// A table of the kernel that refuses what comes when it is full.
    private func table(_ resource: String, limit: String, used: String, _ facts: LedgerFacts) -> Entry? {
        let limit = facts.number("limits", limit)
        let used = facts.number("limits", used)
        return Entry(
            line: LedgerLine(
                resource: resource, unit: .count, limit: limit.value, used: used.value, isFatal: true,
                whyNot: limit.whyNot ?? used.whyNot), source: used.source)
    }

    /// The longest queue of connections that wait to be accepted. A program may have asked for a shorter one than
    /// net.core.somaxconn allows; /proc does not say.
    private func backlog(_ facts: LedgerFacts) -> Entry? {
        let limit = facts.number("limits", "somaxconn")
        let queues = facts.list("listeners").filter { LedgerFacts.text($0["protocol"]) == "tcp" }
            .compactMap { LedgerFacts.number($0["queue"]).value }
        let unknown = facts.reason("listeners")
        return Entry(
            line: LedgerLine(
                resource: "backlog", unit: .count, limit: limit.value, used: unknown == nil ? queues.max() ?? 0 : nil,
                whyNot: limit.whyNot ?? unknown), source: limit.source)
    }

    private func conntrack(_ facts: LedgerFacts) -> Entry? {
        if facts.number("limits", "conntrack_max").isAbsent { return nil }
        return table("conntrack", limit: "conntrack_max", used: "conntrack_count", facts)
    }

    private func disks(_ facts: LedgerFacts) -> [Entry] {
        facts.list("disks").flatMap { disk -> [Entry] in
            guard let mount = LedgerFacts.text(disk["mount"]) else { return [] }
            func entry(_ name: String, _ unit: LedgerLine.Unit, _ limit: String, _ available: String) -> Entry? {
                let whole = LedgerFacts.number(disk[limit])
                let left = LedgerFacts.number(disk[available])
                if whole.isAbsent { return nil }
                let used = whole.value.flatMap { whole in left.value.map { max(0, whole - $0) } }
                return Entry(
                    line: LedgerLine(
                        resource: "\(name):\(mount)", unit: unit, limit: whole.value, used: used, isFatal: true,
                        whyNot: whole.whyNot ?? left.whyNot), source: whole.source)
            }
            return [
                entry("disk", .bytes, "size", "available"), entry("inodes", .count, "inodes", "inodes_available"),
            ].compactMap { $0 }
        }
    }
}

/// Numbers out of what other collectors found.
struct LedgerFacts {
    private let facts: [String: Value]

    /// A number, or why there is none.
    struct Number {
        var value: Double?
        var whyNot: String?
        var isAbsent = false
        var source = SourceID.none
    }

    init(_ facts: [String: Value]) { self.facts = facts }

    /// A field of a root that is a record.
    func number(_ root: String, _ field: String) -> Number {
        guard let value = facts[root] else { return Number(whyNot: "\(root) was not collected") }
        guard case .record(let record) = value.kind else { return Self.number(value) }
        return Self.number(record[field])
    }

    /// The records of a root that is a list; none where it is not known.
    func list(_ root: String) -> [Record] {
        guard case .list(let values) = facts[root]?.kind else { return [] }
        return values.compactMap { if case .record(let record) = $0.kind { record } else { nil } }
    }

    /// Why a root is not known; nil where it is.
    func reason(_ root: String) -> String? {
        guard let value = facts[root] else { return "\(root) was not collected" }
        if case .unknown(let unknowns) = value.kind { return unknowns.first?.reason ?? "not known" }
        return nil
    }

    static func number(_ value: Value?) -> Number {
        switch value?.kind {
        case .int(let number), .byteSize(let number): Number(value: Double(number), source: value?.source ?? .none)
        case .double(let number): Number(value: number, source: value?.source ?? .none)
        case .unknown(let unknowns):
            Number(whyNot: unknowns.first?.reason ?? "not known", source: value?.source ?? .none)
        default: Number(whyNot: "there is none", isAbsent: true)
        }
    }

    static func text(_ value: Value?) -> String? { if case .string(let text) = value?.kind { text } else { nil } }

    private static func isTrue(_ value: Value?) -> Bool { if case .bool(true) = value?.kind { true } else { false } }

    /// An enabled service that stays: one that runs once and ends holds no memory.
    static func isRunningService(_ unit: Record) -> Bool {
        isTrue(unit["enabled"]) && text(unit["type"]) == "service" && text(unit["Type"]) != "oneshot"
    }

    /// What a tmpfs may hold: its `size=`, or half of the memory where it has none (tmpfs(5)). The kernel's own small
    /// ones under /run, /dev and /sys are left out unless fstab(5) declares them.
    static func memoryFilesystemSize(_ mount: Record, memory: Double?) -> Double? {
        guard text(mount["type"]) == "tmpfs", let path = text(mount["path"]) else { return nil }
        let isSystem = ["/run", "/dev", "/sys"].contains { path == $0 || path.hasPrefix($0 + "/") }
        guard !isSystem || isTrue(mount["declared"]), case .list(let options) = mount["options"]?.kind else {
            return nil
        }
        for option in options {
            guard let option = text(option), option.hasPrefix("size=") else { continue }
            return size(String(decoding: option.utf8.dropFirst(5), as: UTF8.self), memory: memory)
        }
        return memory.map { $0 / 2 }
    }

    /// `10%`, `512m`, `4k` or bytes.
    private static func size(_ text: String, memory: Double?) -> Double? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard let number = Double(String(decoding: Array(digits), as: UTF8.self)) else { return nil }
        let suffix = text.utf8.dropFirst(digits.count).first.map { $0 | 0x20 }
        switch suffix {
        case nil: return number
        case 0x25: return memory.map { $0 * number / 100 }
        case 0x6B: return number * 1024
        case 0x6D: return number * 1_048_576
        case 0x67: return number * 1_073_741_824
        default: return nil
        }
    }
}
