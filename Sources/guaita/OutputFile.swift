// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// A file that is either the old one or the new one, never half of it: written beside, synced, renamed.
enum OutputFile {
    // Paths are Swift strings: the C functions below get a terminated copy that lives for the call.

    /// Replaces a file. On any failure the old file stays whole and the new one is removed.
    static func write(_ bytes: [UInt8], to path: String) throws(Ending) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { String(path[...$0]) } ?? "./"
        let temporary = "\(directory).guaita-\(getpid()).tmp"
        // O_EXCL: a file another user put there is never followed or reused.
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw failure("cannot create a file in \(directory)", errno) }
        do throws(Ending) {
            try fill(descriptor, bytes, path)
        } catch {
            close(descriptor)
            unsafe unlink(temporary)
            throw error
        }
        close(descriptor)
        guard unsafe rename(temporary, path) == 0 else {
            let reason = errno
            unsafe unlink(temporary)
            throw failure("cannot replace \(path)", reason)
        }
    }

    private static func fill(_ descriptor: Int32, _ bytes: [UInt8], _ path: String) throws(Ending) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The buffer is alive for the call, and its length is the slice's.
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("cannot write \(path); the old file is untouched", errno) }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else { throw failure("cannot write \(path); the old file is untouched", errno) }
    }

    private static func failure(_ what: String, _ reason: Int32) -> Ending {
        // strerror(3) gives a string that lives until the next call of this thread.
        let text = unsafe strerror(reason).map { unsafe String(cString: $0) } ?? "error \(reason)"
        return Ending(code: .internalError, message: "guaita: \(what): \(text)")
    }
}
