// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

/// The first packet of a connection that somebody outside opens just after the host started: no limit is used up, and
/// nobody's address was put into a set yet.
struct FirewallPacket {
    /// 4 or 6.
    var family = 4
    /// `tcp` or `udp`.
    var transport = "tcp"
    /// Nil: one that no rule names.
    var port: Int?
    /// Nil: an address that no rule names.
    var source: IPAddress?
    /// Nil: one of the host's own, which is not known.
    var destination: IPAddress?
    /// Nil: not known, but not the loopback.
    var interface: String?
}

/// One condition of a rule.
struct FirewallTest {
    enum Field { case source, destination, port, sourcePort, transport, input, state, family }

    /// Nil: a condition that cannot be judged.
    var field: Field?
    var isNegated = false
    var values: [String] = []
    /// Holds anyway, or never.
    var constant: Bool?

    static let never = FirewallTest(constant: false)
    static let unknown = FirewallTest()

    /// TCP's flags (RFC 9293, section 3.1); the packet that opens a connection has SYN alone.
    static let flags = ["fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128]
    static let syn = 2

    /// Nil where it cannot be judged.
    func holds(_ packet: FirewallPacket) -> Bool? {
        if let constant { return constant }
        guard let field else { return nil }
        var found: Bool? = false
        for value in values {
            switch Self.isIn(value, field, packet) {
            case true?: return !isNegated
            case nil: found = nil
            case false?: break
            }
        }
        return found.map { $0 != isNegated }
    }

    private static func isIn(_ value: String, _ field: Field, _ packet: FirewallPacket) -> Bool? {
        switch field {
        case .source: return isIn(value, packet.source, isStranger: true)
        case .destination: return isIn(value, packet.destination, isStranger: false)
        case .port: return isIn(value, port: packet.port)
        // A client's own port is any of those that need no right, so none of the reserved ones.
        case .sourcePort:
            guard let range = ports(value) else { return nil }
            return range.upperBound < 1024 ? false : range.lowerBound <= 1024 && range.upperBound == 65535 ? true : nil
        case .transport: return value == "all" || value == packet.transport
        case .input:
            if value == "*" || value == "+" { return true }
            if let last = value.utf8.last, last == UInt8(ascii: "*") || last == UInt8(ascii: "+") {
                let prefix = String(value.dropLast())
                return packet.interface.map { $0.hasPrefix(prefix) } ?? (prefix == "lo" ? false : nil)
            }
            return packet.interface.map { $0 == value } ?? (value == "lo" ? false : nil)
        case .state: return value == "new"
        case .family: return value == "\(packet.family)"
        }
    }

    /// `ADDRESS`, `NETWORK/BITS` or `FROM-TO`; nil for what is none, and for one that decides when the address is not known.
    private static func isIn(_ text: String, _ address: IPAddress?, isStranger: Bool) -> Bool? {
        let ends = text.split(separator: "-").map(String.init)
        if ends.count == 2, let low = IPAddress(text: ends[0]), let high = IPAddress(text: ends[1]) {
            guard let address else { return isStranger ? false : nil }
            guard address.bytes.count == low.bytes.count else { return false }
            return !address.bytes.lexicographicallyPrecedes(low.bytes)
                && !high.bytes.lexicographicallyPrecedes(address.bytes)
        }
        let parts = text.split(separator: "/").map(String.init)
        guard (1...2).contains(parts.count), let network = IPAddress(text: parts[0]) else { return nil }
        var bits = network.bytes.count * 8
        if parts.count == 2 {
            if let number = Int(parts[1]) {
                bits = number
            } else {
                guard let mask = IPAddress(text: parts[1]), mask.bytes.count == network.bytes.count,
                    let length = prefix(mask.bytes)
                else { return nil }
                bits = length
            }
        }
        guard let range = PostgreSQLNetwork(network.bytes, prefix: bits) else { return nil }
        if range.isEverything { return address.map(range.contains) ?? true }
        guard let address else {
            // Halves of all there is are no stranger's exception.
            return isStranger && bits >= 4 ? false : nil
        }
        return range.contains(address)
    }

    private static func prefix(_ mask: [UInt8]) -> Int? {
        let ones = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        let expected = PostgreSQLNetwork(mask, prefix: ones)?.mask
        return expected == mask ? ones : nil
    }

    private static func isIn(_ text: String, port: Int?) -> Bool? {
        guard let range = ports(text) else { return nil }
        if let port { return range.contains(port) }
        return range.lowerBound <= 1 && range.upperBound == 65535 ? true : range.count > 1000 ? nil : false
    }

    /// `PORT`, `FROM-TO` or `FROM:TO`.
    static func ports(_ text: String) -> ClosedRange<Int>? {
        let ends = text.utf8.split(omittingEmptySubsequences: false) { $0 == 0x2D || $0 == 0x3A }
            .map { String(decoding: $0, as: UTF8.self) }
        guard let first = ends.first, let last = ends.last, ends.count <= 2 else { return nil }
        let isOpen = ends.count == 2
        guard let low = first.isEmpty && isOpen ? 0 : Int(first) ?? services[first],
            let high = last.isEmpty && isOpen ? 65535 : Int(last) ?? services[last],
            low >= 0, high <= 65535, low <= high
        else { return nil }
        return low...high
    }

    /// Of /etc/services, what is used in firewalls.
    private static let services = [
        "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "domain": 53, "bootps": 67, "bootpc": 68, "http": 80,
        "pop3": 110, "sunrpc": 111, "ntp": 123, "imap2": 143, "snmp": 161, "ldap": 389, "https": 443,
        "submissions": 465, "submission": 587, "ldaps": 636, "rsync": 873, "imaps": 993, "pop3s": 995, "mysql": 3306,
        "postgresql": 5432, "mdns": 5353,
    ]
}

/// One rule: what it says when all its conditions hold.
struct FirewallRule {
    enum Action: Hashable {
        case none, accept, drop, reject, `return`
        case jump(String), goto(String)
        /// Sent on elsewhere, queued, or what cannot be judged.
        case unknown
    }

    var origin: Origin
    var text = ""
    var tests: [FirewallTest] = []
    var action = Action.none
}

/// A list of rules.
struct FirewallChain {
    var rules: [FirewallRule] = []
    /// Nil for a chain that only others jump to.
    var hook: String?
    var priority = 0
    /// nftables' `type`: `filter`, `nat`, `route`.
    var type = "filter"
    var policy = FirewallRule.Action.accept
    var policyOrigin: Origin
    /// It cannot be judged.
    var isUnknown = false
}

/// Chains that see each other.
struct FirewallTable {
    /// Families whose packets it sees.
    var families: Set<Int>
    var chains: [String: FirewallChain] = [:]
}

/// What happens to a packet, and the rule or policy that says so.
struct FirewallVerdict: Hashable {
    enum Kind: String { case accept, drop, reject, unknown }

    var kind: Kind
    var origin: Origin
    var text: String
    var isPolicy = false
}

/// Follows a packet through the chains of a hook.
struct FirewallWalk {
    private let packet: FirewallPacket
    private var steps = 0
    private var possible: [FirewallVerdict] = []

    /// Rules looked at for one packet; after that the answer is not known.
    private static let limit = 200_000

    init(_ packet: FirewallPacket) { self.packet = packet }

    /// What becomes of a packet: what the first chain that does not accept it says (nft(8), "Chains": a packet is
    /// accepted only if every chain of the hook accepts it).
    static func verdict(_ packet: FirewallPacket, hook: String, _ tables: [FirewallTable]) -> FirewallVerdict? {
        var bases: [(table: FirewallTable, chain: FirewallChain)] = []
        for table in tables where table.families.contains(packet.family) {
            for name in table.chains.keys.sorted() {
                guard let chain = table.chains[name], chain.hook == hook else { continue }
                bases.append((table, chain))
            }
        }
        bases.sort { $0.chain.priority < $1.chain.priority }
        var accepted: FirewallVerdict?
        var doubt: FirewallVerdict?
        for (table, chain) in bases {
            var walk = FirewallWalk(packet)
            let policy = FirewallVerdict(
                kind: chain.policy == .drop ? .drop : .accept, origin: chain.policyOrigin,
                text: chain.policy == .drop ? "policy drop" : "policy accept", isPolicy: true)
            let last = walk.through(chain, table, depth: 0) ?? policy
            let all = walk.possible + [last]
            if all.allSatisfy({ $0.kind == last.kind }), last.kind != .unknown {
                if last.kind != .accept { return last }
                if chain.type == "filter", accepted == nil || !last.isPolicy { accepted = last }
            } else if all.allSatisfy({ $0.kind == .drop || $0.kind == .reject }) {
                return last
            } else {
                doubt = doubt ?? all.first { $0.kind != .accept } ?? last
            }
        }
        if let doubt { return FirewallVerdict(kind: .unknown, origin: doubt.origin, text: doubt.text) }
        return accepted
    }

    /// What a chain says for certain; nil when the packet comes out at its end. What it may say goes to `possible`.
    private mutating func through(_ chain: FirewallChain, _ table: FirewallTable, depth: Int) -> FirewallVerdict? {
        var mayHaveLeft = false
        func unknown(_ rule: FirewallRule?) -> FirewallVerdict {
            FirewallVerdict(kind: .unknown, origin: rule?.origin ?? chain.policyOrigin, text: rule?.text ?? "")
        }
        if chain.isUnknown || depth > 16 { return unknown(nil) }
        for rule in chain.rules {
            steps += 1 + rule.tests.reduce(0) { $0 + $1.values.count }
            if steps > Self.limit { return unknown(rule) }
            var truth: Bool? = true
            for test in rule.tests {
                let holds = test.holds(packet)
                if holds == false {
                    truth = false
                    break
                }
                if holds == nil { truth = nil }
            }
            if truth == false { continue }
            var verdict: FirewallVerdict?
            switch rule.action {
            case .none: continue
            case .accept: verdict = FirewallVerdict(kind: .accept, origin: rule.origin, text: rule.text)
            case .drop: verdict = FirewallVerdict(kind: .drop, origin: rule.origin, text: rule.text)
            case .reject: verdict = FirewallVerdict(kind: .reject, origin: rule.origin, text: rule.text)
            case .unknown: verdict = unknown(rule)
            case .return:
                if truth == true { return nil }
                mayHaveLeft = true
            case .jump(let name), .goto(let name):
                verdict = table.chains[name].map { through($0, table, depth: depth + 1) } ?? unknown(rule)
                if case .goto = rule.action, verdict == nil {
                    if truth == true { return nil }
                    mayHaveLeft = true
                }
            }
            guard let verdict else { continue }
            if truth == true, !mayHaveLeft { return verdict }
            possible.append(verdict)
            if truth == true { return nil }
        }
        return nil
    }
}
