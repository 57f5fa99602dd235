// SPDX-License-Identifier: GPL-3.0-or-later

public import Jobs
import Model
public import Wire

/// What outlives the daemon's process.
public struct DaemonState: Sendable, Hashable {
    /// What is known of the host.
    public var book: Watchbook
    /// What the journal has not been told yet.
    public var batches: [JournalBatch]
    /// Entries that were given up.
    public var givenUp: Int

    /// A state.
    public init(book: Watchbook = Watchbook(), batches: [JournalBatch] = [], givenUp: Int = 0) {
        self.book = book
        self.batches = batches
        self.givenUp = givenUp
    }
}

extension DaemonState: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        book.write(to: &writer)
        batches.write(to: &writer)
        writer.write(givenUp)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(book: try reader.next(), batches: try reader.next(), givenUp: try reader.int())
        guard givenUp >= 0 else { throw .malformed }
    }
}

extension Watchbook: WireCodable {
    /// Writes all of it, sorted: the same book is the same bytes.
    public func write(to writer: inout WireWriter) {
        writer.write(open.sorted { $0.key < $1.key }.map(\.value)) { writer, open in
            open.finding.write(to: &writer)
            open.since.write(to: &writer)
        }
        writer.write(resolved.sorted { $0.key < $1.key }) { writer, entry in
            writer.write(entry.key)
            entry.value.write(to: &writer)
        }
        writer.write(blind.sorted { $0.key < $1.key }) { writer, entry in
            writer.write(entry.key)
            entry.value.write(to: &writer)
        }
        rules.sorted().write(to: &writer)
        for posture in Posture.allCases { scores[posture].write(to: &writer) }
        lastScan.write(to: &writer)
        lastChange.write(to: &writer)
        lastWord.write(to: &writer)
        writer.write(scanCount)
        writer.write(changeCount)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init()
        let findings = try reader.array { (reader) throws(WireError) in
            OpenFinding(finding: try reader.next(), since: try reader.next())
        }
        for finding in findings { open[finding.finding.fingerprint] = finding }
        let gone = try reader.array { (reader) throws(WireError) -> (String, Timestamp) in
            (try reader.next(), try reader.next())
        }
        for (fingerprint, moment) in gone { resolved[fingerprint] = moment }
        let dark = try reader.array { (reader) throws(WireError) -> (String, Blindness) in
            (try reader.next(), try reader.next())
        }
        for (rule, blindness) in dark { blind[rule] = blindness }
        rules = Set(try reader.next() as [String])
        for posture in Posture.allCases { scores[posture] = try reader.next() as HeldScore? }
        lastScan = try reader.next()
        lastChange = try reader.next()
        lastWord = try reader.next()
        scanCount = try reader.int()
        changeCount = try reader.int()
        guard (0...Self.mostCounted).contains(scanCount), (0...Self.mostCounted).contains(changeCount) else {
            throw .malformed
        }
    }

    /// More scans than a machine lives to see; counting on from there cannot overflow.
    private static let mostCounted = Int(Int32.max) << 16
}

extension Watchbook.Blindness: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        posture.write(to: &writer)
        severity.write(to: &writer)
        keys.write(to: &writer)
        reasons.write(to: &writer)
        since.write(to: &writer)
        writer.write(wasJudged)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            posture: try reader.next(), severity: try reader.next(), keys: try reader.next(),
            reasons: try reader.next(), since: try reader.next(), wasJudged: try reader.bool())
    }
}

extension Watchbook.HeldScore: WireCodable {
    /// Writes both ends and since when.
    public func write(to writer: inout WireWriter) {
        writer.write(lowTenths)
        writer.write(highTenths)
        since.write(to: &writer)
    }

    /// Reads scores from 0 to 100.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(lowTenths: try reader.int(), highTenths: try reader.int(), since: try reader.next())
        guard (0...1000).contains(lowTenths), (0...1000).contains(highTenths) else { throw .malformed }
    }
}

extension Watchbook.ScanMark: WireCodable {
    /// Writes name and moment.
    public func write(to writer: inout WireWriter) {
        writer.write(id)
        moment.write(to: &writer)
    }

    /// Reads name and moment.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(id: try reader.next(), moment: try reader.next())
    }
}
