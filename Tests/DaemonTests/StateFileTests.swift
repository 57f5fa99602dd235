// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Host
import Journal
import Model
import TestSupport
import Testing

@testable import Daemon

@Suite("The state on the disk")
struct StateFileTests {
    private let directory: String
    private let file: StateFile

    init() throws {
        directory = NSTemporaryDirectory() + "guaita-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        file = StateFile(path: directory + "/state")
    }

    private func sample() -> DaemonState {
        var state = DaemonState()
        var generator = SeededGenerator(seed: 7)
        for step in 0..<20 {
            let summary = Scans.random(at: Int64(step) * 60, using: &generator)
            let changes = state.book.record(summary, scanID: "\(step)")
            let entries = ChangeEntries(limit: 10, report: "/r").entries(
                changes, of: summary, open: state.book.open.count, closing: .scanEnd)
            state.batches.append(JournalBatch(scan: "\(step)", entries: entries))
        }
        state.batches.append(JournalBatch(scan: nil, entries: [.init(.clockChanged, priority: 5, "the clock")]))
        state.givenUp = 3
        return state
    }

    @Test("is read back as it was saved, and saved again as the same bytes, for its owner and group alone")
    func roundTrip() throws {
        #expect(file.load() == .absent)
        try file.save(sample())
        #expect(file.load() == .state(sample()))
        #expect(StateFile.encode(sample()) == StateFile.encode(sample()))
        #expect(try LiveHost().status(file.path).mode == FileMode(bits: 0o640))
    }

    @Test("every cut and every changed byte is found out")
    func damaged() throws {
        let bytes = StateFile.encode(DaemonState(batches: [JournalBatch(scan: "s", entries: [])]))
        #expect(throws: Never.self) { try StateFile.decode(bytes) }
        for cut in 0..<bytes.count {
            #expect(throws: StateFile.Refusal.self) { try StateFile.decode(Array(bytes.prefix(cut))) }
        }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x20
            #expect(throws: StateFile.Refusal.self) { try StateFile.decode(other) }
        }
    }

    @Test("what is of no use is put aside and said", arguments: ["", "noise", "guaita state 2\nfrom the future"])
    func foreign(text: String) throws {
        try OutputFile.write(Array(text.utf8), to: file.path)
        guard case .damaged(let reason) = file.load() else {
            Issue.record("it was read")
            return
        }
        #expect(reason.hasPrefix(file.path) && reason.hasSuffix("it is now \(file.path).damaged"))
        #expect(reason.contains("another version") == text.hasPrefix("guaita state 2"))
        #expect(file.load() == .absent)
        #expect(try LiveHost().read(file.path + ".damaged").bytes == Array(text.utf8))
    }

    @Test("a link is put aside, and what it points at stays as it is")
    func link() throws {
        try OutputFile.write(Array("precious".utf8), to: directory + "/victim")
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "victim")
        guard case .damaged(let reason) = file.load() else {
            Issue.record("it was followed")
            return
        }
        #expect(reason.contains("is a link"))
        try file.save(sample())
        #expect(try LiveHost().read(directory + "/victim").bytes == Array("precious".utf8))
    }

    @Test("what a killed process left half written is removed")
    func leftovers() throws {
        try OutputFile.write([1], to: directory + "/.guaita-12ab.tmp")
        _ = file.load()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
    }
}
