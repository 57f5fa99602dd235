// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// One pass over logs for many queries: bytes of files and entries of the journal go in, groups come out. Lines are
/// only decoded when a query asks about them.
public struct LogScan {
    /// How much earlier than the line before it a line may be: programs do not write in the order of their stamps.
    public static let disorderTolerance: Int64 = 60
    /// How much later than the scan a line may be.
    public static let futureTolerance: Int64 = 300

    private var tallies: [EventTally]
    private let since: Timestamp
    private let now: Timestamp
    private var file: File?
    private var splitter = LineSplitter()

    /// What was met in one file.
    public struct Summary: Sendable, Hashable {
        /// Lines in all, those before the look-back too.
        public var lines = 0
        /// Lines that are not of the file's format (continuations, which begin with a space or a tab, apart).
        public var undecoded = 0
        /// Lines over 64 KiB, of which only so much was seen.
        public var truncated = 0
        /// Times that a line was stamped more than a minute before the line before it: the clock was set back, or
        /// lines of another time were put in.
        public var stepsBack = 0
        /// Lines stamped more than five minutes after the scan.
        public var inFuture = 0
        /// The earliest stamp.
        public var first: Timestamp?
        /// The latest stamp.
        public var last: Timestamp?
    }

    private struct File {
        var path: String
        var decoder: LineDecoder
        var summary = Summary()
        var previous: Timestamp?
        /// False where the beginning was skipped: line numbers are then not known.
        var isWhole: Bool
        /// Queries over this file: their position and, where a source is only some programs' lines, those.
        var queries: [(tally: Int, programs: [String]?)] = []
        /// Positions in `queries` of those that every line is decoded for.
        var unfiltered: [Int] = []
        var literals: LiteralSet?
        /// Position in `queries` of each literal's query.
        var owners: [Int] = []
        var hits: [Bool] = []
    }

    /// A pass for events from `since` on, made at `now`.
    public init(_ queries: [EventQuery], since: Timestamp, now: Timestamp) {
        tallies = queries.map { EventTally($0) }
        self.since = since
        self.now = now
    }

    /// A file begins: it holds the lines of these sources, which have one format. With `isWhole` false its beginning
    /// is not handed over: the first line is then skipped, as it may be a part of one.
    public mutating func begin(_ path: String, _ sources: [LogSource], clock: LogClock, isWhole: Bool = true) {
        guard let format = sources.first?.format else { return }
        var file = File(path: path, decoder: LineDecoder(format, clock: clock), isWhole: isWhole)
        var literals: [[UInt8]] = []
        for (position, tally) in tallies.enumerated() {
            let asked = sources.filter { tally.query.sources.contains($0.name) }
            guard !asked.isEmpty else { continue }
            let programs =
                asked.contains { $0.programs.isEmpty } ? nil : asked.flatMap(\.programs)
            file.queries.append((position, programs))
            let own = tally.query.requiredLiterals.map { Array($0.utf8) }
            if own.isEmpty || !own.allSatisfy({ Self.standsAsWritten($0) }) {
                file.unfiltered.append(file.queries.count - 1)
            } else {
                literals += own
                file.owners += own.map { _ in file.queries.count - 1 }
            }
        }
        file.literals = LiteralSet(literals)
        file.hits = Array(repeating: false, count: file.queries.count)
        self.file = file
        splitter = LineSplitter()
    }

    /// Can this literal be looked for in lines as they are written? Bytes that nginx escapes in its logs, and those
    /// that are repaired when they are not UTF-8, may be written in another way.
    private static func standsAsWritten(_ literal: [UInt8]) -> Bool {
        literal.count >= 2 && literal.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }

    /// The file's next bytes.
    public mutating func feed(_ chunk: [UInt8]) {
        // Both are taken out of self while the closure works, so that nothing is accessed twice.
        guard var file = file.take() else { return }
        var lines = splitter
        splitter = LineSplitter()
        lines.feed(chunk) { bytes, line, number in look(at: bytes, line, number, &file) }
        splitter = lines
        self.file = file
    }

    /// The file ends.
    public mutating func end() -> Summary {
        guard var file = file.take() else { return Summary() }
        var lines = splitter
        splitter = LineSplitter()
        lines.finish { bytes, line, number in look(at: bytes, line, number, &file) }
        file.summary.lines = lines.lines
        file.summary.truncated = lines.truncated
        return file.summary
    }

    private mutating func look(at bytes: [UInt8], _ line: Range<Int>, _ number: Int, _ file: inout File) {
        if line.isEmpty || (number == 1 && !file.isWhole) { return }
        var reader = ByteReader(bytes, line)
        guard let stamp = file.decoder.stamp(&reader) else {
            let first = bytes[line.lowerBound]
            if first != 0x20 && first != 0x09 { file.summary.undecoded += 1 }
            return
        }
        note(stamp.time, &file)
        guard stamp.time >= since else { return }
        for index in file.hits.indices { file.hits[index] = false }
        var anyHit = !file.unfiltered.isEmpty
        for index in file.unfiltered { file.hits[index] = true }
        file.literals?.search(bytes, line) { literal in
            file.hits[file.owners[literal]] = true
            anyHit = true
            return true
        }
        guard anyHit else { return }
        guard var event = file.decoder.event(reader, stamp) else {
            file.summary.undecoded += 1
            return
        }
        event.origin = EventOrigin(path: file.path, line: file.isWhole ? number : 0)
        for index in file.queries.indices where file.hits[index] {
            if let programs = file.queries[index].programs, !programs.contains(where: { $0 == event.program }) {
                continue
            }
            tallies[file.queries[index].tally].add(event)
        }
    }

    private func note(_ time: Timestamp, _ file: inout File) {
        if let previous = file.previous, time.seconds < previous.seconds - Self.disorderTolerance {
            file.summary.stepsBack += 1
        }
        file.previous = time
        if time.seconds > now.seconds + Self.futureTolerance { file.summary.inFuture += 1 }
        file.summary.first = min(file.summary.first ?? time, time)
        file.summary.last = max(file.summary.last ?? time, time)
    }

    /// An event of a rule's own test.
    public mutating func add(_ event: Event, source: String) {
        guard event.time >= since else { return }
        for index in tallies.indices where tallies[index].query.sources.contains(source) { tallies[index].add(event) }
    }

    /// An event of the journal. Its cursor is only asked for when a query may count it.
    public mutating func add(_ event: Event, source: String, cursor: () -> String?) {
        guard event.time >= since else { return }
        var placed: Event?
        for index in tallies.indices where tallies[index].query.sources.contains(source) {
            guard tallies[index].mayCount(event) else { continue }
            if placed == nil {
                placed = event
                placed?.origin = EventOrigin(path: "journal", cursor: cursor())
            }
            if let placed { tallies[index].add(placed) }
        }
    }

    /// The groups of each query, in their order, and what it could not see.
    public func results() -> [(groups: [EventGroup], gaps: [String])] { tallies.map { ($0.result(), $0.gaps) } }
}
