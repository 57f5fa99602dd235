// SPDX-License-Identifier: GPL-3.0-or-later

/// One file of sudoers(5), read as sudo 1.9.13 reads it: an entry that is not understood is left out and the rest
/// counts (sudo.conf(5), error_recovery), while a file that ends inside an entry is refused as a whole.
public struct Sudoers: Sendable {
    /// What was understood, in its order.
    public internal(set) var entries: [Entry] = []
    /// What was not.
    public internal(set) var problems: [Problem] = []
    /// The text ends inside an entry: sudo gives up all files.
    public internal(set) var isAborted = false

    /// A place and what is wrong there.
    public struct Problem: Sendable, Hashable {
        /// Line, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
        /// In words.
        public let message: String
    }

    /// An entry with its place.
    public struct Entry: Sendable {
        /// Line, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
        /// What it says.
        public let content: Content
    }

    /// What an entry says.
    public enum Content: Sendable {
        /// A file to be read here.
        case include(String)
        /// A directory whose files are to be read here.
        case includeDirectory(String)
        /// A name for a list.
        case alias(Alias)
        /// Settings with who they are for.
        case defaults(Defaults)
        /// Who may do what.
        case specification(Specification)
    }

    /// The four kinds of alias; names of different kinds do not meet.
    public enum AliasKind: String, Sendable, Hashable {
        case user = "User_Alias"
        case runas = "Runas_Alias"
        case host = "Host_Alias"
        case command = "Cmnd_Alias"
    }

    /// A name for a list.
    public struct Alias: Sendable {
        /// Of what.
        public let kind: AliasKind
        /// Its name.
        public let name: String
        /// Users, hosts or run-as users; empty for commands.
        public var members: [Member] = []
        /// Commands; empty for the other kinds.
        public var commands: [Command] = []
    }

    /// One member of a list of users, groups or hosts.
    public struct Member: Sendable, Hashable {
        /// What it is.
        public enum Kind: Sendable, Hashable {
            /// `ALL`
            case all
            /// An upper-case word: an alias, or a name where there is no such alias.
            case alias
            /// `+name`
            case netgroup
            /// `%name`, `%#gid`, `%:name`
            case group
            /// An address or network.
            case network
            /// A name, `#uid`, or a pattern of host names.
            case word
            /// `()`: the user who asks.
            case myself
        }
        /// What it is.
        public let kind: Kind
        /// As written, without escapes; the sign of a group or netgroup is part of it.
        public let text: String
        /// `!`
        public let isNegated: Bool
    }

    /// One command of a list.
    public struct Command: Sendable, Hashable {
        /// What it is.
        public enum Kind: Sendable, Hashable {
            /// `ALL`
            case all
            /// A Cmnd_Alias.
            case alias
            /// A path, a pattern, a regular expression, `sudoedit` or `list`.
            case path
        }
        /// What it is.
        public let kind: Kind
        /// The path or the name; empty for `ALL`.
        public let text: String
        /// Arguments; nil where any are allowed, `""` (two quotes) where none is.
        public let arguments: String?
        /// `!`
        public let isNegated: Bool
        /// `sha256:…`, as written.
        public let digests: [String]
        /// Line, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int

        /// The same at another place, forbidden where it is allowed if `isTurned`: a member of an alias stands where the
        /// alias is named.
        public func placed(line: Int, column: Int, isTurned: Bool) -> Command {
            Command(
                kind: kind, text: text, arguments: arguments, isNegated: isNegated != isTurned, digests: digests,
                line: line, column: column)
        }
    }

    /// Settings with who they are for.
    public struct Defaults: Sendable {
        /// Who they are for.
        public enum Scope: Sendable {
            /// Everybody.
            case all
            /// `Defaults:`
            case users([Member])
            /// `Defaults>`
            case runas([Member])
            /// `Defaults@`
            case hosts([Member])
            /// `Defaults!`
            case commands([Command])
        }
        /// Who they are for.
        public let scope: Scope
        /// The settings in their order.
        public let settings: [Setting]
    }

    /// One setting.
    public struct Setting: Sendable, Hashable {
        /// How it changes the value.
        public enum Change: Sendable, Hashable {
            /// `name` or `name=value`
            case set
            /// `!name`
            case clear
            /// `+=`
            case add
            /// `-=`
            case remove
        }
        /// Its name.
        public let name: String
        /// What is written behind the operator.
        public let value: String?
        /// How it changes the value.
        public let change: Change
        /// Line, from 1.
        public let line: Int
        /// Column in bytes, from 1.
        public let column: Int
    }

    /// Who may do what, on which hosts.
    public struct Specification: Sendable {
        /// Who.
        public let users: [Member]
        /// Where and what; `:` begins another.
        public let privileges: [Privilege]
    }

    /// What may be done on some hosts.
    public struct Privilege: Sendable {
        /// Where.
        public let hosts: [Member]
        /// What.
        public let commands: [CommandSpecification]
    }

    /// A command with all that stands before it, and with what it takes over from the one before.
    public struct CommandSpecification: Sendable {
        /// As which users; nil where no list says so.
        public var runasUsers: [Member]?
        /// With which groups; nil where no list says so.
        public var runasGroups: [Member]?
        /// CWD.
        public var directory: String?
        /// CHROOT.
        public var root: String?
        /// ROLE or TYPE, for SELinux.
        public var hasRole = false
        /// TIMEOUT in seconds.
        public var timeout: Int?
        /// NOTBEFORE in seconds since 1970.
        public var notBefore: Int64?
        /// NOTAFTER in seconds since 1970.
        public var notAfter: Int64?
        /// Each tag that is set, by the name without NO: `PASSWD`, `EXEC`, `SETENV`, … .
        public var tags: [String: Bool] = [:]
        /// SETENV comes with `ALL` by itself, and is not taken over by the next command.
        public var hasImpliedSetenv = false
        /// The command.
        public var command: Command
    }

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        var parser = SudoersParser(SudoersReader(bytes).tokens)
        self = parser.parse()
    }

    init() {}
}
