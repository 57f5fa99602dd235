// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Formats
import Host
import Model

/// What is mounted, what fstab(5) says should be, and how full the disks are.
public struct MountsCollector: Collector {
    /// Mounts and disks.
    public init() {}

    /// `mounts` and `disks`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "mounts", .list(.record(Self.mount)), "What is mounted, and what fstab(5) says should be.",
                example: #"mounts.filter(m, m.path == "/tmp").all(m, "nosuid" in m.options)"#),
            FactDeclaration(
                "disks", .list(.record(Self.disk)),
                "Local filesystems that can fill up, each device once: no network, memory, read-only or overlay ones.",
                example: "disks.all(d, d.used_ratio <= 0.85)"),
        ]
    }

    static let mount = RecordSchema(
        "mount", "A place where a filesystem is mounted or should be.", identity: ["path"],
        fields: [
            .init("path", .string, "Where.", example: #""/var""#),
            .init("device", .string, "What: a device, `UUID=…`, a server, or a word.", example: #""/dev/vda1""#),
            .init("type", .string, "Kind of filesystem.", example: #""ext4""#),
            .init(
                "options", .list(.string),
                "In force: those of /proc/1/mounts where it is mounted, else those of fstab(5).",
                example: #"["rw", "nosuid"]"#),
            .init("mounted", .bool, "It is mounted now; unknown without /proc/mounts."),
            .init("declared", .bool, "fstab(5) has a line for it."),
            .init("declared_options", .list(.string), "What fstab(5) says; not set without a line."),
        ])

    static let disk = RecordSchema(
        "disk", "A local filesystem that can fill up.", identity: ["mount"],
        fields: [
            .init("mount", .string, "Where it is mounted.", example: #""/""#),
            .init("device", .string, "The device.", example: #""/dev/vda1""#),
            .init("type", .string, "Kind of filesystem.", example: #""ext4""#),
            .init("size", .byteSize, "Bytes in all: statvfs(3).", example: #"bytesize("20GiB")"#),
            .init("available", .byteSize, "Bytes an ordinary user may still write."),
            .init("used_ratio", .double, "1 less `available` / `size`: what root keeps for itself counts as used."),
            .init("inodes", .int, "Inodes in all; not set where the filesystem makes them as it goes."),
            .init("inodes_available", .int, "Inodes left."),
            .init("inodes_used_ratio", .double, "Inodes in use as a share, 0 to 1."),
        ])

    /// Filesystems on local disks. statvfs(3) on any other could hang (a server that is gone) or start something
    /// (autofs), so no other is touched.
    static let localTypes: Set<String> = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "nilfs2", "vfat", "exfat",
    ]

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        let snapshot = Self.table(collection)
        let table = ProcFile("/etc/fstab", collection)
        let mounted = snapshot.bytes.map { Self.visible(Mounts($0).entries) }
        let declared = table.bytes.map { Fstab($0) }
        for line in declared?.malformed ?? [] {
            collection.report(Origin(path: table.path, line: line), "not a line of fstab(5); it is ignored")
        }
        if mounted == nil, declared == nil {
            let reason = snapshot.reason + ", nor /etc/fstab"
            return [.unknown("mounts", reason), .unknown("disks", reason)]
        }
        let merged = merge(mounted, declared?.entries ?? [], snapshot)
        return [
            .list(merged.map { record($0, snapshot, table, collection) }, source(snapshot, table, collection)),
            disks(merged, snapshot, table, collection),
        ]
    }

    /// The host's mounts are those of its first process: a service with a sandbox has its own, where everything is
    /// read-only and nosuid. What has another root is in a container, and that is audited.
    private static func table(_ collection: Collection) -> ProcFile {
        let own = ProcFile("/proc/self/mounts", collection)
        guard let bytes = own.bytes else { return ProcFile("/proc/mounts", collection) }
        let first = ProcFile("/proc/1/mounts", collection)
        guard let others = first.bytes, let root = Self.root(bytes), let other = Self.root(others) else { return own }
        return (root.device, root.type) == (other.device, other.type) ? first : own
    }

    private static func root(_ mounts: [UInt8]) -> MountEntry? {
        Mounts(mounts).entries.last { $0.mountPoint == "/" }
    }

    /// One mount point: what is there and what should be.
    private struct Place {
        var live: MountEntry?
        var declared: MountEntry?
        var isKnown: Bool
        var entry: MountEntry? { live ?? declared }
    }

    private func source(_ live: ProcFile, _ table: ProcFile, _ collection: Collection) -> SourceID {
        live.bytes != nil ? collection.source(live.path, means: .live) : collection.source(table.path, means: .file)
    }

    /// Of several mounts on one place the last hides the others.
    static func visible(_ entries: [MountEntry]) -> [MountEntry] {
        var last: [String: Int] = [:]
        for (index, entry) in entries.enumerated() { last[entry.mountPoint] = index }
        return entries.enumerated().filter { last[$0.element.mountPoint] == $0.offset }.map(\.element)
    }

    private func merge(_ mounted: [MountEntry]?, _ declared: [MountEntry], _ live: ProcFile) -> [Place] {
        var places: [String: Place] = [:]
        for entry in mounted ?? [] { places[entry.mountPoint] = Place(live: entry, isKnown: true) }
        for entry in declared where entry.mountPoint.hasPrefix("/") && !entry.options.contains("noauto") {
            places[entry.mountPoint, default: Place(isKnown: mounted != nil)].declared = entry
        }
        return places.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    }

    private func record(_ place: Place, _ live: ProcFile, _ table: ProcFile, _ collection: Collection) -> Value {
        guard let entry = place.entry else { return .absent }
        let written = place.declared.map {
            Source(Origin(path: table.path, line: $0.line), text: $0.options.joined(separator: ","))
        }
        let source: SourceID
        if let found = place.live {
            let overrode = written.map { [Source.Overridden(origin: $0.origin, text: $0.text)] } ?? []
            source = collection.source(
                Source(
                    Origin(path: live.path, line: found.line), means: .live, text: found.options.joined(separator: ","),
                    overrode: overrode))
        } else {
            source = written.map { collection.source($0) } ?? .none
        }
        var fields: [String: Value] = [
            "path": .string(entry.mountPoint, source), "device": .string(entry.device, source),
            "type": .string(entry.type, source), "options": .strings(entry.options, source),
            "declared": .bool(place.declared != nil, source),
            "mounted": place.isKnown ? .bool(place.live != nil, source) : .unknown("mounts.mounted", live.reason),
        ]
        if let declared = place.declared {
            fields["declared_options"] = .strings(declared.options, written.map { collection.source($0) } ?? .none)
        }
        return .record(Record(Self.mount, fields), source)
    }

    private func disks(_ places: [Place], _ live: ProcFile, _ table: ProcFile, _ collection: Collection) -> Value {
        var seen: Set<String> = []
        var disks: [Value] = []
        // Shorter paths first, so that of several mounts of one device the one above counts.
        for place in places.sorted(by: {
            ($0.entry?.mountPoint.utf8.count ?? 0) < ($1.entry?.mountPoint.utf8.count ?? 0)
        }) {
            guard let entry = place.entry, place.live != nil || !place.isKnown, isDisk(entry, collection),
                seen.insert(entry.type == "overlay" ? entry.mountPoint : entry.device).inserted
            else { continue }
            let file = place.live == nil ? table : live
            disks.append(
                disk(
                    entry, collection.source(file.path, entry.line, means: place.live == nil ? .set : .live), collection
                ))
        }
        return .list(disks, source(live, table, collection))
    }

    private func isDisk(_ entry: MountEntry, _ collection: Collection) -> Bool {
        let isRoot = entry.mountPoint == "/"
        guard Self.localTypes.contains(entry.type) || (isRoot && entry.type == "overlay"),
            !entry.options.contains("ro"), !entry.device.hasPrefix("/dev/loop")
        else { return false }
        // A container gets single files of its host's disk mounted over its own (/etc/resolv.conf).
        guard collection.host.isLive, !isRoot else { return true }
        do throws(HostError) {
            return try collection.host.status(entry.mountPoint).kind == .directory
        } catch {
            return true
        }
    }

    private func disk(_ entry: MountEntry, _ source: SourceID, _ collection: Collection) -> Value {
        var fields: [String: Value] = [
            "mount": .string(entry.mountPoint, source), "device": .string(entry.device, source),
            "type": .string(entry.type, source),
        ]
        do throws(HostError) {
            let usage = try collection.host.usage(ofFilesystemAt: entry.mountPoint)
            let place = collection.source(entry.mountPoint, means: .live)
            fields["size"] = .byteSize(usage.bytes, place)
            fields["available"] = .byteSize(usage.bytesAvailable, place)
            if usage.bytes > 0 {
                fields["used_ratio"] = .double(Self.used(usage.bytesAvailable, of: usage.bytes), place)
            }
            if usage.inodes > 0 {
                fields["inodes"] = .int(usage.inodes, place)
                fields["inodes_available"] = .int(usage.inodesAvailable, place)
                fields["inodes_used_ratio"] = .double(Self.used(usage.inodesAvailable, of: usage.inodes), place)
            }
        } catch {
            let reason = "\(entry.mountPoint): \(error.description)"
            for field in ["size", "available", "used_ratio", "inodes", "inodes_available", "inodes_used_ratio"] {
                fields[field] = .unknown("disks.\(field)", reason)
            }
        }
        return .record(Record(Self.disk, fields), source)
    }

    private static func used(_ available: Int64, of total: Int64) -> Double {
        1 - Double(min(max(0, available), total)) / Double(total)
    }
}
