// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// What certbot renews.
extension CertificateRecords {
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
        let users = survey.uses.compactMap { use in
            use.certificate.flatMap { word in lineage.owns(files.realPath(word.text)) ? (use, word) : nil }
        }
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
            "services": services(users, conf),
        ]
        fields["authenticator"] = setting("authenticator")
        fields["installer"] = setting("installer")
        return .record(Record(CertificateSchemas.lineage, fields), conf)
    }
}
