// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// Pressure stall information: the share of time in which work waited for processors, memory or disks.
public struct PressureCollector: Collector {
    /// Pressure.
    public init() {}

    /// `pressure`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "pressure", .record(Self.schema),
                "Share of time in which work waited for a resource; absent where the kernel does not measure it.",
                example: "pressure.memory.full.avg300 <= 1.0")
        ]
    }

    static let line = RecordSchema(
        "pressure.line", "How long work waited, in percent of the time (kernel document accounting/psi).",
        fields: [
            .init("avg10", .double, "Over the last ten seconds, 0 to 100.", example: "0.0"),
            .init("avg60", .double, "Over the last minute."),
            .init("avg300", .double, "Over the last five minutes."),
            .init("total", .duration, "All the time lost since boot.", example: #"duration("90s")"#),
        ])

    static let resource = RecordSchema(
        "pressure.resource", "Waiting for one resource.",
        fields: [
            .init("some", .record(line), "Time in which at least one task waited."),
            .init("full", .record(line), "Time in which all tasks waited; not set where the kernel has no such line."),
        ])

    static let schema = RecordSchema(
        "pressure", "Waiting for processors, memory and disks.",
        fields: [
            .init("cpu", .record(resource), "/proc/pressure/cpu."),
            .init("memory", .record(resource), "/proc/pressure/memory."),
            .init("io", .record(resource), "/proc/pressure/io."),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let files = ["cpu", "memory", "io"].map { ProcFile("/proc/pressure/\($0)", collection) }
        guard files.contains(where: { $0.bytes != nil }) else {
            // A kernel without the option has no such directory; one that is told not to measure refuses to be read.
            let isMissing = collection.host.isLive && Self.procIsThere(collection)
            return [isMissing ? .absent : .unknown("pressure", files[0].reason)]
        }
        var fields: [String: Value] = [:]
        for (name, file) in zip(["cpu", "memory", "io"], files) {
            fields[name] = file.value("pressure.\(name)") { Self.record(Pressure($0), file.path, collection) }
        }
        return [.record(Record(Self.schema, fields), collection.source("/proc/pressure", means: .live))]
    }

    private static func procIsThere(_ collection: Collection) -> Bool {
        ProcFile("/proc/loadavg", collection).bytes != nil
    }

    private static func record(_ pressure: Pressure, _ path: String, _ collection: Collection) -> Value? {
        guard let some = pressure.some else { return nil }
        func value(_ found: Pressure.Line) -> Value {
            let source = collection.source(path, found.line, means: .live)
            let span = TimeSpan(
                seconds: found.totalMicroseconds / 1_000_000,
                nanoseconds: Int32(found.totalMicroseconds % 1_000_000) * 1000)
            return .record(
                Record(
                    line,
                    [
                        "avg10": .double(found.average10, source), "avg60": .double(found.average60, source),
                        "avg300": .double(found.average300, source), "total": Value(.duration(span), source: source),
                    ]), source)
        }
        var fields = ["some": value(some)]
        if let full = pressure.full { fields["full"] = value(full) }
        return .record(Record(resource, fields), collection.source(path, means: .live))
    }
}
