// SPDX-License-Identifier: GPL-3.0-or-later

/// shadow(5), and gshadow(5) of which only name and password are told. No hash is kept.
public typealias ShadowFile = AccountTable<ShadowEntry>

/// One account's password and its aging, in days; nil where the field is empty or no number.
public struct ShadowEntry: Sendable, Hashable {
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

extension ShadowFile {
    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        self.init(bytes) { (line) throws(AccountLineProblem) in
            guard !line.field(0).isEmpty, line.fields.count >= 2 else {
                throw line.problem("no name or no password field")
            }
            return ShadowEntry(
                name: line.text(0), password: PasswordField(line.field(1)), lastChange: line.number(2),
                maximumAge: line.number(4), expires: line.number(7), line: line.number)
        }
    }
}
