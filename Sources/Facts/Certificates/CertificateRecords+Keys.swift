// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// The private keys of certificates, and private keys by themselves.
extension CertificateRecords {
    func addKey(
        _ certificate: Certificate, _ file: File, _ uses: [CertificateUse], _ lineage: CertbotLineages.Lineage?,
        _ fields: inout [String: Value]
    ) {
        let candidates = candidates(certificate, file, uses, lineage)
        // Of several keys, one that does not fit is what must be told.
        let wrong = candidates.first { key in
            key.file.content?.privateKey?.key.publicKey.map { $0.hash != certificate.publicKey.hash } ?? false
        }
        guard let (key, word) = wrong ?? candidates.first else { return }
        let place = word.map { source($0) } ?? collection.source(key.path, means: .file)
        fields["key_path"] = .string(key.path, place)
        if let private_ = key.content?.privateKey {
            let here = collection.source(key.path, private_.line, means: .file)
            fields["key_encrypted"] = .bool(private_.key.isEncrypted, here)
            fields["key_matches"] =
                private_.key.publicKey.map { .bool($0.hash == certificate.publicKey.hash, place) }
                ?? .unknown("certificates.key_matches", "\(key.path): the key is encrypted", place)
        } else if key.exists {
            let reason = "\(key.path): \(key.failure ?? "there is no private key in it")"
            fields["key_encrypted"] = .unknown("certificates.key_encrypted", reason, place)
            fields["key_matches"] = .unknown("certificates.key_matches", reason, place)
        }
        guard key.exists else { return }
        let here = collection.source(key.path, means: .file)
        fields["key_mode"] = known(key.status?.mode.map { .mode($0, here) }, "certificates.key_mode", key)
        fields["key_owner"] = known(key.status?.owner.map { .string($0, here) }, "certificates.key_owner", key)
        fields["key_shared_with"] = .strings(sharing(certificate, file), here)
    }

    private func candidates(
        _ certificate: Certificate, _ file: File, _ uses: [CertificateUse], _ lineage: CertbotLineages.Lineage?
    ) -> [(file: File, word: CertificateUse.Word?)] {
        let named = uses.filter { $0.certificate.map { files.realPath($0.text) == file.realPath } ?? false }
        let words = named.compactMap(\.key)
        if !words.isEmpty { return words.map { (files.file($0.text), $0) } }
        if file.content?.privateKey != nil { return [(file, nil)] }
        if let lineage { return [(files.file(lineage.key), nil)] }
        return keyFiles[certificate.publicKey.hash].map { [($0, nil)] } ?? []
    }

    private func sharing(_ certificate: Certificate, _ file: File) -> [String] {
        let names = Set(certificate.dnsNames)
        return (presented[certificate.publicKey.hash] ?? []).filter { $0.path != file.path && $0.names != names }.map(
            \.path)
    }

    private func known(_ value: Value?, _ fact: String, _ file: File) -> Value {
        value ?? .unknown(fact, "\(file.path): \(file.failure ?? "its owner and mode are not known in this tree")")
    }

    func privateKeys() -> Value {
        var values: [Value] = []
        for file in files.all {
            let named = uses(of: file, [.key])
            guard file.content?.privateKey != nil || !named.isEmpty && file.content == nil else { continue }
            let users = named.isEmpty ? uses(of: file, [.certificate]) : named
            values.append(key(file, users))
        }
        for failure in survey.failures { values.append(.unknown("private_keys", "\(failure.path): \(failure.reason)")) }
        return .list(values)
    }

    private func key(_ file: File, _ users: [(use: CertificateUse, word: CertificateUse.Word)]) -> Value {
        let here = collection.source(file.path, means: .file)
        let status = file.status
        var fields: [String: Value] = [
            "path": .string(file.path, here),
            "mode": known(status?.mode.map { .mode($0, here) }, "private_keys.mode", file),
            "owner": known(status?.owner.map { .string($0, here) }, "private_keys.owner", file),
            "owner_id": known(status?.ownerID.map { .int(Int64($0), here) }, "private_keys.owner_id", file),
            "group": known(status?.group.map { .string($0, here) }, "private_keys.group", file),
            "others_can_read": known(
                files.everybodyMay(0o004, file).map { .bool($0, here) }, "private_keys.others_can_read", file),
            "others_can_write": known(
                files.everybodyMay(0o002, file).map { .bool($0, here) }, "private_keys.others_can_write", file),
            "group_can_read": known(
                status?.mode.map { .bool($0.bits & 0o040 != 0, here) }, "private_keys.group_can_read", file),
            "used": .bool(!users.isEmpty, users.first.map { source($0.word) } ?? here),
            "used_by": .list(
                users.map { .string("\($0.use.service): \($0.word.origin.description)", source($0.word)) }, here),
        ]
        if let (key, line) = file.content?.privateKey {
            let place = collection.source(file.path, line, means: .file)
            fields["line"] = .int(line, place)
            fields["encrypted"] = .bool(key.isEncrypted, place)
            fields["algorithm"] = key.algorithm.map { .string($0, place) }
            fields["bits"] = key.publicKey?.bits.map { .int($0, place) }
        } else {
            let reason = "\(file.path): \(file.failure ?? "cannot be read")"
            for name in ["line", "encrypted", "algorithm", "bits"] {
                fields[name] = .unknown("private_keys.\(name)", reason, here)
            }
        }
        return .record(Record(CertificateSchemas.key, fields), here)
    }
}
