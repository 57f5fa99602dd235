// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
import Model

/// Certificates and private keys: the files there are, the services that present them, what certbot renews.
public struct CertificatesCollector: Collector {
    /// Certificates and private keys.
    public init() {}

    /// `certificates`, `private_keys`, `certificate_references`, `certbot`.
    public var declarations: [FactDeclaration] {
        [
            FactDeclaration(
                "certificates", .list(.record(CertificateSchemas.certificate)),
                "X.509 certificates in the files of this host, the distribution's store of roots left out.",
                example: "certificates.filter(c, c.used && c.not_after < now)"),
            FactDeclaration(
                "private_keys", .list(.record(CertificateSchemas.key)),
                "Private keys in the files of this host, SSH keys left out. The keys themselves are never kept.",
                example: "private_keys.all(k, !k.others_can_read)"),
            FactDeclaration(
                "certificate_references", .list(.record(CertificateSchemas.reference)),
                "Files of certificates and keys that configurations name.",
                example: "certificate_references.all(r, r.exists)"),
            FactDeclaration(
                "certbot", .record(CertificateSchemas.certbot), "What certbot renews, and how.",
                example: "certbot.lineages.all(l, l.reloads)"),
        ]
    }

    /// See `Collector`.
    public func collect(_ collection: Collection) -> [Value] {
        var survey = CertificateSurvey(collection)
        survey.run()
        let records = CertificateRecords(survey, collection)
        return [records.certificates(), records.privateKeys(), records.references(), records.certbot()]
    }
}

/// What services are told to present, joined with the files there are.
struct CertificateSurvey {
    let lineages: CertbotLineages
    private(set) var uses: [CertificateUse]
    private(set) var files: CertificateInventory
    /// Places that could not be searched, and why.
    private(set) var failures: [(path: String, reason: String)] = []
    private let collection: Collection

    init(_ collection: Collection) {
        self.collection = collection
        let units = SystemdUnits.of(collection)
        lineages = CertbotLineages(collection, units)
        files = CertificateInventory(collection.host)
        uses =
            NginxCertificates.uses(collection) + ApacheCertificates(collection).uses
            + MailCertificates.postfix(collection) + MailCertificates.dovecot(collection)
            + ServerCertificates.postgresql(collection) + ServerCertificates.simple(collection)
            + UnitCertificates.uses(units)
    }

    mutating func run() {
        for use in uses {
            for (_, word) in use.files { _ = files.file(word.text) }
        }
        addLineagesWithoutService()
        let search = CertificateSearch(collection)
        failures = search.failures
        for path in search.paths { _ = files.file(path) }
    }

    /// A lineage that no service names is still in use: something copies it, or will miss it.
    private mutating func addLineagesWithoutService() {
        let named = uses.compactMap(\.certificate).map { files.realPath($0.text) }
        for lineage in lineages.lineages {
            if !named.contains(where: lineage.owns) {
                let origin = lineage.settings["fullchain"]?.origin ?? Origin(path: lineage.path)
                uses.append(
                    CertificateUse(
                        service: "certbot", certificate: .init(text: lineage.certificate, origin: origin),
                        key: .init(text: lineage.key, origin: lineage.settings["privkey"]?.origin ?? origin)))
            }
            for path in [lineage.certificate, lineage.key] { _ = files.file(path) }
        }
    }

    /// The lineage a file belongs to.
    func lineage(of file: CertificateInventory.File) -> CertbotLineages.Lineage? {
        lineages.lineages.first { $0.owns(file.realPath) || $0.owns(file.path) }
    }
}
