// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Model
import Testing

@Suite struct FirewallTests {
    private static let unit = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=sysinit.target\n"

    /// A host with units, those named enabled.
    private func host(_ enabled: [String], _ files: [String: String]) -> MemoryHost {
        var entries = files.mapValues { MemoryHost.Entry($0) }
        for name in ["nftables", "ufw", "netfilter-persistent", "docker"] {
            let text =
                name == "nftables"
                ? Self.unit.replacing("/bin/true", with: "/usr/sbin/nft -f /etc/nftables.conf") : Self.unit
            entries["/usr/lib/systemd/system/\(name).service"] = .init(text)
        }
        entries["/usr/lib/systemd/system/sysinit.target"] = .init("[Unit]\n")
        for name in enabled {
            entries["/etc/systemd/system/sysinit.target.wants/\(name).service"] =
                .init(target: "/usr/lib/systemd/system/\(name).service")
        }
        return MemoryHost(entries)
    }

    private func probe(_ enabled: [String], _ files: [String: String]) -> FactsProbe {
        FactsProbe(FirewallCollector(), host(enabled, files))
    }

    private let closed = """
        flush ruleset
        table ip filter {
            chain input {
                type filter hook input priority 0; policy drop;
                iif lo accept
                ct state established,related accept
                tcp dport { 22, 443 } accept
            }
        }

        """

    @Test func version4AloneIsFiltered() {
        let found = probe(["nftables"], ["/etc/nftables.conf": closed])
        #expect(found["firewall", "in_force"] == "[nftables]")
        #expect(found["firewall", "input4"] == "drop")
        #expect(found["firewall", "input6"] == "accept")
        #expect(found["firewall", "flushes"] == "true")
        let source = found.source(found.value("firewall", "input4"))
        #expect(source?.origin.description == "/etc/nftables.conf:4")
    }

    @Test func whatIsNotEnabledIsNotInForce() {
        let found = probe([], ["/etc/nftables.conf": closed])
        #expect(found["firewall", "in_force"] == "[]")
        #expect(found["firewall", "services", "nftables", "filters"] == "true")
        #expect(found["firewall", "input4"] == "accept")
    }

    @Test func twoServicesLeaveItOpenWhoWins() {
        let found = probe(
            ["nftables", "netfilter-persistent"],
            ["/etc/nftables.conf": closed, "/etc/iptables/rules.v4": "*filter\n:INPUT DROP [0:0]\nCOMMIT\n"])
        #expect(found["firewall", "in_force"] == "[nftables, netfilter-persistent]")
        #expect(found["firewall", "input4"]?.hasPrefix("unknown") == true)
    }

    @Test func anIncludedFileAndAVariableCount() {
        let found = probe(
            ["nftables"],
            [
                "/etc/nftables.conf": "include \"/etc/nftables.d/*.nft\"\n",
                "/etc/nftables.d/b.nft":
                    "table inet f { chain i { type filter hook input priority 0; tcp dport $open accept; drop; } }\n",
                "/etc/nftables.d/a.nft": "define open = { 22, 80 }\n",
            ])
        #expect(found["firewall", "input6"] == "drop")
        #expect(found["firewall", "errors"] == "[]")
    }

    @Test func whatNftRefusesIsSaid() {
        let found = probe(
            ["nftables"],
            [
                "/etc/nftables.conf":
                    "table ip f { chain i { type filter hook input priority 0; tcp dport $x accept\njump y\n}\n}\n"
            ])
        #expect(found["firewall", "errors"]?.contains("$x is not defined") == true)
        #expect(found["firewall", "errors"]?.contains("no chain y") == true)
        #expect(found["firewall", "input4"]?.hasPrefix("unknown") == true)
    }

    @Test func aScriptIsNotFollowed() {
        let found = probe([], ["/etc/network/if-pre-up.d/firewall": "#!/bin/sh\niptables-restore < /etc/fw\n"])
        #expect(found["firewall", "in_force"] == "[firewall]")
        #expect(found["firewall", "input4"]?.hasPrefix("unknown") == true)
    }

    @Test func ufwWithItsOwnFiles() {
        let rules = "*filter\n:ufw-user-input - [0:0]\n-A ufw-user-input -p tcp --dport 22 -j ACCEPT\nCOMMIT\n"
        let before = "*filter\n:ufw-before-input - [0:0]\n-A ufw-before-input -i lo -j ACCEPT\nCOMMIT\n"
        var files = [
            "/etc/default/ufw":
                "IPV6=no\nDEFAULT_INPUT_POLICY=\"REJECT\"\nDEFAULT_OUTPUT_POLICY=\"ACCEPT\"\nDEFAULT_FORWARD_POLICY=\"DROP\"\n",
            "/etc/ufw/ufw.conf": "ENABLED=yes\n", "/etc/ufw/before.rules": before, "/etc/ufw/user.rules": rules,
            "/etc/ufw/after.rules": "*filter\nCOMMIT\n",
        ]
        let found = probe(["ufw"], files)
        #expect(found["firewall", "input4"] == "reject")
        #expect(found["firewall", "input6"] == "drop")
        let source = found.source(found.value("firewall", "input4"))
        #expect(source?.origin.description == "/etc/default/ufw:2")
        files["/etc/ufw/ufw.conf"] = "ENABLED=no\n"
        #expect(probe(["ufw"], files)["firewall", "in_force"] == "[]")
    }

    @Test func aQuestionIsAnswered() throws {
        let collection = Collection(
            host: host(["nftables"], ["/etc/nftables.conf": closed]), now: Timestamp(seconds: 0))
        let answer = try FirewallCollector().answer(["source": "203.0.113.9", "port": "22"], collection)
        let verdict = answer?.first.flatMap { FactsProbe.step($0, "answer") }.flatMap { FactsProbe.step($0, "verdict") }
        #expect(FactsProbe.text(verdict) == "accept")
        #expect(throws: QuestionError.self) { try FirewallCollector().answer(["port": "x"], collection) }
    }

    @Test func nothingAtAll() {
        #expect(FactsProbe(FirewallCollector(), MemoryHost([:])).value("firewall") == nil)
    }
}
