// SPDX-License-Identifier: GPL-3.0-or-later

/// Bytes as a key. Array's own hash takes them one by one; this takes eight at a time. The hash is seeded anew by each
/// process, so that who writes to a log cannot choose keys that collide.
struct ByteKey: Hashable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        var word: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            word = word << 8 | UInt64(byte)
            if index & 7 == 7 { hasher.combine(word) }
        }
        hasher.combine(word)
    }
}
