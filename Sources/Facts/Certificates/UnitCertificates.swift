// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// The certificates and keys that units which start at boot name on their command lines (`ExecStart=`) or hand over as
/// credentials (`LoadCredential=`, systemd.exec(5)). A file is known by its ending.
enum UnitCertificates {
    private static let certificateEndings = [".pem", ".crt", ".cer"]

    static func uses(_ units: SystemdUnits) -> [CertificateUse] {
        units.startedAtBoot().compactMap { started in
            let unit = started.unit
            let arguments = unit.commands("ExecStart").flatMap { command, origin in
                command.arguments.map { (word: $0, origin: origin) }
            }
            // `LoadCredential=ID:PATH`
            let credentials = unit.words("Service", "LoadCredential").map { (word: $0.word, origin: $0.origin) }
            var use = CertificateUse(service: unit.name.text)
            for (word, origin) in arguments + credentials {
                guard let path = path(in: word) else { continue }
                let file = CertificateUse.Word(text: path, origin: origin)
                if path.hasSuffix(".key") || path.hasSuffix("key.pem") {
                    use.key = use.key ?? file
                } else if isTrust(word) {
                    use.trust.append(file)
                } else {
                    use.certificate = use.certificate ?? file
                }
            }
            // A key without a certificate may be for anything: tokens, SSH, encryption at rest.
            return use.certificate == nil && use.trust.isEmpty ? nil : use
        }
    }

    /// The absolute path in `/a.pem`, `--cert=/a.pem` or `id:/a.pem`.
    private static func path(in word: String) -> String? {
        guard let slash = word.firstIndex(of: "/"), !word.contains("$"), !word.contains("://") else { return nil }
        let path = String(word[slash...])
        let before = word[..<slash].last
        guard before == nil || before == "=" || before == ":" else { return nil }
        return path.hasSuffix(".key") || certificateEndings.contains { path.hasSuffix($0) } ? path : nil
    }

    private static func isTrust(_ word: String) -> Bool {
        let name = word.split(separator: "=").first.map(String.init) ?? word
        return word.contains("=") && (name.hasSuffix("ca") || name.contains("ca-") || name.contains("trust"))
            || word.hasSuffix("ca.pem") || word.hasSuffix("ca.crt") || word.hasSuffix("ca-certificates.crt")
    }
}
