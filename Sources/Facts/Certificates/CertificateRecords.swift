// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// Turns a survey into values with their places.
final class CertificateRecords {
    typealias File = CertificateInventory.File

    let survey: CertificateSurvey
    let collection: Collection
    var files: CertificateInventory
    /// What names a file, by the file's real path.
    var naming: [String: [(use: CertificateUse, role: CertificateUse.Role, word: CertificateUse.Word)]] = [:]
    /// Files by the hash of the key pair they hold: certificates that servers present, and private keys.
    var presented: [String: [(path: String, names: Set<String>)]] = [:]
    var keyFiles: [String: File] = [:]

    /// The certificates that certbot renews.
    var renewed: [(path: String, names: Set<String>, algorithm: String, end: Timestamp)] = []

    /// Bundles with more certificates than this, all of CAs, are stores of roots and not listed.
    private static let storeSize = 8

    init(_ survey: CertificateSurvey, _ collection: Collection) {
        self.survey = survey
        self.collection = collection
        files = survey.files
        for use in survey.uses {
            for (role, word) in use.files { naming[files.realPath(word.text), default: []].append((use, role, word)) }
        }
        for lineage in survey.lineages.lineages {
            let first = files.file(lineage.certificate).content?.certificates.first?.certificate
            if let first, let end = first.notAfter {
                renewed.append((lineage.certificate, Set(first.dnsNames), first.publicKey.algorithm, end))
            }
        }
        for file in files.all {
            if let hash = file.content?.privateKey?.key.publicKey?.hash, keyFiles[hash] == nil { keyFiles[hash] = file }
            if let first = file.content?.certificates.first?.certificate, !uses(of: file, [.certificate]).isEmpty {
                presented[first.publicKey.hash, default: []].append((file.path, Set(first.dnsNames)))
            }
        }
    }

    // MARK: Certificates

    func certificates() -> Value {
        var values: [Value] = []
        for file in files.all {
            if let content = file.content, !isStore(file, content) {
                values += content.certificates.enumerated().map { record($1.certificate, $1.line, $0 + 1, file) }
            } else if file.content == nil, !uses(of: file, [.certificate, .chain]).isEmpty {
                values.append(.unknown("certificates", "\(file.path): \(file.failure ?? "cannot be read")"))
            }
        }
        for failure in survey.failures { values.append(.unknown("certificates", "\(failure.path): \(failure.reason)")) }
        return .list(values)
    }

    /// The distribution's roots, and other bundles of nothing but CAs that no server presents.
    private func isStore(_ file: File, _ content: CertificateFile) -> Bool {
        guard uses(of: file, [.certificate, .chain]).isEmpty else { return false }
        return file.realPath.hasPrefix("/usr/share/ca-certificates/")
            || file.realPath == "/etc/ssl/certs/ca-certificates.crt"
            || (content.certificates.count > Self.storeSize && content.certificates.allSatisfy(\.certificate.isCA))
    }

    func uses(of file: File, _ roles: Set<CertificateUse.Role>) -> [(
        use: CertificateUse, word: CertificateUse.Word
    )] {
        (naming[file.realPath] ?? []).filter { roles.contains($0.role) }.map { ($0.use, $0.word) }
    }

    private func record(_ certificate: Certificate, _ line: Int, _ position: Int, _ file: File) -> Value {
        let place = collection.source(file.path, line, text: certificate.subject, means: .file)
        let used = uses(of: file, [.certificate, .chain])
        let trusted = uses(of: file, [.trust])
        let lineage = survey.lineage(of: file)
        var fields: [String: Value] = [
            "path": .string(file.path, place), "line": .int(line, place), "position": .int(position, place),
            "subject": .string(certificate.subject, place), "issuer": .string(certificate.issuer, place),
            "serial": .string(certificate.serial, place), "names": .strings(certificate.dnsNames, place),
            "public_names": .strings(certificate.dnsNames.filter(HostName.isPublic), place),
            "ip_addresses": .list(
                certificate.ipAddresses.compactMap { IPAddress(bytes: $0).map { Value(.ip($0), source: place) } }, place
            ),
            "key_algorithm": .string(certificate.publicKey.algorithm, place),
            "signature_algorithm": .string(certificate.signatureAlgorithm, place),
            "is_ca": .bool(certificate.isCA, place), "self_signed": .bool(certificate.isSelfSigned, place),
            "public_ca": .bool(certificate.hasSCTs, place), "must_staple": .bool(certificate.mustStaple, place),
            "fingerprint": .string(certificate.fingerprint, place), "problems": .strings(certificate.problems, place),
            "snakeoil": .bool(file.realPath.hasSuffix("/ssl-cert-snakeoil.pem"), place),
            "trust_store": .bool(used.isEmpty && !trusted.isEmpty, place),
        ]
        fields["common_name"] = certificate.commonName.map { .string($0, place) }
        fields["key_bits"] = certificate.publicKey.bits.map { .int($0, place) }
        fields["curve"] = certificate.publicKey.curve.map { .string($0, place) }
        fields["signature_hash"] = certificate.signatureHash.map { .string($0, place) }
        fields["extended_key_usage"] = certificate.extendedKeyUsage.map { .strings($0, place) }
        fields["lineage"] = lineage.map { .string($0.name, place) }
        addDates(certificate, place, &fields)
        addUse(certificate, position, used.isEmpty ? trusted : used, isUsed: !used.isEmpty, place, &fields)
        if position == 1 {
            addKey(certificate, file, used.map(\.use), lineage, &fields)
            addChain(file, used.map(\.use), place, &fields)
            if lineage == nil, !used.isEmpty, let newer = newerCopy(of: certificate) {
                fields["newer_copy"] = .string(newer, collection.source(newer, means: .file))
            }
        }
        return .record(Record(CertificateSchemas.certificate, fields), place)
    }

    private func addDates(_ certificate: Certificate, _ place: SourceID, _ fields: inout [String: Value]) {
        func moment(_ name: String, _ value: Timestamp?) {
            fields[name] = value.map { .timestamp($0, place) } ?? .unknown("certificates.\(name)", "not a date", place)
        }
        moment("not_before", certificate.notBefore)
        moment("not_after", certificate.notAfter)
        fields["lifetime"] =
            certificate.lifetimeSeconds.map { .duration(seconds: $0, place) }
            ?? .unknown("certificates.lifetime", "one of its ends is not a date", place)
    }

    private func addUse(
        _ certificate: Certificate, _ position: Int, _ used: [(use: CertificateUse, word: CertificateUse.Word)],
        isUsed: Bool, _ place: SourceID, _ fields: inout [String: Value]
    ) {
        fields["used"] = .bool(isUsed, used.first.map { source($0.word) } ?? place)
        fields["used_by"] = .list(
            used.map { .string("\($0.use.service): \($0.word.origin.description)", source($0.word)) }, place)
        fields["services"] = services(used, place)
        var names: [Value] = []
        var uncovered: [Value] = []
        var seen: Set<String> = []
        for word in used.flatMap(\.use.names) where position == 1 {
            for name in Self.expand(word.text) where seen.insert(name).inserted {
                names.append(.string(name, source(word)))
                if !certificate.covers(name) { uncovered.append(.string(name, source(word))) }
            }
        }
        fields["used_names"] = .list(names, place)
        fields["uncovered_names"] = .list(uncovered, uncovered.first?.source ?? place)
    }

    /// The names that a client can ask for under what a configuration says: nginx's `.example.org` stands for two; its
    /// catch-alls, patterns and names without a dot stand for none.
    private static func expand(_ name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst()), "*" + name] }
        guard !name.hasPrefix("~"), name.contains("."), HostName.isServed(name) else { return [] }
        return [name]
    }

    /// The services of some places, each with the first place that speaks for it, certbot left out.
    func services(_ places: [(use: CertificateUse, word: CertificateUse.Word)], _ place: SourceID) -> Value {
        var first: [String: CertificateUse.Word] = [:]
        for (use, word) in places where use.service != "certbot" && first[use.service] == nil {
            first[use.service] = word
        }
        let names = first.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return .list(names.map { .string($0, first[$0].map { source($0) } ?? place) }, place)
    }

    func source(_ word: CertificateUse.Word) -> SourceID {
        collection.source(Source(word.origin, text: word.text))
    }

}
