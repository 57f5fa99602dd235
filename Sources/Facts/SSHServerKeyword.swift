// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// A keyword of sshd_config(5).
struct SSHServerKeyword: Sendable {
    /// OpenSSH's own spelling.
    let name: String
    /// How its arguments are read and what comes of them.
    let kind: Kind
    /// What holds when it is set nowhere, as `sshd -T` prints it; nil where the release or other keywords decide.
    let fallback: [String]?
    /// Allowed in a Match block.
    let isConditional: Bool
    /// The first release that has it.
    let since: (major: Int, minor: Int)
    /// Meaning, in one sentence.
    let documentation: String

    /// How arguments are read.
    enum Kind: Sendable, Hashable {
        case flag
        /// Accepted words, lower case, with the one that is printed for each.
        case choice([String: String])
        case integer
        /// sshd_config(5), "TIME FORMATS"; `none` may stand for 0.
        case time(hasNone: Bool)
        /// One path, made absolute.
        case path
        /// One path with `~` only.
        case homePath
        /// One word, taken as it is.
        case word
        /// The rest of the line.
        case line
        /// The rest of the line, an absolute path or `none`.
        case command
        case ciphers, macs, keyExchanges, keys, signatures, gssKeyExchanges
        case port, listenAddress, hostKey, hostCertificate, hostKeyAgent, securityKeyProvider
        case users, groups, acceptEnv, setEnv, authenticationMethods, permitOpen, permitListen
        case keyFiles, logVerbose, channelTimeouts, subsystem
        case userEnvironment, publicKeyOptions, rekeyLimit, logLevel, logFacility
        case startups, startupsPerSource, netBlockSize, penalties, addressList
        case tunnel, qualityOfService, bindMask, fingerprint, routingDomain
    }

    /// The CEL type of the fact.
    var type: ValueType {
        switch kind {
        case .flag: .bool
        case .integer: .int
        case .time: .duration
        case .port: .list(.int)
        case .bindMask: .mode
        case .ciphers, .macs, .keyExchanges, .keys, .signatures, .gssKeyExchanges, .listenAddress, .hostKey,
            .hostCertificate, .users, .groups, .acceptEnv, .setEnv, .authenticationMethods, .permitOpen, .permitListen,
            .keyFiles, .logVerbose, .channelTimeouts, .subsystem, .publicKeyOptions, .rekeyLimit, .penalties,
            .qualityOfService:
            .list(.string)
        default: .string
        }
    }

    func exists(in release: SSHServerRelease) -> Bool {
        // Its name lives on as another name of KbdInteractiveAuthentication.
        if name == "ChallengeResponseAuthentication", release.isAtLeast(8, 7) { return false }
        return release.isAtLeast(since.major, since.minor)
    }

    /// Whether the block of a Match line may hold it.
    func isAllowedInMatch(_ release: SSHServerRelease) -> Bool {
        switch kind {
        case .subsystem: release.isAtLeast(9, 5)
        default: isConditional
        }
    }

    /// What a keyword of a file turned out to be.
    enum Lookup {
        case keyword(SSHServerKeyword)
        /// Known, and without effect: once a keyword, or of another build.
        case withoutEffect(isConditional: Bool)
        case match, include
        case unknown
    }

    /// Finds a keyword by the spelling of a file; ASCII case does not count.
    static func find(_ spelling: String, _ release: SSHServerRelease) -> Lookup {
        let lower = spelling.asciiLowercased
        switch lower {
        case "match": return .match
        case "include": return .include
        default: break
        }
        if let keyword = byName[alias(lower, release) ?? lower], keyword.exists(in: release) {
            return .keyword(keyword)
        }
        if withoutEffectInMatch.contains(lower) { return .withoutEffect(isConditional: true) }
        if withoutEffect.contains(lower) { return .withoutEffect(isConditional: false) }
        return .unknown
    }

    /// Other names a keyword has. The old name of an alias with a scope of its own keeps that scope: see `scope(of:)`.
    private static func alias(_ lower: String, _ release: SSHServerRelease) -> String? {
        switch lower {
        case "hostdsakey": "hostkey"
        case "dsaauthentication": "pubkeyauthentication"
        case "keepalive": "tcpkeepalive"
        case "gssapicleanupcreds": "gssapicleanupcredentials"
        case "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms"
        case "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms"
        case "hostbasedacceptedalgorithms", "pubkeyacceptedalgorithms": release.isAtLeast(8, 5) ? nil : "unknown"
        case "challengeresponseauthentication", "skeyauthentication":
            release.isAtLeast(8, 7) ? "kbdinteractiveauthentication" : nil
        default: nil
        }
    }

    /// `DSAAuthentication` is `PubkeyAuthentication` by another name, but not in a Match block.
    static func isGlobalAlias(_ spelling: String) -> Bool {
        spelling.asciiLowercased == "dsaauthentication"
    }

    static let byName: [String: SSHServerKeyword] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.name.asciiLowercased, $0) })

    private static let withoutEffect: Set<String> = [
        "pamauthenticationviakbdint", "serverkeybits", "keyregenerationinterval", "rhostsauthentication",
        "kerberosgetafstoken", "kerberostgtpassing", "afstokenpassing", "gssusesessionccache",
        "gssapiusesessioncredcache", "skeyauthentication", "checkmail", "permitblacklistedkeys", "uselogin", "protocol",
        "verifyreversemapping", "reversemappingcheck", "useprivilegeseparation",
    ]
    private static let withoutEffectInMatch: Set<String> = [
        "rhostsrsaauthentication", "rsaauthentication", "authorizedkeysfile2",
    ]
}
