// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// Reads one rule. A condition that is not understood makes a rule that may or may not hold.
struct NftablesRule {
    private let words: [NftablesToken]
    private let family: String
    private let sets: [String: [[NftablesToken]]]
    private let table: String
    private var index = 0
    private(set) var missing: [String] = []

    init(_ words: [NftablesToken], _ family: String, _ sets: [String: [[NftablesToken]]], _ table: String) {
        self.words = words
        self.family = family
        self.sets = sets
        self.table = table
    }

    private func peek(_ offset: Int = 0) -> String { index + offset < words.count ? words[index + offset].text : "" }

    private mutating func take() -> String {
        defer { index += 1 }
        return peek()
    }

    /// More than one where a verdict map makes several of one.
    mutating func rules(_ text: String) -> [FirewallRule] {
        var rule = FirewallRule(origin: words[0].origin, text: text.clipped(to: 200))
        while index < words.count {
            if let action = action() {
                rule.action = action
                break
            }
            if isStatement() { continue }
            if peek() == "limit", peek(1) == "rate" {
                // Nobody has used up anything yet.
                let isOver = peek(2) == "over"
                rule.tests.append(FirewallTest(constant: !isOver))
                index += isOver ? 4 : 3
                if peek().hasSuffix("bytes/second") { index += 1 }
                if peek() == "burst" { index += peek(2) == "packets" || peek(2).hasSuffix("bytes") ? 3 : 2 }
                continue
            }
            if peek() == "tcp", peek(1) == "flags" {
                index += 2
                rule.tests.append(flags())
                continue
            }
            if peek() == "add" || peek() == "update", peek(1).hasPrefix("@"), peek(2) == "{" {
                index += 2
                // Whoever is put into a set now has used up nothing yet.
                let words = (elements() ?? []).flatMap { $0 }
                if words.contains(where: { $0.text == "over" }) { rule.tests.append(.never) }
                continue
            }
            guard let (tests, field) = key() else {
                rule.tests.append(.unknown)
                skipToAction()
                continue
            }
            rule.tests += tests
            if peek() == "vmap" { return mapped(rule, field) }
            rule.tests.append(test(field))
        }
        return [rule]
    }

    private static let actions: Set<String> = [
        "accept", "drop", "reject", "jump", "goto", "return", "continue", "queue", "dnat", "redirect", "tproxy",
        "notrack",
        "synproxy", "snat", "masquerade", "vmap", "dup", "fwd",
    ]

    private mutating func action() -> FirewallRule.Action? {
        guard index < words.count, words[index].kind == .word, Self.actions.contains(peek()) else { return nil }
        switch take() {
        case "accept", "snat", "masquerade": return .accept
        case "drop": return .drop
        case "reject": return .reject
        case "jump": return .jump(take())
        case "goto": return .goto(take())
        case "return": return .return
        case "continue": return FirewallRule.Action.none
        default: return .unknown
        }
    }

    /// Statements that decide nothing.
    private mutating func isStatement() -> Bool {
        switch peek() {
        case "counter":
            index += 1
            if peek() == "packets" { index += 4 } else if peek() == "name" { index += 2 }
        case "comment": index += 2
        case "log":
            index += 1
            while ["prefix", "level", "group", "snaplen", "queue-threshold"].contains(peek()) { index += 2 }
            if peek() == "flags" {
                index += 2
                while peek() == "," { index += 2 }
            }
        default: return false
        }
        return true
    }

    private mutating func skipToAction() {
        index += 1
        var depth = 0
        while index < words.count {
            if peek() == "{" { depth += 1 }
            if peek() == "}" { depth -= 1 }
            if depth == 0, Self.actions.contains(peek()) { return }
            index += 1
        }
    }

    /// What a condition looks at, and what it implies.
    private mutating func key() -> ([FirewallTest], FirewallTest.Field?)? {
        if peek() == "meta" { index += 1 }
        let first = take()
        let second = peek()
        let isFour = [FirewallTest(field: .family, values: ["4"])]
        let isSix = [FirewallTest(field: .family, values: ["6"])]
        switch (first, second) {
        case ("ip", "saddr"), ("ip6", "saddr"), ("ip", "daddr"), ("ip6", "daddr"):
            index += 1
            return (first == "ip" ? isFour : isSix, second == "saddr" ? .source : .destination)
        case ("ip", "protocol"), ("ip6", "nexthdr"):
            index += 1
            return (first == "ip" ? isFour : isSix, .transport)
        case ("tcp", "dport"), ("udp", "dport"), ("tcp", "sport"), ("udp", "sport"), ("th", "dport"), ("th", "sport"):
            index += 1
            let tests = first == "th" ? [] : [FirewallTest(field: .transport, values: [first])]
            return (tests, second == "dport" ? .port : .sourcePort)
        case ("icmp", _), ("icmpv6", _), ("udplite", _), ("sctp", _), ("dccp", _), ("igmp", _):
            // Connections are TCP and UDP.
            index += 1
            return ([.never], nil)
        case ("ct", "state"):
            index += 1
            return ([], .state)
        case ("l4proto", _): return ([], .transport)
        case ("nfproto", _), ("protocol", _): return ([], .family)
        case ("iif", _), ("iifname", _): return ([], .input)
        default:
            index -= 1
            return nil
        }
    }

    /// What `tcp flags …` says of a packet with SYN alone.
    private mutating func flags() -> FirewallTest {
        func judged(_ mask: Int, _ value: Int?, isNegated: Bool) -> FirewallTest {
            value.map { FirewallTest(constant: (FirewallTest.syn & mask == $0) != isNegated) } ?? .unknown
        }
        if peek() == "&" {
            index += 1
            guard let mask = flagList(), let isNegated = operatorIsNegated() else { return .unknown }
            return judged(mask, flagList(), isNegated: isNegated)
        }
        let isCompared = peek() == "==" || peek() == "!="
        guard let isNegated = operatorIsNegated(), let value = flagList() else {
            skipToAction()
            return .unknown
        }
        if peek() == "/" {
            index += 1
            return flagList().map { judged($0, value, isNegated: isNegated) } ?? .unknown
        }
        guard isCompared else { return FirewallTest(constant: FirewallTest.syn & value != 0) }
        return value.nonzeroBitCount == 1 ? judged(255, value, isNegated: isNegated) : .unknown
    }

    /// Names of flags between `|` or commas, parentheses or not.
    private mutating func flagList() -> Int? {
        var bits = 0
        while index < words.count {
            if peek() == "(" { index += 1 }
            guard let bit = FirewallTest.flags[peek()] else { return nil }
            bits |= bit
            index += 1
            if peek() == ")" { index += 1 }
            guard peek() == "|" || peek() == "," else { break }
            index += 1
        }
        return bits
    }

    private mutating func operatorIsNegated() -> Bool? {
        switch peek() {
        case "!=":
            index += 1
            return true
        case "==":
            index += 1
            return false
        case "<", ">", "<=", ">=", "&", "|", "^", ".", "!", "<<", ">>": return nil
        default: return false
        }
    }

    private mutating func test(_ field: FirewallTest.Field?) -> FirewallTest {
        guard let isNegated = operatorIsNegated() else {
            skipToAction()
            return .unknown
        }
        guard let elements = elements() else { return .unknown }
        // Of a protocol that no connection has, what follows does not matter.
        guard let field else { return .unknown }
        let values = elements.map { Self.value($0, field) }
        return values.contains(nil)
            ? .unknown : FirewallTest(field: field, isNegated: isNegated, values: values.compactMap { $0 })
    }

    /// The elements of a set, an anonymous one, or values between commas; nil where they are not known.
    private mutating func elements() -> [[NftablesToken]]? {
        if peek() == "{" {
            let start = index
            var depth = 0
            repeat {
                if peek() == "{" { depth += 1 }
                if peek() == "}" { depth -= 1 }
                index += 1
            } while depth > 0 && index < words.count
            return NftablesReader.elements(words[start..<index])
        }
        if peek().hasPrefix("@") {
            let name = String(take().dropFirst())
            guard let known = sets[table + " " + name] else {
                missing.append(name)
                return nil
            }
            return known
        }
        guard index < words.count else { return nil }
        var found: [[NftablesToken]] = []
        while index < words.count {
            var value = [words[index]]
            index += 1
            if peek() == "-", index + 1 < words.count {
                value += words[index...(index + 1)]
                index += 2
            }
            found.append(value)
            guard peek() == "," else { break }
            index += 1
        }
        return found
    }

    /// A value as `FirewallTest` has it; nil for what is not understood.
    private static func value(_ words: [NftablesToken], _ field: FirewallTest.Field) -> String? {
        guard let first = words.first else { return nil }
        var text = first.text
        if words.count > 1 {
            if words[1].text == "-", words.count > 2 {
                text += "-" + words[2].text
            } else if !["timeout", "expires", "comment", "counter"].contains(words[1].text) {
                return nil
            }
        }
        switch field {
        case .transport:
            if let name = ["6": "tcp", "17": "udp"][text] { return name }
            return Int(text) == nil || Int(text).map { $0 < 256 } == true ? text : nil
        case .family: return ["ipv4": "4", "ipv6": "6", "ip": "4", "ip6": "6", "arp": "0"][text]
        case .port, .sourcePort: return FirewallTest.ports(text) == nil ? nil : text
        case .source, .destination: return text.utf8.contains { $0 == 0x2E || $0 == 0x3A } ? text : nil
        case .state:
            return ["new", "established", "related", "invalid", "untracked"].contains(text) ? text : nil
        case .input: return text
        }
    }

    /// A rule for each element of `KEY vmap { VALUE : VERDICT, … }`.
    private mutating func mapped(_ rule: FirewallRule, _ field: FirewallTest.Field?) -> [FirewallRule] {
        index += 1
        var unknown = rule
        unknown.tests.append(.unknown)
        unknown.action = .unknown
        guard let elements = elements(), let field else { return [unknown] }
        var rules: [FirewallRule] = []
        for element in elements {
            guard let colon = element.firstIndex(where: { $0.kind == .sign && $0.text == ":" }), colon > 0,
                let value = Self.value(Array(element[..<colon]), field)
            else { return [unknown] }
            var verdict = NftablesRule(Array(element[(colon + 1)...]), family, sets, table)
            var made = rule
            made.origin = element[0].origin
            made.tests.append(FirewallTest(field: field, values: [value]))
            made.action = verdict.action() ?? .unknown
            rules.append(made)
        }
        return rules
    }
}
