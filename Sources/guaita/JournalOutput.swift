// SPDX-License-Identifier: GPL-3.0-or-later
import Daemon
import Journal
import Model

/// Tells the journal what a scan found, in the daemon's own words: to a single scan everything is new. The report is the
/// record; the entries are capped and numbered, so that a reader can prove that nothing is missing.
enum JournalOutput {
    /// Sends a report where a journal is running; a failure is said on standard error, once.
    static func send(_ report: Report, savedAs path: String) {
        guard JournalWriter.isAvailable else { return }
        let summary = report.summary
        let scan = summary.moment.description
        var book = Watchbook()
        let changes = book.record(summary, scanID: scan)
        let entries = ChangeEntries(limit: Settings().journalLimit, report: path)
            .entries(changes, of: summary, open: book.open.count, closing: .scanEnd)
        var journal = ChangeJournal(JournalWriter())
        journal.add(JournalBatch(scan: scan, entries: entries))
        do throws(JournalError) {
            _ = try journal.sendFirst()
        } catch {
            Terminal.complain("guaita: the journal does not take the findings: \(error.description)")
        }
    }
}
