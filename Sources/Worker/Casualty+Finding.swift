// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Jobs
import Model

extension Casualty.Ending {
    /// What happened, to stand after "a worker".
    var words: (ca: String, es: String, en: String) {
        switch self {
        case .crashed: ("va fallar", "falló", "crashed")
        case .hung: ("es va encallar", "se quedó colgado", "hung")
        case .outgrew:
            (
                "va necessitar més memòria de la permesa", "necesitó más memoria de la permitida",
                "outgrew its memory"
            )
        }
    }
}

extension Casualty.Subject {
    /// What tells it from others; stable over time.
    fileprivate var key: String {
        switch self {
        case .path(let path): path
        case .facts(let root): "facts \(root)"
        case .logs: "logs"
        case .rule(let id): "rule \(id)"
        }
    }

    /// The same in words.
    fileprivate var words: (ca: String, es: String, en: String) {
        switch self {
        case .path(let path): (path, path, path)
        case .facts(let root): ("els fets de \(root)", "los hechos de \(root)", "the facts of \(root)")
        case .logs: ("els registres", "los registros", "the logs")
        case .rule(let id): ("la regla \(id)", "la regla \(id)", "the rule \(id)")
        }
    }
}

extension Finding {
    /// What kept guaita itself from looking. It carries no points: what was not seen is unknown, and widens the score by
    /// itself.
    init(_ casualty: Casualty) {
        let id = "guaita.worker"
        let (happened, subject) = (casualty.ending.words, casualty.subject.words)
        var places: [Origin] = []
        if case .path(let path) = casualty.subject { places = [Origin(path: path)] }
        let object = FoundObject(
            fingerprint: Fingerprint.of(rule: id, kind: "worker", key: casualty.subject.key), kind: "worker",
            key: casualty.subject.key,
            message: LocalizedText([
                .ca: "un procés d'anàlisi \(happened.ca) amb \(subject.ca); no s'hi ha tornat a mirar",
                .es: "un proceso de análisis \(happened.es) con \(subject.es); no se ha vuelto a mirar",
                .en: "a worker \(happened.en) over \(subject.en); it was left alone after that",
            ]),
            places: places)
        self.init(
            fingerprint: object.fingerprint, rule: id, posture: .security, severity: .medium,
            title: LocalizedText([
                .ca: "guaita pot llegir tot el que ha de mirar", .es: "guaita puede leer todo lo que debe mirar",
                .en: "guaita can read all that it looks at",
            ]),
            why: LocalizedText([
                .ca:
                    "El que no es pot llegir no es vigila. Un fitxer que fa caure qui el llegeix pot estar malmès, ser enorme, o haver-lo fet algú que no vol que s'hi miri.",
                .es:
                    "Lo que no se puede leer no se vigila. Un fichero que hace caer a quien lo lee puede estar dañado, ser enorme, o haberlo hecho alguien que no quiere que se mire.",
                .en:
                    "What cannot be read is not watched. A file that brings its reader down may be damaged, be enormous, or have been made by somebody who wants nobody to look.",
            ]),
            fix: LocalizedText([
                .ca:
                    "Mireu qui va escriure el fitxer i quan («stat»), i si el contingut és el que ha de ser; deseu-ne una còpia abans de canviar-lo. Si és correcte, l'error és de guaita: comuniqueu-lo com diu SECURITY.md. Quan estigui resolt, «systemctl restart guaita» fa que s'hi torni a mirar.",
                .es:
                    "Mire quién escribió el fichero y cuándo («stat»), y si el contenido es el que debe ser; guarde una copia antes de cambiarlo. Si es correcto, el error es de guaita: comuníquelo como dice SECURITY.md. Cuando esté resuelto, «systemctl restart guaita» hace que se vuelva a mirar.",
                .en:
                    "See who wrote the file and when (\"stat\"), and whether its content is what it should be; keep a copy before you change it. If it is sound, the fault is guaita's: report it as SECURITY.md says. Once that is settled, \"systemctl restart guaita\" has it looked at again.",
            ]),
            effortMinutes: 30, references: [:], objects: [object])
    }
}
