// SPDX-License-Identifier: GPL-3.0-or-later

/// A host whose modes, owners and times come from a manifest, for trees that cannot keep them (a checkout by git). What
/// the manifest does not list is unknown, never what the tree happens to have.
public struct AttributedHost: Host {
    private let base: any Host
    private let manifest: MTree
    private let names = AccountNames()

    /// The files of `base` with the attributes of a manifest.
    public init(_ base: any Host, manifest: MTree) {
        self.base = base
        self.manifest = manifest
    }

    /// The base's.
    public var description: String { base.description }
    /// The base's.
    public var isLive: Bool { base.isLive }

    /// The base's.
    public func pulse() { base.pulse() }

    /// See `Host`.
    public func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        let content = try base.read(path, limit: limit)
        return FileContent(
            bytes: content.bytes, status: try attributed(content.status, path, followLinks: true),
            changedWhileReading: content.changedWhileReading)
    }

    /// See `Host`.
    public func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    { try attributed(try base.stream(path, from: offset, limit: limit, body), path, followLinks: true) }

    /// The base's; its status is the base's too.
    public func open(_ path: String) throws(HostError) -> OpenFile { try base.open(path) }

    /// See `Host`.
    public func list(_ path: String) throws(HostError) -> [DirectoryEntry] { try base.list(path) }

    /// See `Host`.
    public func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try attributed(try base.status(path, followLinks: followLinks), path, followLinks: followLinks)
    }

    /// See `Host`.
    public func linkTarget(_ path: String) throws(HostError) -> String { try base.linkTarget(path) }

    /// See `Host`.
    public func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        try base.usage(ofFilesystemAt: path)
    }

    private func attributed(_ status: FileStatus, _ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        let real = try LinkedPath.resolve(path, followLast: followLinks) { (path) throws(HostError) in
            do throws(HostError) {
                return try base.linkTarget(path)
            } catch .wrongKind {
                return nil
            }
        }
        let entry = manifest.entries[real]
        let accounts = names.tables { path in
            // Names that cannot be read stay unknown; the collector of accounts says why.
            (try? base.read(path))?.bytes ?? []
        }
        var status = status
        status.mode = entry?.mode
        status.modified = entry?.modified
        (status.ownerID, status.owner) = Self.completed(entry?.ownerID, entry?.owner, accounts.users)
        (status.groupID, status.group) = Self.completed(entry?.groupID, entry?.group, accounts.groups)
        return status
    }

    /// A manifest may give the number, the name or both; the other comes from the host's own files.
    private static func completed(_ number: UInt32?, _ name: String?, _ names: [UInt32: String]) -> (UInt32?, String?) {
        let known = number ?? name.flatMap { name in names.filter { $0.value == name }.keys.min() }
        return (known, name ?? number.flatMap { names[$0] })
    }
}
