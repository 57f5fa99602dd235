// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// The systemd units that matter on this host: those that start by themselves, those an administrator touched, those
/// that are masked.
public struct UnitsCollector: Collector {
    /// Units.
    public init() {}

    /// `systemd` and `units`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "systemd", .record(Self.manager), "The service manager and what units inherit from it.",
                example: "systemd.in_charge"),
            FactDeclaration(
                "units", .list(.record(Self.unit)),
                "Units that are enabled or start at boot, that /etc/systemd/system speaks of, or that are masked.",
                example: #"units.filter(u, u.enabled && u.type == "service").size()"#),
        ]
    }

    /// Percentages are taken of these.
    public var needs: [String] { ["memory", "limits"] }

    static let manager = RecordSchema(
        "systemd", "The service manager and what units inherit from it.",
        fields: [
            .init(
                "in_charge", .bool,
                "systemd runs the services here: it booted the running host, or the tree has units. False in a container "
                    + "that was started without it."),
            .init(
                "DefaultLimitNOFILE", .int, "Open files a service may have unless its unit says otherwise (soft limit)."
            ),
            .init(
                "DefaultTasksMax", .int,
                "Threads a unit may have unless it says otherwise; a share of limits.tasks_max."),
        ])

    static let file = RecordSchema(
        "unit.file", "A file that decides what a unit does.", identity: ["path"],
        fields: [
            .init("path", .string, "Where.", example: #""/usr/local/bin/app""#),
            .init("kind", .string, "`unit` (or a drop-in), `program`, or `environment`."),
            .init(
                "root_only", .bool,
                "Only root can change or replace it: owner, mode, and those of every directory above it."),
            .init("changeable", .string, "Why it is not: `/opt/app is owned by app`; not set where only root can."),
            .init("mode", .mode, "Its mode; not set where it is not known."),
        ])

    static let unit = RecordSchema(
        "unit", "A systemd unit, drop-ins merged (systemd.unit(5)).", identity: ["name"],
        fields: [
            .init("name", .string, "Its name.", example: #""ssh.service""#),
            .init("type", .string, "`service`, `socket`, `timer` …", example: #""service""#),
            .init("path", .string, "The file it is read from; not set where only drop-ins speak of it."),
            .init("drop_ins", .list(.string), "The drop-ins, the last one winning."),
            .init("names", .list(.string), "All its names."),
            .init(
                "state", .string, "What systemctl is-enabled prints; not set where it prints none.",
                example: #""enabled""#),
            .init("enabled", .bool, "It starts by itself: at boot, or when a socket, timer or path wants it."),
            .init("masked", .bool, "It can never start."),
            .init("administered", .bool, "/etc/systemd/system has the unit itself or a drop-in for it."),
            .init("started_by", .string, "The unit that pulls it in at boot; not set where none does."),
            .init("description", .string, "Description=."),
            .init("files", .list(.record(file)), "What decides what it does: unit files, programs, environment files."),
            .init("ExecStart", .list(.string), "Command lines, specifiers put in, variables as written."),
            .init("Type", .string, "Type=.", example: #""notify""#),
            .init("User", .string, "The user it runs as.", example: #""root""#),
            .init("Group", .string, "Group=; not set where it is the user's own."),
            .init("DynamicUser", .bool, "A user made up for the time it runs."),
            .init("LimitNOFILE", .int, "Open files it may have (soft limit); infinity is 9223372036854775807."),
            .init("limit_nofile_hard", .int, "Open files it may give itself (hard limit)."),
            .init("TasksMax", .int, "Threads it may have; infinity is 9223372036854775807."),
            .init("MemoryMax", .byteSize, "Memory it may use; not set where nothing limits it."),
            .init("MemoryHigh", .byteSize, "Memory above which it is slowed down; not set where nothing limits it."),
            .init("CPUQuota", .double, "Processors' worth of time it may use; not set where nothing limits it."),
            .init("Restart", .string, "When systemd starts it again: `no`, `on-failure`, `always` …"),
            .init("RestartSec", .duration, "How long it waits before."),
            .init("NoNewPrivileges", .bool, "It can gain none by execve(2)."),
            .init("ProtectSystem", .string, "`no`, `yes`, `full` or `strict`."),
            .init("PrivateTmp", .bool, "It has a /tmp of its own."),
            .init("CapabilityBoundingSet", .list(.string), "As written; empty where it is not."),
            .init("AmbientCapabilities", .list(.string), "As written; empty where it is not."),
            .init("Environment", .list(.string), "Names of the variables of Environment=, never their values."),
            .init("EnvironmentFile", .list(.string), "Files variables are read from."),
            .init(
                "settings", .map(.string, .list(.string)),
                "Every setting in force by `Section.Key`, but Environment= and SetCredential=, which hold secrets.",
                example: #"u.settings["Service.UMask"]"#),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let units = SystemdUnits.of(collection)
        for problem in units.problems { collection.report(problem.origin, problem.message) }
        guard !units.isEmpty else {
            guard let problem = units.problems.first else { return [.absent, .absent] }
            let reason = "\(problem.origin.path): \(problem.message)"
            return [.unknown("systemd", reason), .unknown("units", reason)]
        }
        let manager = SystemdManager(collection)
        let reader = UnitReader(collection: collection, manager: manager, units: units)
        return [systemd(manager, reader, collection), .list(records(units, reader))]
    }

    private func systemd(_ manager: SystemdManager, _ reader: UnitReader, _ collection: Collection) -> Value {
        var inCharge = true
        if collection.host.isLive {
            inCharge = (try? collection.host.status("/run/systemd/system")) != nil
        }
        return .record(
            Record(
                Self.manager,
                [
                    "in_charge": .bool(inCharge, collection.source("/run/systemd/system", means: .live)),
                    "DefaultLimitNOFILE": reader.defaultFiles.soft, "DefaultTasksMax": reader.defaultTasks,
                ]), collection.source(SystemdManager.file, means: .file))
    }

    private func records(_ units: SystemdUnits, _ reader: UnitReader) -> [Value] {
        var chosen: [String: (unit: SystemdUnit, because: String?, started: Bool)] = [:]
        for found in units.startedAtBoot() { chosen[found.unit.name.text] = (found.unit, found.because, true) }
        for name in units.names + units.wantedNames where chosen[name] == nil {
            guard let unit = units.unit(name), chosen[unit.name.text] == nil, !unit.name.isTemplate else { continue }
            let isEnabled = [.enabled, .enabledRuntime].contains(units.state(of: name))
            if isEnabled || unit.isMasked || unit.isAdministered { chosen[unit.name.text] = (unit, nil, false) }
        }
        return chosen.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { name, found in
            for problem in found.unit.problems { reader.collection.report(problem.origin, problem.message) }
            return reader.record(
                found.unit, state: units.state(of: name), because: found.because, started: found.started)
        }
    }
}

extension SystemdUnit {
    /// /etc/systemd/system itself has the file or a drop-in, not just a link to a packaged one.
    var isAdministered: Bool {
        ((fragment.map { [$0] } ?? []) + dropIns).contains { $0.hasPrefix("/etc/systemd/system/") }
    }
}
