// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// What the `conf` parameters of IPv4 and IPv6 come to on each interface. For IPv4 the kernel joins `all` with the
/// interface's own value, each parameter in its own way (IN_DEV_* in include/linux/inetdevice.h, ip-sysctl.rst); for
/// IPv6 only the interface's own value counts.
struct KernelInterfaces {
    static let schema = RecordSchema(
        "kernel.interface", "What is in force on a network interface.", identity: ["name"],
        fields: [
            .init("name", .string, "As `eth0`; `default` for interfaces yet to come."),
            .init("ipv4_forwarding", .bool, "Packets for others are passed on."),
            .init(
                "ipv4_rp_filter", .int,
                "Source check: 0 none, 1 strict, 2 loose (RFC 3704); the larger of `all` and own."),
            .init(
                "ipv4_accept_redirects", .bool,
                "ICMP redirects change routes: `all` and own where the interface forwards, else `all` or own."
            ),
            .init("ipv4_secure_redirects", .bool, "Redirects only from known gateways: `all` or own."),
            .init(
                "ipv4_send_redirects", .bool, "ICMP redirects are sent: the interface forwards, and `all` or own is on."
            ),
            .init("ipv4_accept_source_route", .bool, "Source-routed packets are accepted: `all` and own."),
            .init("ipv4_log_martians", .bool, "Impossible source addresses are logged: `all` or own."),
            .init("ipv6_forwarding", .bool, "Not set where IPv6 is off, as all below."),
            .init("ipv6_accept_redirects", .bool, "Own, where the interface does not forward. `all` does not count."),
            .init("ipv6_accept_ra", .int, "Router advertisements: 0 no, 1 unless forwarding, 2 always."),
        ])

    /// The most interfaces looked at.
    private static let limit = 512
    private(set) var values: [Value] = []

    init(_ collection: Collection, _ table: KernelParameterTable) {
        for name in Self.names(collection, table) {
            values.append(Self.record(name, table))
        }
    }

    private static func names(_ collection: Collection, _ table: KernelParameterTable) -> [String] {
        var names: Set<String> = ["default"]
        for directory in ["net/ipv4/conf", "net/ipv6/conf"] {
            do throws(HostError) {
                for entry in try collection.host.list("/proc/sys/\(directory)") { names.insert(entry.name) }
            } catch .notFound {
            } catch {
                collection.report(Origin(path: "/proc/sys/\(directory)"), error.description)
            }
        }
        if !collection.host.isLive {
            for key in table.files.settings.keys {
                let parts = key.split(separator: "/")
                if parts.count == 5, parts[0] == "net", parts[2] == "conf", parts[1] == "ipv4" || parts[1] == "ipv6" {
                    names.insert(String(parts[3]))
                }
            }
        }
        names.subtract(["all", "lo"])
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        if sorted.count > limit {
            collection.report(
                Origin(path: "/proc/sys/net/ipv4/conf"), "more than \(limit) interfaces; the rest is left out")
        }
        return Array(sorted.prefix(limit))
    }

    private static func record(_ name: String, _ table: KernelParameterTable) -> Value {
        let reader = InterfaceReader(name: name, table: table)
        var fields: [String: Value] = ["name": .string(name)]
        let forwarding = reader.forwarding("ipv4")
        fields["ipv4_forwarding"] = reader.flag("ipv4_forwarding", forwarding)
        fields["ipv4_rp_filter"] = reader.value(
            "ipv4_rp_filter", .max(reader.all("rp_filter"), reader.own("ipv4", "rp_filter")))
        let (all, own) = (reader.all("accept_redirects"), reader.own("ipv4", "accept_redirects"))
        fields["ipv4_accept_redirects"] = reader.flag(
            "ipv4_accept_redirects",
            .or(.and(forwarding, .and(all, own)), .and(.not(forwarding), .or(all, own))))
        fields["ipv4_secure_redirects"] = reader.flag("ipv4_secure_redirects", reader.either("secure_redirects"))
        fields["ipv4_send_redirects"] = reader.flag(
            "ipv4_send_redirects", .and(forwarding, reader.either("send_redirects")))
        fields["ipv4_accept_source_route"] = reader.flag(
            "ipv4_accept_source_route",
            .and(reader.all("accept_source_route"), reader.own("ipv4", "accept_source_route")))
        fields["ipv4_log_martians"] = reader.flag("ipv4_log_martians", reader.either("log_martians"))
        if reader.hasIPv6 {
            let forwarding = reader.forwarding("ipv6")
            fields["ipv6_forwarding"] = reader.flag("ipv6_forwarding", forwarding)
            fields["ipv6_accept_redirects"] = reader.flag(
                "ipv6_accept_redirects", .and(.not(forwarding), reader.own("ipv6", "accept_redirects")))
            fields["ipv6_accept_ra"] = reader.value("ipv6_accept_ra", reader.own("ipv6", "accept_ra"))
        }
        return .record(Record(schema, fields))
    }
}

/// Reads the parameters of one interface.
private struct InterfaceReader {
    let name: String
    let table: KernelParameterTable

    /// False where IPv6 is switched off for this interface or not in the running kernel.
    var hasIPv6: Bool {
        let disabled = read("net/ipv6/conf/\(name)/disable_ipv6")
        if disabled.isMissing { return false }
        return disabled.number.map { $0 == 0 } ?? true
    }

    func all(_ parameter: String, _ family: String = "ipv4") -> Setting {
        read("net/\(family)/conf/all/\(parameter)")
    }

    /// The interface's own value. Where nothing says, an interface has what `default` had when it came up.
    func own(_ family: String, _ parameter: String) -> Setting {
        let own = read("net/\(family)/conf/\(name)/\(parameter)")
        if own.number != nil || own.isMissing || table.hasProc { return own }
        return read("net/\(family)/conf/default/\(parameter)")
    }

    func either(_ parameter: String) -> Setting { .or(all(parameter), own("ipv4", parameter)) }

    /// Setting `all` (or net.ipv4.ip_forward, the same) sets every interface.
    func forwarding(_ family: String) -> Setting {
        let own = own(family, "forwarding")
        if own.number != nil || table.hasProc { return own }
        let all = all("forwarding", family)
        return all.number == nil && family == "ipv4" ? read("net/ipv4/ip_forward") : all
    }

    func flag(_ field: String, _ setting: Setting) -> Value {
        if setting.isMissing { return .absent }
        guard let number = setting.number else { return unknown(field, setting) }
        return .bool(number != 0, setting.source)
    }

    func value(_ field: String, _ setting: Setting) -> Value {
        if setting.isMissing { return .absent }
        guard let number = setting.number else { return unknown(field, setting) }
        return .int(number, setting.source)
    }

    private func unknown(_ field: String, _ setting: Setting) -> Value {
        .unknown("kernel.interfaces.\(field)", setting.reason, setting.source)
    }

    private func read(_ path: String) -> Setting {
        let parameter = table.parameter(path)
        if case .missing = parameter.live { return Setting(number: nil, isMissing: true) }
        guard let number = parameter.value.flatMap({ KernelNumber.parse($0) }) else {
            return Setting(
                number: nil, reason: parameter.value == nil ? parameter.reason : "\(parameter.name) is no number")
        }
        return Setting(number: number, source: table.source(parameter))
    }
}

/// A parameter's number or why there is none; the operations are Kleene's: a known side that decides is enough.
private struct Setting {
    var number: Int64?
    var source: SourceID = .none
    var reason = ""
    var isMissing = false

    static func and(_ left: Setting, _ right: Setting) -> Setting {
        if left.number == 0 { return left }
        if right.number == 0 { return right }
        return left.number == nil ? left : right
    }

    static func or(_ left: Setting, _ right: Setting) -> Setting { not(and(not(left), not(right))) }

    static func not(_ setting: Setting) -> Setting {
        var result = setting
        result.number = setting.number.map { $0 == 0 ? 1 : 0 }
        return result
    }

    static func max(_ left: Setting, _ right: Setting) -> Setting {
        guard let one = left.number else { return right.number == 2 ? right : left }
        guard let other = right.number else { return one == 2 ? left : right }
        return other > one ? right : left
    }
}
