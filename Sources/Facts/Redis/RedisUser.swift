// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// A user as ACL rules make it, one after the other ("ACL", Redis documentation; ACLSetUser()).
struct RedisUser {
    let name: String
    private(set) var isOn = false
    /// Any password will do.
    private(set) var needsNoPassword = false
    private(set) var passwords: [Password] = []
    private var hasAllKeys = false
    private var hasAllChannels = false
    private var mayRun: Set<String> = []

    enum Password: Hashable {
        case plain([UInt8])
        case hash([UInt8])
    }

    /// A new user may do nothing.
    init(_ name: String) { self.name = name }

    /// The user everybody is until they say who they are: all rights, and what `requirepass` asks for.
    static func standard(password: [UInt8]) -> RedisUser {
        var user = RedisUser("default")
        for rule in ["allkeys", "allchannels", "+@all", "on", password.isEmpty ? "nopass" : ""] {
            _ = user.apply(Array(rule.utf8))
        }
        if !password.isEmpty { user.passwords = [.plain(password)] }
        return user
    }

    /// A client is this user without a password.
    var isOpen: Bool { isOn && needsNoPassword }

    /// A password that can be guessed: shorter than 16 bytes. A hash tells nothing.
    var hasShortPassword: Bool {
        isOn
            && passwords.contains {
                if case .plain(let text) = $0 { text.count < 16 } else { false }
            }
    }

    /// Commands that lay the server open or empty it, with the categories a rule may take them by (COMMAND INFO).
    static let dangerous: [(name: String, categories: Set<String>)] = [
        ("config", ["admin", "slow", "dangerous"]),
        ("flushall", ["keyspace", "write", "slow", "dangerous"]),
        ("keys", ["keyspace", "read", "slow", "dangerous"]),
        ("replicaof", ["admin", "slow", "dangerous"]),
        ("shutdown", ["admin", "slow", "dangerous"]),
    ]

    /// Those it may run.
    var dangerousCommands: [String] { Self.dangerous.map(\.name).filter(mayRun.contains) }

    private static let categories: Set<String> = [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo",
        "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
        "all",
    ]

    /// False where the server refuses the rules.
    mutating func apply(all rules: [[UInt8]]) -> Bool {
        var rest = rules[...]
        while var rule = rest.popFirst() {
            if rule.first == UInt8(ascii: "("), rule.last != UInt8(ascii: ")") {
                repeat {
                    guard let next = rest.popFirst() else { return false }
                    // One that opens inside another takes its place.
                    let opens = next.first == UInt8(ascii: "(") && next.last != UInt8(ascii: ")")
                    rule = opens ? next : rule + [0x20] + next
                } while rule.last != UInt8(ascii: ")")
            }
            guard apply(rule) else { return false }
        }
        return true
    }

    private mutating func apply(_ rule: [UInt8]) -> Bool {
        guard let first = rule.first else { return true }
        let rest = Array(rule.dropFirst())
        switch String(decoding: rule, as: UTF8.self).asciiLowercased {
        case "on": isOn = true
        case "off": isOn = false
        case "nopass": (needsNoPassword, passwords) = (true, [])
        case "resetpass": (needsNoPassword, passwords) = (false, [])
        case "sanitize-payload", "skip-sanitize-payload", "clearselectors": break
        case "reset": self = RedisUser(name)
        case "allkeys", "~*": hasAllKeys = true
        case "resetkeys": hasAllKeys = false
        case "allchannels", "&*": hasAllChannels = true
        case "resetchannels": hasAllChannels = false
        case "allcommands", "+@all": mayRun = Set(Self.dangerous.map(\.name))
        case "nocommands", "-@all": mayRun = []
        default: return apply(first, rest)
        }
        return true
    }

    private mutating func apply(_ first: UInt8, _ rest: [UInt8]) -> Bool {
        switch first {
        case UInt8(ascii: ">"): add(.plain(rest))
        case UInt8(ascii: "#"):
            guard Self.isHash(rest) else { return false }
            add(.hash(rest))
        case UInt8(ascii: "<"), UInt8(ascii: "!"):
            let password: Password = first == UInt8(ascii: "<") ? .plain(rest) : .hash(rest)
            guard let index = passwords.firstIndex(of: password) else { return false }
            passwords.remove(at: index)
        case UInt8(ascii: "~"): return !hasAllKeys && Self.isPattern(rest)
        case UInt8(ascii: "%"): return !hasAllKeys && Self.isKeyPattern(rest)
        case UInt8(ascii: "&"): return !hasAllChannels && Self.isPattern(rest)
        case UInt8(ascii: "("):
            guard rest.last == UInt8(ascii: ")") else { return false }
            var selector = RedisUser("")
            return rest.dropLast().split(separator: 0x20).allSatisfy {
                "~%&+-aAnNrR".utf8.contains($0.first ?? 0) && selector.apply(Array($0))
            }
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            return allow(String(decoding: rest, as: UTF8.self).asciiLowercased, first == UInt8(ascii: "+"))
        default: return false
        }
        return true
    }

    private mutating func add(_ password: Password) {
        if !passwords.contains(password) { passwords.append(password) }
        needsNoPassword = false
    }

    private mutating func allow(_ name: String, _ isAllowed: Bool) -> Bool {
        let isCategory = name.hasPrefix("@")
        let word = isCategory ? String(name.dropFirst()) : name
        let command = word.split(separator: "|", maxSplits: 1).first.map(String.init) ?? ""
        guard isCategory ? Self.categories.contains(word) : RedisSetting.commands.contains(command) else {
            return false
        }
        for (name, categories) in Self.dangerous
        where isCategory ? categories.contains(word) : name == word || (!isAllowed && name == command) {
            if isAllowed { mayRun.insert(name) } else { mayRun.remove(name) }
        }
        return true
    }

    private static func isHash(_ text: [UInt8]) -> Bool {
        text.count == 64 && text.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isPattern(_ text: some Swift.Collection<UInt8>) -> Bool {
        !text.contains { $0 == 0x20 || (0x09...0x0D).contains($0) || $0 == 0 }
    }

    /// `%RW~pattern`.
    private static func isKeyPattern(_ text: [UInt8]) -> Bool {
        let letters = text.prefix { "rwRW".utf8.contains($0) }
        let rest = text.dropFirst(letters.count)
        return !letters.isEmpty && rest.first == UInt8(ascii: "~") && isPattern(rest)
    }
}
