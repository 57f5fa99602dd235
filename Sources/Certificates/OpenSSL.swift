// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL

// Owners of libcrypto's objects. Each frees what it holds once, when it goes out of scope; none leaves this module.

/// An `X509`.
@safe struct OwnedX509: ~Copyable {
    let pointer: OpaquePointer
    /// Takes over the one reference to `pointer`.
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }
    // The struct cannot be copied, so this is the only release of the reference taken over.
    deinit { unsafe X509_free(pointer) }
}

/// An `EVP_PKEY`.
@safe struct OwnedKey: ~Copyable {
    let pointer: OpaquePointer
    /// Takes over the one reference to `pointer`.
    init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }
    // EVP_PKEY_free clears private numbers before it releases them; the struct cannot be copied.
    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// A memory `BIO` that text is printed to.
@safe struct OwnedMemory: ~Copyable {
    let pointer: OpaquePointer

    init?() {
        // BIO_new answers null or a BIO that is ours.
        guard let pointer = unsafe BIO_new(BIO_s_mem()) else { return nil }
        unsafe self.pointer = pointer
    }

    // The struct cannot be copied, so this is the only release.
    deinit { unsafe BIO_free(pointer) }

    /// What has been printed so far.
    var bytes: [UInt8] {
        var start: UnsafePointer<CChar>?
        // The BIO keeps `count` bytes at `start` alive until it is written to or freed; they are copied here.
        let count = unsafe guaita_memory(pointer, &start)
        guard let start = unsafe start, count > 0 else { return [] }
        return unsafe UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }
}

enum OpenSSL {
    /// Empties the calling thread's error queue, so that one file's failure is never told of another.
    static func clearErrors() { ERR_clear_error() }

    /// Runs a `d2i_…` function over bytes. Answers what it made and how many bytes it took.
    static func decode(
        _ bytes: [UInt8],
        _ function: (UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int)
            -> OpaquePointer?
    ) -> (object: OpaquePointer, length: Int)? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            // d2i reads at most `count` bytes from the buffer, which outlives the call, and moves `cursor` past them.
            var cursor = buffer.baseAddress
            guard let start = unsafe cursor, let object = unsafe function(nil, &cursor, buffer.count) else {
                return nil
            }
            let length = unsafe cursor.map { unsafe $0 - start } ?? 0
            return unsafe (object, length)
        }
    }

    /// The content of an ASN.1 string of any type, as it stands in the DER.
    static func bytes(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        // The string outlives the call; libcrypto vouches for ASN1_STRING_length bytes at its data.
        guard let string = unsafe string, let data = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: data, count: max(0, Int(ASN1_STRING_length(string)))))
    }

    /// An object identifier's short name, or its dotted form where it has none. At most 127 bytes.
    static func name(of object: OpaquePointer?) -> String {
        guard let object = unsafe object else { return "" }
        let identifier = unsafe OBJ_obj2nid(object)
        // Names of registered objects are static C strings.
        if identifier != NID_undef, let name = unsafe OBJ_nid2ln(identifier) { return unsafe String(cString: name) }
        var text = [CChar](repeating: 0, count: 128)
        // OBJ_obj2txt writes at most text.count bytes, the last one NUL.
        let length = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 1)
        return String(decoding: text.prefix(max(0, min(Int(length), 127))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Overwrites bytes that were part of a private key in a way the optimiser keeps.
    static func cleanse(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            // The buffer is this array's own storage, buffer.count bytes long.
            unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
        }
    }
}
