// SPDX-License-Identifier: GPL-3.0-or-later

import Journal
import Model

extension Change {
    /// The change as a line that a person reads in `journalctl -t guaita`: how bad, which rule, what, where.
    func entry(at now: Timestamp) -> JournalBatch.Entry {
        switch self {
        case .new(let finding):
            return .of(finding, .findingNew, "\(finding.severity.rawValue): \(finding.rule): \(finding.evidence)")
        case .regressed(let finding, let resolved):
            let text =
                "\(finding.severity.rawValue): \(finding.rule) is back after \(now.span(since: resolved)): "
                + finding.evidence
            return .of(finding, .findingRegressed, text, [JournalField(.since, resolved.description)])
        case .changed(let finding, let before, let since):
            let text = "\(finding.severity.rawValue): \(finding.rule): \(finding.difference(from: before))"
            return .of(
                finding, .findingChanged, "\(text): \(finding.evidence)", [JournalField(.since, since.description)])
        case .resolved(let finding, let since):
            let text =
                "resolved: \(finding.rule) (\(finding.severity.rawValue)): \(finding.subjects); it was open since "
                + "\(since.minute) (\(now.span(since: since)))"
            return .init(
                .findingResolved, priority: 6, text,
                finding.fields + [JournalField(.status, "pass"), JournalField(.since, since.description)])
        case .retired(let rule, let severity, let finding):
            let text =
                finding.map {
                    "\(rule) (\(severity.rawValue)) is not among the rules any more; its finding, open since "
                        + "\($0.since.minute), is no longer followed"
                } ?? "\(rule) (\(severity.rawValue)) is not among the rules any more; it could not be judged"
            let fields =
                finding?.finding.fields ?? [
                    JournalField(.rule, rule), JournalField(.severity, severity.rawValue),
                    JournalField(.evidence, text),
                ]
            return .init(
                .findingRetired, priority: 5, text,
                fields + [JournalField(.status, "retired")]
                    + (finding.map { [JournalField(.since, $0.since.description)] } ?? []))
        case .sightLost(let rule, let blindness, let isOpen):
            let how = blindness.wasJudged ? "can no longer be judged" : "cannot be judged"
            return .init(
                blindness.wasJudged ? .sightLost : .notEvaluated, priority: blindness.wasJudged ? 4 : 5,
                "\(rule) (\(blindness.severity.rawValue)) \(how)\(isOpen ? ", what is open stays open" : ""): "
                    + blindness.words,
                blindness.fields(rule) + [JournalField(.status, "not-evaluated")])
        case .sightRegained(let rule, let blindness):
            return .init(
                .sightRegained, priority: 6,
                "\(rule) (\(blindness.severity.rawValue)) can be judged again, after \(now.span(since: blindness.since))",
                blindness.fields(rule) + [JournalField(.since, blindness.since.description)])
        case .postureChanged(let posture, let before, let after):
            let isWorse = (after?.lowTenths ?? 0) < (before?.lowTenths ?? 0)
            let was = before.map { "; it was \($0.told) since \($0.since.minute)" } ?? ""
            return .init(
                .postureChanged, priority: isWorse ? 5 : 6,
                "\(posture.rawValue) is now \(after?.told ?? "not scored, no rule applies")\(was)",
                before.map { [JournalField(.since, $0.since.description)] } ?? [])
        }
    }

    /// The change in a word or two, for a count of them; nil for what is told otherwise.
    var word: String? {
        switch self {
        case .new: "new"
        case .regressed: "back"
        case .changed: "changed"
        case .resolved: "resolved"
        case .retired: "retired"
        case .sightLost(_, let blindness, _): blindness.wasJudged ? "out of sight" : nil
        case .sightRegained: "in sight again"
        case .postureChanged: nil
        }
    }
}

extension JournalBatch.Entry {
    /// An entry about an open finding, as urgent as it is; an accepted risk is no alarm.
    fileprivate static func of(
        _ finding: ScanSummary.OpenFinding, _ message: JournalMessage, _ text: String, _ fields: [JournalField] = []
    ) -> Self {
        // syslog(3): critical 2, high 3 (err), medium 4, low 5, info 6.
        Self(
            message, priority: finding.isWaived ? 6 : 6 - finding.severity.rank, text,
            finding.fields + [JournalField(.status, finding.isWaived ? "waived" : "fail")] + fields)
    }
}

extension ScanSummary.OpenFinding {
    /// What was found, where, and how much more of it there is: one line.
    fileprivate var evidence: String {
        let place = objects.first?.place.map { " (\($0.description))" } ?? ""
        let more = objects.count > 1 ? ", and \(objects.count - 1) more" : ""
        return "\((objects.first?.message ?? title).line)\(place.line)\(more)"
    }

    /// What it is about.
    fileprivate var subjects: String {
        let more = objects.count > 1 ? " and \(objects.count - 1) more" : ""
        return (objects.first.map { $0.subject + more } ?? title).line
    }

    fileprivate var fields: [JournalField] {
        [
            JournalField(.rule, rule), JournalField(.finding, fingerprint),
            JournalField(.severity, severity.rawValue), JournalField(.subject, objects.first?.subject ?? ""),
            JournalField(.evidence, objects.map(\.message).joined(separator: "\n")),
        ]
    }

    /// `was medium, now accepted, 2 more and 1 less`.
    fileprivate func difference(from before: Self) -> String {
        var parts: [String] = []
        if severity != before.severity { parts.append("was \(before.severity.rawValue)") }
        if isWaived != before.isWaived { parts.append(isWaived ? "now accepted" : "no longer accepted") }
        let (now, then) = (Set(objects.map(\.fingerprint)), Set(before.objects.map(\.fingerprint)))
        let counts = [(now.subtracting(then).count, "more"), (then.subtracting(now).count, "less")]
        let told = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !told.isEmpty { parts.append(told.joined(separator: " and ")) }
        return parts.joined(separator: ", ")
    }
}

extension Watchbook.Blindness {
    fileprivate var words: String {
        let which = keys.isEmpty ? "" : " (\(keys.prefix(3).joined(separator: ", "))\(keys.count > 3 ? ", …" : ""))"
        return (reasons.joined(separator: "; ") + which).line
    }

    fileprivate func fields(_ rule: String) -> [JournalField] {
        [
            JournalField(.rule, rule), JournalField(.severity, severity.rawValue),
            JournalField(.evidence, reasons.joined(separator: "\n")),
        ]
    }
}

extension String {
    /// On one line.
    fileprivate var line: String {
        utf8.contains(UInt8(ascii: "\n")) ? split(separator: "\n").joined(separator: " ") : self
    }
}
