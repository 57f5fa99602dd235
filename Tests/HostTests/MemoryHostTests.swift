// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Model
import Testing

@Suite("A host made of values, and what is remembered of a host")
struct MemoryHostTests {
    private let host = MemoryHost([
        "/etc/b": .init("bb"), "/etc/a": .init("a"), "/etc/d/x": .init("x"), "/lib": .init(target: "usr/lib"),
        "/usr/lib/l": .init("l"), "/etc/up": .init(target: "../usr/./lib/l"), "/loop": .init(target: "/loop"),
        "/etc/shadow": .init("s", failure: .permissionDenied), "/fifo": .init(kind: .fifo),
    ])

    @Test("links resolve as on a disk")
    func links() throws {
        #expect(try host.read("/lib/l").bytes == Array("l".utf8))
        #expect(try host.read("/etc/up").bytes == Array("l".utf8))
        #expect(try host.read("/lib/../../etc/a").bytes == Array("a".utf8))
        #expect(try host.list("/lib").map(\.name) == ["l"])
        #expect(try host.list("/").map(\.name) == ["etc", "fifo", "lib", "loop", "usr"])
        #expect(try host.list("/etc").map(\.name) == ["a", "b", "d", "shadow", "up"])
        #expect(try host.linkTarget("/lib") == "usr/lib")
        #expect(try host.status("/lib", followLinks: false).kind == .link)
        #expect(throws: HostError.tooManyLinks) { try host.read("/loop") }
    }

    @Test("failures are those of a disk")
    func failures() {
        #expect(throws: HostError.permissionDenied) { try host.read("/etc/shadow") }
        #expect(throws: HostError.wrongKind(.fifo)) { try host.read("/fifo") }
        #expect(throws: HostError.wrongKind(.directory)) { try host.read("/etc") }
        #expect(throws: HostError.wrongKind(.regular)) { try host.list("/etc/a") }
        #expect(throws: HostError.notFound) { try host.read("/etc/a/x") }
        #expect(throws: HostError.invalidPath) { try host.read("etc") }
        #expect(throws: HostError.pathTooLong) { try host.read("/" + String(repeating: "x", count: 4096)) }
        #expect(throws: HostError.tooLarge(limit: 1)) { try host.read("/etc/b", limit: 1) }
    }

    @Test("it streams in chunks and may be given disks")
    func streamsAndDisks() throws {
        var host = MemoryHost(["/log": .init(String(repeating: "x", count: 2_500_000)), "/var/x": .init()])
        var sizes: [Int] = []
        _ = try host.stream("/log", from: 100_000, limit: .max) {
            sizes.append($0.count)
            return true
        }
        #expect(sizes == [1 << 20, 1 << 20, 2_400_000 - (2 << 20)])
        #expect(throws: HostError.self) { try host.usage(ofFilesystemAt: "/var") }
        let (root, disk) = (
            FilesystemUsage(bytes: 1, bytesAvailable: 1, inodes: 1, inodesAvailable: 1),
            FilesystemUsage(bytes: 2, bytesAvailable: 2, inodes: 2, inodesAvailable: 2)
        )
        host.usages = ["/": root, "/var": disk]
        #expect(try host.usage(ofFilesystemAt: "/var/x") == disk)
        #expect(try host.usage(ofFilesystemAt: "/log") == root)
    }

    @Test("what was asked is remembered for who asked, what was not there too")
    func recording() throws {
        let recorder = RecordingHost(host)
        recorder.record(as: "ssh")
        _ = try recorder.read("/etc/b")
        _ = try recorder.read("/etc/b")
        _ = try recorder.list("/etc")
        #expect(throws: HostError.notFound) { try recorder.read("/none") }
        recorder.record(as: "files")
        _ = try recorder.status("/etc/a")
        #expect(recorder.names == ["files", "ssh"])
        #expect(
            recorder.accesses(of: "ssh") == [
                .init(path: "/etc", use: .list), .init(path: "/etc/b", use: .read), .init(path: "/none", use: .read),
            ])
        // Whose a file is, is told by name.
        #expect(recorder.accesses(of: "files").map(\.path) == ["/etc/a", "/etc/group", "/etc/passwd"])
        #expect(recorder.accesses(of: "nobody").isEmpty)
        // What collectors share is asked for in its own name.
        let shared = recorder.asked(by: "unit files")
        _ = try shared.read("/etc/b")
        recorder.record(as: "ssh")
        _ = try shared.list("/etc")
        #expect(recorder.accesses(of: "unit files").map(\.path) == ["/etc", "/etc/b"])
        #expect(recorder.accesses(of: "files").count == 3 && recorder.accesses(of: "ssh").count == 3)
    }
}
