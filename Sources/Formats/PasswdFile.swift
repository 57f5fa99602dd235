// SPDX-License-Identifier: GPL-3.0-or-later

/// passwd(5) as glibc reads it: name, password, user and group number are needed, the rest may be missing.
public typealias PasswdFile = AccountTable<PasswdEntry>

/// One account.
public struct PasswdEntry: Sendable, Hashable {
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

extension PasswdFile {
    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        self.init(bytes) { (line) throws(AccountLineProblem) in
            guard !line.field(0).isEmpty else { throw line.problem("no name") }
            guard let uid = line.number(2), let gid = line.number(3) else {
                throw line.problem("no user or group number")
            }
            return PasswdEntry(
                name: line.text(0), password: PasswordField(line.field(1)), uid: uid, gid: gid, home: line.text(5),
                shell: line.text(6), line: line.number)
        }
    }
}
