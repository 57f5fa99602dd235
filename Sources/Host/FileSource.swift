// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A host that gives its files as descriptors, and how those are read: the same for a directory of this machine and for
/// what a broker hands over.
protocol FileSource: Sendable {
    var names: AccountNames { get }
    /// A regular file, opened anew, of at most `limit` bytes; nil: of any size.
    func opened(_ path: String, limit: Int64?) throws(HostError) -> OpenFile
}

extension FileSource {
    /// The whole file; read once more where it changed meanwhile.
    func content(of path: String, limit: Int) throws(HostError) -> FileContent {
        let limit = min(max(0, limit), HostLimits.wholeBytes)
        let first = try contentOnce(of: path, limit: limit)
        guard first.changedWhileReading else { return first }
        return try contentOnce(of: path, limit: limit)
    }

    private func contentOnce(of path: String, limit: Int) throws(HostError) -> FileContent {
        let file = try opened(path, limit: Int64(limit)).descriptor
        let before = try file.stat()
        guard before.st_size <= limit else { throw .tooLarge(limit: limit) }
        let bytes = try file.readToEnd(expecting: Int(clamping: before.st_size), limit: limit)
        let after = try file.stat()
        let isSame =
            before.st_size == after.st_size && Self.same(before.st_mtim, after.st_mtim)
            && Self.same(before.st_ctim, after.st_ctim)
        return FileContent(bytes: bytes, status: named(try FileStatus(before)), changedWhileReading: !isSame)
    }

    /// A file in chunks, as `Host.stream` hands them over.
    func chunks(of path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool) throws(HostError)
        -> FileStatus
    {
        let file = try opened(path, limit: nil).descriptor
        let status = named(try FileStatus(file.stat()))
        guard lseek(file.raw, off_t(clamping: max(0, offset)), SEEK_SET) >= 0 else { throw HostError(errno: errno) }
        var left = max(0, limit)
        while left > 0 {
            let chunk = try file.read(atMost: Int(clamping: min(left, Int64(HostLimits.chunkBytes))))
            left -= Int64(chunk.count)
            if chunk.isEmpty || !body(chunk) { break }
        }
        return status
    }

    /// A status with the names of its owner and group.
    func named(_ status: FileStatus) -> FileStatus {
        let accounts = names.tables { path in
            // A file of names that cannot be read leaves numbers without names; the collector of accounts says why.
            guard let file = try? opened(path, limit: Int64(HostLimits.configurationBytes)).descriptor,
                let size = try? file.stat().st_size
            else { return [] }
            let bytes = try? file.readToEnd(expecting: Int(clamping: size), limit: HostLimits.configurationBytes)
            return bytes ?? []
        }
        var status = status
        status.owner = status.ownerID.flatMap { accounts.users[$0] }
        status.group = status.groupID.flatMap { accounts.groups[$0] }
        return status
    }

    private static func same(_ left: timespec, _ right: timespec) -> Bool {
        left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec
    }
}
