// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
internal import Glibc
internal import Model

/// An open file descriptor, closed with its last owner.
final class Descriptor: Sendable {
    let raw: Int32

    /// Takes over a descriptor that open(2) or one of its kin answered; a negative one is `errno` said as an error.
    init(_ raw: Int32) throws(HostError) {
        guard raw >= 0 else { throw HostError(errno: errno) }
        self.raw = raw
    }

    /// Takes over a descriptor that is known to be one.
    init(owning raw: Int32) { self.raw = raw }

    deinit { close(raw) }

    /// What fstat(2) says; works for O_PATH descriptors too.
    func stat() throws(HostError) -> stat {
        var result = Glibc.stat()
        guard unsafe fstat(raw, &result) == 0 else { throw HostError(errno: errno) }  // fills `result`, keeps nothing
        return result
    }

    /// The target of the symbolic link an O_PATH descriptor names, as bytes.
    func linkTarget() throws(HostError) -> [UInt8] { try Self.linkTarget("", in: raw) }

    /// The target of a symbolic link in a directory, as bytes; without a name that of the link the descriptor itself names.
    static func linkTarget(_ name: String, in directory: CInt) throws(HostError) -> [UInt8] {
        var length = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: HostLimits.pathBytes) { buffer, count in
            // readlinkat() writes at most buffer.count bytes and says how many.
            length = unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { return -1 }
                return unsafe readlinkat(directory, name, start, text.count)
            }
            count = max(0, length)
        }
        guard length >= 0 else { throw HostError(errno: errno) }
        return bytes
    }

    /// A descriptor to read the very file that an O_PATH descriptor names, which the caller has seen to be regular:
    /// opening it cannot block nor act on a device. Nil where no /proc is mounted.
    func reopened() throws(HostError) -> Descriptor? {
        let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY
        // The path is copied to C for the call.
        let result = unsafe open("/proc/self/fd/\(raw)", flags)
        if result < 0, errno == ENOENT { return nil }
        return try Descriptor(result)
    }

    /// Where the file really is on this machine (proc(5), /proc/pid/fd); nil where no /proc is mounted or the path is
    /// not UTF-8.
    func realPath() -> String? {
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: HostLimits.pathBytes) { buffer, count in
            // readlink() writes at most buffer.count bytes and says how many; the path is copied to C for the call.
            count = unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { return 0 }
                return unsafe max(0, readlink("/proc/self/fd/\(raw)", start, text.count))
            }
        }
        return bytes.first == UInt8(ascii: "/") ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// Reads from where the descriptor stands to the end of the file, until there are more than `limit` bytes. Sizes are
    /// only a first guess: files of proc say 0.
    func readToEnd(expecting size: Int, limit: Int) throws(HostError) -> [UInt8] {
        var bytes = try read(atMost: min(max(size, 4095), limit, HostLimits.configurationBytes) + 1)
        var last = bytes.count
        while last > 0, bytes.count <= limit {
            let more = try read(atMost: min(limit - bytes.count, 1 << 20) + 1)
            bytes += more
            last = more.count
        }
        guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
        return bytes
    }

    /// Reads until there are `count` bytes or the file ends: from `offset` on, else from where the descriptor stands.
    func read(atMost count: Int, at offset: Int64? = nil) throws(HostError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            while filled < count {
                // Both write at most what is left of the buffer and say how much.
                let rest = unsafe buffer.baseAddress.map { unsafe $0 + filled }
                let result =
                    if let offset {
                        unsafe pread(raw, rest, count - filled, off_t(offset) + filled)
                    } else {
                        unsafe Glibc.read(raw, rest, count - filled)
                    }
                if result > 0 {
                    filled += result
                } else if result == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        guard failure == 0 else { throw HostError(errno: failure) }
        return bytes
    }
}

extension HostError {
    /// What an errno means for a path.
    public init(errno code: Int32) {
        switch code {
        case ENOENT, ENOTDIR: self = .notFound
        case EACCES, EPERM: self = .permissionDenied
        case ELOOP: self = .tooManyLinks
        case ENAMETOOLONG: self = .pathTooLong
        default:
            // glibc answers static text for every errno it knows, and is thread-safe for the others since 2.32.
            self = .system(code, unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)")
        }
    }
}

extension FileStatus {
    /// What stat(2) says; names are left to be looked up.
    init(_ stat: stat) throws(HostError) {
        guard let kind = FileKind(mode: stat.st_mode) else { throw .unavailable("of no known kind") }
        self.init(
            kind: kind, mode: FileMode(bits: UInt16(truncatingIfNeeded: stat.st_mode)), ownerID: stat.st_uid,
            groupID: stat.st_gid, size: Int64(stat.st_size),
            modified: Timestamp(
                seconds: Int64(stat.st_mtim.tv_sec), nanoseconds: Int32(clamping: stat.st_mtim.tv_nsec)),
            linkCount: Int(clamping: stat.st_nlink),
            identity: FileIdentity(device: UInt64(stat.st_dev), inode: UInt64(stat.st_ino)))
    }
}

extension FileKind {
    /// The kind in `st_mode` (inode(7)).
    init?(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .link
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: return nil
        }
    }
}
