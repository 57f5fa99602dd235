// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The services of a host that load rules, and their rules together.
struct FirewallModel {
    struct Service {
        var name: String
        var unit: String
        var origin: Origin
        /// Nil where the tree does not say.
        var isEnabled: Bool?
        var isActive: Bool?
        var filters: Bool?
        var reason: String?
    }

    let units: SystemdUnits
    private(set) var services: [Service] = []
    private(set) var errors: [(origin: Origin, reason: String)] = []
    /// `flush ruleset` of rules in force.
    private(set) var flush: Origin?
    /// Why nothing can be said of what is in force.
    private(set) var doubt: String?
    private var tables: [FirewallTable] = []
    private let host: any Host

    /// Nil where there are neither units nor rules.
    init?(_ collection: Collection) {
        units = SystemdUnits.of(collection)
        host = collection.host
        nftables()
        iptables()
        ufw()
        if units.isEmpty, units.problems.isEmpty, services.isEmpty { return nil }
        others()
        if let problem = units.problems.first { doubt = doubt ?? "\(problem.origin.description): \(problem.message)" }
        let active = services.filter { $0.isActive == true }
        if let unclear = services.first(where: { $0.isActive == nil }) {
            doubt = doubt ?? unclear.reason ?? "whether \(unclear.unit) is enabled is not in this tree"
        }
        // None of these units waits for another of them: whichever comes last empties what the others loaded.
        if active.count > 1, doubt == nil {
            doubt = active.map(\.name).joined(separator: " and ") + " both load rules at boot, in no set order"
        }
        if active.isEmpty { tables = [] }
    }

    /// What becomes of a packet; nil where no rules are loaded.
    func verdict(_ packet: FirewallPacket, hook: String) -> FirewallVerdict? {
        for earlier in ["ingress", "prerouting"] {
            if let verdict = FirewallWalk.verdict(packet, hook: earlier, tables), verdict.kind != .accept {
                return verdict
            }
        }
        return FirewallWalk.verdict(packet, hook: hook, tables)
    }

    /// Is a unit started at boot? Nil where the tree has no units to tell.
    func isEnabled(_ unit: String) -> Bool? {
        if units.unit(unit)?.fragment != nil { return units.startsByItself(unit) }
        // Of a tree of /etc alone the links tell.
        for target in ["sysinit", "multi-user", "basic"] {
            let link = "/etc/systemd/system/\(target).target.wants/\(unit)"
            if (try? host.status(link, followLinks: false)) != nil { return true }
        }
        let hasUnits = ["/usr/lib/systemd/system", "/lib/systemd/system"].contains { (try? host.status($0)) != nil }
        return hasUnits ? false : nil
    }

    private func isThere(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try host.status(path)
            return true
        } catch {
            return error != .notFound
        }
    }

    private mutating func take(
        _ name: String, _ enabled: Bool?, isOn: Bool = true, at origin: Origin, _ made: [FirewallTable],
        _ wrong: [(origin: Origin, reason: String)], failure: String?
    ) {
        var service = Service(name: name, unit: "\(name).service", origin: origin, isEnabled: enabled)
        service.isActive = isOn ? enabled : false
        service.reason = failure
        service.filters = failure == nil ? Self.filters(made) : nil
        services.append(service)
        guard service.isActive != false else { return }
        errors += wrong
        tables += made
        if let failure { doubt = doubt ?? failure }
        if let first = wrong.first, enabled == true {
            doubt = doubt ?? "\(first.origin.description): \(first.reason): the rules are not loaded"
        }
    }

    /// Some rule or policy may keep a packet out.
    private static func filters(_ tables: [FirewallTable]) -> Bool {
        tables.contains { table in
            table.chains.values.contains { chain in
                chain.isUnknown || (chain.hook == "input" && chain.policy == .drop)
                    || chain.rules.contains { $0.action == .drop || $0.action == .reject }
            }
        }
    }

    private mutating func nftables() {
        let unit = units.unit("nftables.service")
        var path = "/etc/nftables.conf"
        if let command = unit?.commands("ExecStart").first?.command, let flag = command.arguments.firstIndex(of: "-f"),
            flag + 1 < command.arguments.count
        {
            path = command.arguments[flag + 1]
        }
        guard isThere(path) else { return }
        let reader = NftablesReader(path, host)
        let enabled = isEnabled("nftables.service")
        take(
            "nftables", enabled, at: Origin(path: path), reader.order.compactMap { reader.tables[$0] }, reader.errors,
            failure: reader.failure)
        if enabled == true { flush = reader.flush }
    }

    private mutating func iptables() {
        var made: [FirewallTable] = []
        var wrong: [(origin: Origin, reason: String)] = []
        var failure: String?
        var first: String?
        for (path, family) in [("/etc/iptables/rules.v4", 4), ("/etc/iptables/rules.v6", 6)] where isThere(path) {
            var reader = IptablesReader(family: family)
            reader.restore(path, host, flushes: true)
            made += reader.tables.sorted { $0.key < $1.key }.map(\.value)
            wrong += reader.errors
            failure = failure ?? reader.failure
            first = first ?? path
        }
        guard let first else { return }
        take(
            "netfilter-persistent", isEnabled("netfilter-persistent.service"), at: Origin(path: first), made, wrong,
            failure: failure)
    }

    private mutating func ufw() {
        guard isThere(UFW.switches) else { return }
        let ufw = UFW(host)
        let made = ufw.readers.flatMap { $0.tables.sorted { $0.key < $1.key }.map(\.value) }
        let failure = ufw.failure ?? ufw.readers.compactMap(\.failure).first
        take(
            "ufw", isEnabled("ufw.service"), isOn: ufw.isEnabled || ufw.failure != nil, at: ufw.enabledOrigin, made,
            ufw.readers.flatMap(\.errors), failure: failure)
    }

    /// Programs and scripts that load rules in ways that are not followed here.
    private mutating func others() {
        let known = ["nftables.service", "netfilter-persistent.service", "ufw.service"]
        for started in units.startedAtBoot() {
            let name = started.unit.name.text
            guard !known.contains(name), name.hasSuffix(".service") else { continue }
            let loads = ["ExecStart", "ExecStartPre", "ExecStartPost"].flatMap { started.unit.list("Service", $0) }
                .contains { line in
                    ["iptables", "ip6tables", "nft ", "shorewall", "firewalld", "ferm "].contains {
                        line.value.contains($0)
                    }
                }
            guard loads || name.contains("firewall") || ["ferm.service", "shorewall.service"].contains(name) else {
                continue
            }
            other(name, started.unit.fragment ?? "/etc/systemd/system")
        }
        var scripts = ["/etc/rc.local", "/etc/network/interfaces"]
        for folder in ["/etc/network/if-pre-up.d", "/etc/network/if-up.d", "/etc/network/interfaces.d"] {
            scripts += ((try? host.list(folder)) ?? []).map { "\(folder)/\($0.name)" }
        }
        for path in scripts {
            guard let bytes = try? host.read(path).bytes else { continue }
            for line in bytes.split(separator: 0x0A) {
                let text = String(decoding: line.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
                guard !text.hasPrefix("#"),
                    ["iptables", "ip6tables", "nft "].contains(where: { text.contains($0) })
                else { continue }
                other(HostPath.name(of: path), path)
                break
            }
        }
    }

    private mutating func other(_ name: String, _ path: String) {
        services.append(
            Service(
                name: name, unit: name, origin: Origin(path: path), isEnabled: true, isActive: true, filters: nil,
                reason: "\(path): what it loads is not followed"))
        doubt = doubt ?? "\(path) loads rules in a way that is not followed"
    }
}
