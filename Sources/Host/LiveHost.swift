// SPDX-License-Identifier: GPL-3.0-or-later

/// The machine the scan runs on.
public struct LiveHost: Host {
    let files: DescriptorHost

    /// The machine the scan runs on. Throws where `/` cannot be opened.
    public init() throws(HostError) { files = try DescriptorHost(root: "/") }

    /// `live`.
    public var description: String { "live" }
    /// True.
    public var isLive: Bool { true }

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
        try files.usage(ofFilesystemAt: path)
    }
}
