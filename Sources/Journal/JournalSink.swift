// SPDX-License-Identifier: GPL-3.0-or-later

/// Where entries go: the journal, or a list in a test.
public protocol JournalSink: Sendable {
    /// Writes one entry.
    func send(_ message: JournalMessage, _ fields: [JournalField]) -> Result<Void, JournalError>
}

extension JournalWriter: JournalSink {}
