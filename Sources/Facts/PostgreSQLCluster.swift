// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// One cluster of /etc/postgresql/VERSION/NAME as the server would see it (pg_ctlcluster(1)).
struct PostgreSQLCluster {
    let version: String
    let name: String
    let directory: String
    let release: PostgreSQLRelease
    let settings: PostgreSQLSettings
    let dataDirectory: String
    let access: PostgreSQLAccess
    /// The files could not be read whole.
    let failure: PostgreSQLSettings.Trouble?
    /// `auto`, `manual` or `disabled`.
    let start: (mode: String, origin: Origin)
    /// By name of the parameter.
    private let effective: [String: Effective]
    private let unknownNames: [PostgreSQLSettings.Trouble]
    private let command: PostgreSQLCommand
    /// The first records for all users or all databases that can match: those which may hide others, and few enough.
    private let broad: [Int]

    private static let broadLimit = 100

    /// A value in force, and the lines that decided.
    struct Effective {
        /// Nil where the server would refuse what is written.
        let setting: PostgreSQLParameter.Setting?
        let source: Source
    }

    init(version: String, name: String, _ host: any Host, _ units: SystemdUnits) {
        self.version = version
        self.name = name
        directory = "/etc/postgresql/\(version)/\(name)"
        let release = PostgreSQLRelease(major: Int(version.prefix { $0 != "." }) ?? 0)
        self.release = release
        let configuration = "\(directory)/postgresql.conf"
        let command = PostgreSQLCommand(cluster: directory, instance: "\(version)-\(name)", units, host)
        self.command = command
        var settings = PostgreSQLSettings(host)
        settings.read(configuration, isNeeded: true)
        let commandLine = Dictionary(command.settings.map { ($0.name.asciiLowercased, $0.value) }) { $1 }
        let data =
            commandLine["data_directory"] ?? settings.lines(for: "data_directory").last?.value
            ?? "/var/lib/postgresql/\(version)/\(name)"
        dataDirectory = HostPath.absolute(data, in: "/")
        settings.read("\(dataDirectory)/postgresql.auto.conf", isNeeded: false)
        for setting in command.settings { settings.add(setting.name, setting.value, at: setting.origin) }
        self.settings = settings
        (effective, unknownNames) = Self.resolved(settings, release, configuration)
        failure = settings.unreadable.first ?? command.failure
        start = Self.startMode("\(directory)/start.conf", host)
        let isMapping = effective["db_user_namespace"]?.setting == .bool(true)
        let hba = effective["hba_file"].flatMap { if case .text(let text) = $0.setting { text } else { nil } } ?? ""
        access = PostgreSQLAccess(
            hba.isEmpty ? "\(directory)/pg_hba.conf" : HostPath.absolute(hba, in: "/"), host, major: release.major,
            mapsUsersByDatabase: isMapping)
        let usesTLS = effective["ssl"]?.setting == .bool(true)
        let rules = access.rules
        let candidates = rules.indices.lazy.filter { index in
            (rules[index].type != "hostssl" || usesTLS)
                && (rules[index].users + rules[index].databases).contains { $0.isKeyword("all") }
        }
        broad = Array(candidates.prefix(Self.broadLimit))
    }

    /// Of every name the last line; what stands before it lost, and is not even looked at by the server.
    private static func resolved(
        _ settings: PostgreSQLSettings, _ release: PostgreSQLRelease, _ configuration: String
    ) -> ([String: Effective], [PostgreSQLSettings.Trouble]) {
        var byName: [String: [PostgreSQLSettings.Line]] = [:]
        var unknown: [PostgreSQLSettings.Trouble] = []
        for line in settings.lines {
            guard let parameter = release.parameter(line.name) else {
                if release.isExact, !line.name.utf8.contains(UInt8(ascii: ".")) {
                    unknown.append(
                        PostgreSQLSettings.Trouble(
                            origin: line.origin, reason: "unrecognized configuration parameter \"\(line.name)\""))
                }
                continue
            }
            byName[parameter.name, default: []].append(line)
        }
        var effective: [String: Effective] = [:]
        for (name, lines) in byName {
            guard let parameter = release.parameters[name.asciiLowercased], let last = lines.last else { continue }
            let isSecret = secrets.contains(name)
            let text = { (line: PostgreSQLSettings.Line) in isSecret ? name : "\(line.name) = \(line.value)" }
            effective[name] = Effective(
                setting: parameter.context == "internal" ? nil : parameter.setting(last.value),
                source: Source(
                    last.origin, text: text(last),
                    overrode: lines.dropLast().map { Source.Overridden(origin: $0.origin, text: text($0)) }))
        }
        return (effective, unknown)
    }

    /// Parameters whose values may hold a password.
    static let secrets: Set<String> = ["primary_conninfo", "ssl_passphrase_command"]

    /// start.conf(5): the first word that is no comment; `auto` without one.
    private static func startMode(_ path: String, _ host: any Host) -> (String, Origin) {
        let bytes = (try? host.read(path).bytes) ?? []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let word = line.drop(while: CNumber.isSpace).prefix { !CNumber.isSpace($0) && $0 != UInt8(ascii: "#") }
            if !word.isEmpty { return (String(decoding: word, as: UTF8.self), Origin(path: path, line: index + 1)) }
        }
        return ("auto", Origin(path: path))
    }

    /// What is in force; the default where nobody sets it.
    func value(of parameter: PostgreSQLParameter) -> Effective {
        if let known = effective[parameter.name] { return known }
        let source = Source(Origin(path: "\(directory)/postgresql.conf"), means: .default, text: parameter.name)
        switch parameter.name {
        case "config_file": return Effective(setting: .text("\(directory)/postgresql.conf"), source: source)
        case "data_directory": return Effective(setting: .text(dataDirectory), source: source)
        case "hba_file": return Effective(setting: .text("\(directory)/pg_hba.conf"), source: source)
        case "ident_file": return Effective(setting: .text("\(directory)/pg_ident.conf"), source: source)
        case "external_pid_file":
            return Effective(setting: .text("/var/run/postgresql/\(version)-\(name).pid"), source: source)
        // It follows the limit of the process that starts the server.
        case "max_stack_depth": return Effective(setting: nil, source: source)
        default:
            // A default of the program's own may lie below what people may write.
            return Effective(
                setting: parameter.setting(parameter.standard) ?? .text(parameter.standard), source: source)
        }
    }

    /// A parameter by name, where this version has it.
    func value(_ name: String) -> Effective? { release.parameters[name].map(value) }

    func isOn(_ name: String) -> Bool { value(name)?.setting == .bool(true) }

    func text(_ name: String) -> String? {
        if case .text(let text) = value(name)?.setting { text } else { nil }
    }

    /// A number in bytes, or plain.
    func number(_ name: String) -> Double? {
        guard let parameter = release.parameters[name], case .number(let number) = value(of: parameter).setting else {
            return nil
        }
        return number < 0 ? number : number * (parameter.unit?.size ?? 1)
    }

    /// Why the server would not start with these files.
    var errors: [PostgreSQLSettings.Trouble] {
        var errors = settings.errors + command.errors + unknownNames
        // Other versions may take a value that 15 refuses.
        for (name, value) in effective.sorted(by: { $0.key < $1.key }) where value.setting == nil && release.isExact {
            errors.append(
                PostgreSQLSettings.Trouble(origin: value.source.origin, reason: "\(name): value not accepted"))
        }
        return errors + access.errors
    }

    /// The addresses of listen_addresses.
    var listenAddresses: [String] {
        (text("listen_addresses") ?? "").utf8.split(separator: UInt8(ascii: ","))
            .map { part in
                let name = part.filter { !CNumber.isSpace($0) && $0 != UInt8(ascii: "\"") }
                return String(decoding: name, as: UTF8.self)
            }.filter { !$0.isEmpty }
    }

    /// Somebody on another machine can reach the port, a firewall aside.
    var listensRemotely: Bool {
        listenAddresses.contains { name in
            if name.asciiLowercased == "localhost" { return false }
            guard let bytes = PostgreSQLNetwork.bytes(name) else { return true }
            let mask = [UInt8](repeating: 255, count: bytes.count)
            return !PostgreSQLNetwork(address: bytes, mask: mask).isLoopback
        }
    }

    /// What the server may take in all: shared_buffers, one work_mem for each connection, and what autovacuum's workers
    /// may take.
    var memoryPossible: Int64? {
        guard let shared = number("shared_buffers"), let connections = number("max_connections"),
            let work = number("work_mem"), let workers = number("autovacuum_max_workers"),
            let own = number("autovacuum_work_mem"), let maintenance = number("maintenance_work_mem")
        else { return nil }
        return Int64(exactly: (shared + connections * work + workers * (own < 0 ? maintenance : own)).rounded())
    }

    /// Can a record ever decide? Not where an earlier one takes all its connections, nor where none can come.
    func isReachable(_ index: Int) -> Bool {
        let rule = access.rules[index]
        if rule.type == "hostssl", !isOn("ssl") { return false }
        if rule.type != "local", listenAddresses.isEmpty { return false }
        return !isHidden(index, kinds: rule.kinds)
    }

    /// Can a connection without encryption meet a record? Not behind `hostnossl all all all reject`.
    func takesCleartext(_ index: Int) -> Bool {
        let plain = access.rules[index].kinds & PostgreSQLAccessRule.plain
        return plain != 0 && !isHidden(index, kinds: plain)
    }

    private func isHidden(_ index: Int, kinds: UInt8) -> Bool {
        let rule = access.rules[index]
        return broad.contains { earlier in earlier < index && access.rules[earlier].covers(rule, kinds: kinds) }
    }

    /// The clusters of a host, by version and name: PgCommon.pm takes every directory with a postgresql.conf for one.
    static func names(_ host: any Host) throws(HostError) -> [(version: String, name: String)] {
        let root = "/etc/postgresql"
        var names: [(version: String, name: String)] = []
        for version in try host.list(root).map(\.name)
        where version.utf8.first.map({ (0x30...0x39).contains($0) }) ?? false {
            let entries: [DirectoryEntry]
            do throws(HostError) { entries = try host.list("\(root)/\(version)") } catch {
                if case .wrongKind = error { continue }
                throw error
            }
            for name in entries.map(\.name) where isCluster("\(root)/\(version)/\(name)", host) {
                names.append((version, name))
            }
        }
        return names
    }

    private static func isCluster(_ directory: String, _ host: any Host) -> Bool {
        do throws(HostError) {
            _ = try host.status("\(directory)/postgresql.conf")
            return true
        } catch .notFound {
            return false
        } catch {
            // A name that is no directory has nothing below it.
            if case .wrongKind = error { return false }
            return error == .permissionDenied
        }
    }
}
