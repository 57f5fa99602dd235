// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Wire

extension ScanSummary: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        moment.write(to: &writer)
        writer.write(host)
        writer.write(isPrivileged)
        ruleSet.write(to: &writer)
        writer.write(rejectedRules)
        for posture in Posture.allCases { scores[posture].write(to: &writer) }
        writer.write(coverageTenths) { $0.write($1) }
        findings.write(to: &writer)
        unjudged.write(to: &writer)
        outcomes.write(to: &writer)
        writer.write(problems)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        let moment: Timestamp = try reader.next()
        let host = try reader.string()
        let isPrivileged = try reader.bool()
        let ruleSet: Report.RuleSetSummary = try reader.next()
        let rejectedRules = try reader.natural()
        var scores: [Posture: Score] = [:]
        for posture in Posture.allCases { scores[posture] = try reader.next() as Score? }
        self.init(
            moment: moment, host: host, isPrivileged: isPrivileged, ruleSet: ruleSet, rejectedRules: rejectedRules,
            scores: scores,
            coverageTenths: try reader.optional { (reader) throws(WireError) in try reader.natural(upTo: 1000) },
            findings: try reader.next(), unjudged: try reader.next(), outcomes: try reader.next(),
            problems: try reader.natural())
    }
}

extension ScanSummary.OpenFinding: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        writer.write(fingerprint)
        writer.write(rule)
        posture.write(to: &writer)
        severity.write(to: &writer)
        writer.write(isWaived)
        writer.write(title)
        objects.write(to: &writer)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            fingerprint: try reader.next(), rule: try reader.next(), posture: try reader.next(),
            severity: try reader.next(), isWaived: try reader.bool(), title: try reader.next(),
            objects: try reader.next())
    }
}

extension ScanSummary.OpenObject: WireCodable {
    /// Writes all of it.
    public func write(to writer: inout WireWriter) {
        writer.write(fingerprint)
        writer.write(subject)
        writer.write(message)
        place.write(to: &writer)
    }

    /// Reads all of it.
    public init(from reader: inout WireReader) throws(WireError) {
        self.init(
            fingerprint: try reader.next(), subject: try reader.next(), message: try reader.next(),
            place: try reader.next())
    }
}
