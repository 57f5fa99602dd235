// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Model

/// Processors, load and time since boot.
public struct ProcessorsCollector: Collector {
    /// Processors.
    public init() {}

    /// `processors`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "processors", .record(Self.schema), "Processors of the host and how busy they are.",
                example: "processors.load_15 <= double(processors.count)")
        ]
    }

    static let schema = RecordSchema(
        "processors", "Processors of the host and how busy they are.",
        fields: [
            .init(
                "count", .int, "Processors that run: /sys/devices/system/cpu/online, else /proc/cpuinfo.", example: "4"),
            .init("model", .string, "What they call themselves; not set where /proc/cpuinfo does not say."),
            .init(
                "quota", .double,
                "Processors' worth of time the container may use (cgroup cpu.max); not set without one.",
                example: "1.5"),
            .init("load_1", .double, "Tasks that run or wait for a processor or a disk, over a minute: /proc/loadavg."),
            .init("load_5", .double, "The same over five minutes."),
            .init("load_15", .double, "The same over fifteen minutes.", example: "0.42"),
            .init("tasks", .int, "Threads there are, all processes together: /proc/loadavg."),
            .init("tasks_running", .int, "Threads that run or want to."),
            .init("uptime", .duration, "Time since boot: /proc/uptime.", example: #"duration("72h")"#),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let info = ProcFile("/proc/cpuinfo", collection)
        let online = ProcFile("/sys/devices/system/cpu/online", collection)
        let load = ProcFile("/proc/loadavg", collection)
        let uptime = ProcFile("/proc/uptime", collection)
        guard [info, online, load, uptime].contains(where: { $0.bytes != nil }) else {
            return [.unknown("processors", info.reason)]
        }
        var fields: [String: Value] = [:]
        let processors = info.bytes.map(CPUInfo.init)
        if let count = online.bytes.flatMap(CPUInfo.count(ofList:)) {
            fields["count"] = .int(count, collection.source(online.path, 1, means: .live))
        } else if let count = processors?.count, count > 0 {
            fields["count"] = .int(count, collection.source(info.path, means: .live))
        } else {
            fields["count"] = .unknown("processors.count", info.reason)
        }
        if let model = processors?.model {
            fields["model"] = .string(model, collection.source(info.path, means: .live))
        }
        if let quota = ProcFile("/sys/fs/cgroup/cpu.max", collection).bytes.flatMap(ProcFile.numbers), quota.count == 2,
            quota[1] > 0
        {
            fields["quota"] = .double(
                Double(quota[0]) / Double(quota[1]), collection.source("/sys/fs/cgroup/cpu.max", 1, means: .live))
        }
        let average = load.bytes.flatMap(CPUInfo.Load.init)
        let source = collection.source(load.path, 1, means: .live)
        for (index, field) in ["load_1", "load_5", "load_15"].enumerated() {
            fields[field] =
                average.map { .double($0.averages[index], source) } ?? .unknown("processors.\(field)", load.reason)
        }
        fields["tasks"] = average.map { .int($0.tasks, source) } ?? .unknown("processors.tasks", load.reason)
        fields["tasks_running"] =
            average.map { .int($0.running, source) } ?? .unknown("processors.tasks_running", load.reason)
        fields["uptime"] =
            uptime.bytes.flatMap(CPUInfo.uptime).map {
                .duration(seconds: $0, collection.source(uptime.path, 1, means: .live))
            } ?? .unknown("processors.uptime", uptime.reason)
        return [.record(Record(Self.schema, fields), fields["count"]?.source ?? .none)]
    }
}
