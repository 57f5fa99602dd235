// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Host
import Logs
import Model

/// Which logs there are: files, rotated ones too, or the journal.
public struct LogsCollector: Collector {
    /// A collector.
    public init() {}

    /// `logs`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "logs", .list(.record(Self.schema)),
                "The logs that rules over events can ask, in the order of the sources' names' documentation",
                example: #"logs.exists(l, l.name == "ssh")"#)
        ]
    }

    /// One source that is on the host.
    public static let schema = RecordSchema(
        "log", "A log that is on this host.", identity: ["name"],
        fields: [
            .init("name", .string, "The name that `events.from` takes", example: #""ssh""#),
            .init("kind", .string, "`file` or `journal`: where its events are read"),
            .init("format", .string, "How its lines are written: syslog, combined, nginx_error, postgresql, dated"),
            .init("paths", .list(.string), "Its files, rotated ones too, oldest first"),
            .init("size", .byteSize, "Size of all its files on disk"),
            .init("oldest", .timestamp, "When its oldest file was last written: what it holds reaches back further"),
            .init("newest", .timestamp, "When its newest file was last written"),
        ])

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let journal = JournalFiles(of: collection.host)
        var logs: [Value] = []
        var failures: [Unknown] = []
        for source in LogSource.all {
            let found = LogFiles(of: source, on: collection.host)
            if found.files.isEmpty {
                if journal.isPresent, source.journal != nil {
                    logs.append(
                        .record(Record(Self.schema, ["name": .string(source.name), "kind": .string("journal")])))
                } else if let gap = found.gaps.first, !failures.contains(where: { $0.reason == gap }) {
                    failures.append(Unknown(fact: "logs", reason: gap))
                }
                continue
            }
            logs.append(Self.record(source, found.files, collection))
        }
        if !failures.isEmpty { return [Value(.unknown(failures))] }
        return [logs.isEmpty ? .absent : .list(logs)]
    }

    private static func record(_ source: LogSource, _ files: [LogFiles.File], _ collection: Collection) -> Value {
        let place = collection.source(files[files.count - 1].path, means: .file)
        let times = files.compactMap(\.modified)
        var size: Int64 = 0
        for file in files {
            let (sum, overflow) = size.addingReportingOverflow(file.size)
            size = overflow ? .max : sum
        }
        return .record(
            Record(
                schema,
                [
                    "name": .string(source.name, place), "kind": .string("file", place),
                    "format": .string(source.format.rawValue, place), "paths": .strings(files.map(\.path), place),
                    "size": .byteSize(size, place), "oldest": times.min().map { .timestamp($0, place) } ?? .absent,
                    "newest": times.max().map { .timestamp($0, place) } ?? .absent,
                ]), place)
    }
}
