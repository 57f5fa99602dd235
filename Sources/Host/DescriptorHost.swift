// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// What `LiveHost` and `TreeHost` have in common: everything, below a root directory.
///
/// Nothing is opened before it is known to be a regular file or a directory: a path is first named (O_PATH), then looked
/// at (fstat), and only then that very file is opened, so that no FIFO, device or socket ever is.
struct DescriptorHost: FileSource {
    private let resolver: PathResolver
    let names = AccountNames()
    /// Where the root is on this machine, where nobody can move it.
    private let place: String?

    /// Below the directory at a path of this machine.
    init(root: String, method: PathResolver.Method? = nil) throws(HostError) {
        guard !root.utf8.contains(0) else { throw .invalidPath }
        // The path is copied to C for the call.
        let descriptor = try Descriptor(unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        resolver = PathResolver(root: descriptor, method: method)
        place = root == "/" ? "/" : nil
    }

    func opened(_ path: String, limit: Int64?) throws(HostError) -> OpenFile {
        let named = try resolver.find(path, followLinks: true)
        let status = try FileStatus(named.stat())
        guard status.kind == .regular else { throw .wrongKind(status.kind) }
        if let limit, status.size > limit { throw .tooLarge(limit: Int(clamping: limit)) }
        return OpenFile(try resolver.openRegular(named, at: path))
    }

    /// A directory, to be listed by `entries`.
    func directory(_ path: String) throws(HostError) -> Descriptor {
        let directory = try resolver.find(path, followLinks: true)
        let kind = try FileStatus(directory.stat()).kind
        guard kind == .directory else { throw .wrongKind(kind) }
        return directory
    }

    func list(_ path: String) throws(HostError) -> [DirectoryEntry] { try directory(path).entries() }

    /// What a path names, not opened.
    func found(_ path: String, followLinks: Bool) throws(HostError) -> Descriptor {
        try resolver.find(path, followLinks: followLinks)
    }

    /// Without the names of owner and group.
    func numbers(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try FileStatus(found(path, followLinks: followLinks).stat())
    }

    func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        named(try numbers(path, followLinks: followLinks))
    }

    func linkTarget(_ path: String) throws(HostError) -> String {
        let link = try resolver.find(path, followLinks: false)
        let kind = try FileStatus(link.stat()).kind
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

    /// Where something of this host really is, seen from its root; nil where the kernel does not say.
    func realPath(of descriptor: Descriptor) -> String? {
        guard let path = descriptor.realPath(), let root = place ?? resolver.root.realPath() else { return nil }
        if root == "/" { return path }
        if path == root { return "/" }
        return path.hasPrefix(root + "/") ? String(decoding: path.utf8.dropFirst(root.utf8.count), as: UTF8.self) : nil
    }
}

extension Descriptor {
    /// The entries of the directory an O_PATH descriptor names, in byte order.
    func entries(limit: Int = HostLimits.directoryEntries) throws(HostError) -> [DirectoryEntry] {
        let raw = unsafe openat(self.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0, let stream = unsafe fdopendir(raw) else { throw HostError(errno: errno) }
        defer { unsafe closedir(stream) }  // closes `raw` too; opened above, closed once
        let directory = unsafe dirfd(stream)  // as long as `stream` is open
        var targetRoom = HostLimits.listedTargetBytes
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
            var target: [UInt8]?
            // A link that cannot be read, gone or renamed meanwhile, says so to whoever asks for its target.
            if kind == .link, targetRoom > 0 { target = try? Self.linkTarget(name, in: directory) }
            targetRoom -= target?.count ?? 0
            entries.append(
                DirectoryEntry(name: name, kind: kind, target: target.map { String(decoding: $0, as: UTF8.self) }))
        }
        guard errno == 0 else { throw HostError(errno: errno) }
        return entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
