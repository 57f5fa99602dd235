// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The words of `guaita status`; `%1` and `%2` stand for numbers and moments. One line a phrase, so that a missing
/// language does not compile.
enum StatusPhrase {
    case running, runningBut, stopped, hidden, starting, scanning, watching, stopping
    case since, open, accepted, lastScan, lastLook, nextScan, never, rules, problems, coverage, unjudged
    case watches, directories, refused, sandbox, hides, hidesNothing, missing, worker, restarts, leftAlone
    case journal, allTold, pending
    case notScanned, overdue, unprivileged, rulesRejected, sandboxMissing, casualties, watchesRefused, journalPending

    init(_ activity: DaemonStatus.Activity) {
        switch activity {
        case .starting: self = .starting
        case .scanning: self = .scanning
        case .watching: self = .watching
        case .stopping: self = .stopping
        }
    }

    func callAsFunction(_ language: Language) -> String {
        let texts = texts
        return language(ca: texts.ca, es: texts.es, en: texts.en)
    }

    private var texts: (ca: String, es: String, en: String) {
        switch self {
        case .running:
            ("en marxa, procés %1, des del %2", "en marcha, proceso %1, desde el %2", "running, process %1, since %2")
        case .runningBut:
            (
                "en marxa amb mancances, procés %1, des del %2", "en marcha con carencias, proceso %1, desde el %2",
                "running, not all is well, process %1, since %2"
            )
        case .stopped:
            (
                "no està en marxa; això és el que se'n sabia el %1", "no está en marcha; esto es lo que se sabía el %1",
                "not running; this is what was known on %1"
            )
        case .hidden:
            (
                "no es veu si està en marxa; això és el que se'n sabia el %1",
                "no se ve si está en marcha; esto es lo que se sabía el %1",
                "whether it runs cannot be seen; this is what was known on %1"
            )
        case .starting: ("arrenca", "arranca", "starting")
        case .scanning: ("explora", "analiza", "scanning")
        case .watching: ("vigila", "vigila", "watching")
        case .stopping: ("s'atura", "se detiene", "stopping")
        case .since: ("des de %1", "desde %1", "since %1")
        case .open: ("obert", "abierto", "open")
        case .accepted: ("acceptades: %1", "aceptados: %1", "accepted: %1")
        case .lastScan: ("exploració", "análisis", "last scan")
        case .lastLook: ("ullada", "vistazo", "last look")
        case .nextScan: ("la propera", "el próximo", "next scan")
        case .never: ("encara cap", "aún ninguno", "none yet")
        case .rules: ("regles", "reglas", "rules")
        case .problems: ("errors en d'altres: %1", "errores en otras: %1", "problems in others: %1")
        case .coverage: ("cobertura", "cobertura", "coverage")
        case .unjudged: ("regles sense jutjar: %1", "reglas sin juzgar: %1", "rules not judged: %1")
        case .watches: ("vigilància", "vigilancia", "watches")
        case .directories: ("directoris: %1", "directorios: %1", "directories: %1")
        case .refused: ("refusats: %1", "rechazados: %1", "refused: %1")
        case .sandbox: ("aïllament", "aislamiento", "sandbox")
        case .hides: ("amaga %1", "oculta %1", "hides %1")
        case .hidesNothing: ("no amaga res", "no oculta nada", "hides nothing")
        case .missing: ("no és en vigor: %1", "no está en vigor: %1", "not in force: %1")
        case .worker: ("treballador", "trabajador", "worker")
        case .restarts: ("substitucions: %1", "sustituciones: %1", "replaced: %1")
        case .leftAlone: ("deixat de banda: %1", "dejado de lado: %1", "left alone: %1")
        case .journal: ("diari", "diario", "journal")
        case .allTold: ("tot dit", "todo dicho", "told everything")
        case .pending: ("entrades que esperen: %1", "entradas que esperan: %1", "entries waiting: %1")
        case .notScanned:
            ("encara no ha acabat cap exploració", "aún no ha terminado ningún análisis", "no scan has ended yet")
        case .overdue:
            (
                "no s'ha fet l'exploració que tocava el %1", "no se ha hecho el análisis que tocaba el %1",
                "the scan due on %1 was not made"
            )
        case .unprivileged:
            (
                "no ho pot llegir tot: li falta CAP_DAC_READ_SEARCH",
                "no puede leerlo todo: le falta CAP_DAC_READ_SEARCH",
                "cannot read everything: CAP_DAC_READ_SEARCH is lacking"
            )
        case .rulesRejected:
            (
                "hi ha regles que no es fan servir; errors: %1", "hay reglas que no se usan; errores: %1",
                "there are rules that are not in use; problems: %1"
            )
        case .sandboxMissing:
            (
                "part de l'aïllament no és en vigor", "parte del aislamiento no está en vigor",
                "part of the sandbox is not in force"
            )
        case .casualties:
            (
                "deixat de banda perquè hi va morir un procés: %1", "dejado de lado porque allí murió un proceso: %1",
                "left alone because a worker died of it: %1"
            )
        case .watchesRefused:
            (
                "directoris que no es poden vigilar: %1", "directorios que no se pueden vigilar: %1",
                "directories that cannot be watched: %1"
            )
        case .journalPending:
            (
                "entrades que el diari no ha acceptat: %1", "entradas que el diario no ha aceptado: %1",
                "entries the journal has not taken: %1"
            )
        }
    }

    /// A time span in its largest unit, looking back.
    static func ago(_ seconds: Int64, _ language: Language) -> String {
        let (count, unit): (Int64, (ca: [String], es: [String], en: [String])) =
            switch seconds {
            case ..<60: (seconds, (["segon", "segons"], ["segundo", "segundos"], ["second", "seconds"]))
            case ..<3600: (seconds / 60, (["minut", "minuts"], ["minuto", "minutos"], ["minute", "minutes"]))
            case ..<86_400: (seconds / 3600, (["hora", "hores"], ["hora", "horas"], ["hour", "hours"]))
            default: (seconds / 86_400, (["dia", "dies"], ["día", "días"], ["day", "days"]))
            }
        let form = count == 1 ? 0 : 1
        return language(
            ca: "fa \(count) \(unit.ca[form])", es: "hace \(count) \(unit.es[form])",
            en: "\(count) \(unit.en[form]) ago")
    }
}
