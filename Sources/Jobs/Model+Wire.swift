// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Wire

extension Posture: WireCodable {}
extension Severity: WireCodable {}
extension Outcome: WireCodable {}
extension Grade: WireCodable {}

extension Timestamp: WireCodable {
    /// Writes seconds and nanoseconds.
    public func write(to writer: inout WireWriter) {
        writer.write(seconds)
        writer.write(Int64(nanoseconds))
    }

    /// Reads a moment that RFC 3339 can name.
    public init(from reader: inout WireReader) throws(WireError) {
        let seconds = try reader.int64()
        guard Self.valid.contains(seconds) else { throw .malformed }
        self.init(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: try reader.natural(upTo: 999_999_999)))
    }
}

extension Origin: WireCodable {
    /// Writes path, line and column.
    public func write(to writer: inout WireWriter) {
        writer.write(path)
        writer.write(line)
        writer.write(column)
    }

    /// Reads path, line and column.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(path: try reader.next(), line: try reader.natural(), column: try reader.natural())
    }
}

extension Report.RuleSetSummary: WireCodable {
    /// Writes the count and the digest.
    public func write(to writer: inout WireWriter) {
        writer.write(count)
        writer.write(sha256)
    }

    /// Reads the count and the digest.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(count: try reader.natural(), sha256: try reader.next())
    }
}

extension Report.Problem: WireCodable {
    /// Writes where and what.
    public func write(to writer: inout WireWriter) {
        origin.write(to: &writer)
        writer.write(message)
    }

    /// Reads where and what.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(origin: try reader.next(), message: try reader.next())
    }
}

extension Report.RuleOutcome: WireCodable {
    /// Writes the rule and what it said.
    public func write(to writer: inout WireWriter) {
        writer.write(rule)
        outcome.write(to: &writer)
    }

    /// Reads the rule and what it said.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(rule: try reader.next(), outcome: try reader.next())
    }
}

extension NotEvaluated: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        writer.write(rule)
        posture.write(to: &writer)
        severity.write(to: &writer)
        outcome.write(to: &writer)
        keys.write(to: &writer)
        reasons.write(to: &writer)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            rule: try reader.next(), posture: try reader.next(), severity: try reader.next(),
            outcome: try reader.next(), keys: try reader.next(), reasons: try reader.next())
    }
}

extension Score: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        writer.write(lowTenths)
        writer.write(highTenths)
        grade.write(to: &writer)
        gradeHigh.write(to: &writer)
        cap.write(to: &writer)
        writer.write(points)
        writer.write(managedTenths)
    }

    /// Reads a score from 0 to 100.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            lowTenths: try reader.natural(upTo: 1000), highTenths: try reader.natural(upTo: 1000),
            grade: try reader.next(), gradeHigh: try reader.next(), cap: try reader.next(),
            points: try reader.double(), managedTenths: try reader.natural(upTo: 1000))
        guard points.isFinite else { throw .malformed }
    }
}
