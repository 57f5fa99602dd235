// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// What ufw's ufw-init puts together when the host starts: its own chains, /etc/ufw's rules, the policies of
/// /etc/default/ufw (ufw-framework(8)).
struct UFW {
    static let defaults = "/etc/default/ufw"
    static let switches = "/etc/ufw/ufw.conf"

    private(set) var readers: [IptablesReader] = []
    private(set) var failure: String?
    private var settings: [String: SystemdUnitEnvironment.Variable] = [:]

    /// `ENABLED=yes`.
    var isEnabled: Bool { isYes("ENABLED") }
    /// Where it is said.
    var enabledOrigin: Origin { settings["ENABLED"]?.origin ?? Origin(path: Self.switches) }
    var files: [String] { [Self.switches, Self.defaults] + readers.flatMap(\.files) }

    private func isYes(_ name: String) -> Bool { ["yes", "YES"].contains(settings[name]?.value ?? "") }

    init(_ host: any Host) {
        for path in [Self.defaults, Self.switches] {
            do throws(HostError) {
                for variable in SystemdUnitEnvironment(try host.read(path).bytes, path: path).variables {
                    settings[variable.name] = variable
                }
            } catch {
                failure = failure ?? "\(path): \(error.description)"
            }
        }
        guard failure == nil, isEnabled else { return }
        for script in ["before.init", "after.init"] {
            if let status = try? host.status("/etc/ufw/\(script)"), let mode = status.mode, mode.bits & 0o111 != 0 {
                failure = "/etc/ufw/\(script) may change the rules"
            }
        }
        var four = IptablesReader(family: 4)
        start("ufw", "", &four, host)
        var six = IptablesReader(family: 6)
        if isYes("IPV6") {
            start("ufw6", "6", &six, host)
        } else {
            let lines =
                "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n"
            let origin = settings["IPV6"]?.origin ?? Origin(path: Self.defaults)
            six.restore(Array(lines.utf8), origin.path, flushes: true, line: origin.line)
        }
        readers = [four, six]
    }

    /// The chains of one family, in the order of ufw_start().
    private func start(_ prefix: String, _ suffix: String, _ reader: inout IptablesReader, _ host: any Host) {
        func restore(_ lines: [String], _ origin: Origin) {
            let text = (["*filter"] + lines + ["COMMIT", ""]).joined(separator: "\n")
            reader.restore(Array(text.utf8), origin.path, flushes: false, line: origin.line)
        }
        let here = Origin(path: Self.defaults)
        let primary = ["before-logging", "before", "after", "after-logging", "reject", "track"]
        var lines: [String] = []
        for way in ["input", "output", "forward"] {
            lines += primary.map { ":\(prefix)-\($0)-\(way) - [0:0]" }
            lines += primary.map {
                "-A \(way.utf8.first == 0x69 ? "INPUT" : way.utf8.first == 0x6F ? "OUTPUT" : "FORWARD") -j \(prefix)-\($0)-\(way)"
            }
        }
        restore(lines, here)
        lines = [":\(prefix)-logging-deny - [0:0]", ":\(prefix)-logging-allow - [0:0]"]
        var policies: [(chain: String, policy: String, origin: Origin)] = []
        for (chain, way) in [("INPUT", "input"), ("OUTPUT", "output"), ("FORWARD", "forward")] {
            let variable = settings["DEFAULT_\(chain)_POLICY"]
            let policy = variable?.value ?? ""
            policies.append((chain, policy, variable?.origin ?? here))
            lines.append(":\(prefix)-skip-to-policy-\(way) - [0:0]")
            lines += [":\(prefix)-user-\(way) - [0:0]", ":\(prefix)-user-logging-\(way) - [0:0]"]
        }
        restore(lines + [":\(prefix)-user-limit - [0:0]", ":\(prefix)-user-limit-accept - [0:0]"], here)
        for ((chain, policy, origin), way) in zip(policies, ["input", "output", "forward"]) {
            var rules = ["-A \(prefix)-skip-to-policy-\(way) -j \(policy)"]
            if policy == "REJECT" { rules.append("-A \(prefix)-reject-\(way) -j REJECT") }
            if policy == "ACCEPT" {
                for transport in ["tcp", "udp"] {
                    rules.append("-A \(prefix)-track-\(way) -p \(transport) -m conntrack --ctstate NEW -j ACCEPT")
                }
            }
            rules.append(":\(chain) \(policy == "REJECT" ? "DROP" : policy) [0:0]")
            restore(rules, origin)
        }
        for part in ["before", "after", "user"] {
            reader.restore("/etc/ufw/\(part)\(suffix).rules", host, flushes: false)
        }
        restore(["input", "output", "forward"].map { "-A \(prefix)-before-\($0) -j \(prefix)-user-\($0)" }, here)
    }
}
