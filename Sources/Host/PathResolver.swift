// SPDX-License-Identifier: GPL-3.0-or-later

internal import CGuaita
internal import Glibc

/// Finds paths below a directory as if it were `/`: no link and no `..` leads out of it. The kernel does it where it
/// can (openat2(2), Linux 5.6); elsewhere the path is walked name by name.
struct PathResolver: Sendable {
    /// Who resolves.
    enum Method: Sendable {
        case kernel, walk
    }

    let root: Descriptor
    let method: Method

    /// Resolves below `root`; by the kernel where it can, unless told.
    init(root: Descriptor, method: Method? = nil) {
        self.root = root
        // Old kernels say ENOSYS, some sandboxes EPERM.
        let probe = unsafe guaita_open_in_root(root.raw, ".", guaita_O_PATH | O_CLOEXEC)
        if probe >= 0 { close(probe) }
        self.method = method ?? (probe >= 0 ? .kernel : .walk)
    }

    /// An O_PATH descriptor of what an absolute path names; of the link itself where `followLinks` is false.
    func find(_ path: String, followLinks: Bool) throws(HostError) -> Descriptor {
        try HostPath.check(path)
        switch method {
        case .kernel:
            return try openByKernel(path, guaita_O_PATH | O_CLOEXEC | (followLinks ? 0 : O_NOFOLLOW))
        case .walk: return try walk(path, followLinks: followLinks)
        }
    }

    /// The regular file that `descriptor`, found at `path`, names, opened to be read.
    func openRegular(_ descriptor: Descriptor, at path: String) throws(HostError) -> Descriptor {
        if let reopened = try descriptor.reopened() { return reopened }
        guard method == .kernel else { throw .unavailable("/proc is not mounted") }
        let again = try openByKernel(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        let (first, second) = (try descriptor.stat(), try again.stat())
        guard first.st_dev == second.st_dev, first.st_ino == second.st_ino else {
            throw .unavailable("replaced while it was opened")
        }
        return again
    }

    private func openByKernel(_ path: String, _ flags: Int32) throws(HostError) -> Descriptor {
        let result = unsafe guaita_open_in_root(root.raw, path, flags)  // the path is copied to C for the call
        guard result >= 0 else { throw HostError(errno: -result) }
        return try Descriptor(result)
    }

    /// The same by hand, as path_resolution(7) describes it. Descriptors of the directories passed are kept, so that
    /// `..` goes back the way it came even when directories are renamed meanwhile.
    private func walk(_ path: String, followLinks: Bool) throws(HostError) -> Descriptor {
        var passed = [(descriptor: root, isDirectory: true)]
        var pending = Self.names(of: Array(path.utf8))
        var links = 0
        while let name = pending.popLast() {
            guard let here = passed.last, here.isDirectory else { throw .notFound }
            if name == Self.dot { continue }
            if name == Self.dotDot {
                if passed.count > 1 { passed.removeLast() }
                continue
            }
            let next = try Descriptor(Self.openat(here.descriptor.raw, name))
            let kind = FileKind(mode: try next.stat().st_mode)
            guard kind == .link, followLinks || !pending.isEmpty else {
                passed.append((next, kind == .directory))
                continue
            }
            links += 1
            let target = try next.linkTarget()
            let isMagic = guaita_is_on_procfs(next.raw) == 1 && Self.isMagic(target)
            guard links <= HostLimits.links, !isMagic else { throw .tooManyLinks }
            guard let first = target.first else { throw .notFound }
            if first == UInt8(ascii: "/") { passed = [(root, true)] }
            pending += Self.names(of: target)
        }
        return passed.last?.descriptor ?? root
    }

    /// The names in a path, last first, each ending with NUL; a slash at the end is a last name `.`.
    private static func names(of path: [UInt8]) -> [[UInt8]] {
        var names = path.split(separator: UInt8(ascii: "/")).map { Array($0) + [0] }
        if path.last == UInt8(ascii: "/") { names.append(dot) }
        return names.reversed()
    }

    private static let dot: [UInt8] = [UInt8(ascii: "."), 0]
    private static let dotDot: [UInt8] = [UInt8(ascii: "."), UInt8(ascii: "."), 0]

    private static func openat(_ directory: Int32, _ name: [UInt8]) -> Int32 {
        // The name ends with NUL and lives through the call.
        unsafe name.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { return -1 }
                return unsafe Glibc.openat(directory, start, guaita_O_PATH | O_NOFOLLOW | O_CLOEXEC)
            }
        }
    }

    /// Links of procfs that jump instead of being read: `/proc/PID/root`, `cwd`, `exe`, `fd/N`, `ns/X`. The others
    /// (`self`, `mounts`, `net`) are relative.
    private static func isMagic(_ target: [UInt8]) -> Bool {
        target.first == UInt8(ascii: "/") || target.contains(UInt8(ascii: ":"))
    }
}
