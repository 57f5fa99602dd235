// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The certificates a server sends, in the order of its file, as RFC 8446 section 4.4.2 and RFC 5246 section 7.4.2 want
/// them: its own first, then each one's issuer. The root may be left out.
public struct CertificateChain: Sendable {
    /// The certificates in the order of the file.
    public let certificates: [Certificate]
    /// Positions in `certificates` from the server's own up to the last issuer that is in the file.
    public let path: [Int]

    /// A chain as it stands in a file. At most 32 links are followed.
    public init(_ certificates: [Certificate]) {
        self.certificates = certificates
        var path = certificates.isEmpty ? [] : [0]
        while let last = path.last, path.count <= 32, !certificates[last].isSelfSigned,
            let next = certificates.indices.first(where: {
                !path.contains($0) && certificates[$0].issued(certificates[last])
            })
        {
            path.append(next)
        }
        self.path = path
    }

    /// True when each certificate of the path follows the one it issued, with nothing in between.
    public var isOrdered: Bool { path == Array(path.indices) }

    /// True when the path ends at a certificate that signed itself.
    public var endsAtRoot: Bool { path.last.map { certificates[$0].isSelfSigned } ?? false }

    /// The name that would continue the path; nil when it ends at a root.
    public var missingIssuer: String? { endsAtRoot ? nil : path.last.map { certificates[$0].issuer } }
}

extension Certificate {
    /// Did this certificate's subject issue the other one: names agree, and key identifiers where both have them
    /// (RFC 5280 sections 6.1 and 4.2.1.1). Signatures are not verified here.
    public func issued(_ other: Certificate) -> Bool {
        guard subjectHash == other.issuerHash, subject.asciiLowercased == other.issuer.asciiLowercased else {
            return false
        }
        guard let mine = subjectKeyIdentifier, let theirs = other.authorityKeyIdentifier else { return true }
        return mine == theirs
    }
}
