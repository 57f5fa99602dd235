// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Host
import Model
import TestSupport
import Testing

@Suite("mtree(5) manifests", .timeLimit(.minutes(1)))
struct MTreeTests {
    private func manifest(_ text: String) -> MTree { MTree(Array(text.utf8)) }

    @Test("whole paths, as bsdtar writes them")
    func paths() {
        let tree = manifest(
            """
            #mtree
            . type=dir mode=755
            ./etc/shadow gname=shadow uname=root time=1700000000.2072694 mode=0640 gid=42 uid=0 type=file size=7
            ./lib type=link link=usr/lib mode=777
            ./etc/a\\040b\\303\\251 type=file
            """)
        #expect(tree.problems.isEmpty)
        #expect(
            tree.entries["/etc/shadow"]
                == MTree.Entry(
                    kind: .regular, mode: FileMode(bits: 0o640), ownerID: 0, groupID: 42, owner: "root",
                    group: "shadow",
                    modified: Timestamp(seconds: 1_700_000_000, nanoseconds: 2_072_694), size: 7))
        #expect(tree.entries["/lib"]?.target == "usr/lib")
        #expect(tree.entries["/"]?.kind == .directory)
        #expect(tree.entries.keys.sorted() == ["/", "/etc/a bé", "/etc/shadow", "/lib"])
    }

    @Test("nested names, defaults and continued lines, as mtree writes them")
    func nested() {
        let tree = manifest(
            """
            #	   user: root
            /set type=file uname=root gname=root mode=0755
            .               type=dir
            /set mode=0640
            etc             type=dir mode=0755
                shadow      gname=shadow
                x\\sy\\#\\M-C\\M-) \\
                            mode=0600
            /unset mode uname
                z
            # ./etc
            ..
            usr             type=dir
            lib             type=dir
            /unset all
            ./last
            a
            ..
            ..
            b               type=dir
            ..
            ..
            """)
        #expect(tree.problems.isEmpty)
        #expect(
            tree.entries.keys.sorted()
                == [
                    "/", "/b", "/etc", "/etc/shadow", "/etc/x y#é", "/etc/z", "/last", "/usr", "/usr/lib", "/usr/lib/a",
                ])
        #expect(tree.entries["/etc/shadow"]?.mode == FileMode(bits: 0o640))
        #expect(tree.entries["/etc/shadow"]?.group == "shadow" && tree.entries["/etc/shadow"]?.owner == "root")
        #expect(tree.entries["/etc/x y#é"]?.mode == FileMode(bits: 0o600))
        #expect(tree.entries["/etc/z"] == MTree.Entry(kind: .regular, group: "root"))
        #expect(tree.entries["/last"] == MTree.Entry())
    }

    @Test("a line that says nothing sure is told, and the rest is read")
    func problems() {
        let tree = manifest(
            "./a mode=u+rwx uid=-1 time=x size=99999999999999999999 type=door gid=5\n/etc x\n..\n./a/../b\n./c mode=0644\n"
        )
        #expect(tree.problems.map(\.line) == [1, 1, 1, 1, 1, 2, 3, 4])
        #expect(tree.problems.first?.message == "type=door is not understood")
        #expect(tree.entries["/a"] == MTree.Entry(groupID: 5))
        #expect(tree.entries["/c"]?.mode == FileMode(bits: 0o644))
    }

    @Test("no bytes can hurt", arguments: 0..<20 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("./set unset all type=dir mode=07 \\\n\t#..M-^=\u{0}\u{FF}".utf8)
        let bytes = (0..<5000).map { _ in random.pick(alphabet) }
        #expect(MTree(bytes).problems.count <= 100, "seed \(seed)")
    }

    @Test("attributes come from the manifest; what it does not list is unknown")
    func attributed() throws {
        let files = try TemporaryTree()
        try files.file("/etc/shadow", "x", mode: 0o777)
        try files.file("/etc/other", "x", mode: 0o600)
        try files.file("/usr/lib/x", "x")
        try files.link("/lib", to: "usr/lib")
        try files.link("/etc/link", to: "/etc/shadow")
        try files.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000:::\n")
        try files.file("/etc/group", "root:x:0:\nshadow:x:42:\n")
        let host = AttributedHost(
            try TreeHost(root: files.root),
            manifest: manifest(
                """
                ./etc/shadow type=file mode=0640 uname=root gname=shadow time=1700000000.0
                ./etc/link type=link mode=0777 uid=1000
                ./usr/lib/x type=file mode=0444 uid=1000 gid=7
                """))
        let shadow = try host.status("/etc/shadow")
        #expect(shadow.mode == FileMode(bits: 0o640) && shadow.owner == "root" && shadow.group == "shadow")
        #expect(shadow.ownerID == 0 && shadow.groupID == 42 && shadow.modified == Timestamp(seconds: 1_700_000_000))
        #expect(shadow.size == 1 && shadow.kind == .regular)
        #expect(try host.status("/etc/link").mode == FileMode(bits: 0o640))
        #expect(try host.status("/etc/link", followLinks: false).owner == "alice")
        #expect(try host.read("/etc/link").status == shadow)
        let library = try host.status("/lib/x")
        #expect(library.mode == FileMode(bits: 0o444) && library.owner == "alice")
        #expect(library.groupID == 7 && library.group == nil)
        let other = try host.status("/etc/other")
        #expect(other.mode == nil && other.owner == nil && other.ownerID == nil && other.group == nil)
        #expect(other.modified == nil && other.kind == .regular && other.size == 1)
        #expect(throws: HostError.notFound) { try host.status("/etc/none") }
        #expect(try host.list("/etc").map(\.name) == ["group", "link", "other", "passwd", "shadow"])
    }

    @Test(
        "what bsdtar and mtree write is what the tree says",
        arguments: [
            ("/usr/bin/bsdtar", ["-cf", "-", "--format=mtree", "."]),
            (
                "/usr/bin/bsdtar",
                ["-cf", "-", "--format=mtree", "--options=!all,use-set,indent,mode,uid,gid,time,type,link", "."]
            ),
            ("/usr/bin/mtree", ["-c", "-k", "mode,uid,gid,time,type,link", "-p", "."]),
        ])
    func programs(program: String, arguments: [String]) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            print("skipped: \(program) is not installed (libarchive-tools, mtree-netbsd)")
            return
        }
        let files = try TemporaryTree()
        try files.file("/etc/a b#é\\x", "1", mode: 0o640)
        try files.file("/etc/deep/er/file", "22", mode: 0o4755)
        try files.file("/zz", "", mode: 0o600)
        try files.link("/link", to: "etc/a b#é\\x")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: files.root)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let written = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let tree = MTree(written)
        #expect(tree.problems.isEmpty)
        let host = try TreeHost(root: files.root)
        let paths = ["/", "/etc", "/etc/a b#é\\x", "/etc/deep", "/etc/deep/er", "/etc/deep/er/file", "/link", "/zz"]
        #expect(tree.entries.keys.sorted() == paths)
        for path in paths {
            let status = try host.status(path, followLinks: false)
            let entry = try #require(tree.entries[path])
            #expect(
                entry.kind == status.kind && entry.mode == status.mode && entry.modified == status.modified, "\(path)")
            #expect(entry.ownerID == status.ownerID && entry.groupID == status.groupID, "\(path)")
        }
    }
}
