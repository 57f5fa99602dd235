// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// The settings in force of systemd's own programs: the journal, logins, time, names and core dumps.
public struct SystemdProgramsCollector: Collector {
    /// The collector.
    public init() {}

    /// `journald`, `logind`, `timesyncd`, `resolved` and `coredump`.
    public var declarations: [FactDeclaration] {
        let examples = [
            "journald.persistent", "logind.KillUserProcesses", "timesyncd.NTP.size() > 0", #"resolved.LLMNR == "no""#,
            #"coredump.Storage == "none""#,
        ]
        return zip(SystemdProgram.all, examples).map { program, example in
            FactDeclaration(
                program.name, .record(program.schema),
                program.schema.documentation + " Absent where neither its unit nor its configuration is there.",
                example: example)
        }
    }

    /// systemd's version decides where its programs look; the release decides some defaults.
    public var needs: [String] { ["os", "packages"] }

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let units = SystemdUnits.of(collection)
        return SystemdProgram.all.map { record($0, units, collection) }
    }

    private func record(_ program: SystemdProgram, _ units: SystemdUnits, _ collection: Collection) -> Value {
        let configuration = SystemdConfiguration(program.name, collection)
        let unit = units.unit(program.unit)
        guard unit?.fragment != nil || !configuration.files.isEmpty || configuration.failure != nil else {
            return .absent
        }
        if let failure = configuration.failure { return .unknown(program.name, failure) }
        let main = collection.source(configuration.main, means: .file)
        var fields: [String: Value] = [
            "files": .strings(configuration.files, main),
            "enabled": .bool(
                units.startsByItself(program.unit), unit?.fragment.map { collection.source($0, means: .file) } ?? main),
        ]
        var written: [String: [SystemdUnitFile.Assignment]] = [:]
        for assignment in configuration.assignments where assignment.section == program.section {
            written[Self.secondNames[assignment.key] ?? assignment.key, default: []].append(assignment)
        }
        for setting in program.settings {
            let setting = Self.ofRelease(setting, collection)
            fields[setting.name] = setting.value(written[setting.name] ?? [], main: configuration.main, collection)
        }
        switch program.name {
        case "journald": Self.journal(&fields, units, collection)
        case "timesyncd": Self.clamp(&fields)
        default: break
        }
        return .record(Record(program.schema, fields), main)
    }

    /// Names of old, which still count.
    private static let secondNames = ["RateLimitInterval": "RateLimitIntervalSec", "Servers": "NTP"]

    /// Ubuntu builds systemd with other defaults than Debian.
    private static func ofRelease(_ setting: SystemdSetting, _ collection: Collection) -> SystemdSetting {
        guard case .record(let system) = collection.facts["os"]?.kind, case .string("ubuntu") = system["id"]?.kind
        else {
            return setting
        }
        let standard = ["LLMNR": "no", "MulticastDNS": "no", "FallbackNTP": "ntp.ubuntu.com"][setting.name]
        return standard.map { SystemdSetting(setting.name, setting.kind, $0, setting.documentation) } ?? setting
    }

    /// timesyncd.conf(5): what is too short is taken for not set.
    private static func clamp(_ fields: inout [String: Value]) {
        func seconds(_ name: String) -> TimeSpan {
            if case .duration(let span) = fields[name]?.kind { span } else { TimeSpan(seconds: 0) }
        }
        if seconds("PollIntervalMinSec") < TimeSpan(seconds: 16) {
            fields["PollIntervalMinSec"]?.kind = .duration(TimeSpan(seconds: 32))
        }
        let least = seconds("PollIntervalMinSec")
        if seconds("PollIntervalMaxSec") < least {
            // 2048 is 64 times 32.
            let most = least.seconds > 64 ? TimeSpan(seconds: least.seconds.multipliedReportingOverflow(by: 32).0) : nil
            fields["PollIntervalMaxSec"]?.kind = .duration(most ?? TimeSpan(seconds: 2048))
        }
        if seconds("ConnectionRetrySec") < TimeSpan(seconds: 1) {
            fields["ConnectionRetrySec"]?.kind = .duration(TimeSpan(seconds: 30))
        }
    }

    private static let directory = "/var/log/journal"

    private static func journal(_ fields: inout [String: Value], _ units: SystemdUnits, _ collection: Collection) {
        let persistent = isPersistent(fields["Storage"], units, collection)
        fields["persistent"] = persistent
        fields["max_use"] = maxUse(persistent, fields, collection)
        func isZero(_ name: String) -> Bool {
            switch fields[name]?.kind {
            case .int(0): true
            case .duration(let span): span == TimeSpan(seconds: 0)
            default: false
            }
        }
        let off = ["RateLimitBurst", "RateLimitIntervalSec"].first(where: isZero)
        fields["rate_limited"] = .bool(off == nil, fields[off ?? "RateLimitBurst"]?.source ?? .none)
    }

    /// journald.conf(5), Storage=. The flush from /run to the disk is a service of its own.
    private static func isPersistent(_ storage: Value?, _ units: SystemdUnits, _ collection: Collection) -> Value {
        guard let storage, case .string(let text) = storage.kind else { return .absent }
        guard text == "auto" || text == "persistent" else { return .bool(false, storage.source) }
        let flush = "systemd-journal-flush.service"
        if let unit = units.unit(flush), unit.isMasked {
            return .bool(false, collection.source(unit.fragment ?? flush, means: .file))
        }
        if text == "persistent" { return .bool(true, storage.source) }
        let place = collection.source(directory, means: .file)
        do throws(HostError) {
            return .bool(try collection.host.status(directory).kind == .directory, place)
        } catch .notFound {
            // A checkout of /etc alone says nothing of /var.
            let isWhole = collection.host.isLive || (try? collection.host.status("/var/log")) != nil
            return isWhole
                ? .bool(false, place) : .unknown("journald.persistent", "/var/log: not in this tree")
        } catch {
            return .unknown("journald.persistent", "\(directory): \(error)")
        }
    }

    /// 10 % of the file system, at least 1 MiB and at most 4 GiB; what is set is no less than two of the smallest files.
    private static func maxUse(_ persistent: Value, _ fields: [String: Value], _ collection: Collection) -> Value {
        let isOnDisk: Bool
        switch persistent.kind {
        case .bool(let flag): isOnDisk = flag
        default: return .unknown("journald.max_use", "where the journal is kept is not known")
        }
        if case .string("none") = fields["Storage"]?.kind { return .byteSize(0, fields["Storage"]?.source ?? .none) }
        if let set = fields[isOnDisk ? "SystemMaxUse" : "RuntimeMaxUse"], case .byteSize(let bytes) = set.kind {
            let page: Int64 = 4096
            let whole = bytes > Int64.max - page ? bytes : (bytes + page - 1) / page * page
            return .byteSize(whole == 0 ? 0 : max(whole, 1 << 20), set.source)
        }
        let place = isOnDisk ? directory : "/run"
        do throws(HostError) {
            let usage = try collection.host.usage(ofFilesystemAt: place)
            let share = (usage.bytes / 10 + 4095) / 4096 * 4096
            return .byteSize(min(max(share, 1 << 20), 4 << 30), collection.source(place, means: .live))
        } catch {
            return .unknown("journald.max_use", "\(place): \(error)")
        }
    }
}

extension SystemdUnits {
    /// A unit starts at boot or is enabled, and is not masked.
    func startsByItself(_ name: String) -> Bool {
        guard let unit = unit(name), !unit.isMasked, unit.fragment != nil else { return false }
        return startedAtBoot().contains { $0.unit.name.text == unit.name.text }
            || [.enabled, .enabledRuntime].contains(state(of: name))
    }
}
