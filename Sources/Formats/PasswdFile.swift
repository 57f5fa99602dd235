// SPDX-License-Identifier: GPL-3.0-or-later

/// passwd(5) as glibc reads it: name, password, user and group number are needed, the rest may be missing.
public struct PasswdFile: Sendable {
    /// One account.
    public struct Entry: Sendable, Hashable {
        /// Login name.
        public let name: String
        /// What the password field says; its hash is not kept.
        public let password: PasswordField
        /// User number.
        public let uid: UInt32
        /// Number of the primary group.
        public let gid: UInt32
        /// Home directory.
        public let home: String
        /// Login shell; empty means /bin/sh.
        public let shell: String
        /// Line, from 1.
        public let line: Int
    }

    /// Accounts in the order they stand.
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
            } else if line.field(0).isEmpty {
                problems.append(AccountLineProblem(line: line.number, message: "no name"))
            } else if let uid = line.number(2), let gid = line.number(3) {
                entries.append(
                    Entry(
                        name: line.text(0), password: PasswordField(line.field(1)), uid: uid, gid: gid,
                        home: line.text(5), shell: line.text(6), line: line.number))
            } else {
                problems.append(AccountLineProblem(line: line.number, message: "no user or group number"))
            }
        }
    }
}
