// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// What sets the clock: the services there are, the one that starts, and whom it asks.
public struct TimeCollector: Collector {
    /// The collector.
    public init() {}

    /// `time`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "time", .record(Self.schema),
                "What sets the clock, from chrony's, systemd-timesyncd's and NTPsec's configuration. Absent where "
                    + "systemd starts no services.",
                example: "time.active.size() == 1")
        ]
    }

    /// timesyncd's servers.
    public var needs: [String] { ["timesyncd"] }

    static let service = RecordSchema(
        "time.service", "A service that sets the clock.", identity: ["name"],
        fields: [
            .init("name", .string, "`chrony`, `timesyncd`, `ntpsec`, `ntp` or `openntpd`.", example: #""chrony""#),
            .init("unit", .string, "Its unit.", example: #""chrony.service""#),
            .init("enabled", .bool, "Its unit starts by itself."),
            .init("active", .bool, "It starts: no condition of its unit forbids it. Unknown where that is not known."),
            .init("reason", .string, "Why it does not start; not set where it does.", example: #""not enabled""#),
        ])

    static let source = RecordSchema(
        "time.source", "Somebody who is asked for the time.", identity: ["service", "name"],
        fields: [
            .init("service", .string, "The service that asks.", example: #""chrony""#),
            .init("kind", .string, "`server`, `pool`, `peer` or `refclock`.", example: #""pool""#),
            .init("name", .string, "Host name or address; the driver of a reference clock."),
            .init("nts", .bool, "The answer is authenticated by NTS."),
            .init("key", .bool, "The answer is authenticated by a shared key."),
        ])

    static let schema = RecordSchema(
        "time", "What sets the clock.",
        fields: [
            .init("container", .bool, "The host of this container sets the clock."),
            .init("services", .list(.record(service)), "The services that are installed."),
            .init("active", .list(.string), "Names of those that start."),
            .init("sources", .list(.record(source)), "Whom those that start ask."),
            .init("errors", .list(.string), "Why chronyd would refuse its configuration, where it starts."),
            .init(
                "makestep_threshold", .double,
                "chrony: the clock jumps when it is off by more seconds; not set where never."),
            .init("makestep_limit", .int, "chrony: at that many first updates; negative for always."),
            .init("rtcsync", .bool, "chrony: the hardware clock is set too."),
            .init("serves_everyone", .bool, "chrony: answers any address that asks for the time."),
            .init("commands_from_everyone", .bool, "chrony: answers any address that asks for its state."),
        ])

    /// The services by the directory of what Debian packages.
    private static let known: [(name: String, unit: String)] = [
        ("chrony", "chrony.service"), ("timesyncd", "systemd-timesyncd.service"), ("ntpsec", "ntpsec.service"),
        ("ntp", "ntp.service"), ("openntpd", "openntpd.service"),
    ]

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let units = SystemdUnits.of(collection)
        guard !units.isEmpty else {
            guard let problem = units.problems.first else { return [.absent] }
            return [.unknown("time", "\(problem.origin.path): \(problem.message)")]
        }
        let place = collection.source("/etc/systemd/system", means: .file)
        let container = Self.container(collection)
        var fields: [String: Value] = ["container": container]
        var services: [Value] = []
        var active: [Value] = []
        var doubt: String?
        for (name, text) in Self.known {
            guard let unit = units.unit(text), let fragment = unit.fragment, unit.name.text == text else { continue }
            let source = collection.source(fragment, means: .file)
            let isEnabled = units.startsByItself(text)
            var record: [String: Value] = [
                "name": .string(name, source), "unit": .string(text, source), "enabled": .bool(isEnabled, source),
            ]
            switch Self.obstacle(unit, isEnabled, container, collection) {
            case .none:
                record["active"] = .bool(true, source)
                active.append(.string(name, source))
            case .some(let reason, let place):
                record["active"] = .bool(false, place)
                record["reason"] = .string(reason, place)
            case .unknown(let reason):
                record["active"] = .unknown("time.services.active", reason)
                doubt = doubt ?? "\(name): \(reason)"
            }
            services.append(.record(Record(Self.service, record), source))
        }
        fields["services"] = .list(services, place)
        fields["active"] = doubt.map { .unknown("time.active", $0) } ?? .list(active, place)
        var sources: [Value] = []
        var failure = doubt
        for case .string(let name) in active.map(\.kind) {
            switch name {
            case "chrony": failure = chrony(units, &fields, &sources, collection) ?? failure
            case "timesyncd": failure = Self.timesyncd(&sources, collection) ?? failure
            case "ntpsec": failure = Self.ntp("/etc/ntpsec/ntp.conf", name, &sources, collection) ?? failure
            case "ntp": failure = Self.ntp("/etc/ntp.conf", name, &sources, collection) ?? failure
            default: failure = Self.ntp("/etc/openntpd/ntpd.conf", name, &sources, collection) ?? failure
            }
        }
        fields["sources"] = failure.map { .unknown("time.sources", $0) } ?? .list(sources, place)
        if fields["errors"] == nil { fields["errors"] = .list([], place) }
        return [.record(Record(Self.schema, fields), place)]
    }

    /// Files that systemd, Docker and Podman leave in a container.
    private static func container(_ collection: Collection) -> Value {
        for path in ["/run/systemd/container", "/.dockerenv", "/run/.containerenv"] {
            do throws(HostError) {
                _ = try collection.host.status(path, followLinks: false)
                return .bool(true, collection.source(path, means: .file))
            } catch .notFound {
                continue
            } catch {
                return .unknown("time.container", "\(path): \(error)")
            }
        }
        return .bool(false, collection.source("/run/systemd/container", means: .file))
    }

    private enum Obstacle {
        case none
        case some(String, SourceID)
        case unknown(String)
    }

    /// Why a unit does not start (systemd.unit(5), "Conditions and Asserts"): conditions on virtualization, capabilities
    /// and files are weighed.
    private static func obstacle(
        _ unit: SystemdUnit, _ isEnabled: Bool, _ container: Value, _ collection: Collection
    ) -> Obstacle {
        if let failure = unit.failure { return .unknown(failure) }
        if !isEnabled {
            return .some(
                unit.isMasked ? "masked" : "not enabled", collection.source(unit.fragment ?? "", means: .file))
        }
        for (key, isWanted) in [("ConditionVirtualization", "!container"), ("ConditionCapability", "CAP_SYS_TIME")] {
            for line in unit.list("Unit", key) where line.value == isWanted {
                guard case .bool(let isContainer) = container.kind else {
                    return .unknown("whether this is a container")
                }
                if isContainer { return .some("\(key)=\(line.value)", collection.source(Source(line.origin))) }
            }
        }
        for key in ["ConditionFileIsExecutable", "ConditionPathExists"] {
            for line in unit.list("Unit", key) {
                let isNegated = line.value.hasPrefix("!")
                let path = isNegated ? String(decoding: line.value.utf8.dropFirst(), as: UTF8.self) : line.value
                guard path.hasPrefix("/") else { continue }
                do throws(HostError) {
                    let status = try collection.host.status(path)
                    let isThere = key == "ConditionPathExists" || status.mode.map { $0.bits & 0o111 != 0 } ?? true
                    guard isThere == isNegated else { continue }
                } catch .notFound {
                    if isNegated { continue }
                } catch {
                    return .unknown("\(path): \(error)")
                }
                return .some("\(key)=\(line.value)", collection.source(Source(line.origin)))
            }
        }
        return .none
    }

    private static func timesyncd(_ sources: inout [Value], _ collection: Collection) -> String? {
        guard case .record(let record) = collection.facts["timesyncd"]?.kind else {
            if case .unknown(let unknowns) = collection.facts["timesyncd"]?.kind { return unknowns.first?.reason }
            return nil
        }
        // timesyncd.conf(5), FallbackNTP=: only where there are no others.
        for name in ["NTP", "FallbackNTP"] {
            guard case .list(let servers) = record[name]?.kind, !servers.isEmpty else { continue }
            let list = record[name]?.source ?? .none
            for server in servers {
                guard case .string(let host) = server.kind else { continue }
                sources.append(entry("timesyncd", "server", host, [], server.source == .none ? list : server.source))
            }
            return nil
        }
        return nil
    }

    private static func entry(
        _ service: String, _ kind: String, _ name: String, _ options: [String], _ place: SourceID
    ) -> Value {
        let options = options.map(\.asciiLowercased)
        return .record(
            Record(
                source,
                [
                    "service": .string(service, place), "kind": .string(kind, place), "name": .string(name, place),
                    "nts": .bool(options.contains("nts"), place), "key": .bool(options.contains("key"), place),
                ]), place)
    }

    /// ntp.conf(5) and ntpd.conf(5) as far as they name sources.
    private static func ntp(
        _ path: String, _ service: String, _ sources: inout [Value], _ collection: Collection
    ) -> String? {
        let kinds = ["server": "server", "servers": "pool", "pool": "pool", "peer": "peer"]
        do throws(HostError) {
            let bytes = try collection.host.read(path).bytes
            for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
                let words = line.prefix { $0 != 0x23 }.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                    .map { String(decoding: $0, as: UTF8.self) }
                guard words.count > 1, let kind = kinds[words[0].asciiLowercased] else { continue }
                let place = collection.source(path, index + 1, text: words.joined(separator: " "))
                // A reference clock has an address of 127.127.0.0/16 (ntp.conf(5)).
                let isClock = words[1].hasPrefix("127.127.")
                sources.append(
                    entry(service, isClock ? "refclock" : kind, words[1], Array(words.dropFirst(2)), place))
            }
            return nil
        } catch {
            return "\(path): \(error)"
        }
    }

    /// Adds what chrony's configuration says; answers why it is not known.
    private func chrony(
        _ units: SystemdUnits, _ fields: inout [String: Value], _ sources: inout [Value], _ collection: Collection
    ) -> String? {
        let path = Self.chronyFile(units)
        let main = collection.source(path, means: .default)
        let model = ChronyModel(path, collection.host)
        if let failure = model.failure {
            for name in [
                "errors", "makestep_threshold", "makestep_limit", "rtcsync", "serves_everyone",
                "commands_from_everyone",
            ] {
                fields[name] = .unknown("time.\(name)", failure)
            }
            return failure
        }
        if let error = model.error {
            collection.report(error.origin, error.message)
            let place = collection.source(Source(error.origin, text: error.message))
            fields["errors"] = .list([.string("\(error.origin.description): \(error.message)", place)], place)
        }
        for line in model.lines {
            let name = line.directive.name
            guard ChronyConfiguration.sources.contains(name) || name == "refclock",
                let first = line.directive.arguments.first
            else { continue }
            let options = Array(line.directive.arguments.dropFirst())
            sources.append(Self.entry("chrony", name, first, options, collection.source(line.source)))
        }
        if let line = model.last("makestep"), let threshold = Double(line.directive.arguments.first ?? ""),
            let limit = line.directive.arguments.dropFirst().first.flatMap({ Int64($0) })
        {
            let place = collection.source(line.source)
            fields["makestep_threshold"] = .double(threshold, place)
            fields["makestep_limit"] = .int(limit, place)
        }
        let rtc = model.last("rtcsync")
        fields["rtcsync"] = .bool(rtc != nil, rtc.map { collection.source($0.source) } ?? main)
        func open(_ allow: String, _ deny: String, _ bind: String, _ port: String, loopback: Bool) -> Value {
            let closed = model.last(port).flatMap { $0.directive.arguments.first == "0" ? $0 : nil }
            if let closed { return .bool(false, collection.source(closed.source)) }
            for (family, separator) in [(4, "."), (6, ":")] {
                guard let line = model.opens(allow, deny, family: family) else { continue }
                // The last address of a family counts; unless told otherwise commands are taken on the loopback alone.
                let address = model.all(bind).compactMap(\.directive.arguments.first)
                    .last { $0.contains(separator) && !$0.hasPrefix("/") }
                let isLocal = address.map { $0.hasPrefix("127.") || $0 == "::1" } ?? loopback
                if !isLocal { return .bool(true, collection.source(line.source)) }
            }
            return .bool(false, main)
        }
        fields["serves_everyone"] = open("allow", "deny", "bindaddress", "port", loopback: false)
        fields["commands_from_everyone"] = open("cmdallow", "cmddeny", "bindcmdaddress", "cmdport", loopback: true)
        return nil
    }

    /// `-f FILE` of chronyd(8) on the unit's command line, in which Debian puts DAEMON_OPTS of /etc/default/chrony.
    private static func chronyFile(_ units: SystemdUnits) -> String {
        let standard = "/etc/chrony/chrony.conf"
        guard let unit = units.unit("chrony.service"), let command = unit.commands("ExecStart").first?.command else {
            return standard
        }
        let variables = units.environment(of: unit).variables
        var words: [String] = []
        for argument in command.arguments {
            guard argument.hasPrefix("$") else {
                words.append(argument)
                continue
            }
            let name = String(decoding: argument.utf8.dropFirst().filter { $0 != 0x7B && $0 != 0x7D }, as: UTF8.self)
            words += SystemdUnitWords.split(variables[name] ?? "") ?? []
        }
        guard let option = words.lastIndex(of: "-f"), words.indices.contains(option + 1) else { return standard }
        return words[option + 1]
    }
}
