// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A host made of values, for tests and for the tests that rules carry: what is not in it does not exist.
public struct MemoryHost: Host {
    /// One path.
    public struct Entry: Sendable {
        /// Content of a regular file.
        public var bytes: [UInt8]
        /// Where a link points; nil for anything else.
        public var target: String?
        /// What stat(2) would say.
        public var status: FileStatus
        /// What reading it throws, to try what happens when a file cannot be read.
        public var failure: HostError?

        /// A regular file, `root:root 0644` unless said otherwise.
        public init(
            _ text: String = "", mode: FileMode? = FileMode(bits: 0o644), owner: String? = "root",
            group: String? = "root", kind: FileKind = .regular, target: String? = nil, modified: Timestamp? = nil,
            failure: HostError? = nil
        ) {
            bytes = Array(text.utf8)
            self.target = target
            self.failure = failure
            status = FileStatus(
                kind: target == nil ? kind : .link, mode: mode, ownerID: owner == "root" ? 0 : nil,
                groupID: group == "root" ? 0 : nil, owner: owner, group: group, size: Int64(bytes.count),
                modified: modified)
        }
    }

    private var entries: [String: Entry]

    /// A host with these paths; directories above them come by themselves. `isLive`: it says that it runs.
    public init(_ entries: [String: Entry], isLive: Bool = false) {
        self.entries = entries
        self.isLive = isLive
        for path in entries.keys {
            var parent = path
            while let slash = parent.lastIndex(of: "/"), slash != parent.startIndex {
                parent = String(parent[..<slash])
                if self.entries[parent] == nil {
                    self.entries[parent] = Entry(mode: FileMode(bits: 0o755), kind: .directory)
                }
            }
        }
        if self.entries["/"] == nil { self.entries["/"] = Entry(mode: FileMode(bits: 0o755), kind: .directory) }
    }

    /// A host with these texts.
    public init(files: [String: String], isLive: Bool = false) {
        self.init(files.mapValues { Entry($0) }, isLive: isLive)
    }

    /// `memory`.
    public var description: String { "memory" }
    /// False unless said otherwise: nothing runs here.
    public let isLive: Bool

    /// How full filesystems are, by mount point.
    public var usages: [String: FilesystemUsage] = [:]

    private func resolve(_ path: String, followLinks: Bool) throws(HostError) -> String {
        try LinkedPath.resolve(path, followLast: followLinks) { entries[$0]?.target }
    }

    private func entry(_ path: String, followLinks: Bool) throws(HostError) -> Entry {
        guard let entry = entries[try resolve(path, followLinks: followLinks)] else { throw .notFound }
        return entry
    }

    /// See `Host`.
    public func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        let entry = try entry(path, followLinks: true)
        if let failure = entry.failure { throw failure }
        guard entry.status.kind == .regular else { throw .wrongKind(entry.status.kind) }
        guard entry.bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return FileContent(bytes: entry.bytes, status: entry.status)
    }

    /// See `Host`.
    public func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    {
        let content = try read(path, limit: Int.max)
        var rest = content.bytes.dropFirst(Int(clamping: max(0, offset))).prefix(Int(clamping: max(0, limit)))
        while !rest.isEmpty, body(Array(rest.prefix(HostLimits.chunkBytes))) {
            rest = rest.dropFirst(HostLimits.chunkBytes)
        }
        return content.status
    }

    /// A copy, in memory too.
    public func open(_ path: String) throws(HostError) -> OpenFile {
        let content = try read(path, limit: .max)
        let file = try OpenFile.memory(named: HostPath.name(of: path))
        try file.write(content.bytes)
        return file
    }

    /// See `Host`.
    public func list(_ path: String) throws(HostError) -> [DirectoryEntry] {
        let directory = try entry(path, followLinks: true)
        if let failure = directory.failure { throw failure }
        guard directory.status.kind == .directory else { throw .wrongKind(directory.status.kind) }
        let real = try resolve(path, followLinks: true)
        let prefix = real == "/" ? "/" : real + "/"
        return entries.keys.lazy
            .filter { $0.hasPrefix(prefix) && $0 != "/" && !$0.dropFirst(prefix.count).contains("/") }
            .map {
                DirectoryEntry(
                    name: String($0.dropFirst(prefix.count)), kind: entries[$0]?.status.kind,
                    target: entries[$0]?.target)
            }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// See `Host`.
    public func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try entry(path, followLinks: followLinks).status
    }

    /// See `Host`.
    public func linkTarget(_ path: String) throws(HostError) -> String {
        let entry = try entry(path, followLinks: false)
        guard let target = entry.target else { throw .wrongKind(entry.status.kind) }
        return target
    }

    /// See `Host`.
    public func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        let real = try resolve(path, followLinks: true)
        guard entries[real] != nil else { throw .notFound }
        let mounts = usages.filter { $0.key == "/" || real == $0.key || real.hasPrefix($0.key + "/") }
        guard let nearest = mounts.max(by: { $0.key.utf8.count < $1.key.utf8.count }) else {
            throw .unavailable("a host made of values has no disk unless it is given one")
        }
        return nearest.value
    }
}
