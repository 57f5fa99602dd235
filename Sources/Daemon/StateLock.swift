// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host

/// One daemon for each state directory: two would tell the journal everything twice. Held until the process ends, however
/// it ends (flock(2)).
final class StateLock {
    private let descriptor: Int32

    /// Takes the lock of a directory. Throws where it is not there, or another daemon holds it.
    init(_ directory: String) throws(HostError) {
        // The path is copied to C for the call.
        descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HostError(errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            throw reason == EWOULDBLOCK ? .unavailable("another guaita daemon uses it") : HostError(errno: reason)
        }
    }

    deinit { close(descriptor) }
}
