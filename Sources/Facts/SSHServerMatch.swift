// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// Yes, no, or cannot be known and why.
enum SSHServerTruth: Sendable, Hashable {
    case yes, no
    case unknown(String)

    /// Both: no outweighs unknown, unknown outweighs yes.
    func and(_ other: SSHServerTruth) -> SSHServerTruth {
        switch (self, other) {
        case (.no, _), (_, .no): .no
        case (.unknown, _): self
        default: other
        }
    }
}

/// A connection as `sshd -T -C` describes one; what is nil is not said, and no criterion that asks for it matches.
struct SSHServerConnection: Sendable {
    var user: String?
    var host: String?
    var address: String?
    var localAddress: String?
    var localPort: Int?
    var routingDomain: String?
    var isInvalidUser = false
}

/// The criteria of a Match line.
struct SSHServerMatch: Sendable, Hashable {
    /// In the order written; empty for `Match all`.
    var criteria: [Criterion]

    /// One attribute and its patterns.
    struct Criterion: Sendable, Hashable {
        var attribute: Attribute
        var patterns: String

        /// As a person writes it.
        var text: String { patterns.isEmpty ? attribute.rawValue : "\(attribute.rawValue) \(patterns)" }
    }

    enum Attribute: String, Sendable, Hashable, CaseIterable {
        case user = "User"
        case group = "Group"
        case host = "Host"
        case address = "Address"
        case localAddress = "LocalAddress"
        case localPort = "LocalPort"
        case routingDomain = "RDomain"
        case invalidUser = "Invalid-User"
        case version = "Version"
    }

    /// Reads what follows `Match`, or says why sshd refuses it.
    init(_ directive: SSHServerConfiguration.Directive, _ release: SSHServerRelease, ports: SSHServerServices)
        throws(SSHServerRefusal)
    {
        criteria = []
        var words = try Self.words(directive, release)[...]
        guard !words.isEmpty else { throw SSHServerRefusal("one or more attributes required for Match") }
        while let word = words.popFirst() {
            if word.utf8.first == UInt8(ascii: "#") { break }
            let lower = word.asciiLowercased
            if lower == "all" {
                guard criteria.isEmpty, words.first.map({ $0.utf8.first == UInt8(ascii: "#") }) ?? true
                else { throw SSHServerRefusal("'all' cannot be combined with other Match attributes") }
                return
            }
            if lower == "invalid-user", release.isAtLeast(9, 9) {
                criteria.append(Criterion(attribute: .invalidUser, patterns: ""))
                continue
            }
            try append(word, &words, release, ports)
        }
        if criteria.isEmpty { throw SSHServerRefusal("one or more attributes required for Match") }
    }

    private mutating func append(
        _ word: String, _ words: inout ArraySlice<String>, _ release: SSHServerRelease, _ ports: SSHServerServices
    ) throws(SSHServerRefusal) {
        var name = word
        var argument: String?
        if release.isAtLeast(9, 9), let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")),
            Self.attribute(String(word[..<equals]), release) != nil
        {
            name = String(word[..<equals])
            argument = String(word[word.index(after: equals)...])
        } else {
            argument = words.popFirst()
        }
        guard let argument, let first = argument.utf8.first, first != UInt8(ascii: "#") else {
            throw SSHServerRefusal("missing Match criteria for \(name)")
        }
        guard let attribute = Self.attribute(name, release) else {
            throw SSHServerRefusal("unsupported Match attribute \(name)")
        }
        switch attribute {
        case .address, .localAddress:
            guard case .notMatched = SSHServerPattern.addresses(nil, argument) else {
                throw SSHServerRefusal("invalid Match \(attribute.rawValue) argument '\(argument)'")
            }
        case .localPort:
            guard ports.port(argument) != nil else { throw SSHServerRefusal("invalid LocalPort '\(argument)'") }
        default: break
        }
        criteria.append(Criterion(attribute: attribute, patterns: argument))
    }

    private static func attribute(_ name: String, _ release: SSHServerRelease) -> Attribute? {
        let lower = name.asciiLowercased
        if lower == "version", !release.isAtLeast(10, 0) { return nil }
        return Attribute.allCases.first {
            $0 != .invalidUser && $0.rawValue.asciiLowercased == lower
        }
    }

    /// Until 9.9 the line was split at blanks, `"` and `=`; since then as every other line.
    private static func words(_ directive: SSHServerConfiguration.Directive, _ release: SSHServerRelease)
        throws(SSHServerRefusal) -> [String]
    {
        guard let arguments = directive.words(release.dialect) else { throw SSHServerRefusal("invalid quotes") }
        if release.isAtLeast(9, 9) { return arguments.map(\.text) }
        return SSHServerConfiguration.delimitedWords(
            of: directive.rest ?? [], firstColumn: directive.restColumn, splitsAtEquals: true
        ).map(\.text)
    }

    // MARK: Matching

    /// Whether a connection satisfies every criterion.
    func holds(for connection: SSHServerConnection, _ release: SSHServerRelease, _ accounts: SSHServerAccounts)
        -> SSHServerTruth
    {
        criteria.reduce(.yes) { $0.and(Self.holds($1, for: connection, release, accounts)) }
    }

    /// Whether the line holds before there is any connection: `all`, or nothing but `version`.
    func holdsAtStartup(_ release: SSHServerRelease) -> Bool {
        criteria.allSatisfy { $0.attribute == .version && Self.matches(release.banner, $0.patterns) }
    }

    /// One criterion. What the connection does not say is not matched.
    static func holds(
        _ criterion: Criterion, for connection: SSHServerConnection, _ release: SSHServerRelease,
        _ accounts: SSHServerAccounts
    ) -> SSHServerTruth {
        let patterns = criterion.patterns
        switch criterion.attribute {
        case .user: return connection.user.map { matches($0, patterns) } == true ? .yes : .no
        case .host: return connection.host.map { matches($0, patterns, lowercases: true) } == true ? .yes : .no
        case .address: return matches(connection.address, addresses: patterns)
        case .localAddress: return matches(connection.localAddress, addresses: patterns)
        case .localPort:
            guard let port = connection.localPort else { return .no }
            return accounts.services.port(patterns) == port ? .yes : .no
        case .routingDomain: return connection.routingDomain.map { matches($0, patterns) } == true ? .yes : .no
        case .invalidUser: return connection.isInvalidUser ? .yes : .no
        case .version: return matches(release.banner, patterns) ? .yes : .no
        case .group:
            guard let user = connection.user else { return .no }
            switch accounts.groups(of: user) {
            case .unknown(let reason): return .unknown(reason)
            case .noSuchUser: return .no
            case .groups(let names):
                var isMatched = false
                for name in names {
                    switch SSHServerPattern.list(name, patterns) {
                    case .negated: return .no
                    case .matched: isMatched = true
                    default: break
                    }
                }
                return isMatched ? .yes : .no
            }
        }
    }

    private static func matches(_ text: String, _ patterns: String, lowercases: Bool = false) -> Bool {
        if case .matched = SSHServerPattern.list(text, patterns, lowercases: lowercases) { true } else { false }
    }

    private static func matches(_ address: String?, addresses patterns: String) -> SSHServerTruth {
        guard let address, case .matched = SSHServerPattern.addresses(address, patterns) else { return .no }
        return .yes
    }
}

/// Why sshd refuses a line, in words that stand after its place.
struct SSHServerRefusal: Error, Sendable, Hashable {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}
