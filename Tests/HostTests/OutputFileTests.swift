// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc
import Model
import Testing

@testable import Host

@Suite("A file that is the old one or the new one")
struct OutputFileTests {
    private let directory: String
    private var path: String { directory + "/report.json" }

    init() throws {
        directory = NSTemporaryDirectory() + "guaita-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()) ?? [] }

    @Test("is made and replaced, and leaves nothing beside it")
    func replaced() throws {
        try OutputFile.write(Array("old".utf8), to: path)
        try OutputFile.write(Array("new".utf8), to: path, permissions: FileMode(bits: 0o644))
        #expect(try LiveHost().read(path).bytes == Array("new".utf8))
        #expect(try LiveHost().status(path).mode == FileMode(bits: 0o644))
        #expect(names == ["report.json"])
    }

    @Test("has its permissions whatever umask says")
    func permissions() throws {
        try OutputFile.write([], to: path, permissions: FileMode(bits: 0o666))
        #expect(try LiveHost().status(path).mode == FileMode(bits: 0o666))
    }

    @Test("a link under its name is replaced, not followed")
    func link() throws {
        try OutputFile.write(Array("precious".utf8), to: directory + "/victim")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "victim")
        try OutputFile.write(Array("new".utf8), to: path)
        #expect(try LiveHost().read(directory + "/victim").bytes == Array("precious".utf8))
        #expect(try LiveHost().status(path, followLinks: false).kind == .regular)
    }

    @Test("a directory under its name, or none above it, is an error and leaves nothing")
    func inTheWay() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(throws: (any Error).self) { try OutputFile.write([1], to: path) }
        #expect(names == ["report.json"])
        #expect(throws: HostError.notFound) { try OutputFile.write([1], to: directory + "/none/report.json") }
        #expect(throws: HostError.invalidPath) { try OutputFile.write([1], to: "") }
        #expect(throws: HostError.invalidPath) { try OutputFile.write([1], to: "a\0b") }
        #expect(throws: HostError.wrongKind(.directory)) { try OutputFile.write([1], to: directory + "/") }
    }

    @Test("what a killed process left is removed, and no file of another name or kind")
    func leftovers() throws {
        try OutputFile.write([1], to: directory + "/.guaita-1.tmp")
        try OutputFile.write([1], to: directory + "/.guaita-keep")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/.guaita-2.tmp", withDestinationPath: ".guaita-keep")
        OutputFile.removeLeftovers(in: directory)
        OutputFile.removeLeftovers(in: directory + "/none")
        #expect(names == [".guaita-2.tmp", ".guaita-keep"])
    }

    @Test(
        "on a full disk, or one that is read-only, the old file stays whole and nothing is left beside it",
        .enabled(if: geteuid() == 0, "skipped: needs root to mount a small filesystem"))
    func fullDisk() throws {
        // mount(2) in this process's own namespace; unmounted below.
        let mounted = unsafe mount("tmpfs", directory, "tmpfs", 0, "size=64k") == 0
        guard mounted else {
            print("SKIPPED fullDisk: no tmpfs can be mounted here")
            return
        }
        defer { unsafe umount2(directory, Int32(MNT_DETACH)) }
        try OutputFile.write(Array("old".utf8), to: path)
        #expect(throws: HostError.system(ENOSPC, "No space left on device")) {
            try OutputFile.write([UInt8](repeating: 1, count: 1 << 20), to: path)
        }
        #expect(try LiveHost().read(path).bytes == Array("old".utf8))
        #expect(names == ["report.json"])
        let isReadOnly = unsafe mount(nil, directory, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
        #expect(isReadOnly)
        #expect(throws: HostError.system(EROFS, "Read-only file system")) { try OutputFile.write([1], to: path) }
        #expect(names == ["report.json"])
    }
}
