// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

extension SSHServerArguments {
    private typealias Word = SSHServerConfiguration.Word

    // MARK: Lists that grow with each line

    func added(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> [SSHServerConfiguration.Word]
    {
        switch keyword.kind {
        case .port:
            if present.count >= 256 { throw SSHServerRefusal("too many ports") }
            let word = try required(&words)
            guard let port = accounts.services.port(word.text), port > 0 else {
                throw SSHServerRefusal("badly formatted port number \"\(word.text)\"")
            }
            return [Word(String(port), column: word.column)]
        case .listenAddress: return [try listenAddress(&words)]
        case .hostKey, .hostCertificate:
            let word = try required(&words)
            return [Word(try absolute(word.text), column: word.column)]
        case .subsystem: return try subsystem(&words)
        default: break
        }
        let all = Array(words)
        words = []
        if all.isEmpty, release.isAtLeast(9, 9) { throw SSHServerRefusal("no \(keyword.name) specified") }
        for word in all {
            let isValid =
                switch keyword.kind {
                case .users: SSHServerPattern.isValidUserPattern(word.text, release: release)
                case .acceptEnv: !word.text.utf8.contains(UInt8(ascii: "="))
                default: true
                }
            guard isValid, !word.text.isEmpty else {
                throw SSHServerRefusal("invalid \(keyword.name) pattern \"\(word.text)\"")
            }
        }
        return all
    }

    private func required(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> SSHServerConfiguration.Word
    {
        guard let word = words.popFirst(), !word.text.isEmpty else {
            throw SSHServerRefusal("\(keyword.name) missing argument")
        }
        return word
    }

    /// Separates the parts of a ListenAddress until the ports are known. No file can hold it.
    static let separator: Character = "\0"

    private func listenAddress(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> SSHServerConfiguration.Word
    {
        let word = try required(&words)
        let bytes = Array(word.text.utf8)
        let colons = bytes.count { $0 == UInt8(ascii: ":") }
        var host = word.text
        var port: Int?
        if bytes.contains(UInt8(ascii: "[")) || colons < 2 {
            guard let parts = Self.hostAndPort(word.text) else { throw SSHServerRefusal("bad address:port usage") }
            host = parts.host
            if let text = parts.port {
                guard let number = accounts.services.port(text), number > 0 else {
                    throw SSHServerRefusal("bad port number \"\(text)\"")
                }
                port = number
            }
        }
        var domain = ""
        if let next = words.popFirst() {
            guard next.text == "rdomain", let name = words.popFirst() else {
                throw SSHServerRefusal("bad ListenAddress syntax")
            }
            domain = name.text
        }
        let text = [host, port.map { String($0) } ?? "", domain].joined(separator: String(Self.separator))
        return Word(text, column: word.column)
    }

    /// hpdelim() and cleanhostname(): `host:port`, `[address]:port`, either without a port. Nil where there is a `/` or
    /// an unclosed bracket.
    static func hostAndPort(_ text: String) -> (host: String, port: String?)? {
        let bytes = Array(text.utf8)
        var end = bytes.startIndex
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            end = close + 1
        } else {
            end = bytes.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") } ?? bytes.endIndex
        }
        var host = bytes[..<end]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") { host = host.dropFirst().dropLast() }
        let name = String(decoding: host, as: UTF8.self)
        guard end < bytes.endIndex else { return (name, nil) }
        guard bytes[end] == UInt8(ascii: ":") else { return nil }
        return (name, String(decoding: bytes[(end + 1)...], as: UTF8.self))
    }

    private func subsystem(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> [SSHServerConfiguration.Word]
    {
        let name = try required(&words)
        let command = Array(words)
        words = []
        guard isActive else { return [] }
        let mayRepeat = release.isAtLeast(9, 5)
        if !mayRepeat, present.count >= 256 { throw SSHServerRefusal("too many subsystems defined") }
        if present.contains(where: { $0.utf8.starts(with: "\(name.text) ".utf8) }) {
            if mayRepeat { return [] }
            throw SSHServerRefusal("Subsystem '\(name.text)' already defined")
        }
        guard let first = command.first, !first.text.isEmpty else {
            throw SSHServerRefusal("missing subsystem command")
        }
        let parts = command.map { mayRepeat ? Self.quoted($0.text) : $0.text }
        return [Word(([name.text] + parts).joined(separator: " "), column: name.column)]
    }

    /// argv_assemble(): quotes and backslashes escaped, the whole in quotes when it has a blank.
    private static func quoted(_ text: String) -> String {
        var result: [UInt8] = []
        var hasBlank = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { hasBlank = true }
            if [UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(byte) {
                result.append(UInt8(ascii: "\\"))
            }
            result.append(byte)
        }
        let escaped = String(decoding: result, as: UTF8.self)
        return hasBlank ? "\"\(escaped)\"" : escaped
    }

    // MARK: Lists where the first line counts

    func list(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> [SSHServerConfiguration.Word]
    {
        let all = Array(words)
        words = []
        let isRequired: Bool
        switch keyword.kind {
        case .publicKeyOptions: return try publicKeyOptions(all)
        case .permitOpen, .permitListen:
            words = all[...]
            return try permitted(&words)
        case .authenticationMethods:
            // Before 8.7 a second line was not even read.
            if release.dialect == .delimited, !present.isEmpty { return [] }
            try checkMethods(all)
            isRequired = true
        case .keyFiles:
            if release.dialect == .delimited, !isActive || !present.isEmpty { return [] }
            isRequired = release.isAtLeast(9, 9)
        default: isRequired = release.isAtLeast(9, 9)
        }
        if all.isEmpty, isRequired { throw SSHServerRefusal("no \(keyword.name) specified") }
        var result: [Word] = []
        var names: Set<String> = []
        for word in all {
            switch keyword.kind {
            case .setEnv:
                let name = word.text.utf8.prefix { $0 != UInt8(ascii: "=") }
                guard name.count < word.text.utf8.count else { throw SSHServerRefusal("invalid environment") }
                let isNew = names.insert(String(decoding: name, as: UTF8.self)).inserted
                if isNew || !release.isAtLeast(9, 0) { result.append(word) }
            case .keyFiles:
                guard !word.text.isEmpty else { throw SSHServerRefusal("keyword \(keyword.name) empty argument") }
                result.append(Word(try home(word.text), column: word.column))
            case .logVerbose, .channelTimeouts:
                try checkNoneOrTimeout(word, all)
                result.append(word)
            default: result.append(word)
            }
        }
        return result
    }

    private func checkNoneOrTimeout(_ word: SSHServerConfiguration.Word, _ all: [SSHServerConfiguration.Word])
        throws(SSHServerRefusal)
    {
        if word.text.asciiLowercased == "none" {
            guard all.count == 1 else {
                throw SSHServerRefusal("keyword \(keyword.name) \"none\" argument must appear alone")
            }
            return
        }
        let parts = word.text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        if keyword.kind == .logVerbose {
            if word.text.isEmpty { throw SSHServerRefusal("keyword \(keyword.name) empty argument") }
        } else if parts.count < 2 || parts[0].isEmpty
            || SSHServerNumber.seconds(String(decoding: parts[1], as: UTF8.self), release) == nil
        {
            throw SSHServerRefusal("invalid channel timeout \(word.text)")
        }
    }

    private func publicKeyOptions(_ words: [SSHServerConfiguration.Word]) throws(SSHServerRefusal)
        -> [SSHServerConfiguration.Word]
    {
        let known = ["touch-required", "verify-required"]
        for word in words where !(known + ["none"]).contains(word.text.asciiLowercased) {
            throw SSHServerRefusal("unsupported \(keyword.name) option \(word.text)")
        }
        let column = words.first?.column ?? directive.restColumn
        let chosen = known.filter { option in words.contains { $0.text.asciiLowercased == option } }
        return (chosen.isEmpty ? ["none"] : chosen).map { Word($0, column: column) }
    }

    /// The names of auth2.c in Debian's build.
    private static let methods: Set<String> = [
        "none", "publickey", "gssapi-keyex", "gssapi-with-mic", "password", "keyboard-interactive", "hostbased",
    ]

    private func checkMethods(_ words: [SSHServerConfiguration.Word]) throws(SSHServerRefusal) {
        var hasAny = false
        for (index, word) in words.enumerated() {
            if word.text == "any" {
                let isNew = release.isAtLeast(9, 9)
                guard isNew || present.isEmpty, index == 0 || !(isActive || isNew) else {
                    throw SSHServerRefusal("\"any\" must appear alone in \(keyword.name)")
                }
                hasAny = true
                continue
            }
            if hasAny { throw SSHServerRefusal("\"any\" must appear alone in \(keyword.name)") }
            let parts = word.text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            for part in parts {
                let name = String(decoding: part.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
                guard Self.methods.contains(name) else {
                    throw SSHServerRefusal("invalid \(keyword.name) method list")
                }
            }
        }
    }

    private func permitted(_ words: inout ArraySlice<SSHServerConfiguration.Word>) throws(SSHServerRefusal)
        -> [SSHServerConfiguration.Word]
    {
        guard let first = words.first, !first.text.isEmpty else {
            throw SSHServerRefusal("\(keyword.name) missing argument")
        }
        let isOld = !release.isAtLeast(9, 9)
        var result: [Word] = []
        while let word = words.first, !(isOld && word.text.isEmpty) {
            words.removeFirst()
            if word.text == "any" || word.text == "none", result.isEmpty {
                // Whatever follows is left over, and refused.
                if isOld { return [word] }
                result.append(word)
                continue
            }
            let isBarePort = keyword.kind == .permitListen && !word.text.utf8.contains(UInt8(ascii: ":"))
            let port = isBarePort ? word.text : Self.hostAndPort(word.text)?.port
            guard let port, port == "*" || (accounts.services.port(port) ?? 0) > 0 else {
                throw SSHServerRefusal("\(keyword.name) bad host or port \"\(word.text)\"")
            }
            result.append(isBarePort ? Word("*:" + word.text, column: word.column) : word)
        }
        return result
    }
}
