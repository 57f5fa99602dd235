// SPDX-License-Identifier: GPL-3.0-or-later

/// A file of accounts or groups: its entries, and the lines that are none.
public struct AccountTable<Entry: Sendable>: Sendable {
    /// Entries in the order they stand.
    public private(set) var entries: [Entry] = []
    /// `+` and `-` entries.
    public private(set) var compat: [CompatEntry] = []
    /// Lines that no reader understands.
    public private(set) var problems: [AccountLineProblem] = []

    /// Reads a file; `entry` says what a line means, or what is wrong with it.
    init(_ bytes: [UInt8], _ entry: (ColonLines.Line) throws(AccountLineProblem) -> Entry) {
        var lines = ColonLines(bytes)
        while let line = lines.next() {
            if line.isCompat {
                compat.append(CompatEntry(line: line.number, name: line.text(0)))
                continue
            }
            do throws(AccountLineProblem) {
                entries.append(try entry(line))
            } catch {
                problems.append(error)
            }
        }
    }
}

/// A line of an account file that its readers skip.
public struct AccountLineProblem: Error, Sendable, Hashable {
    /// Line, from 1.
    public let line: Int
    /// What is wrong, in English; never the line itself, which may hold a password's hash.
    public let message: String
}

/// A `+` or `-` entry, left from the time of NIS: it pulls in accounts from elsewhere (nsswitch.conf(5), `compat`).
public struct CompatEntry: Sendable, Hashable {
    /// Line, from 1.
    public let line: Int
    /// The first field: `+`, `+name`, `+@netgroup`, `-name`.
    public let name: String
}
