// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// sshd's configuration, read once; what is in force can be asked of it for everybody and for any connection.
struct SSHServerModel: Sendable {
    let release: SSHServerRelease
    let accounts: SSHServerAccounts
    let file: SSHServerFile
    /// What holds before any connection: command line, then the global part and `Match all`.
    let startup: SSHServerSettings
    /// What sshd refuses, in order.
    let refusals: [SSHServerPlacedRefusal]

    /// One keyword's value in force.
    struct Effective: Sendable {
        /// As `sshd -T` prints them, with the place of each that has one.
        var words: [SSHServerSettings.Word]
        var source: Source
        /// Why it cannot be known, when it cannot.
        var unknown: String?
    }

    init(host: any Host, release: SSHServerRelease, command: SSHServerCommand, accounts: SSHServerAccounts) {
        self.release = release
        self.accounts = accounts
        var reader = SSHServerFileReader(host: host, release: release, services: accounts.services)
        file = reader.read(command.file)
        var pass = SSHServerPass(release: release, accounts: accounts)
        if let failure = command.failure { pass.cloud(failure, Origin(path: command.file), .yes) }
        for option in command.options { pass.run(option: option) }
        pass.ignoresPorts = command.setsPorts
        pass.run(file)
        var startup = pass.settings
        Self.settle(&startup, release)
        self.startup = startup
        var refusals = pass.refusals
        if refusals.isEmpty { refusals += Self.contradictions(startup, release) }
        self.refusals = refusals
    }

    /// What holds for connections of which `matches` says whether they satisfy a Match line.
    func effective(matches: @escaping (SSHServerMatch, Origin) -> SSHServerTruth) -> [String: Effective] {
        var pass = SSHServerPass(release: release, accounts: accounts, matches: matches)
        pass.run(file)
        var values: [String: Effective] = [:]
        for keyword in SSHServerKeyword.all where keyword.exists(in: release) {
            values[keyword.name] = effective(keyword, over: pass.settings)
        }
        return values
    }

    // MARK: Startup

    /// fill_default_server_options(): `none` clears what was set.
    private static func settle(_ settings: inout SSHServerSettings, _ release: SSHServerRelease) {
        let cleared = [
            "PidFile", "XAuthLocation", "Banner", "TrustedUserCAKeys", "RevokedKeys", "SecurityKeyProvider",
            "AuthorizedPrincipalsFile", "ForceCommand", "ChrootDirectory", "HostKeyAgent",
            "PerSourcePenaltyExemptList",
        ]
        for name in cleared {
            guard var setting = settings[name], let word = setting.words.first,
                word.text.asciiLowercased == "none"
            else { continue }
            setting.words[0].text = "none"
            settings.set(name, setting)
        }
        if var timeouts = settings["ChannelTimeout"], timeouts.words.count == 1,
            timeouts.words[0].text.asciiLowercased == "none"
        {
            timeouts.words = release.isAtLeast(9, 6) ? [Self.none(timeouts)] : []
            settings.set("ChannelTimeout", timeouts)
        }
        // Before 8.7 the one, on by default, switched the other on, off by default.
        guard !release.isAtLeast(8, 7) else { return }
        let kbdInteractive = "KbdInteractiveAuthentication"
        let challenge = settings["ChallengeResponseAuthentication"]
        if challenge?.words.first?.text == "no" {
            if settings[kbdInteractive] == nil { settings.set(kbdInteractive, challenge) }
        } else {
            settings.set(kbdInteractive, challenge)
        }
    }

    private static func none(_ setting: SSHServerSettings.Setting) -> SSHServerSettings.Word {
        SSHServerSettings.Word(text: "none", origin: setting.origin)
    }

    /// What sshd's main() refuses when every line by itself was good.
    private static func contradictions(_ settings: SSHServerSettings, _ release: SSHServerRelease)
        -> [SSHServerPlacedRefusal]
    {
        var refusals: [SSHServerPlacedRefusal] = []
        for name in ["AuthorizedKeysCommand", "AuthorizedPrincipalsCommand"] {
            guard let command = settings[name], let word = command.words.first,
                word.text.asciiLowercased != "none", settings[name + "User"] == nil
            else { continue }
            refusals.append(.init(origin: command.origin, reason: "\(name) set without \(name)User"))
        }
        if let methods = settings["AuthenticationMethods"], !methods.words.isEmpty,
            methods.words.map(\.text) != ["any"], methods.unknown == nil
        {
            let isPossible = methods.words.contains { list in
                list.text.utf8.split(separator: UInt8(ascii: ",")).allSatisfy { method in
                    let name = method.prefix { $0 != UInt8(ascii: ":") }
                    return isEnabled(String(decoding: name, as: UTF8.self), settings)
                }
            }
            if !isPossible {
                refusals.append(
                    .init(
                        origin: methods.origin,
                        reason: "AuthenticationMethods cannot be satisfied by enabled authentication methods"))
            }
        }
        for keyword in SSHServerKeyword.all {
            guard let family = keyword.family(release), let setting = settings[keyword.name],
                let word = setting.words.first, SSHServerAlgorithmList.assemble(word.text, family) == nil
            else { continue }
            refusals.append(.init(origin: setting.origin, reason: "\(keyword.name) leaves no algorithm"))
        }
        let family = settings["AddressFamily"]?.words.first?.text ?? "any"
        for word in settings["ListenAddress"]?.words ?? [] {
            let host = word.text.split(separator: SSHServerArguments.separator, omittingEmptySubsequences: false).first
            guard let host, let address = SSHServerAddress(String(host)), address.inFamily(family) == nil else {
                continue
            }
            refusals.append(.init(origin: word.origin, reason: "ListenAddress is not of AddressFamily \(family)"))
        }
        return refusals
    }

    private static func isEnabled(_ method: String, _ settings: SSHServerSettings) -> Bool {
        let keyword: String
        switch method {
        case "publickey": keyword = "PubkeyAuthentication"
        case "password": keyword = "PasswordAuthentication"
        case "keyboard-interactive": keyword = "KbdInteractiveAuthentication"
        case "hostbased": keyword = "HostbasedAuthentication"
        case "gssapi-keyex", "gssapi-with-mic": keyword = "GSSAPIAuthentication"
        default: return true
        }
        if settings[keyword]?.unknown != nil { return true }
        let fallback = SSHServerKeyword.byName[keyword.asciiLowercased]?.fallback?.first
        return (settings[keyword]?.words.first?.text ?? fallback) == "yes"
    }
}

extension SSHServerKeyword {
    /// What a keyword for algorithms may hold; nil for every other keyword.
    func family(_ release: SSHServerRelease) -> SSHServerRelease.Algorithms? {
        switch kind {
        case .ciphers: release.ciphers
        case .macs: release.macs
        case .keyExchanges: release.keyExchanges
        case .keys: release.keys
        case .signatures: release.signatures
        default: nil
        }
    }
}
