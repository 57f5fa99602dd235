// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// What lines set, by keyword or by part of one.
struct SSHServerSettings: Sendable {
    /// `PermitRootLogin`, or `RekeyLimit/seconds` for a part with a rule of its own.
    private(set) var values: [String: Setting] = [:]

    /// What is set, and where.
    struct Setting: Sendable {
        var words: [Word]
        var origin: Origin
        /// The arguments as written where it was first set.
        var text: String
        /// Lines that set it too and do not count.
        var overrode: [Source.Overridden] = []
        /// Why it cannot be known, when it cannot.
        var unknown: String?
    }

    /// A word and its place.
    struct Word: Sendable, Hashable {
        var text: String
        var origin: Origin
    }

    subscript(key: String) -> Setting? { values[key] }

    /// Applies a line that counts.
    mutating func apply(_ assignment: SSHServerArguments.Assignment, to keyword: String, _ line: SSHServerFile.Line) {
        let key = Self.key(keyword, assignment.part)
        let words = assignment.words.map { word in
            Word(
                text: word.text,
                origin: Origin(path: line.origin.path, line: line.origin.line, column: max(word.column, 1)))
        }
        let new = Setting(words: words, origin: line.origin, text: line.directive.text)
        guard var old = values[key] else {
            values[key] = new
            return
        }
        // What is not known may have been set already, so nothing later makes it known.
        guard old.unknown == nil else { return }
        switch assignment.policy {
        case .append: old.words += words
        case .first: old.overrode.append(Source.Overridden(origin: new.origin, text: new.text))
        case .last:
            let losers = old.overrode + [Source.Overridden(origin: old.origin, text: old.text)]
            old = new
            old.overrode = losers
        }
        values[key] = old
    }

    /// From here on the value depends on something that cannot be known; what an earlier line settled stays.
    mutating func cloud(_ key: String, _ policy: SSHServerArguments.Policy, _ reason: String, _ origin: Origin) {
        if let old = values[key], old.unknown != nil || policy == .first { return }
        values[key] = Setting(words: [], origin: origin, text: "", unknown: reason)
    }

    mutating func set(_ key: String, _ setting: Setting?) { values[key] = setting }

    static func key(_ keyword: String, _ part: String) -> String { part.isEmpty ? keyword : "\(keyword)/\(part)" }
}

/// One reading of the configuration from top to bottom (parse_server_config_depth()). sshd makes two: at startup, where
/// only `Match all` matches, and for each connection, where only what stands in matching blocks counts.
struct SSHServerPass {
    let release: SSHServerRelease
    let accounts: SSHServerAccounts
    /// Nil at startup; else whether a Match line holds.
    let matches: ((SSHServerMatch, _ at: Origin) -> SSHServerTruth)?
    private(set) var settings = SSHServerSettings()
    /// What sshd refuses, in the order of the lines. Only found at startup.
    private(set) var refusals: [SSHServerPlacedRefusal] = []
    /// Ports were given on the command line: those of the file do not count.
    var ignoresPorts = false

    init(
        release: SSHServerRelease, accounts: SSHServerAccounts, settings: SSHServerSettings = SSHServerSettings(),
        matches: ((SSHServerMatch, Origin) -> SSHServerTruth)? = nil
    ) {
        self.release = release
        self.accounts = accounts
        self.settings = settings
        self.matches = matches
    }

    /// Reads a whole configuration.
    mutating func run(_ file: SSHServerFile) {
        var active: SSHServerTruth = matches == nil ? .yes : .no
        run(file, active: &active, ceiling: .yes)
    }

    /// Reads one line of the command line (`-o`).
    mutating func run(option line: SSHServerFile.Line) { apply(line, active: .yes) }

    /// `ceiling` is no inside a Match block that does not hold: no Match line in an included file can hold there.
    private mutating func run(_ file: SSHServerFile, active: inout SSHServerTruth, ceiling: SSHServerTruth) {
        switch file.failure {
        case .refused(let reason): refuse(Origin(path: file.path), reason)
        case .unreadable(let reason): cloud("\(file.path): \(reason)", Origin(path: file.path), ceiling)
        case nil: break
        }
        // Until its first Match line a file takes part in the surrounding search for blocks that hold.
        var isBeforeMatch = true
        for line in file.lines {
            switch line.content {
            case .refused(let reason): refuse(line.origin, reason)
            case .match(let match):
                let held = matches.map { $0(match, line.origin) } ?? (match.holdsAtStartup(release) ? .yes : .no)
                active = ceiling.and(held)
                isBeforeMatch = false
            case .include(let files):
                let before = active
                for included in files {
                    let isSearching = matches != nil && isBeforeMatch && ceiling != .no
                    run(included, active: &active, ceiling: isSearching ? ceiling : before)
                    active = before
                }
            case .setting: apply(line, active: active)
            }
        }
    }

    private mutating func refuse(_ origin: Origin, _ reason: String) {
        if matches == nil { refusals.append(SSHServerPlacedRefusal(origin: origin, reason: reason)) }
    }

    private mutating func apply(_ line: SSHServerFile.Line, active: SSHServerTruth) {
        // Only the first reading looks at lines that do not count, to refuse the bad ones.
        if matches != nil, active == .no { return }
        let spelling = line.directive.keyword
        let keyword: SSHServerKeyword
        switch SSHServerKeyword.find(spelling, release) {
        case .keyword(let found): keyword = found
        case .withoutEffect(let isConditional):
            // argv_split() comes before the keyword's own code, also where that does nothing.
            if release.dialect == .arguments, line.directive.words(release.dialect) == nil {
                refuse(line.origin, "invalid quotes")
            } else if active == .no, !isConditional {
                refuse(line.origin, Self.outOfPlace(spelling))
            }
            return
        case .match, .include:
            refuse(line.origin, "\(spelling) is not supported as a command-line option")
            return
        case .unknown:
            refuse(line.origin, "bad configuration option: \(spelling)")
            return
        }
        if active == .no, !keyword.isAllowedInMatch(release) || SSHServerKeyword.isGlobalAlias(spelling) {
            refuse(line.origin, Self.outOfPlace(spelling))
            return
        }
        if keyword.kind == .port, ignoresPorts { return }
        do {
            let arguments = SSHServerArguments(
                keyword: keyword, directive: line.directive, release: release, accounts: accounts,
                isActive: active != .no, present: settings[keyword.name]?.words.map(\.text) ?? [])
            for var assignment in try arguments.read() where !assignment.words.isEmpty {
                if keyword.name == "AuthorizedPrincipalsCommand", release.isAtLeast(9, 0), !release.isAtLeast(9, 4) {
                    // These releases look at AuthorizedKeysCommand to see whether it is set.
                    if settings["AuthorizedKeysCommand"] != nil { continue }
                    assignment.policy = .last
                }
                switch active {
                case .no: break
                case .yes: settings.apply(assignment, to: keyword.name, line)
                case .unknown(let reason):
                    let key = SSHServerSettings.key(keyword.name, assignment.part)
                    settings.cloud(key, assignment.policy, reason, line.origin)
                }
            }
        } catch {
            refuse(line.origin, error.reason)
        }
    }

    private static func outOfPlace(_ spelling: String) -> String {
        "directive '\(spelling)' is not allowed within a Match block"
    }

    /// What could not be read may have set anything that is not settled yet.
    mutating func cloud(_ reason: String, _ origin: Origin, _ ceiling: SSHServerTruth) {
        guard ceiling != .no else { return }
        for keyword in SSHServerKeyword.all where keyword.exists(in: release) {
            if matches != nil, !keyword.isAllowedInMatch(release) { continue }
            for part in keyword.parts {
                settings.cloud(
                    SSHServerSettings.key(keyword.name, part), keyword.isSettledByFirstLine ? .first : .append, reason,
                    origin)
            }
        }
    }
}

/// What sshd refuses, and where.
struct SSHServerPlacedRefusal: Sendable, Hashable {
    var origin: Origin
    var reason: String

    /// `/etc/ssh/sshd_config:3: bad configuration option: Prot`.
    var text: String { "\(origin.description): \(reason)" }
}

extension SSHServerKeyword {
    /// The parts that are set one by one; `[""]` for a keyword that is one.
    var parts: [String] {
        switch kind {
        case .rekeyLimit: ["bytes", "seconds"]
        case .penalties: ["enabled"] + SSHServerArguments.penaltyParts.map { $0.0 }
        default: [""]
        }
    }

    /// False where later lines add, or replace what was set.
    var isSettledByFirstLine: Bool {
        switch kind {
        case .port, .listenAddress, .hostKey, .hostCertificate, .users, .groups, .acceptEnv, .subsystem, .startups,
            .netBlockSize, .qualityOfService, .bindMask, .fingerprint, .startupsPerSource, .time(hasNone: true):
            false
        default: true
        }
    }
}
