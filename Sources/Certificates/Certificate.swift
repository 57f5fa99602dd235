// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// What one X.509 certificate says (RFC 5280), as values. Text that came from outside is fit to print.
public struct Certificate: Sendable, Hashable {
    /// Subject as RFC 4514 writes names, the most specific part first; empty where there is none.
    public var subject: String
    /// Issuer, likewise.
    public var issuer: String
    /// The most specific common name of the subject; nil without one.
    public var commonName: String?
    /// Serial number in hexadecimal, with `-` before a negative one.
    public var serial: String
    /// 1 to 3; other numbers stand as they were read, plus one.
    public var version: Int
    /// Start of validity; nil where the date cannot be read.
    public var notBefore: Timestamp?
    /// Last moment of validity, itself included; nil where the date cannot be read.
    public var notAfter: Timestamp?

    /// DNS names, as written.
    public var dnsNames: [String] = []
    /// IP addresses: 4 or 16 bytes each; other lengths are a problem.
    public var ipAddresses: [[UInt8]] = []
    /// E-mail addresses.
    public var emailAddresses: [String] = []
    /// URIs.
    public var uris: [String] = []

    /// The subject's key.
    public var publicKey: PublicKey
    /// The signature algorithm's long name, as `sha256WithRSAEncryption` or `ecdsa-with-SHA256`.
    public var signatureAlgorithm: String
    /// The digest of the signature, as `SHA256`, `SHA1`, `MD5`; nil where the algorithm has none of its own (Ed25519)
    /// or libcrypto does not know it.
    public var signatureHash: String?

    /// basicConstraints says CA:TRUE.
    public var isCA: Bool
    /// How many more CAs may follow; nil without a limit.
    public var pathLength: Int?
    /// Key usages by their names in RFC 5280 section 4.2.1.3; nil without the extension.
    public var keyUsage: [String]?
    /// Extended key usages by name or number; nil without the extension.
    public var extendedKeyUsage: [String]?
    /// Subject key identifier in hexadecimal.
    public var subjectKeyIdentifier: String?
    /// Authority key identifier in hexadecimal.
    public var authorityKeyIdentifier: String?
    /// Where the issuer's certificate can be had (caIssuers URIs of authority information access).
    public var issuerURIs: [String] = []
    /// Carries signed certificate timestamps (RFC 6962): a certificate of the public web.
    public var hasSCTs: Bool
    /// Asks for OCSP stapling (RFC 7633).
    public var mustStaple: Bool

    /// Subject and issuer are one and the key verifies its own signature.
    public var isSelfSigned: Bool
    /// SHA-256 of the certificate, in hexadecimal.
    public var fingerprint: String
    /// Eight hexadecimal digits by which OpenSSL looks the subject up in a certificate directory.
    public var subjectHash: String
    /// The same of the issuer: `/etc/ssl/certs/<issuerHash>.0` is where a trusted root would be.
    public var issuerHash: String
    /// What is malformed in it although it could be read, in words.
    public var problems: [String] = []

    /// `notAfter − notBefore` plus one second, since both ends count (RFC 5280 section 4.1.2.5); nil where a date is.
    public var lifetimeSeconds: Int64? {
        guard let notBefore, let notAfter else { return nil }
        // Both stand inside Timestamp.valid, which is far from the ends of Int64.
        return notAfter.seconds - notBefore.seconds + 1
    }

    /// Would a client that asks for this DNS name accept the certificate's names. Only subject alternative names count:
    /// a common name is no longer one to compare with (RFC 9525 section 2).
    public func covers(_ name: String) -> Bool {
        dnsNames.contains { HostName.matches(pattern: $0, name: name) }
    }
}
