// SPDX-License-Identifier: GPL-3.0-or-later

public import Journal

/// Takes batches of entries to the journal, each entry exactly once, in order. It holds what has not arrived yet; the
/// state file keeps the same list, so that nothing is lost or doubled when the process ends at any moment:
///
/// 1. `add`, and save the state: the batch is promised.
/// 2. `sendFirst`: each entry bears the scan's id and its number.
/// 3. Save the state without the batch, before the next is begun.
///
/// A process that ended between 1 and 3 leaves a batch of which some entries may have arrived. Only the first batch can
/// be such a one. `resume` says how far the journal has it.
public struct ChangeJournal: Sendable {
    /// What has not arrived, the oldest first.
    public private(set) var batches: [JournalBatch]
    /// How many entries were given up because no journal took them for too long.
    public private(set) var givenUp: Int
    /// The scan whose last GUAITA_SEQ in the journal must be known (`Job.journalPosition`) before anything is sent; nil
    /// when all is known.
    public private(set) var awaited: String?

    /// The most entries that wait for a journal; beyond it the oldest batches are given up.
    public static let limit = 20_000

    /// How many entries of the first batch have arrived.
    private var arrived = 0
    private let sink: any JournalSink

    /// What the journal has of the awaited scan.
    public enum Position: Sendable, Hashable {
        /// Nothing.
        case none
        /// The entries up to this GUAITA_SEQ.
        case upTo(Int)
        /// It could not be found out, in words.
        case unknown(String)
    }

    /// A journal with what an earlier process left to be sent.
    public init(_ sink: any JournalSink, left batches: [JournalBatch] = [], givenUp: Int = 0) {
        self.sink = sink
        self.batches = batches
        self.givenUp = givenUp
        awaited = batches.first?.scan
    }

    /// How many entries have not arrived.
    public var pending: Int { batches.reduce(-arrived) { $0 + $1.entries.count } }

    /// Puts a batch at the end of what is to be sent.
    public mutating func add(_ batch: JournalBatch) {
        guard !batch.entries.isEmpty else { return }
        batches.append(batch)
        while pending > Self.limit, batches.count > 1 {
            givenUp += batches[0].entries.count - arrived
            removeFirst()
        }
    }

    /// Takes up where the process before ended.
    public mutating func resume(_ position: Position) {
        guard let scan = awaited else { return }
        awaited = nil
        switch position {
        case .none: break
        case .upTo(let last):
            arrived = min(max(0, last), batches.first?.entries.count ?? 0)
            if arrived == batches.first?.entries.count { removeFirst() }
        case .unknown(let reason):
            let text = "entries of the scan \(scan) may be here twice, with the same GUAITA_SEQ: \(reason)"
            let entry = JournalBatch.Entry(
                .journalResumed, priority: 5, text, [JournalField(.scan, scan), JournalField(.evidence, reason)])
            batches.insert(JournalBatch(scan: nil, entries: [entry]), at: 0)
        }
    }

    /// Sends the first batch, or what is left of it. True when it has arrived and the state is to be saved; false when
    /// there is nothing to send, or not before `resume`. What has arrived is remembered when an entry is refused.
    public mutating func sendFirst() throws(JournalError) -> Bool {
        guard awaited == nil, let batch = batches.first else { return false }
        if givenUp > 0 {
            let text = "\(givenUp) entries of earlier scans were given up: no journal took them; the report has it all"
            let entry = JournalBatch.Entry(
                .entriesGivenUp, priority: 4, text, [JournalField(.suppressed, String(givenUp))])
            try sink.send(entry.message, entry.fields).get()
            givenUp = 0
        }
        while arrived < batch.entries.count {
            try sink.send(batch.entries[arrived].message, batch.fields(at: arrived)).get()
            arrived += 1
        }
        removeFirst()
        return true
    }

    private mutating func removeFirst() {
        batches.removeFirst()
        arrived = 0
        awaited = nil
    }
}
