// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Model

/// Memory and swap, from /proc/meminfo and the limit of the container the host may be.
public struct MemoryCollector: Collector {
    /// Memory.
    public init() {}

    /// `memory`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "memory", .record(Self.schema), "Memory and swap of the host.",
                example: #"memory.available >= memory.limit / 10"#)
        ]
    }

    static let schema = RecordSchema(
        "memory", "Memory and swap of the host (proc(5), /proc/meminfo).",
        fields: [
            .init("total", .byteSize, "Memory the kernel has to give out: MemTotal.", example: #"bytesize("8GiB")"#),
            .init("available", .byteSize, "What new programs could have without swapping: MemAvailable."),
            .init("free", .byteSize, "Memory nobody uses for anything: MemFree."),
            .init(
                "limit", .byteSize,
                "What this host may use: `total`, or the container's own limit where that is lower."),
            .init(
                "container_limit", .byteSize,
                "The limit of the container the host is (cgroup memory.max, or memory.limit_in_bytes); not set without one."
            ),
            .init("used", .byteSize, "`total` less `available`."),
            .init("used_ratio", .double, "`used` as a share of `total`, 0 to 1.", example: "0.62"),
            .init("swap_total", .byteSize, "SwapTotal; 0 B where there is no swap."),
            .init("swap_free", .byteSize, "SwapFree."),
            .init("swap_used_ratio", .double, "Swap in use as a share, 0 to 1; not set where there is no swap."),
            .init("committed_as", .byteSize, "Memory promised to programs so far: Committed_AS."),
            .init("commit_limit", .byteSize, "What may be promised when vm.overcommit_memory is 2: CommitLimit."),
            .init("shared", .byteSize, "Memory in tmpfs and shared segments: Shmem."),
            .init("huge_pages_total", .int, "Huge pages set apart: HugePages_Total.", example: "0"),
            .init("huge_pages_free", .int, "Huge pages nobody has taken: HugePages_Free."),
            .init("huge_page_size", .byteSize, "Size of one: Hugepagesize."),
            .init("overcommit_memory", .int, "vm.overcommit_memory: 0 heuristic, 1 always, 2 never."),
            .init("swappiness", .int, "vm.swappiness, 0 to 200."),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let file = ProcFile("/proc/meminfo", collection)
        guard let bytes = file.bytes else { return [.unknown("memory", file.reason)] }
        let info = Meminfo(bytes)
        guard info["MemTotal"] != nil else { return [.unknown("memory", "/proc/meminfo: no MemTotal")] }
        var fields: [String: Value] = [:]
        func set(_ field: String, _ name: String, asCount: Bool = false) {
            guard let entry = info.entries[name] else {
                fields[field] = .unknown("memory.\(field)", "/proc/meminfo: no \(name)")
                return
            }
            let source = collection.source(file.path, entry.line, means: .live)
            fields[field] = asCount ? .int(entry.value, source) : .byteSize(entry.value, source)
        }
        set("total", "MemTotal")
        set("available", "MemAvailable")
        set("free", "MemFree")
        set("swap_total", "SwapTotal")
        set("swap_free", "SwapFree")
        set("committed_as", "Committed_AS")
        set("commit_limit", "CommitLimit")
        set("shared", "Shmem")
        for (field, name) in [("huge_pages_total", "HugePages_Total"), ("huge_pages_free", "HugePages_Free")] {
            if info.entries[name] != nil { set(field, name, asCount: true) }
        }
        if info.entries["Hugepagesize"] != nil { set("huge_page_size", "Hugepagesize") }
        fields["overcommit_memory"] = ProcFile.number(
            "/proc/sys/vm/overcommit_memory", "memory.overcommit_memory", collection)
        fields["swappiness"] = ProcFile.number("/proc/sys/vm/swappiness", "memory.swappiness", collection)
        derive(info, into: &fields, collection)
        return [.record(Record(Self.schema, fields), collection.source(file.path, means: .live))]
    }

    private func derive(_ info: Meminfo, into fields: inout [String: Value], _ collection: Collection) {
        let total = info["MemTotal"] ?? 0
        let totalSource = fields["total"]?.source ?? .none
        fields["limit"] = .byteSize(total, totalSource)
        if let (limit, path) = Self.containerLimit(collection) {
            let source = collection.source(path, 1, means: .live)
            fields["container_limit"] = .byteSize(limit, source)
            if limit < total { fields["limit"] = .byteSize(limit, source) }
        }
        if let available = info["MemAvailable"], total > 0 {
            let source = fields["available"]?.source ?? .none
            let used = max(0, total - available)
            fields["used"] = .byteSize(used, source)
            fields["used_ratio"] = .double(Double(used) / Double(total), source)
        } else {
            for field in ["used", "used_ratio"] { fields[field] = .unknown("memory.\(field)", "no MemAvailable") }
        }
        if let swap = info["SwapTotal"], swap > 0, let free = info["SwapFree"] {
            fields["swap_used_ratio"] = .double(
                Double(max(0, swap - free)) / Double(swap), fields["swap_free"]?.source ?? .none)
        }
    }

    /// The limit at the top of the cgroups this host sees. The top of a real machine has no such file (cgroup v2) or an
    /// unlimited one (v1): only a container with cgroups of its own has a number there.
    static func containerLimit(_ collection: Collection) -> (bytes: Int64, path: String)? {
        for path in ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"] {
            guard let limit = ProcFile(path, collection).bytes.flatMap(ProcFile.numbers)?.first, limit > 0,
                limit < 1 << 60
            else { continue }
            return (limit, path)
        }
        return nil
    }
}
