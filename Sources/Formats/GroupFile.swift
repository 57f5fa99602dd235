// SPDX-License-Identifier: GPL-3.0-or-later

/// group(5): name, password, number, members.
public typealias GroupFile = AccountTable<GroupEntry>

/// One group.
public struct GroupEntry: Sendable, Hashable {
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

extension GroupFile {
    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        self.init(bytes) { (line) throws(AccountLineProblem) in
            guard !line.field(0).isEmpty else { throw line.problem("no name") }
            guard let gid = line.number(2) else { throw line.problem("no group number") }
            let members = line.field(3).split(separator: UInt8(ascii: ","))
            return GroupEntry(
                name: line.text(0), password: PasswordField(line.field(1)), gid: gid,
                members: members.map { String(decoding: $0, as: UTF8.self) }, line: line.number)
        }
    }
}
