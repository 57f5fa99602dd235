// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// What stands beside a certificate: the chain behind it, and newer copies of it.
extension CertificateRecords {
    func addChain(_ file: File, _ uses: [CertificateUse], _ place: SourceID, _ fields: inout [String: Value]) {
        let extra = uses.compactMap(\.chain).first.map { files.file($0.text).content?.certificates ?? [] } ?? []
        let chain = CertificateChain(((file.content?.certificates ?? []) + extra).map(\.certificate))
        fields["chain_ordered"] = .bool(chain.isOrdered, place)
        if chain.endsAtRoot || chain.path.contains(where: { isTrusted(chain.certificates[$0].issuerHash) }) {
            fields["chain_complete"] = .bool(true, place)
            return
        }
        let issuer = chain.missingIssuer ?? ""
        fields["missing_issuer"] = .string(issuer, place)
        let leaf = chain.certificates[0]
        if hasStore && !leaf.issuerURIs.isEmpty || chain.path.count == 1 && !leaf.issuerURIs.isEmpty {
            // A CA that says where its own certificate can be had is a CA below another one.
            fields["chain_complete"] = .bool(false, place)
        } else {
            fields["chain_complete"] = .unknown(
                "certificates.chain_complete",
                "\(file.path): whether \(issuer) is a root its clients trust is not known here",
                place)
        }
    }

    private var hasStore: Bool { (try? collection.host.status("/etc/ssl/certs/ca-certificates.crt")) != nil }

    /// Is there a root of that name in the host's store, as c_rehash(1) names its link.
    private func isTrusted(_ hash: String) -> Bool {
        (try? collection.host.status("/etc/ssl/certs/\(hash).0", followLinks: false)) != nil
    }

    func newerCopy(of certificate: Certificate) -> String? {
        guard let end = certificate.notAfter, !certificate.dnsNames.isEmpty else { return nil }
        let names = Set(certificate.dnsNames)
        return renewed.first {
            $0.end > end && $0.names == names && $0.algorithm == certificate.publicKey.algorithm
        }?.path
    }
}
