// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// The one seam between guaita and the disk of the host it audits. Nothing else opens, lists or stats. Every path is
/// absolute on the audited host; symbolic links resolve inside its root and can never leave it.
public protocol Host: Sendable {
    /// What the host is, for reports: `live`, or the root directory of a tree.
    var description: String { get }
    /// True when what proc and sys say is the running kernel's.
    var isLive: Bool { get }

    /// The content of a regular file (links followed inside the root). Never blocks on a FIFO, a device or a socket.
    func read(_ path: String, limit: Int) throws(HostError) -> FileContent
    /// Reads a regular file in chunks of at most 1 MiB from `offset` on, until `limit` bytes or its end, handing each to
    /// `body`, which answers false to stop. For logs, which may be larger than memory.
    func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool) throws(HostError)
        -> FileStatus
    /// A regular file of any size, opened to be read, for what reads by descriptor.
    func open(_ path: String) throws(HostError) -> OpenFile
    /// The names in a directory in byte order, without `.` and `..`. At most `Limits.directoryEntries`.
    func list(_ path: String) throws(HostError) -> [DirectoryEntry]
    /// What a path is. With `followLinks` false the link itself is described.
    func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus
    /// Where a symbolic link points, as written.
    func linkTarget(_ path: String) throws(HostError) -> String
    /// Tells whoever waits for this process that it is still at work, where somebody does: to be called now and then in
    /// what may take long without a question to the host.
    func pulse()
    /// How full the filesystem mounted at a path is. A tree carries no such knowledge and throws `.unavailable`.
    func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage
    /// The same host, asked in the name of something that several collectors use: whoever keeps who asked for what keeps
    /// that name in place of the collector at work.
    func asked(by subject: String) -> any Host
}

extension Host {
    /// Nobody waits.
    public func pulse() {}
    /// Nobody keeps who asked.
    public func asked(by subject: String) -> any Host { self }
    /// Reads with the limit that fits configuration files (16 MiB).
    public func read(_ path: String) throws(HostError) -> FileContent {
        try read(path, limit: HostLimits.configurationBytes)
    }
    /// What a path is, links followed.
    public func status(_ path: String) throws(HostError) -> FileStatus { try status(path, followLinks: true) }
}

/// Caps that keep one hostile path from costing the scan.
public enum HostLimits {
    /// The largest configuration file that is read: 16 MiB.
    public static let configurationBytes = 16 << 20
    /// The largest file that is read as a whole, whatever is asked for: 256 MiB.
    public static let wholeBytes = 256 << 20
    /// The most entries listed of one directory.
    public static let directoryEntries = 100_000
    /// The most bytes of link targets listed with one directory: 1 MiB.
    public static let listedTargetBytes = 1 << 20
    /// The most that `stream` hands over at once: 1 MiB.
    public static let chunkBytes = 1 << 20
    /// The longest path accepted, PATH_MAX of Linux.
    public static let pathBytes = 4096
    /// The most links followed in one path, as the kernel's own limit (path_resolution(7)).
    public static let links = 40
}

/// What was read.
public struct FileContent: Sendable {
    /// The bytes, all of them.
    public let bytes: [UInt8]
    /// What the file was when it was opened.
    public let status: FileStatus
    /// True when size or modification time were not the same after reading as before: the bytes may be torn.
    public let changedWhileReading: Bool

    /// What was read.
    public init(bytes: [UInt8], status: FileStatus, changedWhileReading: Bool = false) {
        self.bytes = bytes
        self.status = status
        self.changedWhileReading = changedWhileReading
    }
}

/// The kinds of inode(7).
public enum FileKind: String, Sendable, Hashable {
    case regular, directory, link, fifo, socket, characterDevice = "character_device", blockDevice = "block_device"
}

/// A name in a directory.
public struct DirectoryEntry: Sendable, Hashable {
    /// The name alone. Names that are not UTF-8 are repaired with U+FFFD and cannot be opened.
    public let name: String
    /// Its kind where the directory tells, links not followed; nil where it does not.
    public let kind: FileKind?
    /// Where a link points, as written; nil where it is none and where the directory does not tell: then `linkTarget` may.
    public let target: String?

    /// A name in a directory.
    public init(name: String, kind: FileKind?, target: String? = nil) {
        self.name = name
        self.kind = kind
        self.target = target
    }
}

/// What stat(2) says. Names come from the audited host's own passwd and group (or the mtree manifest), never from the
/// machine the scan runs on; nil means the host does not say.
public struct FileStatus: Sendable, Hashable {
    /// Kind of inode.
    public var kind: FileKind
    /// Permission bits; nil where a manifest was given and does not list the path, or a checkout cannot know.
    public var mode: FileMode?
    /// Owner's number; nil where unknown.
    public var ownerID: UInt32?
    /// Group's number; nil where unknown.
    public var groupID: UInt32?
    /// Owner's name; nil where unknown.
    public var owner: String?
    /// Group's name; nil where unknown.
    public var group: String?
    /// Size in bytes.
    public var size: Int64
    /// Last change of the content; nil where unknown.
    public var modified: Timestamp?
    /// Links to the inode.
    public var linkCount: Int
    /// Device and inode, to tell two names of one file; nil where it means nothing.
    public var identity: FileIdentity?

    /// Device and inode.
    public struct FileIdentity: Sendable, Hashable {
        /// st_dev.
        public let device: UInt64
        /// st_ino.
        public let inode: UInt64

        /// Device and inode.
        public init(device: UInt64, inode: UInt64) {
            self.device = device
            self.inode = inode
        }
    }

    /// A status.
    public init(
        kind: FileKind, mode: FileMode? = nil, ownerID: UInt32? = nil, groupID: UInt32? = nil, owner: String? = nil,
        group: String? = nil, size: Int64 = 0, modified: Timestamp? = nil, linkCount: Int = 1,
        identity: FileIdentity? = nil
    ) {
        self.kind = kind
        self.mode = mode
        self.ownerID = ownerID
        self.groupID = groupID
        self.owner = owner
        self.group = group
        self.size = size
        self.modified = modified
        self.linkCount = linkCount
        self.identity = identity
    }
}

/// What statvfs(3) says of a filesystem.
public struct FilesystemUsage: Sendable, Hashable {
    /// Bytes in all.
    public var bytes: Int64
    /// Bytes an ordinary user may still write.
    public var bytesAvailable: Int64
    /// Inodes in all; 0 where the filesystem makes them as it goes (btrfs).
    public var inodes: Int64
    /// Inodes left.
    public var inodesAvailable: Int64

    /// A usage.
    public init(bytes: Int64, bytesAvailable: Int64, inodes: Int64, inodesAvailable: Int64) {
        self.bytes = bytes
        self.bytesAvailable = bytesAvailable
        self.inodes = inodes
        self.inodesAvailable = inodesAvailable
    }
}

/// Why a path gave nothing. Each says what happened in words a report can print after the path.
public enum HostError: Error, Sendable, Hashable {
    case notFound
    case permissionDenied
    /// Something else than was asked for: a FIFO where a file should be, a file where a directory should be.
    case wrongKind(FileKind)
    case tooLarge(limit: Int)
    case tooManyEntries(limit: Int)
    case tooManyLinks
    case pathTooLong
    /// NUL in the path, or a relative path.
    case invalidPath
    /// This kind of host cannot know.
    case unavailable(String)
    /// Any other errno, with strerror's text.
    case system(Int32, String)
}
