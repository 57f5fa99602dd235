// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// Turns units into records: values in force with their places, and the defaults of systemd 252 where nothing is set.
struct UnitReader {
    let collection: Collection
    let manager: SystemdManager
    let units: SystemdUnits
    private let paths: PathOwnership

    init(collection: Collection, manager: SystemdManager, units: SystemdUnits) {
        self.collection = collection
        self.manager = manager
        self.units = units
        paths = PathOwnership(collection.host)
    }

    private func place(_ origin: Origin) -> SourceID { collection.source(Source(origin)) }

    /// DefaultLimitNOFILE=, 1024:524288 unless it is set.
    var defaultFiles: (soft: Value, hard: Value) {
        let (limit, source) = manager.setting("DefaultLimitNOFILE", default: (1024, 524_288), SystemdUnitValue.limit)
        let place = collection.source(source)
        return (.int(limit.soft, place), .int(limit.hard, place))
    }

    /// DefaultTasksMax=, 15 % unless it is set.
    var defaultTasks: Value {
        let (amount, source) = manager.setting("DefaultTasksMax", default: Amount.share(0.15), Amount.count)
        return tasks(amount, source)
    }

    /// A number, or a share of what there is.
    enum Amount {
        case fixed(Int64)
        case share(Double)
        case infinity

        static func count(_ text: String) -> Amount? {
            if text == "infinity" { return .infinity }
            return SystemdUnitValue.share(text).map(share) ?? SystemdUnitValue.count(text).map(fixed)
        }

        static func size(_ text: String) -> Amount? {
            if text == "infinity" { return .infinity }
            return SystemdUnitValue.share(text).map(share) ?? SystemdUnitValue.size(text).map(fixed)
        }
    }

    private func part(_ share: Double, of fact: String, _ field: String) -> Value? {
        guard case .record(let record) = collection.facts[fact]?.kind, let whole = record[field] else { return nil }
        switch whole.kind {
        case .int(let number), .byteSize(let number):
            return .int(Int64(exactly: (Double(number) * share).rounded(.down)) ?? .max)
        case .unknown: return whole
        default: return nil
        }
    }

    private func tasks(_ amount: Amount, _ source: Source) -> Value {
        switch amount {
        case .infinity: return .int(Int64.max, collection.source(source))
        case .fixed(let count): return .int(count, collection.source(source))
        case .share(let share):
            guard let value = part(share, of: "limits", "tasks_max") else {
                return .unknown("units.TasksMax", "a share of limits.tasks_max, which is not known")
            }
            guard case .int(let count) = value.kind else { return value }
            return .int(count, collection.source(source))
        }
    }

    private func memory(_ unit: SystemdUnit, _ key: String) -> Value {
        guard let (amount, source) = unit.last("Service", key, Amount.size) else { return .absent }
        switch amount {
        case .infinity: return .absent
        case .fixed(let bytes): return .byteSize(bytes, collection.source(source))
        case .share(let share):
            guard let value = part(share, of: "memory", "limit") else {
                return .unknown("units.\(key)", "a share of memory.limit, which is not known")
            }
            guard case .int(let bytes) = value.kind else { return value }
            return .byteSize(bytes, collection.source(source))
        }
    }

    /// The record of a unit.
    func record(_ unit: SystemdUnit, state: SystemdUnitState?, because: String?, started: Bool) -> Value {
        let file = unit.fragment ?? unit.dropIns.first ?? ""
        let source = collection.source(file, means: .file)
        let isEnabled = started || [.enabled, .enabledRuntime].contains(state)
        var fields: [String: Value] = [
            "name": .string(unit.name.text, source), "type": .string(unit.name.type, source),
            "drop_ins": .strings(unit.dropIns, source), "names": .strings(unit.names, source),
            "enabled": .bool(isEnabled && !unit.isMasked, source), "masked": .bool(unit.isMasked, source),
            "administered": .bool(unit.isAdministered, source),
        ]
        if let path = unit.fragment { fields["path"] = .string(path, source) }
        if let state { fields["state"] = .string(state.rawValue, source) }
        if let because { fields["started_by"] = .string(because, source) }
        if let failure = unit.failure {
            // What cannot be read could set anything.
            for field in UnitsCollector.unit.fields where fields[field.name] == nil && field.name != "started_by" {
                fields[field.name] = .unknown("units.\(field.name)", failure)
            }
            return .record(Record(UnitsCollector.unit, fields), source)
        }
        if let found = unit.last("Unit", "Description") {
            fields["description"] = .string(found.value, collection.source(found.source))
        }
        fields["settings"] = settings(unit)
        fields["files"] = files(unit)
        if unit.name.type == "service", !unit.isMasked { service(unit, into: &fields) }
        return .record(Record(UnitsCollector.unit, fields), source)
    }

    private func service(_ unit: SystemdUnit, into fields: inout [String: Value]) {
        let commands = unit.list("Service", "ExecStart")
        let unset = collection.source(unit.fragment ?? unit.dropIns.first ?? "", means: .default)
        func text(_ key: String, default fallback: String?, valid: Set<String>? = nil) {
            let found = unit.last("Service", key) { value in valid.map { $0.contains(value) } ?? true ? value : nil }
            if let found {
                fields[key] = .string(found.value, collection.source(found.source))
            } else if let fallback {
                fields[key] = .string(fallback, unset)
            }
        }
        func flag(_ key: String) {
            let found = unit.last("Service", key, SystemdUnitValue.boolean)
            fields[key] = found.map { .bool($0.value, collection.source($0.source)) } ?? .bool(false, unset)
        }
        func words(_ key: String) {
            fields[key] = .list(unit.words("Service", key).map { .string($0.word, place($0.origin)) }, unset)
        }
        fields["ExecStart"] = .list(
            commands.map { .string(unit.expand($0.value), place($0.origin)) }, unset)
        text("Type", default: defaultType(unit, hasCommand: !commands.isEmpty))
        flag("DynamicUser")
        flag("NoNewPrivileges")
        flag("PrivateTmp")
        text("User", default: isTrue(fields["DynamicUser"]) ? unit.name.prefix : "root")
        text("Group", default: nil)
        text(
            "Restart", default: "no",
            valid: ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"])
        protectSystem(unit, unset, into: &fields)
        let pause = unit.last("Service", "RestartSec", SystemdUnitValue.timeSpan)
        fields["RestartSec"] =
            pause.map { Value(.duration($0.value), source: collection.source($0.source)) }
            ?? Value(.duration(TimeSpan(seconds: 0, nanoseconds: 100_000_000)), source: unset)
        if let (limit, source) = unit.last("Service", "LimitNOFILE", SystemdUnitValue.limit) {
            let place = collection.source(source)
            fields["LimitNOFILE"] = .int(limit.soft, place)
            fields["limit_nofile_hard"] = .int(limit.hard, place)
        } else {
            fields["LimitNOFILE"] = defaultFiles.soft
            fields["limit_nofile_hard"] = defaultFiles.hard
        }
        fields["TasksMax"] =
            unit.last("Service", "TasksMax", Amount.count).map { tasks($0.value, $0.source) } ?? defaultTasks
        fields["MemoryMax"] = memory(unit, "MemoryMax")
        fields["MemoryHigh"] = memory(unit, "MemoryHigh")
        let quota = unit.last("Service", "CPUQuota") { text in
            text.hasSuffix("%")
                ? Double(String(decoding: text.utf8.dropLast(), as: UTF8.self)).flatMap { $0 > 0 ? $0 / 100 : nil }
                : nil
        }
        if let quota { fields["CPUQuota"] = .double(quota.value, collection.source(quota.source)) }
        words("CapabilityBoundingSet")
        words("AmbientCapabilities")
        fields["Environment"] = .list(
            unit.words("Service", "Environment", escapes: .unescape).compactMap { word, origin in
                let name = word.utf8.prefix { $0 != 0x3D }
                guard name.count < word.utf8.count else { return nil }
                return .string(String(decoding: Array(name), as: UTF8.self), place(origin))
            }, unset)
        fields["EnvironmentFile"] = .list(
            unit.list("Service", "EnvironmentFile").map { .string(unit.expand($0.value), place($0.origin)) },
            unset)
    }

    private func isTrue(_ value: Value?) -> Bool { if case .bool(true) = value?.kind { true } else { false } }

    /// A boolean or one of two words (systemd.exec(5)).
    private func protectSystem(_ unit: SystemdUnit, _ unset: SourceID, into fields: inout [String: Value]) {
        let found = unit.last("Service", "ProtectSystem") { value -> String? in
            if value == "full" || value == "strict" { return value }
            return SystemdUnitValue.boolean(value).map { $0 ? "yes" : "no" }
        }
        fields["ProtectSystem"] =
            found.map { .string($0.value, collection.source($0.source)) }
            ?? .string(isTrue(fields["DynamicUser"]) ? "strict" : "no", unset)
    }

    /// systemd.service(5), "Type=": dbus with a BusName=, oneshot without a command, else simple.
    private func defaultType(_ unit: SystemdUnit, hasCommand: Bool) -> String {
        if unit.last("Service", "BusName") != nil { return "dbus" }
        return hasCommand ? "simple" : "oneshot"
    }

    private static let secretSettings: Set<String> = ["Environment", "SetCredential", "SetCredentialEncrypted"]

    private func settings(_ unit: SystemdUnit) -> Value {
        var names: [String: (section: String, key: String)] = [:]
        for assignment in unit.assignments where !Self.secretSettings.contains(assignment.key) {
            names[assignment.section + "." + assignment.key] = (assignment.section, assignment.key)
        }
        var pairs: [(String, Value)] = []
        for (name, (section, key)) in names.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if SystemdUnit.isList(key) {
                let values = unit.list(section, key).map { assignment in
                    Value.string(unit.expand(assignment.value), place(assignment.origin))
                }
                if !values.isEmpty { pairs.append((name, .list(values))) }
            } else if let found = unit.last(section, key) {
                let source = collection.source(found.source)
                pairs.append((name, .list([.string(found.value, source)], source)))
            }
        }
        return .map(pairs)
    }

    /// Programs whose first argument that is a path is the program that matters.
    private static let interpreters = ["sh", "bash", "dash", "python", "perl", "ruby", "node", "php", "env"]

    private func files(_ unit: SystemdUnit) -> Value {
        var found: [(path: String, kind: String)] = []
        for path in (unit.fragment.map { [$0] } ?? []) + unit.dropIns where path != "/dev/null" {
            found.append((path, "unit"))
        }
        for key in ["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"] {
            for (command, _) in unit.commands(key) {
                if command.path.hasPrefix("/") { found.append((command.path, "program")) }
                let name = HostPath.name(of: command.path)
                if Self.interpreters.contains(where: { name.hasPrefix($0) }),
                    let script = command.arguments.first(where: { $0.hasPrefix("/") })
                {
                    found.append((script, "program"))
                }
            }
        }
        for assignment in unit.list("Service", "EnvironmentFile") {
            let path = unit.expand(assignment.value)
            found.append(
                (path.hasPrefix("-") ? String(decoding: path.utf8.dropFirst(), as: UTF8.self) : path, "environment"))
        }
        var seen: Set<String> = []
        let records = found.filter { seen.insert($0.path).inserted }.compactMap { path, kind -> Value? in
            guard let standing = paths.standing(of: path) else { return nil }
            let source = collection.source(path, means: .file)
            var fields: [String: Value] = [
                "path": .string(path, source), "kind": .string(kind, source),
                "root_only": standing.isRootOnly.map { .bool($0, source) }
                    ?? .unknown("units.files.root_only", standing.reason),
            ]
            if standing.isRootOnly == false { fields["changeable"] = .string(standing.reason, source) }
            if let mode = standing.mode { fields["mode"] = .mode(mode, source) }
            return .record(Record(UnitsCollector.file, fields), source)
        }
        return .list(records)
    }
}
