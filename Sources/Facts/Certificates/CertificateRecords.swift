// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// Turns a survey into values with their places.
final class CertificateRecords {
    typealias File = CertificateInventory.File

    private let survey: CertificateSurvey
    private let collection: Collection
    private var files: CertificateInventory

    /// Bundles with more certificates than this, all of CAs, are stores of roots and not listed.
    private static let storeSize = 8

    init(_ survey: CertificateSurvey, _ collection: Collection) {
        self.survey = survey
        self.collection = collection
        files = survey.files
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

    private func uses(of file: File, _ roles: Set<CertificateUse.Role>) -> [(
        use: CertificateUse, word: CertificateUse.Word
    )] {
        survey.uses.flatMap { use in
            use.files.filter { roles.contains($0.role) && files.realPath($0.word.text) == file.realPath }
                .map { (use, $0.word) }
        }
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
        fields["services"] = .strings(Self.services(used.map(\.use)), place)
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
        fields["uncovered_names"] = .list(uncovered, place)
    }

    /// The names that a client can ask for under what a configuration says: nginx's `.example.org` stands for two; its
    /// catch-alls, patterns and names without a dot stand for none.
    private static func expand(_ name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst()), "*" + name] }
        guard !name.hasPrefix("~"), name.contains("."), HostName.isServed(name) else { return [] }
        return [name]
    }

    private static func services(_ uses: [CertificateUse]) -> [String] {
        Set(uses.map(\.service)).subtracting(["certbot"]).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private func source(_ word: CertificateUse.Word) -> SourceID {
        collection.source(Source(word.origin, text: word.text))
    }

    // MARK: Keys of certificates

    private func addKey(
        _ certificate: Certificate, _ file: File, _ uses: [CertificateUse], _ lineage: CertbotLineages.Lineage?,
        _ fields: inout [String: Value]
    ) {
        let candidates = keyFiles(certificate, file, uses, lineage)
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

    private func keyFiles(
        _ certificate: Certificate, _ file: File, _ uses: [CertificateUse], _ lineage: CertbotLineages.Lineage?
    ) -> [(file: File, word: CertificateUse.Word?)] {
        let named = uses.filter { $0.certificate.map { files.realPath($0.text) == file.realPath } ?? false }
        let words = named.compactMap(\.key)
        if !words.isEmpty { return words.map { (files.file($0.text), $0) } }
        if file.content?.privateKey != nil { return [(file, nil)] }
        if let lineage { return [(files.file(lineage.key), nil)] }
        return files.all.filter { $0.content?.privateKey?.key.publicKey?.hash == certificate.publicKey.hash }
            .prefix(1).map { ($0, nil) }
    }

    private func sharing(_ certificate: Certificate, _ file: File) -> [String] {
        files.all.filter { other in
            guard other.realPath != file.realPath, !uses(of: other, [.certificate]).isEmpty,
                let theirs = other.content?.certificates.first?.certificate
            else { return false }
            return theirs.publicKey.hash == certificate.publicKey.hash
                && Set(theirs.dnsNames) != Set(certificate.dnsNames)
        }.map(\.path)
    }

    private func known(_ value: Value?, _ fact: String, _ file: File) -> Value {
        value ?? .unknown(fact, "\(file.path): \(file.failure ?? "its owner and mode are not known in this tree")")
    }

    // MARK: Chains

    private func addChain(_ file: File, _ uses: [CertificateUse], _ place: SourceID, _ fields: inout [String: Value]) {
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

    // MARK: Copies

    private func newerCopy(of certificate: Certificate) -> String? {
        guard let end = certificate.notAfter, !certificate.dnsNames.isEmpty else { return nil }
        return survey.lineages.lineages.map(\.certificate).first { path in
            guard let live = files.file(path).content?.certificates.first?.certificate, let later = live.notAfter else {
                return false
            }
            return later > end && Set(live.dnsNames) == Set(certificate.dnsNames)
                && live.publicKey.algorithm == certificate.publicKey.algorithm
        }
    }

    // MARK: Private keys

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

    // MARK: References

    func references() -> Value {
        var order: [String] = []
        var groups: [String: [(use: CertificateUse, role: CertificateUse.Role, word: CertificateUse.Word)]] = [:]
        for use in survey.uses {
            for (role, word) in use.files {
                let key = "\(role.rawValue) \(word.text)"
                if groups[key] == nil { order.append(key) }
                groups[key, default: []].append((use, role, word))
            }
        }
        return .list(order.compactMap { groups[$0] }.map(reference))
    }

    private func reference(
        _ group: [(use: CertificateUse, role: CertificateUse.Role, word: CertificateUse.Word)]
    ) -> Value {
        let (_, role, word) = group[0]
        let place = source(word)
        let file = files.file(word.text)
        let mayNotLook = file.failure == HostError.permissionDenied.description
        let reason = mayNotLook || file.content == nil ? file.failure : Self.unfit(file, role)
        func unlessHidden(_ value: Bool, _ name: String) -> Value {
            mayNotLook
                ? .unknown("certificate_references.\(name)", "\(file.path): \(file.failure ?? "")", place)
                : .bool(value, place)
        }
        return .record(
            Record(
                CertificateSchemas.reference,
                [
                    "path": .string(word.text, place), "role": .string(role.rawValue, place),
                    "services": .strings(Self.services(group.map(\.use)), place),
                    "named_by": .list(
                        group.map { .string("\($0.use.service): \($0.word.origin.description)", source($0.word)) },
                        place),
                    "exists": file.exists ? unlessHidden(true, "exists") : .bool(false, place),
                    "readable": unlessHidden(file.content != nil, "readable"),
                    "parses": unlessHidden(reason == nil, "parses"),
                    "reason": .string(reason ?? "", place),
                ]), place)
    }

    /// Why a file that could be read does not serve its role; nil when it does.
    private static func unfit(_ file: File, _ role: CertificateUse.Role) -> String? {
        guard let content = file.content else { return file.failure }
        if content.format == .pkcs12 || content.format == .jks { return nil }
        if let failure = file.failure { return failure }
        switch role {
        case .key: return content.privateKey == nil ? "there is no private key in it" : nil
        case .certificate, .chain, .trust: return content.certificates.isEmpty ? "there is no certificate in it" : nil
        }
    }

    // MARK: certbot

    func certbot() -> Value {
        guard survey.lineages.isPresent else { return .absent }
        let place = collection.source(CertbotLineages.directory + "/renewal", means: .file)
        let hooks = survey.lineages.hooks.map { hook in
            let here = collection.source(hook.path, means: .file)
            return Value.record(
                Record(
                    CertificateSchemas.hook,
                    [
                        "path": .string(hook.path, here), "kind": .string(hook.kind, here),
                        "executable": hook.isExecutable.map { .bool($0, here) }
                            ?? .unknown("certbot.hooks.executable", "\(hook.path): its mode is not known in this tree"),
                    ]), here)
        }
        let scheduled: Value
        if let origin = survey.lineages.schedule {
            scheduled = .bool(true, collection.source(Source(origin)))
        } else {
            scheduled = .bool(false, place)
        }
        return .record(
            Record(
                CertificateSchemas.certbot,
                [
                    "lineages": .list(survey.lineages.lineages.map(lineage)), "hooks": .list(hooks),
                    "scheduled": scheduled,
                ]), place)
    }

    private func lineage(_ lineage: CertbotLineages.Lineage) -> Value {
        let file = files.file(lineage.certificate)
        let certificate = file.content?.certificates.first
        let here = collection.source(file.path, certificate?.line ?? 0, means: .file)
        let conf = collection.source(lineage.path, means: .file)
        func setting(_ name: String) -> Value? {
            lineage.settings[name].flatMap { $0.text == "None" ? nil : .string($0.text, source($0)) }
        }
        let reload = survey.lineages.reload(lineage)
        let users = survey.uses.filter { use in use.certificate.map { lineage.owns(files.realPath($0.text)) } ?? false }
        let reason = "\(file.path): \(file.failure ?? "there is no certificate in it")"
        var fields: [String: Value] = [
            "name": .string(lineage.name, conf), "path": .string(lineage.path, conf),
            "certificate_path": .string(lineage.certificate, conf),
            "names": certificate.map { .strings($0.certificate.dnsNames, here) }
                ?? .unknown("certbot.lineages.names", reason),
            "not_after": certificate?.certificate.notAfter.map { .timestamp($0, here) }
                ?? .unknown("certbot.lineages.not_after", reason),
            "lifetime": certificate?.certificate.lifetimeSeconds.map { .duration(seconds: $0, here) }
                ?? .unknown("certbot.lineages.lifetime", reason),
            "renews": .bool(lineage.renews, lineage.settings["autorenew"].map { source($0) } ?? conf),
            "reloads": .bool(reload != nil, reload.map { collection.source(Source($0)) } ?? conf),
            "services": .strings(Self.services(users), conf),
        ]
        fields["authenticator"] = setting("authenticator")
        fields["installer"] = setting("installer")
        return .record(Record(CertificateSchemas.lineage, fields), conf)
    }
}
