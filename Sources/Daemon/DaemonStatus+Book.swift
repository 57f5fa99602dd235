// SPDX-License-Identifier: GPL-3.0-or-later

import Model

extension DaemonStatus {
    /// Takes over what is open and the scores.
    mutating func take(_ book: Watchbook) {
        scores = book.scores.mapValues {
            HeldScore(lowTenths: $0.lowTenths, highTenths: $0.highTenths, since: $0.since)
        }
        open = book.openBySeverity
        accepted = book.open.values.count { $0.finding.isWaived }
    }

    /// Takes over what a scan says of itself.
    mutating func take(_ summary: ScanSummary) {
        host = summary.host
        coverageTenths = summary.coverageTenths
        isPrivileged = summary.isPrivileged
        let ids = Set(summary.unjudged.map(\.rule)).sorted()
        unjudgedRules = ids.count
        unjudged = Array(ids.prefix(StatusFile.listed))
    }
}
