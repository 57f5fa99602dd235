// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL
import Model

extension Certificate {
    /// Signatures of keys above this size are not verified: the cost grows with the cube of the size, and the file may be
    /// hostile.
    private static let verifiedKeyBits = 8192

    /// Reads one DER certificate, with OpenSSL's trust settings behind it when `withTrust`. Nil when it is none.
    /// Answers how many bytes it took as well.
    static func decode(_ der: [UInt8], withTrust: Bool = false) -> (certificate: Certificate, length: Int)? {
        defer { OpenSSL.clearErrors() }
        // Both read inside `der` and hand over one reference.
        let decoded = unsafe withTrust ? OpenSSL.decode(der, d2i_X509_AUX) : OpenSSL.decode(der, d2i_X509)
        guard let decoded = unsafe decoded else { return nil }
        let owned = unsafe OwnedX509(owning: decoded.object)
        return unsafe (Certificate(owned.pointer), decoded.length)
    }

    /// The values of `x509`, which the caller keeps alive. Every pointer had from it below is `x509`'s own (`get0`)
    /// unless a line says that it is freed.
    private init(_ x509: OpaquePointer) {
        // X509_check_purpose with −1 only fills the extension cache, which the flags below read.
        _ = unsafe X509_check_purpose(x509, -1, -1)
        let flags = unsafe X509_get_extension_flags(x509)
        let subjectName = unsafe X509_get_subject_name(x509)
        let issuerName = unsafe X509_get_issuer_name(x509)

        subject = unsafe Self.text(ofName: subjectName)
        issuer = unsafe Self.text(ofName: issuerName)
        commonName = unsafe Self.commonName(of: subjectName)
        serial = unsafe Self.serial(of: x509)
        version = Int(clamping: unsafe X509_get_version(x509)).addingReportingOverflow(1).partialValue
        notBefore = unsafe Self.time(X509_get0_notBefore(x509))
        notAfter = unsafe Self.time(X509_get0_notAfter(x509))
        publicKey = unsafe Self.publicKey(of: x509)
        (signatureAlgorithm, signatureHash) = unsafe Self.signature(of: x509)
        isCA = flags & UInt32(EXFLAG_CA) != 0
        let limit = unsafe X509_get_pathlen(x509)
        pathLength = limit < 0 ? nil : Int(limit)
        keyUsage = flags & UInt32(EXFLAG_KUSAGE) == 0 ? nil : unsafe Self.keyUsages(X509_get_key_usage(x509))
        extendedKeyUsage = unsafe Self.extendedKeyUsages(of: x509)
        subjectKeyIdentifier = unsafe X509_get0_subject_key_id(x509).map { unsafe OpenSSL.bytes(of: $0).hexadecimal() }
        authorityKeyIdentifier = unsafe X509_get0_authority_key_id(x509).map {
            unsafe OpenSSL.bytes(of: $0).hexadecimal()
        }
        hasSCTs = unsafe X509_get_ext_by_NID(x509, NID_ct_precert_scts, -1) >= 0
        mustStaple = unsafe guaita_must_staple(x509) == 1
        isSelfSigned = unsafe Self.isSelfSigned(x509, subjectName, issuerName)
        fingerprint = unsafe Self.fingerprint(of: x509)
        subjectHash = unsafe Self.nameHash(X509_subject_name_hash(x509))
        issuerHash = unsafe Self.nameHash(X509_issuer_name_hash(x509))

        if notBefore == nil { problems.append("notBefore is not a date") }
        if notAfter == nil { problems.append("notAfter is not a date") }
        if flags & UInt32(EXFLAG_INVALID) != 0 { problems.append("an extension is malformed or stands twice") }
        if publicKey.bits == nil { problems.append("its key cannot be used: \(publicKey.algorithm)") }
        unsafe readAlternativeNames(of: x509)
        issuerURIs = unsafe Self.issuerURIs(of: x509)
    }

    private static func text(ofName name: OpaquePointer?) -> String {
        guard let name = unsafe name, let memory = OwnedMemory() else { return "" }
        _ = unsafe guaita_print_name(memory.pointer, name)
        return printable(memory.bytes)
    }

    private static func commonName(of name: OpaquePointer?) -> String? {
        var last: Int32 = -1
        // RDNs are written from the root down: the last one is the most specific. Names have at most 2³¹ parts, and
        // the file is at most a mebibyte long.
        while true {
            let next = unsafe X509_NAME_get_index_by_NID(name, NID_commonName, last)
            if next <= last { break }
            last = next
        }
        guard last >= 0, let data = unsafe X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)) else { return nil }
        var text: UnsafeMutablePointer<UInt8>?
        // ASN1_STRING_to_UTF8 allocates `length` bytes that are ours to free; negative means no text.
        let length = unsafe ASN1_STRING_to_UTF8(&text, data)
        guard length >= 0, let text = unsafe text else { return unsafe printable(OpenSSL.bytes(of: data)) }
        defer { unsafe CRYPTO_free(text, #file, #line) }
        return unsafe printable(UnsafeBufferPointer(start: text, count: Int(length)))
    }

    private static func serial(of x509: OpaquePointer) -> String {
        guard let number = unsafe X509_get0_serialNumber(x509) else { return "" }
        let magnitude = unsafe OpenSSL.bytes(of: number).hexadecimal()
        return unsafe ASN1_STRING_type(number) == V_ASN1_NEG_INTEGER ? "-" + magnitude : magnitude
    }

    private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        guard let time = unsafe time else { return nil }
        let isGeneralized = unsafe ASN1_STRING_type(time) == V_ASN1_GENERALIZEDTIME
        return unsafe ASN1Time.parse(OpenSSL.bytes(of: time), isGeneralized: isGeneralized)
    }

    private static func publicKey(of x509: OpaquePointer) -> PublicKey {
        if let key = unsafe X509_get0_pubkey(x509) { return unsafe PublicKey(key) }
        var algorithm: OpaquePointer?
        let encoded = unsafe X509_get_X509_PUBKEY(x509)
        _ = unsafe X509_PUBKEY_get0_param(&algorithm, nil, nil, nil, encoded)
        let length = Int(unsafe i2d_X509_PUBKEY(encoded, nil))
        var bytes = [UInt8](repeating: 0, count: max(0, length))
        if length > 0 {
            unsafe bytes.withUnsafeMutableBufferPointer { buffer in
                // i2d writes exactly the length it answered above.
                var cursor = buffer.baseAddress
                _ = unsafe i2d_X509_PUBKEY(encoded, &cursor)
            }
        }
        return PublicKey(unusable: unsafe OpenSSL.name(of: algorithm), encoded: bytes)
    }

    private static func signature(of x509: OpaquePointer) -> (String, String?) {
        var algorithm: UnsafePointer<X509_ALGOR>?
        unsafe X509_get0_signature(nil, &algorithm, x509)
        var object: OpaquePointer?
        if let algorithm = unsafe algorithm { unsafe X509_ALGOR_get0(&object, nil, nil, algorithm) }
        let name = unsafe OpenSSL.name(of: object)
        var digest: Int32 = NID_undef
        _ = unsafe X509_get_signature_info(x509, &digest, nil, nil, nil)
        // Names of registered objects are static C strings.
        guard digest != NID_undef, let hash = unsafe OBJ_nid2sn(digest) else { return (name, nil) }
        return unsafe (name, String(cString: hash))
    }

    private static func keyUsages(_ bits: UInt32) -> [String] {
        let names: [(Int32, String)] = [
            (KU_DIGITAL_SIGNATURE, "digitalSignature"), (KU_NON_REPUDIATION, "nonRepudiation"),
            (KU_KEY_ENCIPHERMENT, "keyEncipherment"), (KU_DATA_ENCIPHERMENT, "dataEncipherment"),
            (KU_KEY_AGREEMENT, "keyAgreement"), (KU_KEY_CERT_SIGN, "keyCertSign"), (KU_CRL_SIGN, "cRLSign"),
            (KU_ENCIPHER_ONLY, "encipherOnly"), (KU_DECIPHER_ONLY, "decipherOnly"),
        ]
        return names.filter { bits & UInt32($0.0) != 0 }.map(\.1)
    }

    private static func extendedKeyUsages(of x509: OpaquePointer) -> [String]? {
        guard let found = unsafe X509_get_ext_d2i(x509, NID_ext_key_usage, nil, nil) else { return nil }
        // For this extension, ext_d2i makes an EXTENDED_KEY_USAGE that is ours to free.
        let purposes = OpaquePointer(found)
        defer { unsafe EXTENDED_KEY_USAGE_free(purposes) }
        return unsafe (0..<max(0, guaita_purposes_count(purposes))).map { index in
            let object = unsafe guaita_purpose_at(purposes, index)
            let identifier = unsafe OBJ_obj2nid(object)
            // Short names are those of RFC 5280: serverAuth, clientAuth. They are static C strings.
            if identifier != NID_undef, let name = unsafe OBJ_nid2sn(identifier) { return unsafe String(cString: name) }
            return unsafe OpenSSL.name(of: object)
        }
    }

    private static func issuerURIs(of x509: OpaquePointer) -> [String] {
        guard let found = unsafe X509_get_ext_d2i(x509, NID_info_access, nil, nil) else { return [] }
        // For this extension, ext_d2i makes an AUTHORITY_INFO_ACCESS that is ours to free; `get0` values are its own.
        let access = OpaquePointer(found)
        defer { unsafe AUTHORITY_INFO_ACCESS_free(access) }
        return unsafe (0..<max(0, guaita_access_count(access))).compactMap { index in
            guard let entry = unsafe guaita_access_at(access, index),
                unsafe OBJ_obj2nid(entry.pointee.method) == NID_ad_ca_issuers,
                let location = unsafe entry.pointee.location
            else { return nil }
            var kind: Int32 = 0
            let value = unsafe GENERAL_NAME_get0_value(location, &kind)
            guard kind == GEN_URI else { return nil }
            return unsafe printable(OpenSSL.bytes(of: value?.assumingMemoryBound(to: ASN1_STRING.self)))
        }
    }

    private mutating func readAlternativeNames(of x509: OpaquePointer) {
        var critical: Int32 = 0
        guard let found = unsafe X509_get_ext_d2i(x509, NID_subject_alt_name, &critical, nil) else {
            // −1: not there; −2: more than once; anything else: there, and malformed.
            if critical != -1 { problems.append("subjectAltName is malformed or stands twice") }
            return
        }
        // For this extension, ext_d2i makes GENERAL_NAMES that are ours to free; `get0` values are its own.
        let names = OpaquePointer(found)
        defer { unsafe GENERAL_NAMES_free(names) }
        for index in unsafe 0..<max(0, guaita_names_count(names)) {
            var kind: Int32 = 0
            let value = unsafe GENERAL_NAME_get0_value(guaita_name_at(names, index), &kind)
            guard [GEN_DNS, GEN_EMAIL, GEN_URI, GEN_IPADD].contains(kind) else { continue }
            // These four kinds, and only these, hold an ASN1_STRING.
            let bytes = unsafe OpenSSL.bytes(of: value?.assumingMemoryBound(to: ASN1_STRING.self))
            switch kind {
            case GEN_DNS: dnsNames.append(printable(bytes))
            case GEN_EMAIL: emailAddresses.append(printable(bytes))
            case GEN_URI: uris.append(printable(bytes))
            default:
                if bytes.count == 4 || bytes.count == 16 {
                    ipAddresses.append(bytes)
                } else {
                    problems.append("subjectAltName has an IP address of \(bytes.count) bytes")
                }
            }
        }
    }

    private static func isSelfSigned(_ x509: OpaquePointer, _ subject: OpaquePointer?, _ issuer: OpaquePointer?) -> Bool
    {
        guard unsafe X509_NAME_cmp(subject, issuer) == 0, let key = unsafe X509_get0_pubkey(x509),
            unsafe EVP_PKEY_get_bits(key) <= verifiedKeyBits
        else { return false }
        return unsafe X509_verify(x509, key) == 1
    }

    private static func fingerprint(of x509: OpaquePointer) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        // X509_digest writes at most EVP_MAX_MD_SIZE bytes, the size of `digest`.
        return unsafe X509_digest(x509, EVP_sha256(), &digest, &length) == 1
            ? digest.prefix(Int(length)).hexadecimal() : ""
    }

    /// As c_rehash(1) names links.
    private static func nameHash(_ hash: UInt) -> String {
        let digits = String(hash & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
