// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// How the daemon is, on one screen.
public struct StatusText: TerminalText, Sendable {
    /// Columns of the terminal, at least 40.
    public var width: Int
    /// Whether to use ANSI colours.
    public var colour: Bool
    /// The language of everything printed.
    public var language: Language

    /// Whether the daemon's process is there.
    public enum Life: Sendable, Hashable {
        /// It is.
        case running
        /// It is gone.
        case stopped
        /// It cannot be told: other users' processes are hidden.
        case hidden
    }

    /// A way to print.
    public init(width: Int = 80, colour: Bool = false, language: Language = .en) {
        self.width = min(max(width, 40), 120)
        self.colour = colour
        self.language = language
    }

    /// The screen, as it is at a moment.
    public func text(_ status: DaemonStatus, _ life: Life, at now: Timestamp) -> String {
        var lines = heading(status, life, now)
        for posture in Posture.allCases {
            guard let score = status.scores[posture] else { continue }
            lines += scoreLines(
                posture, score.lowTenths, score.highTenths, note: say(.since, score.since.minute))
        }
        lines += row(.open, [open(status)]) + [""]
        lines += scans(status, now) + rules(status) + surroundings(status)
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Parts

    private func heading(_ status: DaemonStatus, _ life: Life, _ now: Timestamp) -> [String] {
        let concerns = status.concerns(at: now)
        let name = ["guaita \(status.version)", status.host].filter { !$0.isEmpty }.joined(separator: " · ")
        let state: String
        let paint: Paint
        switch life {
        case .stopped:
            (state, paint) = (say(.stopped, status.written.minute), .red)
        case .running where concerns.isEmpty:
            (state, paint) = (say(.running, "\(status.pid)", moment(status.started, now)), .green)
        case .running:
            (state, paint) = (say(.runningBut, "\(status.pid)", moment(status.started, now)), .yellow)
        case .hidden:
            (state, paint) = (say(.hidden, status.written.minute), .yellow)
        }
        let what = life == .stopped ? [] : [say(StatusPhrase(status.activity))]
        return [self.paint(clipped(name.printable, width), .bold)]
            + wrapped(([state] + what).joined(separator: " · "), indent: 0).map { self.paint($0, paint) }
            + concerns.flatMap { wrapped("! \(words(of: $0, now))", indent: 2).map { self.paint($0, .yellow) } } + [""]
    }

    private func open(_ status: DaemonStatus) -> String {
        let counts = Severity.allCases.reversed().compactMap { severity in
            status.open[severity].map { "\(Phrase.severity(severity, language)) \($0)" }
        }
        guard !counts.isEmpty else { return status.lastScan == nil ? "–" : Phrase.nothingOpen(language) }
        let accepted = status.accepted > 0 ? " (\(say(.accepted, "\(status.accepted)")))" : ""
        return counts.joined(separator: ", ") + accepted
    }

    private func scans(_ status: DaemonStatus, _ now: Timestamp) -> [String] {
        row(.lastScan, [status.lastScan.map { moment($0, now) } ?? say(.never)])
            + row(.lastLook, [status.lastLook.map { moment($0, now) } ?? say(.never)])
            + row(.nextScan, [status.nextScan?.minute ?? "–"])
    }

    private func rules(_ status: DaemonStatus) -> [String] {
        let rejected = status.rejectedRules > 0 ? "; \(say(.problems, "\(status.rejectedRules)"))" : ""
        let coverage = status.coverageTenths.map { Phrase.decimal(tenths: $0, language) + " %" } ?? "–"
        let unseen = status.unjudgedRules > 0 ? [say(.unjudged, "\(status.unjudgedRules)")] : []
        let more = status.unjudgedRules > 4 && status.unjudged.count > 4 ? ", …" : ""
        let ids = status.unjudged.isEmpty ? [] : [status.unjudged.prefix(4).joined(separator: ", ") + more]
        return row(.rules, ["\(status.rules)\(rejected)"] + status.ruleProblems.prefix(3))
            + row(.coverage, [([coverage] + unseen).joined(separator: "; ")] + ids)
    }

    private func surroundings(_ status: DaemonStatus) -> [String] {
        let refused = status.watchesRefused > 0 ? ", \(say(.refused, "\(status.watchesRefused)"))" : ""
        let hides = status.sandboxHides.joined(separator: ", ")
        let missing = status.sandboxMissing.joined(separator: "; ")
        let casualties = status.casualties.prefix(4).joined(separator: ", ")
        let sandbox = [hides.isEmpty ? say(.hidesNothing) : say(.hides, hides)]
        return row(.watches, [say(.directories, "\(status.watches)") + refused])
            + row(.sandbox, sandbox + (missing.isEmpty ? [] : [say(.missing, missing)]))
            + row(
                .worker,
                [say(.restarts, "\(status.workerRestarts)")] + (casualties.isEmpty ? [] : [say(.leftAlone, casualties)])
            )
            + row(.journal, [status.journalPending == 0 ? say(.allTold) : say(.pending, "\(status.journalPending)")])
    }

    // MARK: Words

    /// Where values begin: below the scores.
    private static let margin = 14

    /// A name, and what there is to say, each on lines of its own.
    private func row(_ name: StatusPhrase, _ values: [String]) -> [String] {
        let indent = String(repeating: " ", count: Self.margin)
        return values.enumerated().flatMap { index, value in
            value.printable.wrapped(
                width: width, first: index == 0 ? pad(say(name), Self.margin) : indent, rest: indent)
        }
    }

    private func say(_ phrase: StatusPhrase, _ values: String...) -> String {
        values.enumerated().reduce(phrase(language)) { text, value in
            text.replacing("%\(value.offset + 1)", with: value.element)
        }
    }

    /// `2026-11-23 09:00 UTC (3 days ago)`; without the span where the clock was set back.
    private func moment(_ moment: Timestamp, _ now: Timestamp) -> String {
        guard now >= moment else { return moment.minute }
        return "\(moment.minute) (\(StatusPhrase.ago(now.seconds - moment.seconds, language)))"
    }

    private func words(of concern: DaemonStatus.Concern, _ now: Timestamp) -> String {
        switch concern {
        case .notScanned: say(.notScanned)
        case .overdue(let due): say(.overdue, moment(due, now))
        case .unprivileged: say(.unprivileged)
        case .rulesRejected(let count): say(.rulesRejected, "\(count)")
        case .sandbox: say(.sandboxMissing)
        case .casualties(let count): say(.casualties, "\(count)")
        case .watchesRefused(let count): say(.watchesRefused, "\(count)")
        case .journalPending(let count): say(.journalPending, "\(count)")
        }
    }
}
