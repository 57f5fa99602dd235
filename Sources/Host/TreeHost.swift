// SPDX-License-Identifier: GPL-3.0-or-later

/// A directory as the root of a host: a mounted image, a container's root, a checkout of a configuration tree. Its
/// `proc` and `sys` are ordinary files, snapshots of the host it came from.
///
/// Mode, owner and time are what the directory's filesystem says. For a mounted image that is the host's truth; for a
/// checkout by git it means nothing: give the manifest of the host beside it (`AttributedHost`).
public struct TreeHost: Host {
    /// The directory, as given.
    public let root: String
    let files: DescriptorHost

    /// The directory at a path of this machine. Throws where it cannot be opened. `resolvesByKernel` false walks paths
    /// name by name, as is done anyway where the kernel lacks openat2(2).
    public init(root: String, resolvesByKernel: Bool = true) throws(HostError) {
        self.root = root
        files = try DescriptorHost(root: root, method: resolvesByKernel ? nil : .walk)
    }

    /// The directory, as given.
    public var description: String { root }
    /// False: what its proc says is not this kernel's.
    public var isLive: Bool { false }

    /// See `Host`.
    public func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        try files.content(of: path, limit: limit)
    }

    /// See `Host`.
    public func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    { try files.chunks(of: path, from: offset, limit: limit, body) }

    /// See `Host`.
    public func open(_ path: String) throws(HostError) -> OpenFile { try files.opened(path, limit: nil) }

    /// See `Host`.
    public func list(_ path: String) throws(HostError) -> [DirectoryEntry] { try files.list(path) }

    /// See `Host`.
    public func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try files.status(path, followLinks: followLinks)
    }

    /// See `Host`.
    public func linkTarget(_ path: String) throws(HostError) -> String { try files.linkTarget(path) }

    /// See `Host`.
    public func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        throw .unavailable("a tree does not say how full its filesystems were")
    }
}
