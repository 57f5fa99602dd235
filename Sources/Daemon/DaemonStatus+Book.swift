// SPDX-License-Identifier: GPL-3.0-or-later

public import Jobs
public import Model

extension DaemonStatus {
    /// Takes over what is open and the scores.
    public mutating func take(_ book: Watchbook) {
        scores = book.scores.mapValues {
            HeldScore(lowTenths: $0.lowTenths, highTenths: $0.highTenths, since: $0.since)
        }
        open = book.openBySeverity
        accepted = book.open.values.count { $0.finding.isWaived }
    }

    /// Takes over what a scan says of itself.
    public mutating func take(_ summary: ScanSummary) {
        host = summary.host
        coverageTenths = summary.coverageTenths
        isPrivileged = summary.isPrivileged
        let ids = Set(summary.unjudged.map(\.rule)).sorted()
        unjudgedRules = ids.count
        unjudged = Array(ids.prefix(StatusFile.listed))
    }

    /// Takes over how many rules there are and what is wrong with others.
    public mutating func take(_ loaded: JobResult.LoadedRules) {
        rules = loaded.ruleSet.count
        rejectedRules = loaded.rejectedCount
        ruleProblems = loaded.rejected.prefix(5).map { "\($0.origin.description): \($0.message)" }
    }

    /// Takes over what was left alone. Everybody may read this: of a file it says only that it was one.
    public mutating func take(_ casualties: [Casualty]) {
        self.casualties = casualties.map { casualty in
            let subject =
                switch casualty.subject {
                case .path: "a file"
                case .facts(let root): "facts: \(root)"
                case .logs: "logs"
                case .rule(let id): "rule: \(id)"
                }
            return "\(subject) (\(casualty.ending.rawValue))"
        }
    }
}
