// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// The summary for a terminal: scores, worst findings with their place and fix, where to start, what was not seen.
public struct TextReport: TerminalText, Sendable {
    /// Columns of the terminal, at least 40.
    public var width: Int
    /// Whether to use ANSI colours. Severity is always in words too.
    public var colour: Bool
    /// The language of everything printed.
    public var language: Language
    /// Findings shown in full; the rest get one line each.
    public var detailed: Int

    /// A way to print.
    public init(width: Int = 80, colour: Bool = false, language: Language = .en, detailed: Int = 10) {
        self.width = min(max(width, 40), 120)
        self.colour = colour
        self.language = language
        self.detailed = detailed
    }

    /// The report as text.
    public func text(_ report: Report) -> String {
        var lines = heading(report)
        for posture in Posture.allCases {
            guard let score = report.scores[posture] else { continue }
            lines += scoreLines(posture, score)
        }
        lines.append("")
        if report.counts[.pass, default: 0] + report.counts[.fail, default: 0] == 0 {
            lines += wrapped(Phrase.nothingJudged(language), indent: 0)
        } else if report.findings.isEmpty {
            lines.append(Phrase.nothingOpen(language))
        }
        for finding in report.findings.prefix(detailed) { lines += full(finding) + [""] }
        lines += report.findings.dropFirst(detailed).map(brief)
        if report.findings.count > detailed { lines.append("") }
        lines += startHere(report)
        lines += unseen(report)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private func heading(_ report: Report) -> [String] {
        let name = report.host.name.isEmpty ? report.host.view : report.host.name
        let parts = [name, report.host.system, report.moment.description].filter { !$0.isEmpty }
        let coverage = report.coverageTenths.map { Phrase.decimal(tenths: $0, language) + " %" } ?? "–"
        let counts = Outcome.allCases.compactMap { outcome in
            report.counts[outcome].map { "\(outcome.rawValue) \($0)" }
        }
        return [paint(clipped(parts.joined(separator: " · ").printable, width), .bold)]
            + wrapped(
                "\(report.ruleSet.count) \(Phrase.rules(language)) (\(counts.joined(separator: ", "))) · "
                    + "\(Phrase.coverage(language)) \(coverage)", indent: 0) + [""]
    }

    private func scoreLines(_ posture: Posture, _ score: Score) -> [String] {
        var note = ""
        if let cap = score.cap, cap > .low { note = "\(Phrase.cappedBy(language)): \(Phrase.severity(cap, language))" }
        return scoreLines(posture, score.lowTenths, score.highTenths, note: note)
    }

    private func full(_ finding: Finding) -> [String] {
        let label = Phrase.severity(finding.severity, language).uppercased()
        var lines = wrapped("\(label)  \(finding.rule)", indent: 0).map { paint($0, colour(of: finding.severity)) }
        for object in finding.objects.prefix(3) {
            lines += wrapped(object.message(language).printable, indent: 2)
            for place in object.places.prefix(3) { lines.append("    " + place.description.printable) }
            if object.places.count > 3 { lines.append("    + \(object.places.count - 3) \(Phrase.places(language))") }
        }
        if finding.objects.count > 3 { lines.append("  + \(finding.objects.count - 3) \(Phrase.more(language))") }
        if let waiver = finding.waiver {
            let text =
                "\(Phrase.accepted(language)) \(waiver.owner) \(Phrase.until(language)) \(waiver.until.day): \(waiver.reason)"
            lines += wrapped(text.printable, indent: 2)
        }
        let minutes = "\(Phrase.fix(language)) (\(finding.effortMinutes) \(Phrase.minutes(language))): "
        return lines + wrapped(minutes + finding.fix(language), indent: 2)
    }

    /// A finding on one line.
    public func brief(_ finding: Finding) -> String {
        let label = pad(Phrase.severity(finding.severity, language).uppercased(), 9)
        let message = finding.objects.first.map { $0.message(language).printable } ?? finding.title(language)
        return paint(clipped("\(label)\(finding.rule): \(message)", width), colour(of: finding.severity))
    }

    private func startHere(_ report: Report) -> [String] {
        var lines: [String] = []
        for posture in Posture.allCases {
            for action in report.actions.lazy.filter({ $0.posture == posture && $0.gainTenths > 0 }).prefix(3) {
                let named = action.rules.prefix(3).joined(separator: ", ")
                let others = action.rules.count > 3 ? " + \(action.rules.count - 3)" : ""
                let together = action.rules.count > 1 ? " (\(Phrase.together(language)))" : ""
                lines += wrapped(
                    "+\(Phrase.decimal(tenths: action.gainTenths, language)) \(Phrase.gain(language)) "
                        + "(\(Phrase.posture(posture, language))), \(action.effortMinutes) \(Phrase.minutes(language)): "
                        + named + others + together, indent: 2)
            }
        }
        return lines.isEmpty ? [] : [paint(Phrase.actions(language), .bold)] + lines + [""]
    }

    private func unseen(_ report: Report) -> [String] {
        var lines: [String] = []
        if !report.notEvaluated.isEmpty {
            lines += wrapped("\(Phrase.notJudged(language)) (\(Phrase.unknownCounts(language)))", indent: 0)
                .map { paint($0, .bold) }
            for item in report.notEvaluated.prefix(20) {
                let why = item.reasons.prefix(2).joined(separator: "; ")
                lines += wrapped("\(item.rule) (\(item.outcome.rawValue)): \(why)".printable, indent: 2)
            }
            if report.notEvaluated.count > 20 {
                lines.append("  + \(report.notEvaluated.count - 20) \(Phrase.more(language))")
            }
            lines.append("")
        }
        lines += list(Phrase.unreadable(language), report.problems)
        lines += list(Phrase.rejected(language), report.rejectedRules)
        return lines
    }

    private func list(_ title: String, _ problems: [Report.Problem]) -> [String] {
        guard !problems.isEmpty else { return [] }
        var lines = [paint(title, .bold)]
        for problem in problems.prefix(20) {
            lines += wrapped("\(problem.origin.description): \(problem.message)".printable, indent: 2)
        }
        if problems.count > 20 { lines.append("  + \(problems.count - 20) \(Phrase.more(language))") }
        return lines + [""]
    }
}
