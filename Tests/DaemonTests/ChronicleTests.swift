// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Host
import Journal
import Model
import Synchronization
import TestSupport
import Testing

@testable import Daemon

/// A journal in memory that may be gone, or see the sender die.
final class MemoryJournal: JournalSink {
    struct State {
        var entries: [(message: JournalMessage, fields: [JournalField])] = []
        /// How many more entries it takes; nil: any number.
        var patience: Int?
    }
    let state = Mutex(State())

    func send(_ message: JournalMessage, _ fields: [JournalField]) -> Result<Void, JournalError> {
        state.withLock { state in
            if state.patience == 0 { return .failure(.noJournal) }
            state.patience? -= 1
            state.entries.append((message, fields))
            return .success(())
        }
    }

    var patience: Int? {
        get { state.withLock { $0.patience } }
        set { state.withLock { $0.patience = newValue } }
    }

    /// The values of a field, of the entries that have it.
    func values(_ key: JournalKey) -> [String] {
        state.withLock { state in
            state.entries.compactMap { entry in entry.fields.first { $0.key == key }?.value }
        }
    }

    /// `scan/number` of each numbered entry.
    var numbers: [String] {
        state.withLock { state in
            state.entries.compactMap { entry in
                guard let scan = entry.fields.first(where: { $0.key == .scan })?.value,
                    let number = entry.fields.first(where: { $0.key == .sequence })?.value
                else { return nil }
                return "\(scan)/\(number)"
            }
        }
    }

    /// What a worker would find out.
    func position(of scan: String) -> ChangeJournal.Position {
        let numbers = numbers.filter { $0.hasPrefix("\(scan)/") }.compactMap { Int($0.dropFirst(scan.count + 1)) }
        return numbers.max().map { .upTo($0) } ?? .none
    }
}

@Suite("Memory and voice of the daemon")
struct ChronicleTests {
    private let directory: String
    private let journal = MemoryJournal()

    init() throws {
        directory = NSTemporaryDirectory() + "guaita-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func chronicle(
        limit: Int = 1000, complain: @escaping @Sendable (String) -> Void = { _ in }
    ) -> Chronicle {
        Chronicle(
            file: StateFile(path: directory + "/state"), sink: journal,
            entries: ChangeEntries(limit: limit, report: "/var/lib/guaita/report.json"), heartbeat: 86_400,
            complain: complain)
    }

    @Test("a start tells the scores, a full scan without changes nothing, and a day later there is a sign of life")
    func heartbeat() {
        var chronicle = chronicle()
        _ = chronicle.record(Scans.summary(at: 0), scanID: "1", occasion: .start)
        #expect(journal.values(.message) == ["scan done: security 82.1 (B), 0 findings open"])
        _ = chronicle.record(Scans.summary(at: 3600), scanID: "2", occasion: .full)
        #expect(journal.numbers == ["1/1"])
        _ = chronicle.record(Scans.summary(at: 86_400), scanID: "3", occasion: .full)
        #expect(
            journal.values(.message).last
                == "nothing changed since 2026-11-23 09:00 UTC: security 82.1 (B), 0 findings open")
        // The clock was set back: no day of silence until it has caught up.
        _ = chronicle.record(Scans.summary(at: -86_400), scanID: "4", occasion: .full)
        #expect(journal.numbers == ["1/1", "3/1", "4/1"])
    }

    @Test("a process killed at any moment loses no entry and doubles none")
    func killed() throws {
        let first = Scans.summary(at: 0, [Scans.finding("a.a")])
        let second = Scans.summary(
            at: 60, [Scans.finding("b.b"), Scans.finding("c.c", .low)], unjudged: [Scans.unjudged("a.a")])
        // What the journal holds when nothing goes wrong.
        let wanted = ["1/1", "1/2", "2/1", "2/2", "2/3", "2/4"]
        let path = directory + "/state"
        // Killed after the state was saved with n entries sent: the journal takes n and then the process is gone.
        for sent in 0...4 {
            try? FileManager.default.removeItem(atPath: path)
            journal.state.withLock { $0 = .init() }
            var before = chronicle()
            _ = before.record(first, scanID: "1", occasion: .start)
            journal.patience = sent
            _ = before.record(second, scanID: "2", occasion: .full)
            if sent == 4 {
                // Killed between the last entry and the state without the batch.
                let state = DaemonState(book: before.book, batches: [try #require(Self.batch(second, of: first))])
                try StateFile(path: path).save(state)
            }
            journal.patience = nil
            var after = chronicle()
            #expect(after.awaited == "2")
            after.flush()
            #expect(journal.numbers.count == 2 + sent, "nothing is sent before it is known what has arrived")
            after.resume(journal.position(of: "2"))
            #expect(journal.numbers == wanted)
            #expect(after.journal.pending == 0 && after.awaited == nil)
            #expect(after.record(second, scanID: "3", occasion: .full) == [], "the book was saved with it")
            #expect(journal.numbers == wanted)
            #expect(chronicle().awaited == nil)
        }
        // Killed before the state was saved: the next process finds the same changes, under another name.
        try? FileManager.default.removeItem(atPath: path)
        journal.state.withLock { $0 = .init() }
        var before = chronicle()
        _ = before.record(first, scanID: "1", occasion: .start)
        var after = chronicle()
        _ = after.record(second, scanID: "2b", occasion: .start)
        #expect(journal.numbers == ["1/1", "1/2", "2b/1", "2b/2", "2b/3", "2b/4"])
    }

    private static func batch(_ summary: ScanSummary, of before: ScanSummary) -> JournalBatch? {
        var book = Watchbook()
        _ = book.record(before, scanID: "1")
        let changes = book.record(summary, scanID: "2")
        let entries = ChangeEntries(limit: 1000, report: "").entries(
            changes, of: summary, open: book.open.count, closing: .scanEnd)
        return JournalBatch(scan: "2", entries: entries)
    }

    @Test("where it cannot be known what arrived, all is sent again with the same numbers, and said")
    func unknownPosition() {
        var before = chronicle()
        journal.patience = 1
        _ = before.record(Scans.summary(at: 0, [Scans.finding("a.a")]), scanID: "1", occasion: .start)
        journal.patience = nil
        var after = chronicle()
        after.resume(.unknown("the worker died"))
        #expect(journal.numbers == ["1/1", "1/1", "1/2"])
        #expect(
            journal.values(.message).dropFirst().first
                == "entries of the scan 1 may be here twice, with the same GUAITA_SEQ: the worker died")
    }

    @Test(
        "a journal that is gone keeps everything waiting, is complained of once, and gets it in order when it is back")
    func gone() {
        let box = Complaints()
        var chronicle = chronicle { box.add($0) }
        journal.patience = 1
        for scan in 0..<5 {
            let finding = Scans.finding("a.a", objects: ["\(scan)"])
            _ = chronicle.record(Scans.summary(at: Int64(scan) * 60, [finding]), scanID: "\(scan)", occasion: .look)
        }
        chronicle.tell(.clockChanged, priority: 5, "the clock was set back by a year")
        #expect(box.all == ["the journal does not take what there is to tell; it is kept: no journal is running here"])
        #expect(journal.numbers == ["0/1"])
        #expect(chronicle.journal.pending == 5)
        journal.patience = nil
        chronicle.flush()
        #expect(journal.numbers == ["0/1", "1/1", "2/1", "3/1", "4/1"])
        #expect(journal.values(.message).last == "guaita: the clock was set back by a year")
        #expect(chronicle.journal.pending == 0)
    }

    @Test("entries over the limit are counted, not sent")
    func limit() {
        var chronicle = chronicle(limit: 2)
        let findings = ["a.a", "b.b", "c.c"].map { Scans.finding($0) }
        _ = chronicle.record(Scans.summary(at: 0, findings), scanID: "1", occasion: .start)
        #expect(journal.numbers == ["1/1", "1/2", "1/3", "1/4"])
        #expect(journal.values(.message)[2] == "and 1 more change; everything is in the report")
        #expect(journal.values(.suppressed) == ["1"])
    }

    @Test("a journal that is gone for long does not fill the memory; what was given up is told")
    func givenUp() {
        var journal = ChangeJournal(self.journal)
        self.journal.patience = 0
        let entry = JournalBatch.Entry(.findingNew, priority: 3, "x")
        for scan in 0..<30 {
            journal.add(JournalBatch(scan: "\(scan)", entries: Array(repeating: entry, count: 1000)))
        }
        #expect(journal.pending == ChangeJournal.limit)
        #expect(journal.givenUp == 10_000)
        self.journal.patience = nil
        #expect((try? journal.sendFirst()) == true)
        #expect(self.journal.values(.suppressed) == ["10000"])
        #expect(self.journal.numbers.first == "10/1")
    }

    @Test("a damaged state is put aside and told, and the daemon begins anew")
    func damaged() throws {
        var before = chronicle()
        _ = before.record(Scans.summary(at: 0, [Scans.finding("a.a")]), scanID: "1", occasion: .start)
        let path = directory + "/state"
        var bytes = try LiveHost().read(path).bytes
        bytes[bytes.count / 2] ^= 1
        try OutputFile.write(bytes, to: path)
        var after = chronicle()
        #expect(journal.values(.message).last?.contains("damaged: its checksum does not match") == true)
        #expect(try LiveHost().read(path + ".damaged").bytes == bytes)
        #expect(after.record(Scans.summary(at: 60, [Scans.finding("a.a")]), scanID: "2", occasion: .start).count == 1)
    }

    @Test("a disk that takes nothing is told once, and does not silence the journal")
    func unsaved() throws {
        try FileManager.default.removeItem(atPath: directory)
        let box = Complaints()
        var chronicle = chronicle { box.add($0) }
        _ = chronicle.record(Scans.summary(at: 0, [Scans.finding("a.a")]), scanID: "1", occasion: .start)
        _ = chronicle.record(Scans.summary(at: 60), scanID: "2", occasion: .look)
        #expect(box.all == ["the state cannot be saved: \(directory)/state: no such file or directory"])
        #expect(journal.numbers == ["1/1", "1/2", "2/1"])
        #expect(journal.values(.message).count == 4)
    }
}

/// What was complained of.
final class Complaints: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
}
