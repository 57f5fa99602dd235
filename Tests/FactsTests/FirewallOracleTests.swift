// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Foundation
import Host
import Model
import TestSupport
import Testing

@testable import Facts

/// Random rules against what the kernel does with real packets in a network namespace of its own: Tests/Fixtures/
/// firewall/ask.py. Needs root. `GUAITA_ORACLE_CASES` asks for more cases, `GUAITA_SEED` brings a run back.
@Suite struct FirewallOracleTests {
    @Test func packetsFareAsTheKernelSays() throws {
        for needed in [
            "/usr/sbin/nft", "/usr/sbin/iptables-restore", "/usr/sbin/ip", "/usr/bin/unshare", "/usr/bin/python3",
        ]
        where !FileManager.default.isExecutableFile(atPath: needed) {
            print("Firewall oracle: SKIPPED, no \(needed) here")
            return
        }
        guard geteuid() == 0, FileManager.default.fileExists(atPath: "/dev/net/tun") else {
            print("Firewall oracle: SKIPPED, needs root and /dev/net/tun")
            return
        }
        let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 24
        let seed = SeededGenerator.seed()
        var generator = FirewallGenerator(random: SeededGenerator(seed: seed))
        let root = "/tmp/guaita-firewall-\(UUID().uuidString.prefix(8))"
        defer { do { try FileManager.default.removeItem(atPath: root) } catch { print("\(root) is left: \(error)") } }
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        var ours: [[(packet: FirewallPacket, verdict: FirewallVerdict?)]] = []
        var texts: [[String: String]] = []
        for number in 0..<count {
            let files = generator.files()
            var entries: [String: String] = [:]
            for (suffix, text) in files { entries["/\(number).\(suffix)"] = text }
            let host = MemoryHost(files: entries)
            for (path, text) in entries { try Data(text.utf8).write(to: URL(fileURLWithPath: root + path)) }
            var tables: [FirewallTable] = []
            if files["nft"] != nil {
                let reader = NftablesReader("/\(number).nft", host)
                #expect(reader.errors.isEmpty && reader.failure == nil, "\(reader.errors) \(files)")
                tables = reader.order.compactMap { reader.tables[$0] }
            } else {
                for family in [4, 6] {
                    var reader = IptablesReader(family: family)
                    reader.restore("/\(number).v\(family)", host, flushes: true)
                    #expect(reader.errors.isEmpty)
                    tables += reader.tables.values
                }
            }
            let packets = (0..<8).map { _ in generator.packet() }
            let lines = packets.map { "\($0.family) \($0.source?.text ?? "") \($0.port ?? 0)\n" }.joined()
            try Data(lines.utf8).write(to: URL(fileURLWithPath: "\(root)/\(number).ask"))
            ours.append(packets.map { ($0, FirewallWalk.verdict($0, hook: "input", tables)) })
            texts.append(files)
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/firewall/ask.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-n", "/usr/bin/python3", script, root, "\(count)"]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            print("Firewall oracle: SKIPPED, the kernel gives no namespace with nf_tables")
            return
        }
        var (compared, unknown, refused, disagreements) = (0, 0, 0, 0)
        for (number, questions) in ours.enumerated() {
            let said = String(
                decoding: try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(number).out")), as: UTF8.self
            )
            .split(separator: "\n").map(String.init)
            if said == ["refused"] {
                refused += 1
                if refused < 4 { print("Firewall oracle: refused", texts[number]) }
                continue
            }
            for (question, theirs) in zip(questions, said) {
                let kind = question.verdict?.kind ?? .accept
                if kind == .unknown {
                    unknown += 1
                    continue
                }
                compared += 1
                if kind.rawValue == theirs { continue }
                disagreements += 1
                if disagreements > 5 { continue }
                print(
                    "Firewall oracle: seed \(seed), case \(number): \(question.packet) is \(theirs), here \(kind)",
                    question.verdict?.text ?? "", texts[number].values.joined(separator: "\n"))
            }
        }
        print(
            "Firewall oracle: seed \(seed), \(count) rule sets, \(compared) packets, \(unknown) unknown, \(refused) refused,",
            "\(disagreements) disagreements")
        #expect(disagreements == 0)
        #expect(refused == 0)
    }
}

/// Makes rules as administrators write them, and packets near their edges.
struct FirewallGenerator {
    var random: SeededGenerator
    private let fours = [
        "203.0.113.7", "198.51.100.0/24", "10.0.0.0/8", "203.0.113.0/25", "192.0.2.9-192.0.2.99", "0.0.0.0/0",
    ]
    private let sixes = ["2001:db8::7", "2001:db8:1::/48", "fd00::/8", "2001:db8::10-2001:db8::99", "::/0"]
    private let ports = ["22", "80", "443", "5432", "6379", "8000-8010", "1-1023"]

    init(random: SeededGenerator) { self.random = random }

    mutating func packet() -> FirewallPacket {
        let family = random.pick([4, 6])
        let source =
            family == 4
            ? random.pick([
                "203.0.113.7", "203.0.113.200", "198.51.100.3", "192.0.2.9", "192.0.2.100", "10.8.0.2", "8.8.8.8",
            ])
            : random.pick(["2001:db8::7", "2001:db8:1::5", "2001:db8::50", "fd00::3", "2600::1"])
        return FirewallPacket(
            family: family, port: random.pick([22, 80, 443, 5432, 6379, 8005, 8011, 1023, 1024, 9999]),
            source: IPAddress(text: source), interface: "tun0")
    }

    mutating func files() -> [String: String] {
        if random.below(2) == 0 { return ["nft": nft()] }
        return ["v4": iptables(4), "v6": iptables(6)]
    }

    private mutating func list(_ values: [String]) -> String {
        (0...random.below(3)).map { _ in random.pick(values) }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        .joined(separator: ", ")
    }

    private mutating func nft() -> String {
        let family = random.pick(["inet", "inet", "inet", "ip", "ip6"])
        let allowed = family == "ip" ? ["ip saddr"] : family == "ip6" ? ["ip6 saddr"] : ["ip saddr", "ip6 saddr"]
        var text = random.pick(["#!/usr/sbin/nft -f\nflush ruleset\n", "flush ruleset\n", ""])
        text += "define web = { 80, 443 }\ndefine ADMIN = 203.0.113.7\n"
        text += "table \(family) filter {\n"
        text +=
            "  set trusted {\n    type ipv4_addr\n    flags interval\n    elements = { 10.0.0.0/8,\n      198.51.100.0/24 }\n  }\n"
        text += "  set blocked { type ipv6_addr; flags interval; elements = { 2001:db8:1::/48 }; }\n"
        text += "  set seen { type ipv4_addr; flags dynamic, timeout; timeout 1h; size 1000; }\n"
        func verdict(_ random: inout SeededGenerator, _ jumps: [String]) -> String {
            random.pick(
                ["accept", "accept", "drop", "reject", "counter accept", "log prefix \"x \" drop", "return"] + jumps)
        }
        func rule(_ generator: inout Self, _ jumps: [String]) -> String {
            var parts: [String] = []
            if generator.random.below(3) == 0 {
                let key = generator.random.pick(allowed)
                let negation = generator.random.pick(["", "", "!= "])
                let isFour = key == "ip saddr"
                switch generator.random.below(3) {
                case 0: parts.append("\(key) \(negation)\(isFour ? "@trusted" : "@blocked")")
                case 1 where isFour: parts.append("\(key) \(negation)$ADMIN")
                default:
                    parts.append(
                        "\(key) \(negation)\(generator.random.pick(Array((isFour ? generator.fours : generator.sixes).dropLast())))"
                    )
                }
            }
            if generator.random.below(2) == 0 {
                switch generator.random.below(5) {
                case 0: parts.append("tcp dport $web")
                case 1:
                    parts.append("tcp dport { \(generator.random.pick(["22, 80", "ssh, 5432", "8000-8010, 443"])) }")
                case 2: parts.append("tcp dport != \(generator.random.pick(generator.ports))")
                case 3: parts.append("meta l4proto { tcp, udp } th dport \(generator.random.pick(generator.ports))")
                default: parts.append("tcp dport \(generator.random.pick(generator.ports))")
                }
            }
            switch generator.random.below(11) {
            case 0: parts.append("ct state new")
            case 1: parts.append("ct state established,related")
            case 2: parts.append("ct state { invalid, new }")
            // nft refuses TCP's flags beside a port of two protocols.
            case 5 where !parts.contains { $0.hasPrefix("meta l4proto") }:
                parts.append(
                    generator.random.pick([
                        "tcp flags & (fin|syn|rst|ack) != syn", "tcp flags syn", "tcp flags != syn",
                        "tcp flags fin,ack",
                        "tcp flags & (fin | syn) == (fin | syn)", "tcp flags & (fin|syn) == syn", "tcp flags == ack",
                    ]))
            case 6 where family == "ip":
                parts.append(
                    generator.random.pick([
                        "add @seen { ip saddr limit rate over 10/minute burst 90 packets }",
                        "update @seen { ip saddr timeout 60s }",
                    ]))
            case 3: parts.append("limit rate 500/second burst 90 packets")
            case 4:
                parts.append(
                    generator.random.pick([
                        "iif lo", "iifname \"tun*\"", "iifname != \"lo\"", "iifname { lo, \"eth0\" }",
                    ]))
            default: break
            }
            if generator.random.below(12) == 0 {
                return "tcp dport vmap { 22 : accept, 80 : drop, 5432: \(jumps.first ?? "drop") }"
            }
            if generator.random.below(14) == 0 {
                return "ct state vmap { established : accept, related : accept, invalid : drop }"
            }
            if generator.random.below(14) == 0 { return "udp dport 53 accept; icmp type echo-request drop" }
            if parts.isEmpty, generator.random.below(3) > 0 { parts.append("tcp dport 22") }
            return (parts + [verdict(&generator.random, jumps)]).joined(separator: " ")
        }
        for chain in ["leaf", "web"] {
            text += "  chain \(chain) {\n"
            for _ in 0..<random.below(4) {
                text += "    \(rule(&self, chain == "web" ? ["jump leaf", "goto leaf"] : []))\n"
            }
            text += "  }\n"
        }
        text +=
            "  chain input {\n    type filter hook input priority \(random.pick(["0", "filter", "filter + 10", "-5"])); "
        text += "policy \(random.pick(["accept", "drop"]));\n"
        for _ in 0..<random.below(6) { text += "    \(rule(&self, ["jump leaf", "jump web", "goto web"]))  # why\n" }
        text += "  }\n}\n"
        if random.below(4) == 0 {
            text += "add rule \(family) filter input tcp dport 6379 drop\n"
            text +=
                "table inet second { chain c { type filter hook input priority 20; tcp dport 443 \(random.pick(["drop", "accept"])); }; }\n"
        }
        return text
    }

    private mutating func iptables(_ family: Int) -> String {
        var text =
            "# rules\n*filter\n:INPUT \(random.pick(["ACCEPT", "DROP"])) [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n"
        for _ in 0..<(2 + random.below(7)) {
            let chain = random.pick(["INPUT", "INPUT", "web"])
            var parts: [String] = []
            if random.below(3) == 0 {
                let addresses = (family == 4 ? fours : sixes).filter { !$0.contains("-") }
                parts.append("\(random.pick(["", "", "! "]))-s \(random.pick(Array(addresses.dropLast())))")
            }
            if random.below(2) == 0 {
                switch random.below(4) {
                case 0: parts.append("-p tcp -m multiport --dports 22,80,8000:8010")
                case 1: parts.append("-p tcp ! --dport \(random.pick(["22", "ssh", "1:1023"]))")
                case 2: parts.append("-p udp --dport 53")
                default:
                    parts.append("-p tcp -m tcp --dport \(random.pick(["22", "80", "443", "5432", "1:1023", "8000:"]))")
                }
            }
            switch random.below(10) {
            case 6:
                parts = parts.filter { !$0.hasPrefix("-p") }
                parts.append(
                    random.pick([
                        "-p tcp --tcp-flags FIN,SYN,RST,ACK SYN", "-p tcp ! --syn", "-p tcp --tcp-flags ALL NONE",
                        "-p tcp ! --tcp-flags SYN,ACK ACK",
                    ]))
            case 0: parts.append("-m conntrack --ctstate NEW")
            case 1: parts.append("-m state --state RELATED,ESTABLISHED")
            case 2: parts.append("-m conntrack ! --ctstate INVALID")
            case 3: parts.append("-m comment --comment \"a b -j DROP\"")
            case 4: parts.append(random.pick(["-i lo", "! -i lo", "-i tun+", "-i eth0"]))
            case 5: parts.append("-m limit --limit 500/sec --limit-burst 90")
            default: break
            }
            let targets = ["ACCEPT", "ACCEPT", "DROP", "REJECT", "LOG --log-prefix \"x \"", "RETURN"]
            parts.append("-j \(random.pick(chain == "INPUT" ? targets + ["web", "web"] : targets))")
            text += "\(random.below(6) == 0 ? "[3:180] " : "")-A \(chain) \(parts.joined(separator: " "))\n"
        }
        return text + "COMMIT\n"
    }
}
