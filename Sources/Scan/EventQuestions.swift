// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import CEL
import Facts
import Logs
import Model
import Rules

extension EventClause {
    /// The clause as a question to the logs.
    func query(rule id: String, now: Timestamp) -> EventQuery {
        let predicate = predicate
        let base = Bindings(["now": .timestamp(now)])
        return EventQuery(
            id: id, sources: from, requiredLiterals: requiredLiterals, by: by, distinct: distinct,
            window: windowSeconds, extract: extract
        ) { event in
            let record = Value.record(LogEventCollector.record(for: event))
            let value = predicate.evaluate(base.adding("event", record)).value
            // An entry that lacks a field the condition selects (an access log line that is no request) is no such event.
            if case .error = value.kind { return false }
            guard case .bool(let counts) = value.kind else { return nil }
            return counts
        }
    }

    /// The answer as the elements of the rule.
    func groups(_ outcome: EventOutcome, source: (EventOrigin) -> SourceID) -> EventGroups {
        switch outcome {
        case .notApplicable: return EventGroups(.absent)
        case .unknown(let reason): return EventGroups(.unknown("logs", reason))
        case .groups(let groups, let gaps):
            let records = groups.map { group in
                var fields: [String: Value] = [
                    "count": .int(group.count), "distinct": .int(group.distinct), "first": .timestamp(group.first),
                    "last": .timestamp(group.last),
                ]
                for key in group.keys { fields[key.name] = .string(key.value) }
                return Value.record(
                    Record(groupSchema, fields), group.samples.first.map(source) ?? .none)
            }
            return EventGroups(.list(records), gaps: gaps)
        }
    }
}
