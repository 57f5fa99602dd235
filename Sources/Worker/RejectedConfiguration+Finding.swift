// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Model

extension Finding {
    /// Rules and settings of guaita's own that are not in force because something is wrong with them; none where nothing
    /// is. It carries no points: it is about the watch, not about the host.
    static func rejected(_ problems: [Report.Problem]) -> [Finding] {
        guard !problems.isEmpty else { return [] }
        let id = "guaita.rejected-configuration"
        let objects = Dictionary(grouping: problems, by: \.origin.path)
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { path, problems in
                let first = problems[0].message
                let more = problems.count > 1 ? " (+\(problems.count - 1))" : ""
                return FoundObject(
                    fingerprint: Fingerprint.of(rule: id, kind: "file", key: path), kind: "file", key: path,
                    message: LocalizedText([
                        .ca: "\(path) no està en vigor: \(first)\(more)",
                        .es: "\(path) no está en vigor: \(first)\(more)",
                        .en: "\(path) is not in force: \(first)\(more)",
                    ]),
                    places: problems.map(\.origin))
            }
        return [
            Finding(
                fingerprint: Fingerprint.of(rule: id), rule: id, posture: .security, severity: .medium,
                title: LocalizedText([
                    .ca: "les regles i la configuració pròpies de guaita són vàlides",
                    .es: "las reglas y la configuración propias de guaita son válidas",
                    .en: "guaita's own rules and settings are valid",
                ]),
                why: LocalizedText([
                    .ca:
                        "Una regla que no es pot carregar no vigila res, i una configuració que no val deixa en vigor l'anterior. Qui les va escriure creu que actuen.",
                    .es:
                        "Una regla que no se puede cargar no vigila nada, y una configuración que no vale deja en vigor la anterior. Quien las escribió cree que actúan.",
                    .en:
                        "A rule that cannot be loaded watches nothing, and settings that are not valid leave the old ones in force. Whoever wrote them believes that they act.",
                ]),
                fix: LocalizedText([
                    .ca:
                        "Corregiu els llocs indicats, comproveu-los amb «guaita daemon --check» i apliqueu-los amb «systemctl reload guaita». Per desfer-ho, torneu el fitxer a com era i recarregueu.",
                    .es:
                        "Corrija los lugares indicados, compruébelos con «guaita daemon --check» y aplíquelos con «systemctl reload guaita». Para deshacerlo, devuelva el fichero a como era y recargue.",
                    .en:
                        "Correct the places named, check them with \"guaita daemon --check\" and apply them with \"systemctl reload guaita\". To undo it, put the file back as it was and reload.",
                ]),
                effortMinutes: 10, references: [:], objects: objects)
        ]
    }
}
