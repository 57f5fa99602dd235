// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

extension Channel {
    /// True where a descriptor is open and is a socket of the kind that channels are of (socket(7), SO_TYPE).
    public static func canTake(_ raw: Int32) -> Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        // The kernel writes one int, which is what it is given.
        guard unsafe getsockopt(raw, SOL_SOCKET, SO_TYPE, &type, &size) == 0 else { return false }
        return type == Int32(SOCK_SEQPACKET.rawValue)
    }
}
