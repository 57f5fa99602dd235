// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Model

/// Reads what iptables-save(8) writes and iptables-restore(8) takes, for one family.
struct IptablesReader {
    /// `filter`, `nat`, `mangle`, `raw`, `security`.
    private(set) var tables: [String: FirewallTable] = [:]
    /// Why a file could not be read.
    private(set) var failure: String?
    private(set) var files: [String] = []
    /// What iptables-restore would refuse.
    private(set) var errors: [(origin: Origin, reason: String)] = []

    private let family: Int

    init(family: Int) { self.family = family }

    /// Priorities of the tables (linux/netfilter_ipv4.h) and the chains the kernel calls.
    private static let priorities = ["raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50]
    private static let hooks = [
        "INPUT": "input", "FORWARD": "forward", "OUTPUT": "output", "PREROUTING": "prerouting",
        "POSTROUTING": "postrouting",
    ]

    mutating func restore(_ path: String, _ host: any Host, flushes: Bool) {
        do throws(HostError) {
            let bytes = try host.read(path).bytes
            files.append(path)
            restore(bytes, path, flushes: flushes)
        } catch {
            failure = failure ?? "\(path): \(error.description)"
        }
    }

    /// Takes lines in. With `--noflush` only chains that are declared and not built in are emptied.
    mutating func restore(_ bytes: [UInt8], _ path: String, flushes: Bool, line fixed: Int? = nil) {
        var table: String?
        for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let origin = Origin(path: path, line: fixed ?? number + 1)
            guard let first = line.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }), first != 0x23 else {
                continue
            }
            guard let words = Self.words(line), let word = words.first else {
                errors.append((origin, "a quote is not closed"))
                continue
            }
            if word.hasPrefix("*") {
                let name = String(word.dropFirst())
                table = name
                if Self.priorities[name] == nil { errors.append((origin, "no table \(name)")) }
                if flushes || tables[name] == nil { tables[name] = empty(name, origin) }
            } else if word == "COMMIT" {
                table = nil
            } else if let table {
                if word.hasPrefix(":") {
                    declare(String(word.dropFirst()), words, table, origin, flushes: flushes)
                } else {
                    command(words, table, origin)
                }
            } else {
                errors.append((origin, "no table is open here"))
            }
        }
        if let table { errors.append((Origin(path: path), "*\(table) without COMMIT")) }
    }

    private func empty(_ name: String, _ origin: Origin) -> FirewallTable {
        var table = FirewallTable(families: [family])
        for (chain, hook) in Self.hooks {
            var made = FirewallChain(policyOrigin: origin)
            made.hook = hook
            made.type = name == "filter" ? "filter" : name
            made.priority = name == "nat" && hook == "input" ? 100 : Self.priorities[name] ?? 0
            table.chains[chain] = made
        }
        return table
    }

    private mutating func declare(
        _ chain: String, _ words: [String], _ table: String, _ origin: Origin, flushes: Bool
    ) {
        let policy = words.count > 1 ? words[1] : "-"
        if tables[table]?.chains[chain]?.hook != nil {
            guard policy != "-" else { return }
            tables[table]?.chains[chain]?.policy = policy == "DROP" ? .drop : .accept
            tables[table]?.chains[chain]?.policyOrigin = origin
        } else {
            tables[table]?.chains[chain] = FirewallChain(policyOrigin: origin)
        }
    }

    private mutating func command(_ words: [String], _ table: String, _ origin: Origin) {
        var words = words[...]
        // Counters before the rule: `[packets:bytes]`.
        if words.first?.hasPrefix("[") == true { words = words.dropFirst() }
        guard let verb = words.popFirst(), let chain = words.popFirst() else { return }
        guard tables[table]?.chains[chain] != nil || verb == "-N" else {
            errors.append((origin, "no chain \(chain)"))
            return
        }
        switch verb {
        case "-A", "--append":
            let made = rule(words, table, origin)
            tables[table]?.chains[chain]?.rules.append(made)
        case "-I", "--insert":
            var at = 1
            if let number = words.first.flatMap({ Int($0) }) {
                at = number
                words = words.dropFirst()
            }
            let made = rule(words, table, origin)
            guard let count = tables[table]?.chains[chain]?.rules.count, (1...(count + 1)).contains(at) else {
                errors.append((origin, "no rule \(at)"))
                return
            }
            tables[table]?.chains[chain]?.rules.insert(made, at: at - 1)
        case "-P", "--policy":
            tables[table]?.chains[chain]?.policy = words.first == "DROP" ? .drop : .accept
            tables[table]?.chains[chain]?.policyOrigin = origin
        case "-N", "--new-chain": tables[table]?.chains[chain] = FirewallChain(policyOrigin: origin)
        case "-F", "--flush": tables[table]?.chains[chain]?.rules = []
        default: tables[table]?.chains[chain]?.isUnknown = true
        }
    }

    /// Words of a line: double quotes hold blanks, a backslash the next byte (iptables-restore.c, add_param_to_argv()).
    static func words(_ line: some Sequence<UInt8>) -> [String]? {
        var words: [String] = []
        var word: [UInt8]?
        var isQuoted = false
        var isEscaped = false
        for byte in line {
            if isEscaped {
                word = (word ?? []) + [byte]
                isEscaped = false
            } else if isQuoted {
                if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isQuoted = false
                } else {
                    word?.append(byte)
                }
            } else if byte == 0x22 {
                isQuoted = true
                word = word ?? []
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0D {
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            } else {
                word = (word ?? []) + [byte]
            }
        }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return isQuoted ? nil : words
    }

    private static let ignored: Set<String> = [
        "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TCPMSS", "TRACE", "SET", "AUDIT", "CLASSIFY", "DSCP", "TOS", "TTL",
        "HL", "CHECKSUM", "CONNSECMARK", "SECMARK", "RATEEST", "LED",
    ]

    private func rule(_ words: ArraySlice<String>, _ table: String, _ origin: Origin) -> FirewallRule {
        var rule = FirewallRule(origin: origin, text: words.joined(separator: " ").clipped(to: 200))
        var words = words
        var isNegated = false
        var modules: [String] = []
        while let option = words.popFirst() {
            if option == "!" {
                isNegated = true
                continue
            }
            defer { isNegated = false }
            func add(_ field: FirewallTest.Field, _ text: String?) {
                let values = (text ?? "").split(separator: ",").map(String.init)
                rule.tests.append(FirewallTest(field: field, isNegated: isNegated, values: values))
            }
            switch option {
            case "-s", "--source", "--src": add(.source, words.popFirst())
            case "-d", "--destination", "--dst": add(.destination, words.popFirst())
            case "-i", "--in-interface": add(.input, words.popFirst())
            case "-p", "--protocol", "--proto":
                let name = (words.popFirst() ?? "").asciiLowercased
                add(.transport, ["6": "tcp", "17": "udp", "0": "all"][name] ?? name)
            case "--dport", "--destination-port", "--dports", "--destination-ports": add(.port, words.popFirst())
            case "--sport", "--source-port", "--sports", "--source-ports": add(.sourcePort, words.popFirst())
            case "--ctstate", "--state": add(.state, (words.popFirst() ?? "").asciiLowercased)
            case "--src-range": add(.source, words.popFirst())
            case "--dst-range": add(.destination, words.popFirst())
            case "--syn": rule.tests.append(FirewallTest(constant: !isNegated))
            case "-m", "--match": modules.append(words.popFirst() ?? "")
            case "--comment", "--log-prefix", "--log-level", "--limit-burst", "--reject-with": words = words.dropFirst()
            // Nobody has used up a limit yet, or has been seen before.
            case "--limit": words = words.dropFirst()
            case "--set", "--rsource", "--rdest":
                if isNegated { rule.tests.append(.unknown) }
            case "--update", "--rcheck": rule.tests.append(FirewallTest(constant: isNegated))
            case "--name", "--mask", "--seconds", "--hitcount": words = words.dropFirst()
            case "--dst-type":
                let kinds = (words.popFirst() ?? "").split(separator: ",")
                rule.tests.append(FirewallTest(constant: kinds.contains("LOCAL") != isNegated))
            case "--tcp-flags":
                let lists = [words.popFirst(), words.popFirst()].map { Self.flags($0 ?? "") }
                rule.tests.append(
                    lists[0].flatMap { mask in
                        lists[1].map { FirewallTest(constant: (FirewallTest.syn & mask == $0) != isNegated) }
                    } ?? .unknown)
            // No packet that opens a connection has a routing header.
            case "--rt-type":
                words = words.dropFirst()
                rule.tests.append(FirewallTest(constant: isNegated))
            case "-c", "--set-counters": words = words.dropFirst(2)
            case "-4", "--ipv4": if family != 4 { rule.tests.append(.never) }
            case "-6", "--ipv6": if family != 6 { rule.tests.append(.never) }
            case "--icmp-type", "--icmpv6-type":
                words = words.dropFirst()
                rule.tests.append(.never)
            case "-j", "--jump", "-g", "--goto":
                let target = words.popFirst() ?? ""
                rule.action = action(target, table, isGoto: option == "-g" || option == "--goto")
                // What follows belongs to the target.
                if Self.ignored.contains(target) || rule.action == .unknown { words = [] }
            default: rule.tests.append(.unknown)
            }
        }
        let known: Set<String> = [
            "tcp", "udp", "multiport", "conntrack", "state", "comment", "limit", "recent", "addrtype", "icmp", "icmp6",
            "icmpv6", "ipv6-icmp", "iprange", "rt",
        ]
        if modules.contains(where: { !known.contains($0) }) { rule.tests.append(.unknown) }
        return rule
    }

    /// `SYN,ACK`, `ALL`, `NONE`.
    private static func flags(_ text: String) -> Int? {
        var bits = 0
        for name in text.asciiLowercased.split(separator: ",").map(String.init) {
            guard let bit = name == "all" ? 63 : name == "none" ? 0 : FirewallTest.flags[name] else { return nil }
            bits |= bit
        }
        return bits
    }

    private func action(_ target: String, _ table: String, isGoto: Bool) -> FirewallRule.Action {
        switch target {
        case "ACCEPT", "MASQUERADE", "SNAT": .accept
        case "DROP": .drop
        case "REJECT": .reject
        case "RETURN": .return
        default:
            if Self.ignored.contains(target) {
                .none
            } else if tables[table]?.chains[target] != nil {
                isGoto ? .goto(target) : .jump(target)
            } else {
                .unknown
            }
        }
    }
}
