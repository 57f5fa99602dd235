// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host
import Model
import TestSupport
import Testing

import class Foundation.Thread

/// Every test runs for each way to a directory's files: paths resolved by the kernel or walked name by name, here or by a
/// broker that hands the files over.
@Suite("A directory as a host", .timeLimit(.minutes(1)))
struct DirectoryTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    private func text(_ host: any Host, _ path: String) throws -> String {
        String(decoding: try host.read(path).bytes, as: UTF8.self)
    }

    @Test("files are read, links resolve inside the root", arguments: HostKind.allCases)
    func links(kind: HostKind) throws {
        try tree.file("/etc/real", "inside\n")
        try tree.link("/etc/relative", to: "real")
        try tree.link("/etc/absolute", to: "/etc/real")
        try tree.link("/etc/chain", to: "/lib/../../etc/./relative")
        try tree.link("/lib", to: "usr/lib")
        try tree.file("/usr/lib/x", "x")
        let host = try kind.host(tree.root)
        for path in [
            "/etc/real", "/etc/relative", "/etc/absolute", "/etc/chain", "//etc//real", "/etc/./real",
            "/etc/../etc/real",
            "/../../etc/real", "/lib/../../etc/real",
        ] { #expect(try text(host, path) == "inside\n", "\(path)") }
        #expect(try text(host, "/lib/x") == "x")
        #expect(try host.linkTarget("/lib") == "usr/lib")
        #expect(try host.status("/lib", followLinks: false).kind == .link)
        #expect(try host.status("/lib").kind == .directory)
        #expect(try host.list("/lib").map(\.name) == ["x"])
        #expect(try host.list("/").first { $0.name == "lib" }?.target == "usr/lib")
        #expect(try host.list("/usr/lib").first?.target == nil)
    }

    @Test("no link and no .. leads out of the root", arguments: HostKind.allCases)
    func escapes(kind: HostKind) throws {
        let outside = try TemporaryTree()
        try outside.file("/secret", "outside")
        let up = String(repeating: "../", count: 40)
        try tree.link("/absolute", to: outside.root + "/secret")
        try tree.link("/up", to: up + outside.root.dropFirst() + "/secret")
        try tree.link("/directory", to: outside.root)
        try tree.link("/nested/one", to: "/nested/two")
        try tree.link("/nested/two", to: up + "directory/secret")
        try tree.link("/passwd", to: "/etc/passwd")
        try tree.link("/machine", to: "/proc/self/root/etc/passwd")
        let host = try kind.host(tree.root)
        for path in [
            "/absolute", "/up", "/directory/secret", "/nested/one", "/passwd", "/machine", "/\(up)etc/passwd",
            "/directory", outside.root + "/secret",
        ] {
            #expect(throws: HostError.notFound, "\(path)") { try host.read(path) }
            #expect(throws: HostError.notFound, "\(path)") { try host.list(path) }
            #expect(throws: HostError.notFound, "\(path)") { try host.status(path) }
        }
    }

    @Test("links of a real proc that jump are not followed", arguments: HostKind.allCases)
    func magic(kind: HostKind) throws {
        let host = try kind.host("/")
        #expect(throws: HostError.tooManyLinks) { try host.read("/proc/self/root/etc/passwd") }
        #expect(throws: HostError.tooManyLinks) { try host.list("/proc/self/cwd") }
        #expect(throws: HostError.tooManyLinks) { try host.read("/proc/self/exe") }
        #expect(try !host.read("/proc/self/status").bytes.isEmpty)
    }

    @Test("loops and long chains of links end", arguments: HostKind.allCases)
    func loops(kind: HostKind) throws {
        try tree.link("/a", to: "b")
        try tree.link("/b", to: "/a")
        try tree.link("/self", to: "self/x")
        for number in 0..<41 { try tree.link("/chain/\(number)", to: "\(number + 1)") }
        try tree.file("/chain/41", "end")
        let host = try kind.host(tree.root)
        #expect(throws: HostError.tooManyLinks) { try host.read("/a") }
        #expect(throws: HostError.tooManyLinks) { try host.read("/self") }
        #expect(throws: HostError.tooManyLinks) { try host.read("/chain/0") }
        #expect(try text(host, "/chain/1") == "end")
        #expect(try host.status("/a", followLinks: false).kind == .link)
    }

    @Test("what is no regular file is never opened", arguments: HostKind.allCases)
    func kinds(kind: HostKind) throws {
        try tree.directory("/d")
        let fifo = unsafe mkfifo(tree.root + "/fifo", 0o644)
        #expect(fifo == 0)
        try tree.link("/link", to: "fifo")
        let host = try kind.host(tree.root)
        #expect(throws: HostError.wrongKind(.fifo)) { try host.read("/fifo") }
        #expect(throws: HostError.wrongKind(.fifo)) { try host.read("/link") }
        #expect(throws: HostError.wrongKind(.fifo)) { try host.stream("/fifo", from: 0, limit: 9) { _ in true } }
        #expect(throws: HostError.wrongKind(.fifo)) { try host.open("/link") }
        #expect(throws: HostError.wrongKind(.fifo)) { try host.list("/fifo") }
        #expect(throws: HostError.wrongKind(.directory)) { try host.open("/d") }
        #expect(throws: HostError.wrongKind(.directory)) { try host.read("/d") }
        #expect(throws: HostError.wrongKind(.directory)) { try host.linkTarget("/d") }
        #expect(throws: HostError.notFound) { try host.read("/fifo/x") }
        #expect(throws: HostError.notFound) { try host.read("/fifo/") }
        #expect(throws: HostError.notFound) { try host.read("/fifo/..") }
        #expect(try host.status("/fifo").kind == .fifo)
        #expect(try host.list("/d/").isEmpty)
    }

    @Test("a socket is told as one and not opened", arguments: HostKind.allCases)
    func socket(kind: HostKind) throws {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array((tree.root + "/s").utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        let host = try kind.host(tree.root)
        #expect(throws: HostError.wrongKind(.socket)) { try host.read("/s") }
        #expect(try host.list("/") == [DirectoryEntry(name: "s", kind: .socket)])
    }

    @Test("a device is told as one and not opened", arguments: HostKind.allCases)
    func device(kind: HostKind) throws {
        guard unsafe mknod(tree.root + "/zero", S_IFCHR | 0o644, 0x105) == 0 else {
            print("skipped: this account may not make device nodes")
            return
        }
        #expect(throws: HostError.wrongKind(.characterDevice)) { try kind.host(tree.root).read("/zero") }
    }

    @Test("paths that cannot be are refused", arguments: HostKind.allCases)
    func paths(kind: HostKind) throws {
        let host = try kind.host(tree.root)
        let long = "/" + String(repeating: "x/", count: 3000)
        #expect(throws: HostError.pathTooLong) { try host.read(long) }
        #expect(throws: HostError.pathTooLong) { try host.read("/" + String(repeating: "x", count: 300)) }
        for path in ["", "etc", "./x", "/a\0b"] {
            #expect(throws: HostError.invalidPath, "\(path.debugDescription)") { try host.read(path) }
        }
        #expect(throws: HostError.notFound) { try host.read("/none") }
    }

    @Test("sizes: the cap is exact, a sparse file over it is not read", arguments: HostKind.allCases)
    func sizes(kind: HostKind) throws {
        try tree.file("/ten", "0123456789")
        try tree.file("/empty")
        try tree.file("/big")
        #expect(unsafe truncate(tree.root + "/big", 100_000_000) == 0)
        let host = try kind.host(tree.root)
        #expect(try host.read("/ten", limit: 10).bytes.count == 10)
        #expect(throws: HostError.tooLarge(limit: 9)) { try host.read("/ten", limit: 9) }
        #expect(throws: HostError.tooLarge(limit: 0)) { try host.read("/ten", limit: 0) }
        #expect(try host.read("/empty", limit: 0).bytes.isEmpty)
        #expect(throws: HostError.tooLarge(limit: 16 << 20)) { try host.read("/big") }
        #expect(try host.read("/ten", limit: .max).bytes.count == 10)
        #expect(unsafe truncate(tree.root + "/big", HostLimits.wholeBytes + 1) == 0)
        #expect(throws: HostError.tooLarge(limit: HostLimits.wholeBytes)) { try host.read("/big", limit: .max) }
    }

    @Test("logs are read in chunks, from any place, up to any amount", arguments: HostKind.allCases)
    func stream(kind: HostKind) throws {
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try tree.file("/log", bytes)
        let host = try kind.host(tree.root)
        for (offset, limit) in [
            (0, 5_000_000), (0, 1_100_000), (17, 100), (2_499_999, 10), (2_500_000, 10), (9_000_000, 1),
        ] {
            var read: [UInt8] = []
            let status = try host.stream("/log", from: Int64(offset), limit: Int64(limit)) { chunk in
                #expect((1...HostLimits.chunkBytes).contains(chunk.count))
                read += chunk
                return true
            }
            #expect(status.size == 2_500_000)
            #expect(read == Array(bytes.dropFirst(offset).prefix(limit)))
        }
        var calls = 0
        _ = try host.stream("/log", from: 0, limit: .max) { _ in
            calls += 1
            return false
        }
        #expect(calls == 1)
    }

    @Test("a file that changes while it is read says so", arguments: HostKind.allCases)
    func changes(kind: HostKind) throws {
        try tree.file("/quiet", "q")
        try tree.file("/log", [UInt8](repeating: 0x61, count: 4 << 20))
        let host = try kind.host(tree.root)
        #expect(try !host.read("/quiet").changedWhileReading)
        let writer = unsafe open(tree.root + "/log", O_WRONLY | O_APPEND)
        let isDone = Flag()
        let thread = Thread {
            while !isDone.isSet { unsafe _ = write(writer, "b", 1) }
        }
        thread.start()
        defer {
            isDone.set()
            while !thread.isFinished { usleep(1000) }
            close(writer)
        }
        // On a busy machine the writer may wait long for its turn.
        let deadline = ContinuousClock.now + .seconds(60)
        var seen = false
        while !seen, ContinuousClock.now < deadline {
            seen = try host.read("/log", limit: 1 << 30).changedWhileReading
        }
        #expect(seen)
    }

    @Test("names come in byte order; one that is not UTF-8 is repaired", arguments: HostKind.allCases)
    func names(kind: HostKind) throws {
        for name in ["b", "a", "Z", "é", "a.conf", "a-b"] { try tree.file("/d/\(name)") }
        var raw: [UInt8] = Array((tree.root + "/d/").utf8) + [0x66, 0xFF, 0]
        let made = unsafe raw.withUnsafeMutableBytes {
            unsafe open($0.assumingMemoryBound(to: CChar.self).baseAddress.unsafelyUnwrapped, O_CREAT | O_WRONLY, 0o644)
        }
        close(made)
        let host = try kind.host(tree.root)
        let names = try host.list("/d").map(\.name)
        #expect(names == ["Z", "a", "a-b", "a.conf", "b", "f\u{FFFD}", "é"])
        #expect(throws: HostError.notFound) { try host.read("/d/f\u{FFFD}") }
    }

    @Test("a directory is listed up to its cap, and not at all above it")
    func largeDirectories() throws {
        try tree.directory("/full")
        let directory = unsafe open(tree.root + "/full", O_RDONLY | O_DIRECTORY)
        defer { close(directory) }
        // Names for one file cost less than files.
        try tree.file("/one")
        for number in 0..<HostLimits.directoryEntries {
            // Some filesystems count the names of a file in 16 bits.
            if number % 30_000 == 0 { try tree.file("/one\(number)") }
            unsafe linkat(AT_FDCWD, tree.root + "/one\(number / 30_000 * 30_000)", directory, "\(number)", 0)
        }
        // Made once, and how paths are resolved makes no difference: it takes seconds.
        let hosts = try [HostKind.kernel, .brokeredKernel].map { try $0.host(tree.root) }
        for host in hosts {
            let names = try host.list("/full").map(\.name)
            #expect(names.count == HostLimits.directoryEntries)
            #expect(names.prefix(3) == ["0", "1", "10"] && names.last == "99999")
        }
        try tree.file("/full/more")
        for host in hosts {
            #expect(throws: HostError.tooManyEntries(limit: HostLimits.directoryEntries)) { try host.list("/full") }
        }
    }

    @Test("an open file is read by offsets and cannot be written", arguments: HostKind.allCases)
    func opened(kind: HostKind) throws {
        try tree.file("/f", "0123456789")
        try tree.link("/link", to: "f")
        let file = try kind.host(tree.root).open("/link")
        #expect(try file.status().size == 10 && file.status().kind == .regular)
        #expect(try file.read(at: 3, count: 4) == Array("3456".utf8))
        #expect(try file.read(at: 8, count: 4) == Array("89".utf8))
        #expect(try file.read(at: 11, count: 4).isEmpty)
        #expect(try file.readAll(limit: 10) == Array("0123456789".utf8))
        #expect(throws: HostError.tooLarge(limit: 9)) { try file.readAll(limit: 9) }
        #expect(throws: HostError.self) { try file.read(at: .max, count: 1) }
        #expect(throws: HostError.self) { try file.read(at: -1, count: 1) }
        #expect(throws: HostError.self) { try file.write([0]) }
        #expect(throws: HostError.self) { try file.seal() }
        #expect(throws: HostError.notFound) { try kind.host(tree.root).open("/none") }
    }

    @Test("owners' names are the tree's own, never this machine's", arguments: HostKind.allCases)
    func owners(kind: HostKind) throws {
        try tree.file("/x", "", mode: 0o640)
        #expect(try kind.host(tree.root).status("/x").owner == nil)
        let (user, group) = (getuid(), getgid())
        try tree.file("/etc/passwd", "+nis::\(user):\n:\nshort:x\nalpha:x:\(user):0:::\nbeta:x:\(user):0:::\n")
        try tree.file("/etc/group", "staffers:x:\(group):\nbad:x:99999999999:\n")
        let status = try kind.host(tree.root).status("/x")
        #expect(status.owner == "alpha" && status.group == "staffers")
        #expect(status.ownerID == user && status.groupID == group)
        #expect(status.mode == FileMode(bits: 0o640) && status.linkCount == 1)
        #expect(try kind.host(tree.root).status("/etc/../x").identity == status.identity)
    }
}
