// SPDX-License-Identifier: GPL-3.0-or-later

import Host
public import Journal
public import Model

/// The daemon's memory and its voice: what it knows (`Watchbook`), what it has told the journal and what not yet
/// (`ChangeJournal`), and the file that makes both outlive the process (`StateFile`). Each step is saved before the next,
/// so that a process that is killed at any moment loses no finding and tells none twice.
public struct Chronicle: Sendable {
    /// What is known of the host.
    public private(set) var book: Watchbook
    /// What is on its way to the journal.
    public private(set) var journal: ChangeJournal

    private let file: StateFile
    private var entries: ChangeEntries
    /// Seconds between two signs of life.
    private var heartbeat: Int64
    private let complain: @Sendable (String) -> Void
    /// Complaints are said once, until what they are about works again.
    private var isJournalRefusing = false
    private var isFileRefusing = false

    /// Why a scan was made.
    public enum Occasion: Sendable, Hashable {
        /// The first scan of this process: the scores are told whatever they are.
        case start
        /// A full scan.
        case full
        /// A look at what changed.
        case look
    }

    /// Opens the state file. A file that is of no use is put aside and told; then the daemon begins anew.
    public init(
        file: StateFile, sink: any JournalSink, entries: ChangeEntries, heartbeat: Int64,
        complain: @escaping @Sendable (String) -> Void
    ) {
        var state = DaemonState()
        var damage: String?
        switch file.load() {
        case .state(let saved): state = saved
        case .absent: break
        case .damaged(let reason): damage = reason
        }
        self.file = file
        self.entries = entries
        self.heartbeat = heartbeat
        self.complain = complain
        book = state.book
        journal = ChangeJournal(sink, left: state.batches, givenUp: state.givenUp)
        if let damage {
            tell(
                .stateDamaged, priority: 4, "what was known of earlier scans is lost: \(damage)",
                [JournalField(.evidence, damage)])
        }
    }

    /// From now on other settings are in force.
    public mutating func adopt(_ entries: ChangeEntries, heartbeat: Int64) {
        self.entries = entries
        self.heartbeat = heartbeat
    }

    /// The scan whose last GUAITA_SEQ in the journal a worker must find out; `resume` takes the answer. Until then
    /// nothing is sent.
    public var awaited: String? { journal.awaited }

    /// Takes up where the process before ended, and sends what it did not.
    public mutating func resume(_ position: ChangeJournal.Position) {
        journal.resume(position)
        flush()
    }

    /// Writes a scan down and tells the journal what it changed.
    public mutating func record(_ summary: ScanSummary, scanID: String, occasion: Occasion) -> [Change] {
        let changes = book.record(summary, scanID: scanID)
        let closing = closing(summary.moment, occasion, hasChanges: !changes.isEmpty)
        if closing != .none { book.lastWord = summary.moment }
        let entries = self.entries.entries(changes, of: summary, open: book.open.count, closing: closing)
        journal.add(JournalBatch(scan: scanID, entries: entries))
        save()
        flush()
        return changes
    }

    /// Tells the journal something about the daemon itself. `text` is one line of English; `message` names the catalog's
    /// text for it.
    public mutating func tell(
        _ message: JournalMessage, priority: Int, _ text: String, _ fields: [JournalField] = []
    ) {
        journal.add(
            JournalBatch(scan: nil, entries: [.init(message, priority: priority, "guaita: \(text)", fields)]))
        flush()
    }

    /// Sends what has not arrived yet; to be called now and then while `journal.pending` is not 0. A journal that does
    /// not take it is complained of once.
    public mutating func flush() {
        do throws(JournalError) {
            while try journal.sendFirst() {
                isJournalRefusing = false
                save()
            }
        } catch {
            if !isJournalRefusing {
                complain("the journal does not take what there is to tell; it is kept: \(error.description)")
            }
            isJournalRefusing = true
        }
    }

    /// Saves the state. A disk that does not take it is told once; the daemon goes on, and tries again with each scan.
    public mutating func save() {
        do throws(HostError) {
            try file.save(DaemonState(book: book, batches: journal.batches, givenUp: journal.givenUp))
            isFileRefusing = false
        } catch {
            guard !isFileRefusing else { return }
            isFileRefusing = true
            let reason = "\(file.path): \(error.description)"
            complain("the state cannot be saved: \(reason)")
            journal.add(
                JournalBatch(
                    scan: nil,
                    entries: [
                        .init(
                            .stateNotSaved, priority: 4, "guaita: the state cannot be saved: \(reason)",
                            [JournalField(.evidence, reason)])
                    ]))
        }
    }

    private func closing(
        _ now: Timestamp, _ occasion: Occasion, hasChanges: Bool
    ) -> ChangeEntries.Closing {
        switch occasion {
        case .look: return .none
        case .start: return .scanEnd
        case .full where hasChanges: return .scanEnd
        case .full:
            // A clock that was set back must not silence the daemon until it has caught up.
            let isDue = book.lastWord.map { now < $0 || now.seconds - $0.seconds >= heartbeat } ?? true
            return isDue ? .heartbeat(since: book.lastChange ?? now) : .none
        }
    }
}
