// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Foundation
import Host
import TestSupport
import Testing

/// systemd-sysctl itself is the judge: it applies random trees to plain files that stand for /proc/sys, in a root of its
/// own, and what it wrote there is compared with what is told.
@Suite struct SysctlJudgeTests {
    static let program = "/usr/lib/systemd/systemd-sysctl"
    static let needed = [
        program, "/usr/bin/unshare", "/usr/sbin/chroot", "/usr/lib/sysctl.d", "/usr/lib/x86_64-linux-gnu",
    ]
    static let missing = needed.filter { !FileManager.default.fileExists(atPath: $0) } + (getuid() == 0 ? [] : ["root"])
    static let parameters = [
        "kernel/a", "kernel/ab", "kernel/abc", "vm/p", "vm/q", "net/ipv4/conf/all/x", "net/ipv4/conf/default/x",
        "net/ipv4/conf/eth0/x", "net/ipv4/conf/eth0.5/x", "net/ipv4/conf/eth0.5/y",
    ]
    static let directories = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].map { $0 + "/sysctl.d" }
    static let trees = 60

    enum Entry {
        case text(String)
        case link(String)
    }

    @Test(.enabled(if: missing.isEmpty, "the judge needs \(needed) and root; missing: \(missing)"))
    func whatSystemdWritesIsWhatIsTold() throws {
        let seed = SeededGenerator.seed()
        print("sysctl judge: \(Self.trees) trees, GUAITA_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let root = FileManager.default.temporaryDirectory.appending(path: "guaita-sysctl-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let trees = (0..<Self.trees).map { _ in Self.tree(&random) }
        for (index, tree) in trees.enumerated() { try Self.write(tree, to: root.appending(path: "\(index)")) }
        try Self.apply(root)
        for (index, tree) in trees.enumerated() {
            var entries: [String: MemoryHost.Entry] = [:]
            for (path, entry) in tree {
                switch entry {
                case .text(let text): entries[path] = MemoryHost.Entry(text)
                case .link(let target): entries[path] = MemoryHost.Entry(target: target)
                }
            }
            for parameter in Self.parameters { entries["/proc/sys/" + parameter] = MemoryHost.Entry("") }
            let facts = FactsProbe(
                KernelParametersCollector(), MemoryHost(entries), keys: ["kernel.parameters": Self.parameters])
            for parameter in Self.parameters {
                let file = root.appending(path: "\(index)/proc/sys/\(parameter)")
                let written = try String(contentsOf: file, encoding: .utf8)
                let name = String(parameter.map { $0 == "/" ? "." : $0 == "." ? "/" : $0 })
                let told = facts["kernel", "parameters", name, "declared"].map { $0 + "\n" } ?? ""
                #expect(told == written, "tree \(index), \(parameter): \(tree)")
            }
        }
    }

    /// A tree of sysctl.d files that overlap as much as they can.
    static func tree(_ random: inout SeededGenerator) -> [String: Entry] {
        var tree: [String: Entry] = ["/etc/sysctl.conf": .text(text(&random))]
        for _ in 0..<random.below(6) + 1 {
            let names = ["10-a.conf", "50-b.conf", "99-z.conf", "a.conf", "Z.conf", ".h.conf", "a.conf.bak", "é.conf"]
            let path = "\(random.pick(directories))/\(random.pick(names))"
            switch random.below(8) {
            case 0: tree[path] = .link(random.pick(["/dev/null", "/nowhere", "../sysctl.conf", "/etc/sysctl.conf"]))
            case 1: tree[path] = .text("")
            default: tree[path] = .text(text(&random))
            }
        }
        return tree
    }

    static func text(_ random: inout SeededGenerator) -> String {
        let spaces = ["", " ", "\t", "  "]
        var text = ""
        for _ in 0..<random.below(7) {
            let key = random.pick([
                "kernel.a", "kernel/ab", "/kernel/abc", "kernel//a", "kernel.a*", "kernel.?b*", "kernel/*", "vm.p",
                "vm/q",
                "vm.[pq]", "vm.[!p]", "vm.*", "net.ipv4.conf.*.x", "net.ipv4.conf.eth0.x", "net.ipv4.conf.eth0/5.x",
                "net/ipv4/conf/eth0.5/y", "net/ipv4/conf/*/y", "net.ipv4.conf.all.x", "net.*.conf.eth*.x", "*.p",
                "kernel.missing", "kernel/./ab", "kernel/../vm/p",
            ])
            // Of one length: a plain file, unlike one of /proc, keeps the end of a longer value written before.
            let value = random.pick(["000", "111", "222", "a b", "==3", "1#x"])
            let (before, between) = (random.pick(spaces), random.pick(spaces))
            switch random.below(10) {
            case 0: text += "\(before)-\(between)\(key)"
            case 1: text += "\(before)-\(between)\(key)\(between)= \(value)"
            case 2: text += random.pick(["# \(key) = 9", ";\(key)=9", "no assignment", "", " # x", "= 4"])
            default: text += "\(before)\(key)\(between)=\(before)\(value)\(between)"
            }
            text += random.pick(["\n", "\n", "\n", "\r\n", "\r", "\n\n", "\n\r"])
        }
        if random.below(3) == 0 { text += random.pick(["vm.p = 777", "-vm.p"]) }
        return text
    }

    static func write(_ tree: [String: Entry], to root: URL) throws {
        let manager = FileManager.default
        for directory in directories + ["/lib64", "/lib/x86_64-linux-gnu"] {
            try manager.createDirectory(at: root.appending(path: directory), withIntermediateDirectories: true)
        }
        for parameter in parameters {
            let file = root.appending(path: "proc/sys/" + parameter)
            try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
        }
        for (path, entry) in tree {
            let file = root.appending(path: path)
            switch entry {
            case .text(let text): try Data(text.utf8).write(to: file)
            case .link(let target): try manager.createSymbolicLink(atPath: file.path, withDestinationPath: target)
            }
        }
        // The two directories that the program's own /usr would cover are bound over it.
        try manager.moveItem(at: root.appending(path: "usr/lib/sysctl.d"), to: root.appending(path: "vendor"))
        try manager.moveItem(at: root.appending(path: "usr/local/lib"), to: root.appending(path: "local"))
    }

    static func apply(_ root: URL) throws {
        let script = """
            set -e
            cd "$1"
            for tree in *; do
                mount --bind /usr $tree/usr
                mount --bind /usr/lib64 $tree/lib64
                mount --bind /usr/lib/x86_64-linux-gnu $tree/lib/x86_64-linux-gnu
                mount --bind $tree/vendor $tree/usr/lib/sysctl.d
                mount --bind $tree/local $tree/usr/local/lib
                # 1 is what it ends with when a line is no assignment; 126 and 127 are chroot's own.
                chroot $tree \(program) 2>/dev/null || test $? -eq 1
                umount $tree/usr/local/lib $tree/usr/lib/sysctl.d $tree/lib/x86_64-linux-gnu $tree/lib64 $tree/usr
            done
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["--mount", "/bin/sh", "-c", script, "sh", root.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
