// SPDX-License-Identifier: GPL-3.0-or-later

/// group(5): name, password, number, members.
public struct GroupFile: Sendable {
    /// One group.
    public struct Entry: Sendable, Hashable {
        /// Name.
        public let name: String
        /// What the password field says.
        public let password: PasswordField
        /// Number.
        public let gid: UInt32
        /// Members named here; those whose primary group it is are not.
        public let members: [String]
        /// Line, from 1.
        public let line: Int
    }

    /// Groups in the order they stand.
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
            } else if let gid = line.number(2) {
                let members = line.field(3).split(separator: UInt8(ascii: ","))
                entries.append(
                    Entry(
                        name: line.text(0), password: PasswordField(line.field(1)), gid: gid,
                        members: members.map { String(decoding: $0, as: UTF8.self) }, line: line.number))
            } else {
                problems.append(AccountLineProblem(line: line.number, message: "no group number"))
            }
        }
    }
}
