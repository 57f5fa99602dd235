// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Model
import Patterns

/// A connection somebody might make, and which records of pg_hba.conf are about it.
struct PostgreSQLConnection: Sendable {
    /// How it comes.
    enum Kind: String, Sendable { case local, host, hostssl, hostgssenc }

    var kind = Kind.host
    var database = "postgres"
    var user = "postgres"
    /// Asks for the stream of changes, with no database: `replication` in the file.
    var isReplication = false
    /// Nil where it is not said.
    var address: IPAddress?
    /// The name the address has, forth and back.
    var hostName: String?
    /// Every role the user is a member of; nil where that is not said: the files do not know.
    var roles: Set<String>?

    /// Does a record apply? Checked in the server's order, so that what is not known only counts where it decides.
    enum Truth { case yes, no, unknown(String) }

    /// check_hba() for one record.
    func matches(_ rule: PostgreSQLAccessRule, major: Int) -> Truth {
        guard isOfType(rule.type) else { return .no }
        let parts = [address(rule), database(rule, major: major), role(rule, major: major)]
        var reason: String?
        for part in parts {
            switch part {
            case .no: return .no
            case .unknown(let why): reason = reason ?? why
            case .yes: break
            }
        }
        return reason.map(Truth.unknown) ?? .yes
    }

    private func isOfType(_ type: String) -> Bool {
        switch type {
        case "local": kind == .local
        case "hostssl": kind == .hostssl
        case "hostnossl": kind == .host || kind == .hostgssenc
        case "hostgssenc": kind == .hostgssenc
        case "hostnogssenc": kind == .host || kind == .hostssl
        default: kind != .local
        }
    }

    private func address(_ rule: PostgreSQLAccessRule) -> Truth {
        guard let wanted = rule.address, wanted != .all else { return .yes }
        if case .host(let name) = wanted {
            guard let hostName else { return .unknown("\(name) is looked up when somebody connects; say host=") }
            let known = hostName.asciiLowercased
            let name = name.asciiLowercased
            return (name.hasPrefix(".") ? known.hasSuffix(name) : known == name) ? .yes : .no
        }
        guard let address else { return .unknown("the client's address decides; say addr=") }
        let loopback = [PostgreSQLNetwork.loopback4, .loopback6].contains { $0.contains(address) }
        switch wanted {
        case .network(let network): return network.contains(address) ? .yes : .no
        case .sameHost where [[127, 0, 0, 1], PostgreSQLNetwork.loopback6.address].contains(address.bytes):
            return .yes
        case .sameNetwork where loopback: return .yes
        default: return .unknown("the addresses of the host's own interfaces are in no file")
        }
    }

    private func database(_ rule: PostgreSQLAccessRule, major: Int) -> Truth {
        if isReplication { return rule.databases.contains { $0.isKeyword("replication") } ? .yes : .no }
        var reason: String?
        for word in rule.databases {
            if word.isKeyword("all") { return .yes }
            if word.isKeyword("replication") { continue }
            if word.isKeyword("sameuser") {
                if database == user { return .yes }
                continue
            }
            if word.isKeyword("samerole") || word.isKeyword("samegroup") {
                switch isMember(of: database) {
                case .yes: return .yes
                case .unknown(let why): reason = reason ?? why
                case .no: break
                }
                continue
            }
            switch Self.isNamed(database, by: word, major: major) {
            case .yes: return .yes
            case .unknown(let why): reason = reason ?? why
            case .no: break
            }
        }
        return reason.map(Truth.unknown) ?? .no
    }

    private func role(_ rule: PostgreSQLAccessRule, major: Int) -> Truth {
        var reason: String?
        for word in rule.users {
            let truth: Truth
            if word.isKeyword("all") {
                truth = .yes
            } else if !word.isQuoted, word.text.utf8.first == UInt8(ascii: "+") {
                truth = isMember(of: String(decoding: word.text.utf8.dropFirst(), as: UTF8.self))
            } else {
                truth = Self.isNamed(user, by: word, major: major)
            }
            switch truth {
            case .yes: return .yes
            case .unknown(let why): reason = reason ?? why
            case .no: break
            }
        }
        return reason.map(Truth.unknown) ?? .no
    }

    /// Everybody is a member of the role of their own name.
    private func isMember(of role: String) -> Truth {
        if role == user { return .yes }
        guard let roles else { return .unknown("membership of \(role) is in the database; say memberof=") }
        return roles.contains(role) ? .yes : .no
    }

    /// Since version 16 a word that begins with a slash is a regular expression, also one in quotes: it may hold a comma.
    private static func isNamed(_ name: String, by word: PostgreSQLAuthenticationFile.Word, major: Int) -> Truth {
        guard major >= 16, word.text.utf8.first == UInt8(ascii: "/") else {
            return word.text == name ? .yes : .no
        }
        let text = String(decoding: word.text.utf8.dropFirst(), as: UTF8.self)
        do throws(PatternError) {
            return try Pattern(text).matches(name) ? .yes : .no
        } catch {
            return .unknown("the regular expression \(word.text) is not understood here")
        }
    }
}
