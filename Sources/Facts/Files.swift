// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Host
import Model

/// What paths are, for the paths rules name: status, never content.
public struct FilesCollector: Collector {
    /// Paths.
    public init() {}

    static let schema = RecordSchema(
        "file", "What a path is (stat(2)), links followed.", identity: ["path"],
        fields: [
            .init("path", .string, "As asked for.", example: #""/etc/shadow""#),
            .init("exists", .bool, "False where there is nothing; a link that leads nowhere exists."),
            .init(
                "kind", .string,
                "`regular`, `directory`, `fifo`, `socket`, `character_device`, `block_device`; `link` where it leads "
                    + "nowhere.",
                example: #""regular""#),
            .init("mode", .mode, "Permission bits; unknown where a tree does not keep them."),
            .init(
                "owner", .string,
                "Owner by name, by number where it has no name; unknown where a tree does not keep it."),
            .init("group", .string, "Group by name, by number where it has no name; unknown as the owner."),
            .init("size", .byteSize, "Bytes."),
            .init("modified", .timestamp, "Last change of the content; unknown where a tree does not keep it."),
            .init("link_target", .string, "Where a symbolic link points, as written; not set for anything else."),
        ])

    /// `files`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "files", .map(.string, .record(Self.schema)),
                "What a path is, for any path written literally in a rule.",
                example: #"files["/etc/shadow"].mode.within(mode("0640"))"#)
        ]
    }

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let paths = Set(collection.requestedKeys["files"] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return [.map(paths.map { ($0, Self.file($0, collection)) })]
    }

    private static func file(_ path: String, _ collection: Collection) -> Value {
        let fact = "files[\"\(path)\"]"
        let source = collection.source(path, means: .file)
        var fields: [String: Value] = ["path": .string(path, source)]
        do throws(HostError) {
            var status = try collection.host.status(path, followLinks: false)
            if status.kind == .link {
                fields["link_target"] = .string(try collection.host.linkTarget(path), source)
                do throws(HostError) {
                    status = try collection.host.status(path)
                } catch .notFound {
                    // The link itself is what there is.
                }
            }
            func known(_ field: String, _ value: Value?) {
                fields[field] = value ?? .unknown("\(fact).\(field)", "\(path): this tree does not keep it", source)
            }
            fields["exists"] = .bool(true, source)
            fields["kind"] = .string(status.kind.rawValue, source)
            fields["size"] = .byteSize(status.size, source)
            known("mode", status.mode.map { .mode($0, source) })
            known("owner", (status.owner ?? status.ownerID.map(name)).map { .string($0, source) })
            known("group", (status.group ?? status.groupID.map(name)).map { .string($0, source) })
            known("modified", status.modified.map { .timestamp($0, source) })
        } catch .notFound {
            fields["exists"] = .bool(false, source)
        } catch {
            return .unknown(fact, "\(path): \(error)", source)
        }
        return .record(Record(schema, fields), source)
    }

    /// A number without a name in the host's own passwd or group. 0 is root whoever lists it.
    private static func name(_ id: UInt32) -> String { id == 0 ? "root" : String(id) }
}
