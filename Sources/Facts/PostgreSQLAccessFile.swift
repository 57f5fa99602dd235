// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// pg_hba.conf or pg_ident.conf with the files they name, as lines of fields.
struct PostgreSQLAccessFile {
    /// The lines in the order the server reads them.
    private(set) var lines: [(origin: Origin, fields: [[PostgreSQLAuthenticationFile.Word]])] = []
    /// What the server refuses.
    private(set) var errors: [PostgreSQLSettings.Trouble] = []
    /// What is there and could not be read.
    private(set) var unreadable: [PostgreSQLSettings.Trouble] = []

    private let host: any Host
    private let major: Int
    private var files = 0

    /// CONF_FILE_MAX_DEPTH of version 16; before it only open descriptors end a circle of files.
    private static let depthLimit = 10
    private static let fileLimit = 4096

    init(_ path: String, _ host: any Host, major: Int) {
        self.host = host
        self.major = major
        read(path, at: Origin(path: path), isNeeded: true, depth: 0)
    }

    private mutating func parsed(_ path: String, at place: Origin, isNeeded: Bool, depth: Int)
        -> PostgreSQLAuthenticationFile?
    {
        files += 1
        guard depth <= Self.depthLimit, files <= Self.fileLimit else {
            errors.append(PostgreSQLSettings.Trouble(origin: place, reason: "\(path): nested too deeply"))
            return nil
        }
        do throws(HostError) {
            return PostgreSQLAuthenticationFile(try host.read(path).bytes, continues: major >= 14)
        } catch {
            let trouble = PostgreSQLSettings.Trouble(origin: place, reason: "\(path): \(error.description)")
            switch error {
            case .notFound: if isNeeded { errors.append(trouble) }
            case .wrongKind, .tooManyLinks, .invalidPath, .pathTooLong: errors.append(trouble)
            default: unreadable.append(trouble)
            }
            return nil
        }
    }

    private mutating func read(_ path: String, at place: Origin, isNeeded: Bool, depth: Int) {
        guard let file = parsed(path, at: place, isNeeded: isNeeded, depth: depth) else { return }
        for line in file.lines {
            let origin = Origin(path: path, line: line.line)
            if line.isTooLong {
                errors.append(PostgreSQLSettings.Trouble(origin: origin, reason: "a word is too long"))
                continue
            }
            let troubles = errors.count
            let fields = line.fields.map { $0.flatMap { expanded($0, at: origin, depth: depth) } }
                .filter { !$0.isEmpty }
            // A line with a file that is not there is one error, and no record.
            if errors.count > troubles { continue }
            if major >= 16, fields.count == 2, let directive = fields[0].first, let name = fields[1].first,
                include(directive.text, name.text, at: origin, depth: depth)
            {
                continue
            }
            if !fields.isEmpty { lines.append((origin, fields)) }
        }
    }

    /// The include directives of version 16; false for another line of two fields.
    private mutating func include(_ directive: String, _ name: String, at origin: Origin, depth: Int) -> Bool {
        let path = HostPath.absolute(name, in: HostPath.parent(of: origin.path))
        switch directive {
        case "include": read(path, at: origin, isNeeded: true, depth: depth + 1)
        case "include_if_exists": read(path, at: origin, isNeeded: false, depth: depth + 1)
        case "include_dir":
            do throws(HostError) {
                for entry in try host.list(path).map(\.name)
                where entry.hasSuffix(".conf") && entry.utf8.count > 5 && !entry.hasPrefix(".") {
                    let file = path == "/" ? "/\(entry)" : "\(path)/\(entry)"
                    if let status = try? host.status(file), status.kind == .directory { continue }
                    read(file, at: origin, isNeeded: true, depth: depth + 1)
                }
            } catch {
                let trouble = PostgreSQLSettings.Trouble(origin: origin, reason: "\(path): \(error.description)")
                if error == .permissionDenied { unreadable.append(trouble) } else { errors.append(trouble) }
            }
        default: return false
        }
        return true
    }

    /// `@file` stands for every word of that file.
    private mutating func expanded(_ word: PostgreSQLAuthenticationFile.Word, at origin: Origin, depth: Int)
        -> [PostgreSQLAuthenticationFile.Word]
    {
        guard let name = word.file else { return [word] }
        let path = HostPath.absolute(name, in: HostPath.parent(of: origin.path))
        guard let file = parsed(path, at: origin, isNeeded: true, depth: depth + 1) else { return [] }
        var words: [PostgreSQLAuthenticationFile.Word] = []
        let inner = Origin(path: path)
        for line in file.lines {
            for field in line.fields {
                for word in field { words += expanded(word, at: inner, depth: depth + 1) }
            }
        }
        return words
    }
}

/// The records of pg_hba.conf, in order.
struct PostgreSQLAccess {
    let path: String
    private(set) var rules: [PostgreSQLAccessRule] = []
    private(set) var errors: [PostgreSQLSettings.Trouble] = []
    /// Why the records are not known; nil where they are.
    private(set) var failure: String?

    init(_ path: String, _ host: any Host, major: Int, mapsUsersByDatabase: Bool) {
        self.path = path
        let file = PostgreSQLAccessFile(path, host, major: major)
        errors = file.errors
        failure = file.unreadable.first?.reason
        for line in file.lines {
            do throws(PostgreSQLAccessRule.Refusal) {
                rules.append(
                    try PostgreSQLAccessRule(
                        line.fields, at: line.origin, major: major, mapsUsersByDatabase: mapsUsersByDatabase))
            } catch {
                errors.append(PostgreSQLSettings.Trouble(origin: line.origin, reason: error.reason))
            }
        }
        if rules.isEmpty, errors.isEmpty, failure == nil {
            errors.append(PostgreSQLSettings.Trouble(origin: Origin(path: path), reason: "no records"))
        }
    }

    /// What decides a connection: the first record about it, nobody (`reject`), or not known.
    enum Decision {
        case rule(PostgreSQLAccessRule)
        case nobody
        case unknown(String, Origin)
    }

    func decision(for connection: PostgreSQLConnection, major: Int, usesTLS: Bool) -> Decision {
        for rule in rules where !(rule.type == "hostssl" && !usesTLS) {
            switch connection.matches(rule, major: major) {
            case .yes: return .rule(rule)
            case .no: continue
            case .unknown(let reason): return .unknown(reason, rule.origin)
            }
        }
        return .nobody
    }
}

extension PostgreSQLAccessRule {
    /// What a connection may be that the record is about: in clear, over TLS or GSSAPI, or by a local socket.
    var kinds: UInt8 {
        switch type {
        case "local": Self.socket
        case "hostssl": Self.secured
        case "hostnossl": Self.plain | Self.kerberos
        case "hostgssenc": Self.kerberos
        case "hostnogssenc": Self.plain | Self.secured
        default: Self.plain | Self.secured | Self.kerberos
        }
    }
    private static let socket: UInt8 = 1
    static let plain: UInt8 = 2
    private static let secured: UInt8 = 4
    private static let kerberos: UInt8 = 8

    /// Every connection of these kinds that `other` is about is one of this record's: the first of the two decides.
    func covers(_ other: PostgreSQLAccessRule, kinds wanted: UInt8) -> Bool {
        guard wanted & ~kinds == 0, coversAddress(of: other) else { return false }
        let takesAll = databases.contains { $0.isKeyword("all") }
        let coversDatabases = other.databases.allSatisfy {
            databases.contains($0) || (takesAll && !$0.isKeyword("replication"))
        }
        return coversDatabases
            && (users.contains { $0.isKeyword("all") } || other.users.allSatisfy { users.contains($0) })
    }

    private func coversAddress(of other: PostgreSQLAccessRule) -> Bool {
        switch (address, other.address) {
        case (nil, nil), (.all?, _): true
        case (.network(let mine)?, .network(let theirs)?): mine.covers(theirs)
        case (let mine, let theirs): mine == theirs
        }
    }

    /// Somebody on another machine can match.
    var isRemote: Bool {
        switch address {
        case nil, .sameHost?: false
        case .host(let name)?: name.asciiLowercased != "localhost"
        case .network(let network)?: !network.isLoopback
        default: true
        }
    }

    /// Everybody on the Internet can match, in one of the two address families at least.
    var isWide: Bool {
        switch address {
        case .all?: true
        case .network(let network)?: isRemote && !network.isPrivate && network.prefixBits <= 1
        default: false
        }
    }
}

extension PostgreSQLNetwork {
    /// How many bits of an address are fixed.
    var prefixBits: Int { mask.reduce(0) { $0 + $1.nonzeroBitCount } }
}
