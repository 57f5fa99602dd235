// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL
import Model

/// SHA-256 by libcrypto, as lower-case hexadecimal.
public enum SHA256 {
    /// The digest of some bytes.
    public static func hex(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        // Safe: libcrypto reads `bytes.count` bytes and writes the 32 that SHA-256 has.
        let done = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        precondition(done == 1, "libcrypto has no SHA-256")
        return digest.hexadecimal()
    }

    /// The digest of a text's UTF-8 bytes.
    public static func hex(_ text: String) -> String { hex(Array(text.utf8)) }
}
