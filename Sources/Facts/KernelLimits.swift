// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// What the kernel gives out in limited numbers, how much is taken, and the counters that prove it once ran out.
public struct KernelLimitsCollector: Collector {
    /// Kernel limits.
    public init() {}

    /// `limits` and `listeners`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "limits", .record(Self.schema),
                "Limits of the kernel, what is in use, and what was refused since boot.",
                example: "limits.open_files <= limits.file_max / 2"),
            FactDeclaration(
                "listeners", .list(.record(Self.listener)), "Sockets that wait for someone to connect or to send.",
                example: "listeners.filter(l, !l.loopback).size()"),
        ]
    }

    static let schema = RecordSchema(
        "limits", "Limits of the kernel, what is in use, and what was refused since boot.",
        fields: [
            .init("open_files", .int, "Open files of all processes: /proc/sys/fs/file-nr.", example: "1504"),
            .init("file_max", .int, "The most there may be: fs.file-max."),
            .init("nr_open", .int, "The highest LimitNOFILE= a process can have: fs.nr_open."),
            .init("tasks", .int, "Threads there are, all processes together: /proc/loadavg."),
            .init("pid_max", .int, "Process and thread numbers there are: kernel.pid_max."),
            .init("threads_max", .int, "Threads the kernel would make: kernel.threads-max."),
            .init(
                "tasks_max", .int,
                "The lowest of `pid_max`, `threads_max` and the container's own pids.max: what `tasks` can reach."),
            .init("inotify_watches", .int, "Watches one user may set: fs.inotify.max_user_watches."),
            .init("inotify_instances", .int, "inotify queues one user may have: fs.inotify.max_user_instances."),
            .init("max_map_count", .int, "Memory areas of one process: vm.max_map_count."),
            .init("somaxconn", .int, "Longest queue of connections to be accepted: net.core.somaxconn."),
            .init("tcp_max_syn_backlog", .int, "Longest queue of half-open connections: net.ipv4.tcp_max_syn_backlog."),
            .init("netdev_max_backlog", .int, "Longest queue of packets received: net.core.netdev_max_backlog."),
            .init(
                "local_ports", .int, "Ports for outgoing connections to one address: net.ipv4.ip_local_port_range.",
                example: "28232"),
            .init("conntrack_max", .int, "Connections that can be tracked; not set where nothing tracks them."),
            .init("conntrack_count", .int, "Connections tracked now."),
            .init("conntrack_used_ratio", .double, "`conntrack_count` as a share of `conntrack_max`, 0 to 1."),
            .init(
                "listen_overflows", .int,
                "Connections turned away since boot because a listening queue was full: TcpExt.ListenOverflows."),
            .init("listen_drops", .int, "Connections lost while listening, for any reason: TcpExt.ListenDrops."),
            .init("tcp_backlog_drops", .int, "Segments dropped because a socket's backlog was full: TCPBacklogDrop."),
            .init("oom_kills", .int, "Processes killed for want of memory since boot: oom_kill of /proc/vmstat."),
            .init("softnet_drops", .int, "Packets dropped since boot because their queue was full: softnet_stat."),
        ])

    static let listener = RecordSchema(
        "listener", "A socket that waits for someone to connect or to send.",
        identity: ["protocol", "address", "port"],
        fields: [
            .init("protocol", .string, "`tcp` or `udp`.", example: #""tcp""#),
            .init("address", .ip, "Where it listens; 0.0.0.0 and :: are every address.", example: #"ip("127.0.0.1")"#),
            .init("port", .int, "Its port.", example: "22"),
            .init("uid", .int, "Number of the user it belongs to."),
            .init("loopback", .bool, "Only programs on this host can reach it."),
            .init("queue", .int, "For TCP connections, for UDP bytes, that wait to be taken."),
        ])

    private static let numbers: [(field: String, path: String)] = [
        ("nr_open", "/proc/sys/fs/nr_open"), ("pid_max", "/proc/sys/kernel/pid_max"),
        ("threads_max", "/proc/sys/kernel/threads-max"), ("inotify_watches", "/proc/sys/fs/inotify/max_user_watches"),
        ("inotify_instances", "/proc/sys/fs/inotify/max_user_instances"),
        ("max_map_count", "/proc/sys/vm/max_map_count"), ("somaxconn", "/proc/sys/net/core/somaxconn"),
        ("tcp_max_syn_backlog", "/proc/sys/net/ipv4/tcp_max_syn_backlog"),
        ("netdev_max_backlog", "/proc/sys/net/core/netdev_max_backlog"),
        ("conntrack_max", "/proc/sys/net/netfilter/nf_conntrack_max"),
        ("conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_count"),
    ]

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        [limits(collection), listeners(collection)]
    }

    private func limits(_ collection: Collection) -> Value {
        var fields: [String: Value] = [:]
        for (field, path) in Self.numbers { fields[field] = ProcFile.number(path, "limits.\(field)", collection) }
        let files = ProcFile("/proc/sys/fs/file-nr", collection)
        for (field, position) in [("open_files", 0), ("file_max", 2)] {
            fields[field] = files.value("limits.\(field)") { bytes in
                guard let numbers = ProcFile.numbers(bytes), numbers.count == 3 else { return nil }
                return .int(numbers[position], collection.source(files.path, 1, means: .live))
            }
        }
        let load = ProcFile("/proc/loadavg", collection)
        fields["tasks"] = load.value("limits.tasks") { bytes in
            CPUInfo.Load(bytes).map { .int($0.tasks, collection.source(load.path, 1, means: .live)) }
        }
        let ports = ProcFile("/proc/sys/net/ipv4/ip_local_port_range", collection)
        fields["local_ports"] = ports.value("limits.local_ports") { bytes in
            guard let range = ProcFile.numbers(bytes), range.count == 2, range[0] <= range[1] else { return nil }
            return .int(range[1] - range[0] + 1, collection.source(ports.path, 1, means: .live))
        }
        counters(into: &fields, collection)
        derive(into: &fields, collection)
        let isKnown = fields.values.contains { if case .int = $0.kind { true } else { false } }
        guard isKnown else { return .unknown("limits", files.reason) }
        return .record(Record(Self.schema, fields), collection.source("/proc/sys", means: .live))
    }

    private func counters(into fields: inout [String: Value], _ collection: Collection) {
        func set(_ field: String, _ file: ProcFile, _ table: Meminfo?, _ name: String) {
            fields[field] = file.value("limits.\(field)") { _ in
                table?.entries[name].map { .int($0.value, collection.source(file.path, $0.line, means: .live)) }
            }
        }
        let network = ProcFile("/proc/net/netstat", collection)
        let table = network.bytes.map { Meminfo(pairs: $0) }
        set("listen_overflows", network, table, "TcpExt.ListenOverflows")
        set("listen_drops", network, table, "TcpExt.ListenDrops")
        set("tcp_backlog_drops", network, table, "TcpExt.TCPBacklogDrop")
        let memory = ProcFile("/proc/vmstat", collection)
        set("oom_kills", memory, memory.bytes.map { Meminfo($0) }, "oom_kill")
        let packets = ProcFile("/proc/net/softnet_stat", collection)
        fields["softnet_drops"] = packets.value("limits.softnet_drops") { bytes in
            SocketTable.softnetDrops(bytes).map { .int($0, collection.source(packets.path, means: .live)) }
        }
    }

    private func derive(into fields: inout [String: Value], _ collection: Collection) {
        if case .int(let count) = fields["conntrack_count"]?.kind, case .int(let most) = fields["conntrack_max"]?.kind,
            most > 0
        {
            fields["conntrack_used_ratio"] = .double(
                Double(count) / Double(most), fields["conntrack_count"]?.source ?? .none)
        } else {
            fields["conntrack_used_ratio"] = fields["conntrack_max"].flatMap { value in
                if case .unknown = value.kind { value } else { nil }
            }
        }
        let own = ProcFile("/sys/fs/cgroup/pids.max", collection)
        let container = own.bytes.flatMap(ProcFile.numbers)?.first.map {
            Value.int($0, collection.source(own.path, 1, means: .live))
        }
        let candidates = [fields["pid_max"], fields["threads_max"], container].compactMap { $0 }
        let known = candidates.compactMap { value -> (Int64, Value)? in
            if case .int(let number) = value.kind { (number, value) } else { nil }
        }
        // Without the two limits every kernel has, the lowest of the others would be a guess.
        let isWhole = known.count >= 2 && (candidates.count == known.count)
        fields["tasks_max"] =
            isWhole
            ? known.min { $0.0 < $1.0 }?.1
            : .unknown("limits.tasks_max", "kernel.pid_max or kernel.threads-max is not known")
    }

    private func listeners(_ collection: Collection) -> Value {
        let files = ["tcp", "tcp6", "udp", "udp6"].map { ProcFile("/proc/net/\($0)", collection) }
        if files[0].bytes == nil { return .unknown("listeners", files[0].reason) }
        var found: [(key: ListenerKey, record: Value)] = []
        for (file, name) in zip(files, ["tcp", "tcp", "udp", "udp"]) {
            guard let bytes = file.bytes else {
                // A kernel without IPv6 has no such file.
                if case .absent = file.content { continue }
                return .unknown("listeners", file.reason)
            }
            for listener in SocketTable(bytes, isTCP: name == "tcp").listeners {
                guard let address = IPAddress(bytes: listener.address) else { continue }
                let source = collection.source(file.path, listener.line, means: .live)
                let record = Record(
                    Self.listener,
                    [
                        "protocol": .string(name, source), "address": Value(.ip(address), source: source),
                        "port": .int(listener.port, source), "uid": .int(listener.userID, source),
                        "loopback": .bool(listener.isLoopback, source), "queue": .int(listener.queue, source),
                    ])
                found.append(
                    (ListenerKey(name: name, port: listener.port, address: listener.address), .record(record, source)))
            }
        }
        var seen: Set<ListenerKey> = []
        let once = found.filter { seen.insert($0.key).inserted }.sorted { $0.key < $1.key }
        return .list(once.map(\.record), collection.source("/proc/net/tcp", means: .live))
    }

    /// Several sockets may share a port (SO_REUSEPORT): they are one listener.
    private struct ListenerKey: Hashable, Comparable {
        let name: String
        let port: Int64
        let address: [UInt8]

        static func < (left: ListenerKey, right: ListenerKey) -> Bool {
            if left.name != right.name { return left.name == "tcp" }
            if left.port != right.port { return left.port < right.port }
            return left.address.lexicographicallyPrecedes(right.address)
        }
    }
}
