// SPDX-License-Identifier: GPL-3.0-or-later

import Model
public import Wire

extension Job: WireCodable {
    /// Writes which job, then what it needs.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .loadRules(let rules):
            writer.write(UInt8(0))
            rules.write(to: &writer)
        case .scan(let order):
            writer.write(UInt8(1))
            order.write(to: &writer)
        case .journalPosition(let scan):
            writer.write(UInt8(2))
            writer.write(scan)
        }
    }

    /// Reads a job.
    public init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .loadRules(try reader.next())
        case 1: self = .scan(try reader.next())
        case 2: self = .journalPosition(scan: try reader.next())
        default: throw .malformed
        }
    }
}

extension Job.LoadRules: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        paths.write(to: &writer)
        writer.write(mayBeMissing)
        only.write(to: &writer)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(paths: try reader.next(), mayBeMissing: try reader.bool(), only: try reader.next())
    }
}

extension Job.ScanOrder: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        now.write(to: &writer)
        changed.map { $0.sorted() }.write(to: &writer)
        writer.write(waivers)
        casualties.write(to: &writer)
        rejected.write(to: &writer)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        let now: Timestamp = try reader.next()
        let changed: [String]? = try reader.next()
        self.init(
            now: now, changed: changed.map { Set($0) }, waivers: try reader.next(), casualties: try reader.next(),
            rejected: try reader.next())
    }
}

extension Casualty.Ending: WireCodable {}

extension Casualty: WireCodable {
    /// Writes what it was at and how it ended.
    public func write(to writer: inout WireWriter) {
        subject.write(to: &writer)
        ending.write(to: &writer)
    }

    /// Reads what it was at and how it ended.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(try reader.next(), try reader.next())
    }
}

extension Casualty.Subject: WireCodable {
    /// Writes the kind of work and its name.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .path(let path):
            writer.write(UInt8(0))
            writer.write(path)
        case .facts(let root):
            writer.write(UInt8(1))
            writer.write(root)
        case .logs: writer.write(UInt8(2))
        case .rule(let id):
            writer.write(UInt8(3))
            writer.write(id)
        }
    }

    /// Reads the kind of work and its name.
    public init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .path(try reader.next())
        case 1: self = .facts(try reader.next())
        case 2: self = .logs
        case 3: self = .rule(try reader.next())
        default: throw .malformed
        }
    }
}

extension Step: WireCodable {
    /// Writes the kind of work and its name.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .facts(let root):
            writer.write(UInt8(0))
            writer.write(root)
        case .logs: writer.write(UInt8(1))
        case .rule(let id):
            writer.write(UInt8(2))
            writer.write(id)
        case .own: writer.write(UInt8(3))
        }
    }

    /// Reads the kind of work and its name.
    public init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .facts(try reader.next())
        case 1: self = .logs
        case 2: self = .rule(try reader.next())
        case 3: self = .own
        default: throw .malformed
        }
    }
}

extension JobResult: WireCodable {
    /// Writes how the job ended.
    public func write(to writer: inout WireWriter) {
        switch self {
        case .rules(let rules):
            writer.write(UInt8(0))
            rules.write(to: &writer)
        case .scanned: writer.write(UInt8(1))
        case .journalPosition(let position):
            writer.write(UInt8(2))
            writer.write(position) { $0.write($1) }
        case .failed(let reason):
            writer.write(UInt8(3))
            writer.write(reason)
        }
    }

    /// Reads how the job ended.
    public init(from reader: inout WireReader) throws(WireError) {
        switch try reader.byte() {
        case 0: self = .rules(try reader.next())
        case 1: self = .scanned
        case 2:
            self = .journalPosition(try reader.optional { (reader) throws(WireError) in try reader.natural() })
        case 3: self = .failed(try reader.next())
        default: throw .malformed
        }
    }
}

extension JobResult.LoadedRules: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        ruleSet.write(to: &writer)
        rejected.write(to: &writer)
        writer.write(rejectedCount)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(ruleSet: try reader.next(), rejected: try reader.next(), rejectedCount: try reader.natural())
        guard rejected.count <= Self.limit else { throw .malformed }
    }
}
