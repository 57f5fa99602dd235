// SPDX-License-Identifier: GPL-3.0-or-later

public import Audit
import CEL
import Facts
import Host
import Logs
import Model
public import Rules

/// Builds the worlds of rule tests: their files through the real collectors, their lines through the real decoders.
public enum TestWorlds {
    /// The world of one test of a rule.
    public static func world(of rule: Rule, _ test: RuleTest) -> TestWorld {
        let facts = FactCollection(
            MemoryHost(test.files.mapValues(MemoryHost.Entry.init)), now: test.now, roots: rule.roots,
            requestedKeys: [rule].requestedKeys)
        var values = facts.collection.facts.merging(test.facts) { $1 }
        for root in test.absent { values[root] = .absent }
        for (path, reason) in test.unknown { values.set(path, unknown: reason) }
        let logs = LogEventCollector()
        let events = test.logs.reduce(into: [:]) { events, log in
            events[log.key] = logs.events(lines: log.value, source: log.key, now: test.now)
        }
        return TestWorld(facts: values, sources: facts.collection.sources) { rule in
            guard let clause = rule.events else { return nil }
            if let reason = test.unknown["logs"] { return EventGroups(.unknown("logs", reason)) }
            let query = clause.query(rule: rule.id, now: test.now)
            let outcome = logs.run([query], over: events)[rule.id] ?? .unknown("the logs gave no answer")
            return clause.groups(outcome) { _ in .none }
        }
    }
}

extension [String: Value] {
    /// Makes a root or a field of a root unknown, as `kernel` or `kernel.parameters`.
    fileprivate mutating func set(_ path: String, unknown reason: String) {
        let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, case .record(let record)? = self[parts[0]]?.kind else {
            self[path] = .unknown(path, reason)
            return
        }
        var fields: [String: Value] = [:]
        for (field, value) in zip(record.schema.fields, record.values) { fields[field.name] = value }
        fields.set(parts[1], unknown: reason)
        self[parts[0]] = .record(Record(record.schema, fields), self[parts[0]]?.source ?? .none)
    }
}

extension MemoryHost.Entry {
    /// The path a test describes.
    fileprivate init(_ file: RuleTest.File) {
        self.init(
            file.content, mode: file.mode, owner: file.owner, group: file.group,
            kind: file.isDirectory ? .directory : .regular, target: file.link, modified: file.modified,
            failure: file.isUnreadable ? .permissionDenied : nil)
    }
}
