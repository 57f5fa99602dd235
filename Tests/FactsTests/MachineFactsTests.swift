// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model
import Testing

@testable import Facts

/// Runs collectors one after another, each finding what came before.
func collect(_ collectors: [any Collector], _ host: any Host) -> Collection {
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    for collector in collectors {
        for (declaration, value) in zip(collector.declarations, collector.collect(collection)) {
            collection.facts[declaration.name] = value
        }
    }
    return collection
}

extension Value {
    /// A field of a record, or of the record at a position of a list.
    func field(_ names: String...) -> Value? {
        names.reduce(Optional(self)) { value, name in
            switch value?.kind {
            case .record(let record): record[name]
            case .list(let values): Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil }
            case .map(let map): map[name]
            default: nil
            }
        }
    }

    var number: Double? {
        switch kind {
        case .int(let number), .byteSize(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
    var text: String? { if case .string(let text) = kind { text } else { nil } }
    var truth: Bool? { if case .bool(let truth) = kind { truth } else { nil } }
    var texts: [String]? { if case .list(let values) = kind { values.compactMap(\.text) } else { nil } }
    var elements: [Value] { if case .list(let values) = kind { values } else { [] } }
    var isAbsent: Bool { if case .absent = kind { true } else { false } }
    var unknownReason: String? { if case .unknown(let unknowns) = kind { unknowns.first?.reason } else { nil } }
}

@Suite struct MachineFactsTests {
    static let meminfo =
        "MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 250 kB\nSwapTotal: 200 kB\nSwapFree: 150 kB\n"
        + "Committed_AS: 700 kB\nCommitLimit: 900 kB\nShmem: 10 kB\n"

    @Test func memory() {
        let found = collect([MemoryCollector()], MemoryHost(files: ["/proc/meminfo": Self.meminfo]))
        let memory = found.facts["memory"]
        #expect(memory?.field("total")?.number == 1_024_000)
        #expect(memory?.field("used_ratio")?.number == 0.75)
        #expect(memory?.field("swap_used_ratio")?.number == 0.25)
        #expect(memory?.field("limit")?.number == 1_024_000)
        #expect(memory?.field("container_limit")?.isAbsent == true)
        #expect(memory?.field("overcommit_memory")?.unknownReason == "no /proc/sys/vm/overcommit_memory in this tree")
        let source = memory?.field("available").flatMap { found.sources[$0.source] }
        #expect(source?.origin == Origin(path: "/proc/meminfo", line: 3))
        #expect(source?.means == .live)
    }

    @Test func aContainersOwnLimitIsWhatMayBeUsed() {
        let files = ["/proc/meminfo": Self.meminfo, "/sys/fs/cgroup/memory.max": "512000\n"]
        #expect(
            collect([MemoryCollector()], MemoryHost(files: files)).facts["memory"]?.field("limit")?.number == 512_000)
        for unlimited in ["max\n", "9223372036854771712\n"] {
            let files = ["/proc/meminfo": Self.meminfo, "/sys/fs/cgroup/memory.max": unlimited]
            let memory = collect([MemoryCollector()], MemoryHost(files: files)).facts["memory"]
            #expect(memory?.field("container_limit")?.isAbsent == true)
        }
    }

    @Test(arguments: ["", "MemFree: 1 kB\n", "\u{0}\u{0}"])
    func memoryThatCannotBeReadIsUnknown(text: String) {
        #expect(
            collect([MemoryCollector()], MemoryHost(files: ["/proc/meminfo": text])).facts["memory"]?.unknownReason
                != nil)
    }

    @Test func aTreeWithoutProcKnowsNothing() {
        let all: [any Collector] = [
            MemoryCollector(), ProcessorsCollector(), PressureCollector(), MountsCollector(), KernelLimitsCollector(),
        ]
        let found = collect(all, MemoryHost([:])).facts
        for root in ["memory", "processors", "pressure", "mounts", "disks", "limits", "listeners"] {
            #expect(found[root]?.unknownReason?.contains("/") == true, "\(root)")
        }
    }

    @Test func processors() {
        let files = [
            "/proc/cpuinfo": "processor : 0\nmodel name : X\nprocessor : 1\n",
            "/sys/devices/system/cpu/online": "0-3\n",
            "/proc/loadavg": "0.5 1.5 2.5 2/77 9\n", "/proc/uptime": "60.5 1\n",
            "/sys/fs/cgroup/cpu.max": "150000 100000\n",
        ]
        let found = collect([ProcessorsCollector()], MemoryHost(files: files)).facts["processors"]
        #expect(found?.field("count")?.number == 4)
        #expect(found?.field("quota")?.number == 1.5)
        #expect(found?.field("load_15")?.number == 2.5)
        #expect(found?.field("tasks")?.number == 77)
        let partly = collect([ProcessorsCollector()], MemoryHost(files: ["/proc/cpuinfo": "processor : 0\n"])).facts
        #expect(partly["processors"]?.field("count")?.number == 1)
        #expect(partly["processors"]?.field("load_1")?.unknownReason != nil)
    }

    @Test func aRunningKernelWithoutPressureHasNone() {
        let host = MemoryHost(files: ["/proc/loadavg": "0 0 0 1/1 1"], isLive: true)
        #expect(collect([PressureCollector()], host).facts["pressure"]?.isAbsent == true)
        #expect(
            collect([PressureCollector()], MemoryHost([:], isLive: true)).facts["pressure"]?.unknownReason != nil)
        let line = "some avg10=0.00 avg60=0.00 avg300=12.50 total=3500000\n"
        let found = collect([PressureCollector()], MemoryHost(files: ["/proc/pressure/io": line])).facts["pressure"]
        #expect(found?.field("io", "some", "avg300")?.number == 12.5)
        #expect(found?.field("io", "full")?.isAbsent == true)
        #expect(found?.field("cpu")?.unknownReason != nil)
    }

    @Test func mountsInForceAndDeclared() {
        let files = [
            "/proc/self/mounts":
                "/dev/a / ext4 rw,relatime 0 0\ntmpfs /tmp tmpfs rw 0 0\ntmpfs /tmp tmpfs rw,nosuid 0 0\n",
            "/etc/fstab":
                "/dev/a / ext4 errors=remount-ro 0 1\n/dev/b /srv ext4 nodev 0 2\n/dev/c /x ext4 noauto 0 0\n",
        ]
        let collection = collect([MountsCollector()], MemoryHost(files: files))
        let mounts = collection.facts["mounts"]?.elements ?? []
        #expect(mounts.map { $0.field("path")?.text } == ["/", "/srv", "/tmp"])
        #expect(mounts.map { $0.field("mounted")?.truth } == [true, false, true])
        #expect(mounts.map { $0.field("declared")?.truth } == [true, true, false])
        #expect(mounts[2].field("options")?.texts == ["rw", "nosuid"])
        #expect(mounts[1].field("options")?.texts == ["nodev"])
        let source = collection.sources[mounts[0].source]
        #expect(source?.origin == Origin(path: "/proc/self/mounts", line: 1))
        #expect(source?.overrode.map(\.origin) == [Origin(path: "/etc/fstab", line: 1)])
    }

    @Test("in a service's sandbox, where all is read-only, the host's mounts are those of its first process")
    func mountsOfTheHost() {
        let sandbox = "/dev/a / ext4 ro,nosuid 0 0\ntmpfs /tmp tmpfs ro,nosuid 0 0\n"
        func options(_ first: String) -> [[String]?] {
            let host = MemoryHost(files: ["/proc/self/mounts": sandbox, "/proc/1/mounts": first])
            let mounts = collect([MountsCollector()], host).facts["mounts"]?.elements ?? []
            return mounts.map { $0.field("options")?.texts }
        }
        #expect(options("/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n") == [["rw"], ["rw"]])
        // A container that sees the processes of its host has another root.
        #expect(options("/dev/b / ext4 rw 0 0\n") == [["ro", "nosuid"], ["ro", "nosuid"]])
        #expect(options("no mounts\n") == [["ro", "nosuid"], ["ro", "nosuid"]])
    }

    @Test func aTreeWithFstabKnowsWhatIsDeclaredOnly() {
        let found = collect([MountsCollector()], MemoryHost(files: ["/etc/fstab": "/dev/a / ext4 defaults 0 1\n"]))
            .facts
        #expect(found["mounts"]?.field("0", "mounted")?.unknownReason != nil)
        #expect(found["disks"]?.field("0", "used_ratio")?.unknownReason != nil)
        #expect(found["disks"]?.field("0", "mount")?.text == "/")
    }

    @Test func disksAreLocalWritableAndCountedOnce() {
        let mounts = """
            /dev/a / ext4 rw 0 0
            /dev/a /srv/bind ext4 rw 0 0
            /dev/b /var xfs rw 0 0
            /dev/loop1 /snap/x squashfs ro 0 0
            /dev/c /ro ext4 ro 0 0
            srv:/e /net nfs rw 0 0
            auto /auto autofs rw 0 0
            overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0
            /dev/d /etc/hosts ext4 rw 0 0
            tmpfs /run tmpfs rw 0 0
            """
        var host = MemoryHost(
            [
                "/proc/self/mounts": .init(mounts), "/etc/hosts": .init(""), "/var": .init(kind: .directory),
                "/srv/bind": .init(kind: .directory),
            ], isLive: true)
        host.usages["/"] = FilesystemUsage(bytes: 1000, bytesAvailable: 150, inodes: 100, inodesAvailable: 25)
        host.usages["/var"] = FilesystemUsage(bytes: 1000, bytesAvailable: 2000, inodes: 0, inodesAvailable: 0)
        let disks = collect([MountsCollector()], host).facts["disks"]?.elements ?? []
        #expect(disks.map { $0.field("mount")?.text } == ["/", "/var"])
        #expect(disks[0].field("used_ratio")?.number == 0.85)
        #expect(disks[0].field("inodes_used_ratio")?.number == 0.75)
        #expect(disks[1].field("used_ratio")?.number == 0)
        #expect(disks[1].field("inodes")?.isAbsent == true)
    }

    @Test func limits() {
        let files = [
            "/proc/sys/fs/file-nr": "592\t0\t2466193\n", "/proc/sys/kernel/pid_max": "4194304\n",
            "/proc/sys/kernel/threads-max": "9000\n", "/proc/loadavg": "0 0 0 1/95 7926\n",
            "/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
            "/proc/net/netstat": "TcpExt: ListenOverflows ListenDrops\nTcpExt: 3 4\n", "/proc/vmstat": "oom_kill 2\n",
            "/proc/net/softnet_stat": "0001 00000005 0\n", "/proc/net/tcp": "head\n",
        ]
        let host = MemoryHost(files: files, isLive: true)
        let collection = collect([KernelLimitsCollector()], host)
        let limits = collection.facts["limits"]
        #expect(limits?.field("open_files")?.number == 592)
        #expect(limits?.field("file_max")?.number == 2_466_193)
        #expect(limits?.field("tasks_max")?.number == 9000)
        #expect(limits?.field("local_ports")?.number == 28_232)
        #expect(limits?.field("listen_drops")?.number == 4)
        #expect(limits?.field("oom_kills")?.number == 2)
        #expect(limits?.field("softnet_drops")?.number == 5)
        // The running kernel tracks no connections; the counter it does not print is another matter.
        #expect(limits?.field("conntrack_max")?.isAbsent == true)
        #expect(limits?.field("tcp_backlog_drops")?.unknownReason != nil)
        #expect(collection.facts["listeners"]?.elements.isEmpty == true)
    }

    @Test func theLedgerAddsUpAndSaysWhatItCannotTell() {
        let files = [
            "/proc/meminfo": Self.meminfo,
            "/proc/self/mounts": "/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw,size=100k 0 0\n",
            "/proc/sys/fs/file-nr": "10 0 100\n",
            "/etc/systemd/system/a.service":
                "[Service]\nExecStart=/bin/a\nMemoryMax=50%\n[Install]\nWantedBy=m.target\n",
            "/etc/systemd/system/b.service": "[Service]\nExecStart=/bin/b\n[Install]\nWantedBy=m.target\n",
        ]
        var entries = files.mapValues { MemoryHost.Entry($0) }
        for name in ["a", "b"] {
            entries["/etc/systemd/system/m.target.wants/\(name).service"] = .init(target: "../\(name).service")
        }
        let all: [any Collector] = [
            MemoryCollector(), ProcessorsCollector(), MountsCollector(), KernelLimitsCollector(), UnitsCollector(),
            LedgerCollector(),
        ]
        let lines = collect(all, MemoryHost(entries)).facts["ledger"]?.elements ?? []
        func line(_ resource: String) -> Value? { lines.first { $0.field("resource")?.text == resource } }
        let memory = line("memory")
        #expect(memory?.field("committed")?.number == 614_400)
        #expect(memory?.field("overcommit")?.number == 0.6)
        #expect(memory?.field("unlimited")?.texts == ["b.service"])
        #expect(memory?.field("headroom")?.number == 0.25)
        #expect(line("swap")?.field("used_ratio")?.number == 0.25)
        #expect(line("descriptors")?.field("used_ratio")?.number == 0.1)
        #expect(line("tasks")?.field("observable")?.truth == false)
        #expect(line("tasks")?.field("why_not")?.text?.isEmpty == false)
        #expect(line("disk:/")?.field("used_ratio")?.unknownReason?.hasPrefix("disk:/: ") == true)
    }
}
