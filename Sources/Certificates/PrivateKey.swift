// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL

/// What may be known of a private key: never the key.
public struct PrivateKey: Sendable, Hashable {
    /// True when a passphrase guards it. It is never asked for, so nothing else is known then, except the algorithm
    /// where the block's label names it.
    public var isEncrypted: Bool
    /// `RSA`, `EC`, `DSA`, `ED25519` …; nil where encryption hides it.
    public var algorithm: String?
    /// Its public half; nil where encryption hides it.
    public var publicKey: PublicKey?

    /// A key of which encryption hides all but what the label says.
    init(encryptedAs label: String) {
        isEncrypted = true
        algorithm = Self.algorithm(ofLabel: label)
    }

    /// Reads a key in PKCS#1, SEC 1, DSA or PKCS#8 form, and overwrites `der`. Nil when it is none.
    init?(der: inout [UInt8]) {
        defer {
            OpenSSL.cleanse(&der)
            OpenSSL.clearErrors()
        }
        // d2i_AutoPrivateKey reads inside `der` and hands over one reference.
        guard let decoded = unsafe OpenSSL.decode(der, d2i_AutoPrivateKey) else { return nil }
        let key = unsafe OwnedKey(owning: decoded.object)
        let publicKey = unsafe PublicKey(key.pointer)
        isEncrypted = false
        algorithm = publicKey.algorithm
        self.publicKey = publicKey
    }

    private static func algorithm(ofLabel label: String) -> String? {
        switch label {
        case "RSA PRIVATE KEY": "RSA"
        case "EC PRIVATE KEY": "EC"
        case "DSA PRIVATE KEY": "DSA"
        default: nil
        }
    }
}
