// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL
import Digest

/// The public half of a key pair.
public struct PublicKey: Sendable, Hashable {
    /// `RSA`, `RSA-PSS`, `DSA`, `EC`, `ED25519`, `ED448`, `X25519`, `X448`, `DH`, `SM2`; the object identifier's name
    /// where libcrypto cannot use the key.
    public var algorithm: String
    /// Size as the field counts it (modulus for RSA and DSA, field for EC); nil where libcrypto cannot use the key.
    public var bits: Int?
    /// The named curve of an EC key, as `prime256v1`; nil for other keys and for curves given by explicit numbers.
    public var curve: String?
    /// RSA's public exponent in decimal; nil for other keys.
    public var exponent: String?
    /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal: equal for a certificate and the private key that fits it.
    public var hash: String

    /// What `key` is. The elliptic-curve point is hashed uncompressed, whatever form the file used.
    init(_ key: OpaquePointer) {
        let identifier = unsafe EVP_PKEY_get_id(key)
        algorithm = Self.name(identifier)
        bits = Int(unsafe EVP_PKEY_get_bits(key))
        if identifier == EVP_PKEY_EC {
            var name = [CChar](repeating: 0, count: 80)
            var length = 0
            // Writes at most name.count bytes, NUL included.
            if unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 {
                curve = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            // Both strings are literals; a provider that does not know the parameter changes nothing.
            _ = unsafe EVP_PKEY_set_utf8_string_param(
                key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED)
        }
        if identifier == EVP_PKEY_RSA || identifier == EVP_PKEY_RSA_PSS { exponent = unsafe Self.exponent(of: key) }
        hash = unsafe Self.hash(of: key)
    }

    /// A key libcrypto could not use: its identifier, and the hash of its bytes as they stand.
    init(unusable algorithm: String, encoded: [UInt8]) {
        self.algorithm = algorithm
        hash = SHA256.hex(encoded)
    }

    private static func name(_ identifier: Int32) -> String {
        switch identifier {
        case EVP_PKEY_RSA: return "RSA"
        case EVP_PKEY_RSA_PSS: return "RSA-PSS"
        case EVP_PKEY_DSA: return "DSA"
        case EVP_PKEY_EC: return "EC"
        default:
            // Names of registered objects are static C strings.
            guard let name = unsafe OBJ_nid2sn(identifier) else { return "unknown" }
            return unsafe String(cString: name)
        }
    }

    private static func exponent(of key: OpaquePointer) -> String? {
        var number: OpaquePointer?
        // get_bn_param hands over a number that is ours to free, as is the text of BN_bn2dec.
        guard unsafe EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &number) == 1, let number = unsafe number else {
            return nil
        }
        defer { unsafe BN_free(number) }
        // An exponent as long as the modulus is legal and of no use: its length is what a reader needs.
        let bits = unsafe BN_num_bits(number)
        guard bits <= 64 else { return "2^\(bits - 1) or more" }
        guard let text = unsafe BN_bn2dec(number) else { return nil }
        defer { unsafe CRYPTO_free(text, #file, #line) }
        return unsafe String(cString: text)
    }

    private static func hash(of key: OpaquePointer) -> String {
        // With a null place to write, i2d answers the length; with one, it writes exactly that many bytes.
        let length = Int(unsafe i2d_PUBKEY(key, nil))
        guard length > 0 else { return "" }
        var encoded = [UInt8](repeating: 0, count: length)
        unsafe encoded.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            _ = unsafe i2d_PUBKEY(key, &cursor)
        }
        return SHA256.hex(encoded)
    }
}
