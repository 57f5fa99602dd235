// SPDX-License-Identifier: GPL-3.0-or-later

/// A word of the sudoers(5) grammar with its place.
struct SudoersToken: Sendable {
    /// What the grammar sees.
    enum Kind: Sendable, Hashable {
        case include, includeDirectory
        case defaults, defaultsUser, defaultsRunas, defaultsHost, defaultsCommand
        case hostAlias, commandAlias, userAlias, runasAlias
        case tag, netgroup, group, network, all, alias, word, defaultsName, command
        case timeout, notBefore, notAfter, directory, root, role, type
        case digestKind, digest
        case open, close, comma, equals, colon, plus, minus, not, newline
        /// Nothing the grammar knows; `text` says what is wrong where the reader knows.
        case error
    }

    let kind: Kind
    /// The text with its escapes taken away.
    var text = ""
    /// What stands behind a command; nil for nothing.
    var arguments: String?
    /// sudoedit is written with a path; visudo does not like that.
    var isQualifiedEdit = false
    /// Line, from 1.
    let line: Int
    /// Column in bytes, from 1.
    let column: Int
}
