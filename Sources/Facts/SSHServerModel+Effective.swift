// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

extension SSHServerModel {
    /// A keyword's value: what a matching block says, else the global part, else the default
    /// (copy_set_server_options()).
    func effective(_ keyword: SSHServerKeyword, over connection: SSHServerSettings) -> Effective {
        switch keyword.kind {
        case .rekeyLimit: return assembled(keyword, over: connection, defaults: ["bytes": "0", "seconds": "0"])
        case .penalties: return penalties(keyword, over: connection)
        case .listenAddress: return listenAddresses(keyword)
        default: break
        }
        let setting = chosen(keyword, "", over: connection)
        if let reason = setting?.unknown { return unknown(reason, setting) }
        guard var setting else { return fallback(keyword) }
        if ["ForceCommand", "ChrootDirectory"].contains(keyword.name), let word = setting.words.first,
            word.text.asciiLowercased == "none"
        {
            setting.words[0].text = "none"
        }
        if let family = keyword.family(release) {
            let names = setting.words.first.flatMap { SSHServerAlgorithmList.assemble($0.text, family) } ?? []
            setting.words = names.map { .init(text: $0, origin: setting.origin) }
        } else if case .gssKeyExchanges = keyword.kind {
            setting.words = setting.words.flatMap { word in
                word.text.utf8.split(separator: UInt8(ascii: ","))
                    .map { .init(text: String(decoding: $0, as: UTF8.self), origin: word.origin) }
            }
        }
        return Effective(words: setting.words, source: source(setting))
    }

    /// The setting that counts, with the ones that do not behind it.
    private func chosen(_ keyword: SSHServerKeyword, _ part: String, over connection: SSHServerSettings)
        -> SSHServerSettings.Setting?
    {
        let key = SSHServerSettings.key(keyword.name, part)
        let before = startup[key]
        guard let inside = connection[key], isCopied(keyword, inside) else { return before }
        var setting = inside
        if let before, before.unknown == nil, before.origin != inside.origin {
            setting.overrode += [Source.Overridden(origin: before.origin, text: before.text)] + before.overrode
        }
        return setting
    }

    /// What a block sets and sshd forgets to carry over stays as it was.
    private func isCopied(_ keyword: SSHServerKeyword, _ setting: SSHServerSettings.Setting) -> Bool {
        switch keyword.name {
        case "SetEnv": release.isAtLeast(8, 5)
        case "PermitUserEnvironment": !["yes", "no"].contains(setting.words.first?.text)
        default: keyword.isAllowedInMatch(release)
        }
    }

    private func source(_ setting: SSHServerSettings.Setting) -> Source {
        Source(setting.origin, means: .set, text: setting.text, overrode: setting.overrode)
    }

    private func unknown(_ reason: String, _ setting: SSHServerSettings.Setting?) -> Effective {
        Effective(words: [], source: setting.map(source) ?? Source(Origin(path: file.path)), unknown: reason)
    }

    /// The default of the release, told as standing nowhere.
    private func fallback(_ keyword: SSHServerKeyword) -> Effective {
        let texts: [String]
        switch keyword.kind {
        case .port: texts = ["22"]
        case .ciphers, .macs, .keyExchanges, .keys, .signatures: texts = keyword.family(release)?.defaults ?? []
        case .gssKeyExchanges: texts = SSHServerRelease.gssKeyExchanges
        case .qualityOfService: texts = release.isAtLeast(10, 0) ? ["ef", "cs1"] : ["lowdelay", "throughput"]
        case .channelTimeouts: texts = release.isAtLeast(9, 6) ? ["none"] : []
        default: texts = keyword.fallback ?? []
        }
        return fallback(texts)
    }

    private func fallback(_ texts: [String]) -> Effective {
        let origin = Origin(path: file.path)
        return Effective(
            words: texts.map { .init(text: $0, origin: origin) },
            source: Source(
                origin, means: .default, text: "default of OpenSSH \(release.description)"))
    }

    /// A value of parts that are set one by one. Its source is that of the first part that is set.
    private func assembled(
        _ keyword: SSHServerKeyword, over connection: SSHServerSettings, defaults: [String: String],
        name: (String, String) -> String = { _, value in value }
    ) -> Effective {
        var result = fallback(keyword.parts.map { name($0, defaults[$0] ?? "") })
        var isSet = false
        for (index, part) in keyword.parts.enumerated() {
            guard let setting = chosen(keyword, part, over: connection) else { continue }
            if let reason = setting.unknown { return unknown(reason, setting) }
            guard let word = setting.words.first, index < result.words.count else { continue }
            result.words[index] = .init(text: name(part, word.text), origin: word.origin)
            if !isSet { result.source = source(setting) }
            isSet = true
        }
        return result
    }

    private func penalties(_ keyword: SSHServerKeyword, over connection: SSHServerSettings) -> Effective {
        var defaults = Dictionary(SSHServerArguments.penaltyParts, uniquingKeysWith: { first, _ in first })
        defaults["enabled"] = "yes"
        if let overflow = startup["\(keyword.name)/overflow"]?.words.first { defaults["overflow6"] = overflow.text }
        var result = assembled(keyword, over: connection, defaults: defaults) { part, value in
            part == "enabled" ? value : "\(part):\(value)"
        }
        guard result.unknown == nil, let enabled = result.words.first else { return result }
        // Any penalty that is set switches them on, whatever `no` says before or after it.
        let isAnySet = keyword.parts.dropFirst().contains { chosen(keyword, $0, over: connection) != nil }
        result.words = enabled.text == "no" && !isAnySet ? [enabled] : Array(result.words.dropFirst())
        return result
    }
}
