// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Certificates
import Host
import Model

/// The files that configurations name.
extension CertificateRecords {
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
                    "services": services(group.map { ($0.use, $0.word) }, place),
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
}
