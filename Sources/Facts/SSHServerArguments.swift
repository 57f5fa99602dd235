// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// Reads the arguments of one keyword line as servconf.c does.
struct SSHServerArguments {
    let keyword: SSHServerKeyword
    let directive: SSHServerConfiguration.Directive
    let release: SSHServerRelease
    let accounts: SSHServerAccounts
    /// The line counts: it is not in a Match block that is passed over.
    let isActive: Bool
    /// Words that earlier lines already gave this keyword.
    let present: [String]

    /// What a line says: words for a keyword, or for a part of it that has a rule of its own.
    struct Assignment {
        /// Empty for the keyword itself.
        var part = ""
        var words: [SSHServerConfiguration.Word]
        var policy = Policy.first
    }

    /// Which of several lines counts.
    enum Policy {
        case first, last, append
    }

    private typealias Word = SSHServerConfiguration.Word

    /// What the line says.
    func read() throws(SSHServerRefusal) -> [Assignment] {
        guard var words = directive.words(release.dialect) else { throw SSHServerRefusal("invalid quotes") }
        if keyword.kind == .setEnv, release.dialect == .delimited {
            words = SSHServerConfiguration.delimitedWords(
                of: directive.rest ?? [], firstColumn: directive.restColumn, splitsAtEquals: false)
        }
        var rest = words[...]
        let assignments = try assignments(&rest)
        guard rest.isEmpty else { throw SSHServerRefusal("keyword \(keyword.name) extra arguments at end of line") }
        return assignments
    }

    private func assignments(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> [Assignment] {
        switch keyword.kind {
        case .rekeyLimit: return try rekeyLimit(&words)
        case .penalties: return try penalties(&words)
        case .line, .command: return try line(&words)
        case .port, .listenAddress, .hostKey, .hostCertificate, .users, .groups, .acceptEnv, .subsystem:
            return [Assignment(words: try added(&words), policy: .append)]
        case .startups, .netBlockSize, .qualityOfService, .bindMask, .fingerprint:
            return [Assignment(words: try replaced(&words), policy: .last)]
        case .startupsPerSource:
            let policy: Policy = release.isAtLeast(9, 3) ? .first : .last
            return [Assignment(words: try replaced(&words), policy: policy)]
        case .time(hasNone: true):
            // `none` counts even after a time was set.
            if let word = words.first, word.text.asciiLowercased == "none" {
                words.removeFirst()
                return [Assignment(words: [Word("0", column: word.column)], policy: .last)]
            }
            return [Assignment(words: [try time(&words)])]
        case .setEnv, .authenticationMethods, .permitOpen, .permitListen, .keyFiles, .logVerbose, .channelTimeouts,
            .publicKeyOptions:
            return [Assignment(words: try list(&words))]
        default: return [Assignment(words: [try single(&words)])]
        }
    }

    // MARK: One value

    private func next(_ words: inout ArraySlice<Word>, _ what: String = "argument") throws(SSHServerRefusal) -> Word {
        guard let word = words.popFirst(), !word.text.isEmpty else {
            throw SSHServerRefusal("\(keyword.name) missing \(what)")
        }
        return word
    }

    private func refusal(_ text: String) -> SSHServerRefusal {
        SSHServerRefusal("\(keyword.name) does not take \"\(text)\"")
    }

    private func single(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> Word {
        if case .time = keyword.kind { return try time(&words) }
        let word = try next(&words)
        let lower = word.text.asciiLowercased
        func replacing(_ text: String?) throws(SSHServerRefusal) -> Word {
            guard let text else { throw refusal(word.text) }
            return Word(text, column: word.column)
        }
        switch keyword.kind {
        case .flag: return try replacing(lower == "yes" || lower == "no" ? lower : nil)
        case .choice(let choices): return try replacing(choices[lower])
        case .integer: return try replacing(SSHServerNumber.whole(word.text).map { String($0) })
        case .path: return try replacing(try absolute(word.text))
        case .homePath: return try replacing(try home(word.text))
        case .word, .userEnvironment: return word
        case .hostKeyAgent: return word.text == "SSH_AUTH_SOCK" ? word : try replacing(try absolute(word.text))
        case .securityKeyProvider: return lower == "internal" ? word : try replacing(try absolute(word.text))
        case .ciphers: return try algorithms(word, release.ciphers)
        case .macs: return try algorithms(word, release.macs)
        case .keyExchanges: return try algorithms(word, release.keyExchanges)
        case .keys: return try algorithms(word, release.keys, allowsPatterns: true)
        case .signatures:
            return try algorithms(word, release.keys, allowsPatterns: true, plainOnly: release.isAtLeast(9, 3))
        case .gssKeyExchanges:
            let isKnown = word.text.utf8.split(separator: UInt8(ascii: ",")).allSatisfy { name in
                (SSHServerRelease.gssKeyExchanges + ["gss-group1-sha1-"]).contains { name.starts(with: $0.utf8) }
            }
            return try replacing(isKnown ? word.text : nil)
        case .logLevel: return try replacing(Self.logLevels[lower])
        case .logFacility: return try replacing(Self.logFacilities.contains(lower) ? lower.uppercased() : nil)
        case .tunnel:
            return try replacing(["no", "yes", "point-to-point", "ethernet"].contains(word.text) ? word.text : nil)
        case .addressList:
            guard case .notMatched = SSHServerPattern.addresses(nil, word.text) else { throw refusal(word.text) }
            return word
        default: throw SSHServerRefusal("\(keyword.name) is not supported on this platform")
        }
    }

    private func time(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> Word {
        let word = try next(&words, "time value")
        guard let seconds = SSHServerNumber.seconds(word.text, release) else {
            throw SSHServerRefusal("\(keyword.name) invalid time value \"\(word.text)\"")
        }
        return Word(String(seconds), column: word.column)
    }

    private func algorithms(
        _ word: Word, _ family: SSHServerRelease.Algorithms, allowsPatterns: Bool = false, plainOnly: Bool = false
    ) throws(SSHServerRefusal) -> Word {
        guard
            SSHServerAlgorithmList.isValid(
                word.text, family, allowsPatterns: allowsPatterns, plainOnly: plainOnly)
        else { throw refusal(word.text) }
        return word
    }

    /// derelativise_path(): `none` stays, `~` is expanded, the rest is taken from sshd's directory, which is `/`.
    func absolute(_ path: String) throws(SSHServerRefusal) -> String {
        if path.asciiLowercased == "none" { return "none" }
        let expanded = try home(path)
        return expanded.hasPrefix("/") ? expanded : "//" + expanded
    }

    /// tilde_expand_filename() for root.
    func home(_ path: String) throws(SSHServerRefusal) -> String {
        guard path.utf8.first == UInt8(ascii: "~") else { return path }
        let tail = path.utf8.dropFirst()
        let user = tail.prefix { $0 != UInt8(ascii: "/") }
        let rest = tail.dropFirst(user.count).drop { $0 == UInt8(ascii: "/") }
        let name = String(decoding: user, as: UTF8.self)
        guard let home = accounts.home(of: name.isEmpty ? nil : name) else {
            throw SSHServerRefusal("no such user \(name)")
        }
        return (home.hasSuffix("/") ? home : home + "/") + String(decoding: rest, as: UTF8.self)
    }

    /// ForceCommand and its like take the rest of the line as it is.
    private func line(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> [Assignment] {
        words = []
        let bytes = (directive.rest ?? [])[...]
        let rest = bytes.drop { [0x20, 0x09, 0x0D, 0x0A].contains($0) }
        guard !rest.isEmpty else { throw SSHServerRefusal("\(keyword.name) missing argument") }
        let text = String(decoding: rest, as: UTF8.self)
        let isNone = text.asciiLowercased == "none"
        if keyword.kind == .command, rest.first != UInt8(ascii: "/"), !isNone, isActive || release.dialect == .arguments
        {
            throw SSHServerRefusal("\(keyword.name) must be an absolute path")
        }
        if keyword.name == "VersionAddendum" {
            if rest.contains(0x0D) { throw refusal(text) }
            if isNone { return [Assignment(words: [Word("none", column: directive.restColumn)])] }
        }
        return [Assignment(words: [Word(text, column: directive.restColumn)])]
    }

    // MARK: Parts

    private func rekeyLimit(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> [Assignment] {
        let word = try next(&words)
        var bytes: Int64 = 0
        if word.text != "default" {
            guard let size = SSHServerNumber.scaled(word.text), size == 0 || size >= 16 else {
                throw refusal(word.text)
            }
            bytes = size
        }
        var assignments = [Assignment(part: "bytes", words: [Word(String(bytes), column: word.column)])]
        if let interval = words.first {
            if interval.text == "none" {
                words.removeFirst()
            } else {
                assignments.append(Assignment(part: "seconds", words: [try time(&words)]))
            }
        }
        return assignments
    }

    /// The parts of PerSourcePenalties in the order they are printed.
    static let penaltyParts = [
        ("crash", "90"), ("authfail", "5"), ("noauth", "1"), ("grace-exceeded", "10"), ("refuseconnection", "10"),
        ("max", "600"), ("min", "15"), ("max-sources4", "65536"), ("max-sources6", "65536"),
        ("overflow", "permissive"), ("overflow6", "permissive"),
    ]

    private func penalties(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> [Assignment] {
        var assignments: [Assignment] = []
        guard !words.isEmpty else { throw SSHServerRefusal("no \(keyword.name) specified") }
        while let word = words.popFirst() {
            let lower = word.text.asciiLowercased
            if lower == "yes" || lower == "no" {
                guard words.isEmpty else { throw SSHServerRefusal("\(keyword.name) \"\(lower)\" must appear alone") }
                assignments.append(Assignment(part: "enabled", words: [Word(lower, column: word.column)]))
                continue
            }
            let pair = word.text.utf8.split(
                separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            let part = pair.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
            let argument = pair.count > 1 ? String(decoding: pair[1], as: UTF8.self) : ""
            let value: String?
            switch part {
            case "overflow", "overflow6":
                value = ["deny-all", "permissive"].contains(argument) ? argument : nil
            case "max-sources4", "max-sources6": value = SSHServerNumber.whole(argument).map { String($0) }
            case _ where Self.penaltyParts.contains { $0.0 == part }:
                value = SSHServerNumber.seconds(argument, release).map { String($0) }
            default: value = nil
            }
            guard let value else { throw refusal(word.text) }
            assignments.append(Assignment(part: part, words: [Word(value, column: word.column)]))
        }
        return assignments
    }

    // MARK: Values where the last line counts

    private func replaced(_ words: inout ArraySlice<Word>) throws(SSHServerRefusal) -> [Word] {
        let word = try next(&words)
        func one(_ text: String) -> [Word] { [Word(text, column: word.column)] }
        switch keyword.kind {
        case .startups:
            let numbers = SSHServerNumber.colonSeparated(word.text, atMost: 3)
            guard let begin = numbers.first, numbers.count != 2 else { throw refusal(word.text) }
            let rate = numbers.count == 3 ? numbers[1] : 30
            let full = numbers.count == 3 ? numbers[2] : begin
            if numbers.count == 3, begin > full || rate > 100 || rate < 1 { throw refusal(word.text) }
            if release.isAtLeast(9, 0), full <= 0 || begin <= 0 { throw refusal(word.text) }
            // A single number leaves the rate as it is.
            let earlier = present.first.map { SSHServerNumber.colonSeparated($0, atMost: 3) }
            let kept = numbers.count == 1 ? earlier.map { $0.count == 3 ? $0[1] : 30 } ?? 30 : rate
            return one("\(begin):\(kept):\(full)")
        case .netBlockSize:
            let numbers = SSHServerNumber.colonSeparated(word.text, atMost: 2)
            guard let first = numbers.first, (0...32).contains(first),
                numbers.count == 1 || (0...128).contains(numbers[1])
            else { throw refusal(word.text) }
            // sshd never sets the second number when only one is given; in the packaged builds it is 0.
            return one("\(first):\(numbers.count > 1 ? numbers[1] : 0)")
        case .startupsPerSource:
            if word.text == "none" { return one("none") }
            guard let number = SSHServerNumber.whole(word.text) else { throw refusal(word.text) }
            return one(number == Int64(Int32.max) ? "none" : String(number))
        case .bindMask:
            guard let (mask, _) = SSHServerNumber.leading(Array(word.text.utf8)[...], radix: 8),
                (0...0o777).contains(mask)
            else { throw refusal(word.text) }
            return one("0" + String(mask, radix: 8))
        case .fingerprint:
            let name = word.text.uppercased()
            guard ["MD5", "SHA1", "SHA256", "SHA384", "SHA512"].contains(name) else { throw refusal(word.text) }
            return one(name)
        default:
            let interactive = try qualityOfService(word)
            guard let second = words.popFirst() else { return [interactive, interactive] }
            return [interactive, try qualityOfService(second)]
        }
    }

    private func qualityOfService(_ word: Word) throws(SSHServerRefusal) -> Word {
        guard let name = SSHServerServiceClass.name(of: word.text, release) else { throw refusal(word.text) }
        return Word(name, column: word.column)
    }

    private static let logLevels = [
        "silent": "SILENT", "quiet": "SILENT", "fatal": "FATAL", "error": "ERROR", "info": "INFO",
        "verbose": "VERBOSE", "debug": "DEBUG", "debug1": "DEBUG", "debug2": "DEBUG2", "debug3": "DEBUG3",
    ]
    private static let logFacilities: Set<String> = [
        "daemon", "user", "auth", "authpriv", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
        "local7",
    ]
}
