// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Model

/// What `LiveHost` and `TreeHost` have in common: everything, below a root directory.
///
/// Nothing is opened before it is known to be a regular file or a directory: a path is first named (O_PATH), then looked
/// at (fstat), and only then that very file is opened, so that no FIFO, device or socket ever is.
struct DescriptorHost: Sendable {
    private let resolver: PathResolver
    private let names = AccountNames()

    /// Below the directory at a path of this machine.
    init(root: String, method: PathResolver.Method? = nil) throws(HostError) {
        guard !root.utf8.contains(0) else { throw .invalidPath }
        // The path is copied to C for the call.
        let descriptor = try Descriptor(unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        resolver = PathResolver(root: descriptor, method: method)
    }

    func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        let first = try readOnce(path, limit: limit)
        guard first.changedWhileReading else { return first }
        return try readOnce(path, limit: limit)
    }

    private func readOnce(_ path: String, limit: Int) throws(HostError) -> FileContent {
        let file = try openRegular(path)
        let before = try file.stat()
        guard before.st_size <= limit else { throw .tooLarge(limit: limit) }
        let bytes = try file.readToEnd(expecting: Int(clamping: before.st_size), limit: max(0, limit))
        let after = try file.stat()
        let isSame =
            before.st_size == after.st_size && Self.same(before.st_mtim, after.st_mtim)
            && Self.same(before.st_ctim, after.st_ctim)
        return FileContent(bytes: bytes, status: try status(of: before), changedWhileReading: !isSame)
    }

    func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool) throws(HostError)
        -> FileStatus
    {
        let file = try openRegular(path)
        let status = try status(of: try file.stat())
        guard lseek(file.raw, off_t(clamping: max(0, offset)), SEEK_SET) >= 0 else { throw HostError(errno: errno) }
        var left = max(0, limit)
        while left > 0 {
            let chunk = try file.read(atMost: Int(clamping: min(left, Int64(HostLimits.chunkBytes))))
            left -= Int64(chunk.count)
            if chunk.isEmpty || !body(chunk) { break }
        }
        return status
    }

    func list(_ path: String) throws(HostError) -> [DirectoryEntry] {
        let directory = try resolver.find(path, followLinks: true)
        let kind = try status(of: try directory.stat()).kind
        guard kind == .directory else { throw .wrongKind(kind) }
        return try directory.entries(limit: HostLimits.directoryEntries)
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try status(of: try resolver.find(path, followLinks: followLinks).stat())
    }

    func linkTarget(_ path: String) throws(HostError) -> String {
        let link = try resolver.find(path, followLinks: false)
        let kind = try status(of: try link.stat()).kind
        guard kind == .link else { throw .wrongKind(kind) }
        return String(decoding: try link.linkTarget(), as: UTF8.self)
    }

    func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        let descriptor = try resolver.find(path, followLinks: true)
        var result = statvfs()
        guard unsafe fstatvfs(descriptor.raw, &result) == 0 else { throw HostError(errno: errno) }  // fills `result`
        func bytes(_ blocks: fsblkcnt_t) -> Int64 {
            let (product, overflow) = UInt64(blocks).multipliedReportingOverflow(by: UInt64(result.f_frsize))
            return overflow ? .max : Int64(clamping: product)
        }
        return FilesystemUsage(
            bytes: bytes(result.f_blocks), bytesAvailable: bytes(result.f_bavail),
            inodes: Int64(clamping: result.f_files),
            inodesAvailable: Int64(clamping: result.f_favail))
    }

    private func openRegular(_ path: String) throws(HostError) -> Descriptor {
        let named = try resolver.find(path, followLinks: true)
        guard let kind = FileKind(mode: try named.stat().st_mode) else { throw .unavailable("of no known kind") }
        guard kind == .regular else { throw .wrongKind(kind) }
        return try resolver.openRegular(named, at: path)
    }

    private func status(of stat: stat) throws(HostError) -> FileStatus {
        guard let kind = FileKind(mode: stat.st_mode) else { throw .unavailable("of no known kind") }
        let accounts = names.tables { path in
            // A file of names that cannot be read leaves numbers without names; the collector of accounts says why.
            guard let file = try? openRegular(path), let size = try? file.stat().st_size else { return [] }
            let bytes = try? file.readToEnd(
                expecting: Int(clamping: size), limit: HostLimits.configurationBytes)
            return bytes ?? []
        }
        return FileStatus(
            kind: kind, mode: FileMode(bits: UInt16(truncatingIfNeeded: stat.st_mode)), ownerID: stat.st_uid,
            groupID: stat.st_gid, owner: accounts.users[stat.st_uid], group: accounts.groups[stat.st_gid],
            size: Int64(stat.st_size),
            modified: Timestamp(
                seconds: Int64(stat.st_mtim.tv_sec), nanoseconds: Int32(clamping: stat.st_mtim.tv_nsec)),
            linkCount: Int(clamping: stat.st_nlink),
            identity: .init(device: UInt64(stat.st_dev), inode: UInt64(stat.st_ino)))
    }

    private static func same(_ left: timespec, _ right: timespec) -> Bool {
        left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec
    }
}

extension Descriptor {
    /// The entries of the directory an O_PATH descriptor names, in the order of the filesystem.
    fileprivate func entries(limit: Int) throws(HostError) -> [DirectoryEntry] {
        let raw = unsafe openat(self.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0, let stream = unsafe fdopendir(raw) else { throw HostError(errno: errno) }
        defer { unsafe closedir(stream) }  // closes `raw` too; opened above, closed once
        var entries: [DirectoryEntry] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            // The entry lives until the next readdir(); its name ends with NUL.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                unsafe tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    unsafe String(cString: $0)
                }
            }
            if name == "." || name == ".." { continue }
            guard entries.count < limit else { throw .tooManyEntries(limit: limit) }
            // d_type is st_mode's kind shifted (dirent.h, DTTOIF); 0 where the filesystem does not tell.
            let kind = unsafe FileKind(mode: mode_t(entry.pointee.d_type) << 12)
            entries.append(DirectoryEntry(name: name, kind: kind))
        }
        guard errno == 0 else { throw HostError(errno: errno) }
        return entries
    }
}
