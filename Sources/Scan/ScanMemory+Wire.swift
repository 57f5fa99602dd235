// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Digest
import Jobs
import Model
import Rules
public import Wire

extension ScanMemory {
    /// Changes when the form of the bytes does.
    private static let form = "guaita-memory/1"
    /// Bytes of a digest in hexadecimal.
    private static let digestBytes = 64

    /// The memory as bytes: what was kept, and before it the SHA-256 of that.
    public var bytes: [UInt8] {
        var writer = WireWriter()
        writer.write(Self.form)
        writer.write(circumstances.version)
        circumstances.ruleSet.write(to: &writer)
        writer.write(circumstances.host)
        moment.write(to: &writer)
        writer.write(Self.sorted(requestedKeys)) { writer, entry in
            writer.write(entry.key)
            entry.value.write(to: &writer)
        }
        writer.write(collectors) { $1.write(to: &$0) }
        writer.write(rules) { $1.write(to: &$0) }
        logProblems.write(to: &writer)
        return Array(SHA256.hex(writer.bytes).utf8) + writer.bytes
    }

    /// The memory that some bytes are. Bytes that were changed, cut or never a memory are refused.
    public init(_ bytes: [UInt8]) throws(WireError) {
        let content = Array(bytes.dropFirst(Self.digestBytes))
        guard bytes.count > Self.digestBytes else { throw .truncated }
        guard Array(SHA256.hex(content).utf8) == Array(bytes.prefix(Self.digestBytes)) else { throw .malformed }
        var reader = WireReader(content)
        guard try reader.string() == Self.form else { throw .malformed }
        circumstances = Circumstances(
            version: try reader.string(), ruleSet: try reader.next(), host: try reader.string())
        moment = try reader.next()
        let keys = try reader.array { (reader) throws(WireError) in
            (key: try reader.string(), value: try reader.next() as [String])
        }
        requestedKeys = Dictionary(keys.map { ($0.key, $0.value) }) { first, _ in first }
        collectors = try reader.array { (reader) throws(WireError) in try CollectorMemory(&reader) }
        rules = try reader.array { (reader) throws(WireError) in try RuleMemory(&reader) }
        logProblems = try reader.next()
        try reader.end()
    }

    fileprivate static func sorted<Value>(_ values: [String: Value]) -> [(key: String, value: Value)] {
        values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension ScanMemory.CollectorMemory {
    fileprivate func write(to writer: inout WireWriter) {
        writer.write(notes.collector)
        notes.problems.write(to: &writer)
        notes.torn.write(to: &writer)
        notes.subjects.sorted().write(to: &writer)
        writer.write(ScanMemory.sorted(roots)) { writer, entry in
            writer.write(entry.key)
            writer.write(entry.value)
        }
    }

    fileprivate init(_ reader: inout WireReader) throws(WireError) {
        notes = FactCollection.Notes(
            collector: try reader.string(), problems: try reader.next(), torn: try reader.next(),
            subjects: Set(try reader.next() as [String]))
        let entries = try reader.array { (reader) throws(WireError) in
            (key: try reader.string(), value: try reader.byteArray())
        }
        roots = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    }
}

extension ScanMemory.RuleMemory {
    fileprivate func write(to writer: inout WireWriter) {
        card.write(to: &writer)
        result.outcome.write(to: &writer)
        writer.write(result.failing) { $1.write(to: &$0) }
        writer.write(result.unjudged) { $1.write(to: &$0) }
        writer.write(result.passing)
        writer.write(groups) { writer, groups in
            writer.write(groups.list)
            groups.gaps.write(to: &writer)
        }
    }

    fileprivate init(_ reader: inout WireReader) throws(WireError) {
        card = try RuleCard(&reader)
        result = RuleResult(
            outcome: try reader.next(),
            failing: try reader.array { (reader) throws(WireError) in try RuleResult.Element(&reader) },
            unjudged: try reader.array { (reader) throws(WireError) in try RuleResult.Element(&reader) },
            passing: try reader.int())
        groups = try reader.optional { (reader) throws(WireError) in
            ScanMemory.Groups(list: try reader.byteArray(), gaps: try reader.next())
        }
    }
}

extension RuleCard {
    fileprivate func write(to writer: inout WireWriter) {
        writer.write(id)
        posture.write(to: &writer)
        severity.write(to: &writer)
        writer.write(confidence.rawValue)
        writer.write(exposure.rawValue)
        for text in [title, why, fix] { text.write(to: &writer) }
        writer.write(effortMinutes)
        writer.write(ScanMemory.sorted(references)) { writer, entry in
            writer.write(entry.key)
            entry.value.write(to: &writer)
        }
        roots.sorted().write(to: &writer)
        writer.write(readsNow)
        writer.write(isOverLogs)
        origin.write(to: &writer)
    }

    fileprivate init(_ reader: inout WireReader) throws(WireError) {
        self.init(
            id: try reader.string(), posture: try reader.next(), severity: try reader.next(),
            confidence: try reader.alternative(Confidence.self), exposure: try reader.alternative(Exposure.self),
            title: try LocalizedText(&reader), why: try LocalizedText(&reader), fix: try LocalizedText(&reader),
            effortMinutes: try reader.int(),
            references: Dictionary(
                try reader.array { (reader) throws(WireError) in (try reader.string(), try reader.next()) },
                uniquingKeysWith: { first, _ in first }),
            roots: Set(try reader.next() as [String]), readsNow: try reader.bool(), isOverLogs: try reader.bool(),
            origin: try reader.next())
    }
}

extension RuleResult.Element {
    fileprivate func write(to writer: inout WireWriter) {
        writer.write(kind)
        writer.write(key)
        reasons.write(to: &writer)
        writer.write(isError)
        message.write(to: &writer)
        places.write(to: &writer)
    }

    fileprivate init(_ reader: inout WireReader) throws(WireError) {
        self.init(
            kind: try reader.string(), key: try reader.string(), reasons: try reader.next(),
            isError: try reader.bool(), message: try LocalizedText(&reader), places: try reader.next())
    }
}

extension LocalizedText {
    fileprivate func write(to writer: inout WireWriter) {
        for language in Language.allCases { self[language].write(to: &writer) }
    }

    fileprivate init(_ reader: inout WireReader) throws(WireError) {
        self.init()
        for language in Language.allCases { self[language] = try reader.next() as String? }
    }
}
