// SPDX-License-Identifier: GPL-3.0-or-later

import COpenSSL

/// What a file of certificates and keys holds: PEM with any mix of blocks, or one DER object. Reading never asks for a
/// passphrase and keeps no key.
public struct CertificateFile: Sendable, Hashable {
    /// The form of the file.
    public enum Format: String, Sendable, Hashable {
        /// Text with at least one BEGIN line.
        case pem
        /// One binary object.
        case der
        /// A PKCS#12 store: recognised, not opened.
        case pkcs12
        /// A Java key store: recognised, not opened.
        case jks
        /// None of these.
        case unrecognised
    }

    /// What one block is.
    public enum Content: Sendable, Hashable {
        case certificate(Certificate)
        case privateKey(PrivateKey)
        /// Known and left alone: a request, a revocation list, parameters, a public key.
        case other
        /// Cannot be read, and why.
        case malformed(String)
    }

    /// One block.
    public struct Object: Sendable, Hashable {
        /// What BEGIN names; for DER, what the label would be.
        public var label: String
        /// Line of BEGIN, from 1; 0 in DER.
        public var line: Int
        /// What is in it.
        public var content: Content
        /// What other readers stumble over although the content could be read.
        public var remark: String?
    }

    /// The form of the file.
    public var format: Format
    /// The blocks in the order of the file.
    public var objects: [Object]
    /// What is wrong with the file as a whole; nil when nothing is.
    public var problem: String?

    /// The largest file that is read: 1 MiB. (A distribution's whole store of roots takes a quarter of that.)
    public static let byteLimit = 1 << 20
    /// The most blocks that are read of one file.
    public static let objectLimit = 1_000

    /// The certificates, with the line of each.
    public var certificates: [(certificate: Certificate, line: Int)] {
        objects.compactMap { object in
            if case .certificate(let certificate) = object.content { (certificate, object.line) } else { nil }
        }
    }

    /// The first private key, with its line.
    public var privateKey: (key: PrivateKey, line: Int)? {
        for object in objects {
            if case .privateKey(let key) = object.content { return (key, object.line) }
        }
        return nil
    }

    /// Why a service could not use the file, in words; nil when it holds something and nothing in it is malformed.
    public var failure: String? {
        if let problem { return problem }
        for object in objects {
            let place = object.line > 0 ? "line \(object.line): " : ""
            if case .malformed(let reason) = object.content { return "\(place)\(object.label): \(reason)" }
            if let remark = object.remark { return "\(place)\(remark)" }
        }
        return nil
    }

    /// Reads a file. Never fails: what cannot be read is told in `objects` and `problem`.
    public init(_ bytes: [UInt8]) {
        (format, objects, problem) = (.unrecognised, [], nil)
        if bytes.isEmpty {
            problem = "the file is empty"
        } else if bytes.count > Self.byteLimit {
            problem = "the file is larger than 1 MiB"
        } else if let first = bytes.first, first == 0x30, let object = Self.der(bytes) {
            format = .der
            objects = [object]
        } else if bytes.first == 0x30, Self.looksLikePKCS12(bytes) {
            format = .pkcs12
        } else if bytes.starts(with: [0xFE, 0xED, 0xFE, 0xED]) || bytes.starts(with: [0xCE, 0xCE, 0xCE, 0xCE]) {
            format = .jks
        } else {
            let blocks = PEM.blocks(in: bytes, limit: Self.objectLimit + 1)
            objects = blocks.prefix(Self.objectLimit).map(Self.object)
            if blocks.isEmpty {
                problem = "there is no PEM block and no DER object in it"
            } else {
                format = .pem
                if blocks.count > Self.objectLimit { problem = "there are more than \(Self.objectLimit) blocks in it" }
            }
        }
    }

    private static func object(_ block: PEM.Block) -> Object {
        Object(label: block.label, line: block.line, content: content(of: block), remark: block.remark)
    }

    private static func content(of block: PEM.Block) -> Content {
        guard case .success(var der) = block.content else {
            if case .failure(let failure) = block.content { return .malformed(failure.reason) }
            return .other
        }
        switch block.label {
        case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
            // RFC 7468 section 5.1 names the first; OpenSSL reads the other two as well.
            let withTrust = block.label == "TRUSTED CERTIFICATE"
            guard let (certificate, _) = Certificate.decode(der, withTrust: withTrust) else {
                return .malformed("the content is not a certificate")
            }
            return .certificate(certificate)
        case "ENCRYPTED PRIVATE KEY":
            return .privateKey(PrivateKey(encryptedAs: block.label))
        case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
            if block.isEncrypted { return .privateKey(PrivateKey(encryptedAs: block.label)) }
            guard let key = PrivateKey(der: &der) else { return .malformed("the content is not a private key") }
            return .privateKey(key)
        default:
            // Also keys of other programs (OPENSSH PRIVATE KEY): cleared like any that might be secret.
            OpenSSL.cleanse(&der)
            return .other
        }
    }

    private static func der(_ bytes: [UInt8]) -> Object? {
        defer { OpenSSL.clearErrors() }
        if let (certificate, length) = Certificate.decode(bytes) {
            let rest = bytes.count - length
            return Object(
                label: "CERTIFICATE", line: 0, content: .certificate(certificate),
                remark: rest > 0 ? "\(rest) bytes follow the certificate" : nil)
        }
        if looksLikePKCS12(bytes) { return nil }
        // Each d2i hands over an object that is freed by the matching function in the same line.
        if let request = unsafe OpenSSL.decode(bytes, d2i_X509_REQ) {
            unsafe X509_REQ_free(request.object)
            return Object(label: "CERTIFICATE REQUEST", line: 0, content: .other)
        }
        if let list = unsafe OpenSSL.decode(bytes, d2i_X509_CRL) {
            unsafe X509_CRL_free(list.object)
            return Object(label: "X509 CRL", line: 0, content: .other)
        }
        if let encrypted = unsafe OpenSSL.decode(bytes, d2i_X509_SIG) {
            // X509_SIG is the structure of EncryptedPrivateKeyInfo (RFC 5208 section 6).
            unsafe X509_SIG_free(encrypted.object)
            return Object(
                label: "ENCRYPTED PRIVATE KEY", line: 0,
                content: .privateKey(PrivateKey(encryptedAs: "ENCRYPTED PRIVATE KEY")))
        }
        var copy = bytes
        guard let key = PrivateKey(der: &copy) else { return nil }
        return Object(label: "PRIVATE KEY", line: 0, content: .privateKey(key))
    }

    /// PFX ::= SEQUENCE { version INTEGER (3), authSafe ContentInfo … } (RFC 7292 section 4).
    private static func looksLikePKCS12(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 8, bytes[0] == 0x30 else { return false }
        let header = bytes[1] < 0x80 ? 2 : 2 + Int(bytes[1] & 0x7F)
        guard header + 4 <= bytes.count else { return false }
        return bytes[header...].starts(with: [0x02, 0x01, 0x03, 0x30])
    }
}
