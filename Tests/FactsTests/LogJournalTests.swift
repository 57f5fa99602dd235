// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Logs
import Model
import Patterns
import TestSupport
import Testing

import struct Foundation.Data
import struct Foundation.Date
import class Foundation.FileManager
import class Foundation.ProcessInfo
import struct Foundation.URL

@Suite struct LogJournalTests {
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))

    func run(_ host: any Host) throws -> EventOutcome? {
        let query = EventQuery(
            id: "q", sources: ["ssh"], requiredLiterals: ["Failed password"], by: ["address"], window: 3600,
            extract: [try Pattern(#" from (?P<address>\S+) port"#)]
        ) { $0.message.hasPrefix("Failed password") }
        return LogEventCollector().run([query], Collection(host: host, now: now))["q"]
    }

    private let machine = "3d1219c7c4c5404aaa1f6d2a48adfda4"

    @Test func aFileThatIsNoJournalIsAGap() throws {
        let tree = try TemporaryTree()
        let directory = "/run/log/journal/\(machine)"
        try tree.file("\(directory)/system.journal", "LPKSHHRH")
        try tree.file("\(directory)/user-1000.journal~", String(repeating: "x", count: 4096))
        try tree.file("\(directory)/empty.journal")
        try tree.file("\(directory)/notes", "no journal by its name")
        let gaps = ["system.journal", "user-1000.journal~"].map { "\(directory)/\($0): damaged, or no journal file" }
        #expect(try run(TreeHost(root: tree.root)) == .groups([], gaps: gaps))
    }

    @Test func aJournalThatMayNotBeReadIsUnknown() throws {
        let path = "/var/log/journal/\(machine)/system.journal"
        let file = [path: MemoryHost.Entry("x", failure: .permissionDenied)]
        #expect(try run(MemoryHost(file)) == .unknown("\(path): permission denied"))
        let directory = ["/var/log/journal": MemoryHost.Entry(kind: .directory, failure: .permissionDenied)]
        #expect(try run(MemoryHost(directory)) == .unknown("/var/log/journal: permission denied"))
    }

    @Test func withoutJournalFilesThereIsNoJournal() throws {
        let none = EventOutcome.notApplicable("no log of ssh on this host")
        #expect(try run(MemoryHost(files: ["/var/log/journal/\(machine)/empty.journal": ""])) == none)
        #expect(try run(MemoryHost(files: ["/var/log/journal": "a file"])) == none)
        // Of another machine, and of none.
        let other = ["/etc/machine-id": "\(machine)\n", "/var/log/journal/0\(machine.dropFirst())/system.journal": "x"]
        #expect(try run(MemoryHost(files: other)) == none)
        #expect(try run(MemoryHost(files: ["/var/log/journal/remote/system.journal": "x"])) == none)
    }

    @Test func ofManyFilesTheYoungestAreOpened() throws {
        var files: [String: MemoryHost.Entry] = [:]
        for number in 1...205 {
            files["/var/log/journal/\(machine)/user-\(number).journal"] = MemoryHost.Entry(
                "x", modified: Timestamp(seconds: now.seconds - Int64(number)))
        }
        let journal = JournalFiles(of: MemoryHost(files), since: Timestamp(seconds: now.seconds - 203))
        #expect(journal.isPresent)
        #expect(journal.gaps == ["203 journal files: only the youngest 200 are read"])
        var refused = 0
        let reader = journal.reader { _ in refused += 1 }
        if let _ = consume reader { Issue.record("none of them is a journal") }
        #expect(refused == 200)
    }
}

/// A real journal, copied into a tree.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["GUAITA_JOURNAL"] == "private",
        "skipped: needs a journald of its own, run Tests/EndToEnd/journal.sh"))
struct LogJournalEndToEndTests {
    private let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
    private let tree: TemporaryTree
    private let machine: String
    private let bytes: [UInt8]

    init() throws {
        tree = try TemporaryTree()
        let names = try FileManager.default.subpathsOfDirectory(atPath: "/run/log/journal")
        let name = try #require(names.first { $0.hasSuffix("/system.journal") })
        machine = String(name.prefix(32))
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "/run/log/journal/\(name)")))
    }

    private func run() throws -> EventOutcome? {
        try LogJournalTests().run(TreeHost(root: tree.root))
    }

    /// Tests/EndToEnd/journal.sh wrote 12 entries as sshd and 12 as somebody else who says to be sshd.
    private func expectTwelve(_ gaps: [String] = []) throws {
        guard case .groups(let groups, let found)? = try run() else {
            Issue.record("no groups")
            return
        }
        #expect(found == gaps)
        #expect(groups.map(\.keys) == [[ExtractedField(name: "address", value: "203.0.113.9")]])
        #expect(groups.first?.count == 12)
        #expect(groups.first?.samples.count == 5)
        #expect(groups.first?.samples.allSatisfy { $0.path == "journal" && $0.cursor != nil } == true)
    }

    @Test func entriesAreToldByWhoReallyWroteThem() throws {
        try tree.file("/run/log/journal/\(machine)/system.journal", bytes)
        try expectTwelve()
        // Where rsyslog writes the same entries to a file, they count once.
        try tree.file("/var/log/auth.log")
        #expect(try run() == .groups([], gaps: []))
        let old = Date(timeIntervalSince1970: Double(now.seconds - 90_000))
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: tree.root + "/var/log/auth.log")
        try expectTwelve()
    }

    @Test(arguments: ["system@1-2-3.journal", "system@1-2.journal~", "user-1000.journal"])
    func filesOfEveryKindAreRead(name: String) throws {
        try tree.file("/var/log/journal/\(machine)/\(name)", bytes)
        try tree.file("/etc/machine-id", "\(machine)\n")
        try expectTwelve()
        // The same file by another name, as in the moment of a rotation: no entry counts twice.
        try tree.file("/var/log/journal/\(machine)/other.journal", bytes)
        try expectTwelve()
    }

    @Test func aDamagedFileBesideAGoodOneIsAGap() throws {
        try tree.file("/var/log/journal/\(machine)/system.journal", bytes)
        try tree.file("/var/log/journal/\(machine)/cut.journal", Array(bytes.prefix(100_000)))
        try tree.file("/var/log/journal/\(machine)/noise.journal~", [UInt8](repeating: 0x55, count: 100_000))
        try expectTwelve(
            ["cut.journal", "noise.journal~"].map {
                "/var/log/journal/\(machine)/\($0): damaged, or no journal file"
            })
    }

    @Test func noDamageEndsTheScan() throws {
        let seed = SeededGenerator.seed()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 1
        for _ in 0..<60 {
            var damaged = bytes
            switch generator.below(3) {
            case 0:
                for _ in 0..<generator.pick([1, 10, 300]) {
                    damaged[generator.below(used)] = UInt8(generator.below(256))
                }
            case 1: for _ in 0..<3 { damaged[generator.below(272)] = UInt8(generator.below(256)) }
            default: damaged = Array(damaged.prefix(generator.below(used)))
            }
            try tree.file("/var/log/journal/\(machine)/system.journal", damaged)
            _ = try run()
        }
    }
}
