// SPDX-License-Identifier: GPL-3.0-or-later

/// shadow(5), and gshadow(5) of which only name and password are told. No hash is kept.
public struct ShadowFile: Sendable {
    /// One account's password and its aging, in days; nil where the field is empty or no number.
    public struct Entry: Sendable, Hashable {
        /// Login or group name.
        public let name: String
        /// What the password field says.
        public let password: PasswordField
        /// Last change, in days since 1970-01-01; 0 asks for a change at the next login.
        public let lastChange: UInt32?
        /// Days after which it must be changed.
        public let maximumAge: UInt32?
        /// Day the account expires, since 1970-01-01.
        public let expires: UInt32?
        /// Line, from 1.
        public let line: Int
    }

    /// Entries in the order they stand.
    public private(set) var entries: [Entry] = []
    /// `+` and `-` entries.
    public private(set) var compat: [CompatEntry] = []
    /// Lines that no reader understands.
    public private(set) var problems: [AccountLineProblem] = []

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        var lines = ColonLines(bytes)
        while let line = lines.next() {
            if line.isCompat {
                compat.append(CompatEntry(line: line.number, name: line.text(0)))
            } else if line.field(0).isEmpty || line.fields.count < 2 {
                problems.append(AccountLineProblem(line: line.number, message: "no name or no password field"))
            } else {
                entries.append(
                    Entry(
                        name: line.text(0), password: PasswordField(line.field(1)), lastChange: line.number(2),
                        maximumAge: line.number(4), expires: line.number(7), line: line.number))
            }
        }
    }
}
