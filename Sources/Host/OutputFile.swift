// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
public import Model

/// A file that is either the old one or the new one, never half of it: written beside, synced, renamed.
///
/// Everything happens below the one open directory. A name that somebody else made first is never opened: the file
/// beside has a random name and O_EXCL, and rename(2) replaces what stands under the target's name, a symbolic link
/// included, without looking into it.
public enum OutputFile {
    private static let prefix = ".guaita-"
    private static let suffix = ".tmp"

    /// Replaces a file. On any failure before the rename the old file stays whole and the new one is removed; after it
    /// the new file is there, and the error says that it may not outlive a power failure.
    ///
    /// - Parameter permissions: exactly these bits; nil: 0640 less what umask(2) takes.
    public static func write(_ bytes: [UInt8], to path: String, permissions: FileMode? = nil) throws(HostError) {
        guard !path.utf8.contains(0), !path.isEmpty else { throw .invalidPath }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { String(path[...$0]) } ?? "./"
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        guard !name.isEmpty else { throw .wrongKind(.directory) }
        // The path is copied to C for the call.
        let parent = try Descriptor(unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        let (temporary, file) = try create(in: parent)
        do throws(HostError) {
            if let permissions, fchmod(file.raw, mode_t(permissions.bits)) != 0 { throw HostError(errno: errno) }
            try fill(file, bytes)
            // Both names are copied to C for the call.
            guard unsafe renameat(parent.raw, temporary, parent.raw, name) == 0 else { throw HostError(errno: errno) }
        } catch {
            unsafe unlinkat(parent.raw, temporary, 0)
            throw error
        }
        // The name is in the directory only once that is on the disk too. EINVAL: a filesystem that knows no such thing.
        guard fsync(parent.raw) == 0 || errno == EINVAL else { throw HostError(errno: errno) }
    }

    /// Removes what a killed process of this user left half written in a directory where nobody else of this user
    /// writes. What cannot be removed stays: it is in nobody's way.
    public static func removeLeftovers(in directory: String) {
        guard let names = try? LiveHost().list(directory) else { return }
        for entry in names where entry.name.hasPrefix(prefix) && entry.name.hasSuffix(suffix) {
            let path = "\(directory)/\(entry.name)"
            guard let status = try? LiveHost().status(path, followLinks: false), status.kind == .regular,
                status.ownerID == geteuid()
            else { continue }
            // The path is copied to C for the call.
            unsafe unlink(path)
        }
    }

    /// Renames a file of a directory, replacing what bears the new name.
    public static func rename(_ path: String, to other: String) throws(HostError) {
        // Both paths are copied to C for the call.
        guard unsafe Glibc.rename(path, other) == 0 else { throw HostError(errno: errno) }
    }

    private static func create(in parent: Descriptor) throws(HostError) -> (name: String, file: Descriptor) {
        var failure = HostError.notFound
        for _ in 0..<8 {
            let name = "\(prefix)\(String(UInt64.random(in: 0...UInt64.max), radix: 16))\(suffix)"
            // O_EXCL: what another user put there is never followed or reused. The name is copied to C for the call.
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
            do throws(HostError) {
                return (name, try Descriptor(unsafe openat(parent.raw, name, flags, 0o640)))
            } catch {
                guard case .system(EEXIST, _) = error else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private static func fill(_ file: Descriptor, _ bytes: [UInt8]) throws(HostError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The buffer is alive for the call, and its length is the slice's.
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file.raw, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw HostError(errno: written == 0 ? ENOSPC : errno) }
            rest = rest.dropFirst(written)
        }
        guard fsync(file.raw) == 0 else { throw HostError(errno: errno) }
    }
}
