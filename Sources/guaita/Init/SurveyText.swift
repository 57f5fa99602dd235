// SPDX-License-Identifier: GPL-3.0-or-later
import Daemon
import Model

/// What `guaita init` says of a host to the person who ran it.
struct SurveyText {
    let survey: HostSurvey
    let language: Language
    let width: Int
    /// Ids of the rules there are; empty where there are none to judge by.
    let rules: [String]

    /// What was found, and which rules look at it.
    func found() -> [String] {
        var lines = [
            headline, "", language(ca: "Què s’hi ha trobat", es: "Qué se ha encontrado", en: "What was found"),
        ]
        let names = survey.software.map(\.software.name) + [certificates, own, everything]
        let column = (names.map(\.count).max() ?? 0) + 2
        func row(_ name: String, _ text: String) {
            lines += text.wrapped(
                width: width, first: "  " + name.padded(to: column), rest: String(repeating: " ", count: column + 2))
        }
        var judged = Set<String>()
        func count(_ isCounted: (String) -> Bool) -> String {
            let ids = rules.filter(isCounted)
            judged.formUnion(ids)
            return rules.isEmpty ? "" : " · " + counted(ids.count)
        }
        for found in survey.software {
            let installed = found.isEnabled ? "" : language(ca: "paquet ", es: "paquete ", en: "package ")
            row(found.software.name, installed + Self.list(found.evidence) + count(found.software.isJudged))
        }
        if survey.certificateFiles > 0 {
            row(certificates, files(survey.certificateFiles) + count { $0.hasPrefix("tls.") })
        }
        if !survey.ownServices.isEmpty {
            row(own, Self.list(survey.ownServices) + count { $0.hasPrefix("systemd.own-service") })
        }
        let rest = rules.filter { !judged.contains($0) }.count
        row(everything, areas + (rules.isEmpty ? "" : " · " + counted(rest)))
        return lines
    }

    /// What runs here and is not, or not wholly, looked at; what could not be read.
    func unseen() -> [String] {
        var lines: [String] = []
        for found in survey.software where !found.software.isRead {
            let ids = rules.filter(found.software.isJudged)
            let looked =
                ids.isEmpty
                ? language(
                    ca: "cap regla no en parla encara; el servei es mira com qualsevol altre",
                    es: "ninguna regla habla de él todavía; el servicio se mira como cualquier otro",
                    en: "no rule speaks of it yet; its service is looked at as any other")
                : language(
                    ca: "encara no se’n llegeix la configuració, només els logs",
                    es: "todavía no se lee su configuración, solo los logs",
                    en: "its configuration is not read yet, only its logs")
            lines += "\(found.software.name): \(looked)".wrapped(width: width, first: "  ", rest: "    ")
        }
        if !lines.isEmpty {
            let title = language(
                ca: "Què no sap mirar encara", es: "Qué no sabe mirar todavía", en: "What it cannot look at yet")
            lines = ["", title] + lines
        }
        if !survey.gaps.isEmpty {
            lines += [
                "",
                language(ca: "Què no s’ha pogut llegir", es: "Qué no se ha podido leer", en: "What could not be read"),
            ]
            for gap in survey.gaps { lines += gap.printable.wrapped(width: width, first: "  ", rest: "    ") }
        }
        return lines
    }

    /// What to do next. `config` is the file where it is not the usual one.
    func next(config: String?, isLive: Bool) -> [String] {
        let check = "guaita daemon --check" + (config.map { " --config \($0)" } ?? "")
        var steps = [
            (
                check,
                language(
                    ca: "què hi ha en vigor i què està malament", es: "qué hay en vigor y qué está mal",
                    en: "what is in force and what is wrong")
            )
        ]
        if survey.isManaged {
            steps += [
                (
                    "systemctl enable guaita && systemctl restart guaita",
                    language(
                        ca: "engega el servei, ara i a cada arrencada",
                        es: "inicia el servicio, ahora y en cada arranque",
                        en: "starts the service, now and at each boot")
                ),
                (
                    "guaita status",
                    language(
                        ca: "les puntuacions, l’última anàlisi i la següent, què no va bé",
                        es: "las puntuaciones, el último análisis y el siguiente, qué no va bien",
                        en: "the scores, the last scan and the next, what is not well")
                ),
                (
                    "journalctl -t guaita",
                    language(
                        ca: "on apareixen les troballes, a mesura que canvien",
                        es: "donde aparecen los hallazgos, a medida que cambian",
                        en: "where findings appear, as they change")
                ),
            ]
        }
        steps.append(
            (
                "guaita scan",
                language(
                    ca: "l’informe sencer, un cop: què passa, per què i com s’arregla",
                    es: "el informe completo, una vez: qué pasa, por qué y cómo se arregla",
                    en: "the whole report, once: what is wrong, why, and how to mend it")
            ))
        let title =
            isLive
            ? language(ca: "I ara", es: "Y ahora", en: "What to do next")
            : language(
                ca: "I ara, en aquella màquina", es: "Y ahora, en esa máquina", en: "What to do next, on that machine")
        var lines = ["", title]
        for (index, step) in steps.enumerated() {
            lines.append("  \(index + 1). \(step.0)")
            lines += step.1.wrapped(width: width, first: "     ", rest: "     ")
        }
        if !survey.isManaged {
            lines += language(
                ca: "Aquí systemd no engega els serveis: cal cridar guaita scan periòdicament, per exemple amb cron.",
                es:
                    "Aquí systemd no inicia los servicios: hay que llamar a guaita scan periódicamente, por ejemplo con "
                    + "cron.",
                en: "systemd does not run the services here: call guaita scan from time to time, as with cron."
            ).wrapped(width: width, first: "  ", rest: "  ")
        }
        return lines
    }

    /// A paragraph for the head of the file that is written.
    func preface(_ now: Timestamp) -> [String] {
        let software = survey.software.map(\.software.name).joined(separator: ", ")
        let first = language(
            ca: "L’ha escrit guaita init el \(now.day) per a \(host).",
            es: "Lo escribió guaita init el \(now.day) para \(host).",
            en: "Written by guaita init on \(now.day) for \(host).")
        let second = language(
            ca: " S’hi ha trobat: \(software).", es: " Se ha encontrado: \(software).", en: " Found there: \(software)."
        )
        let marks = language(
            ca: "Les línies amb #> diuen per què un valor no és el valor per defecte.",
            es: "Las líneas con #> dicen por qué un valor no es el valor por defecto.",
            en: "Lines with #> say why a value is not the default.")
        let hasReasons = !survey.suggestions(language).isEmpty
        return [(first + (software.isEmpty ? "" : second)).printable] + (hasReasons ? [marks] : [])
    }

    // MARK: Words

    private var host: String {
        survey.name.isEmpty ? language(ca: "aquesta màquina", es: "esta máquina", en: "this machine") : survey.name
    }

    private var headline: String {
        var parts = survey.system.isEmpty ? [] : [survey.system]
        if let processors = survey.processors {
            parts.append(
                processors == 1
                    ? language(ca: "1 processador", es: "1 procesador", en: "1 processor")
                    : "\(processors) " + language(ca: "processadors", es: "procesadores", en: "processors"))
        }
        if let memory = survey.memory {
            parts.append(
                HostSurvey.size(memory, language) + " " + language(ca: "de memòria", es: "de memoria", en: "of memory"))
        }
        return (host + (parts.isEmpty ? "" : ": ") + parts.joined(separator: ", ")).printable
    }

    private var certificates: String { language(ca: "certificats", es: "certificados", en: "certificates") }
    private var own: String { language(ca: "serveis propis", es: "servicios propios", en: "services of its own") }
    private var everything: String { language(ca: "el sistema", es: "el sistema", en: "the system") }
    private var areas: String {
        language(
            ca: "nucli, comptes, fitxers, paquets, discos, unitats, logs, capacitat",
            es: "núcleo, cuentas, ficheros, paquetes, discos, unidades, logs, capacidad",
            en: "kernel, accounts, files, packages, disks, units, logs, capacity")
    }

    private func counted(_ rules: Int) -> String {
        switch rules {
        case 0: language(ca: "cap regla", es: "ninguna regla", en: "no rule")
        case 1: language(ca: "1 regla", es: "1 regla", en: "1 rule")
        default: "\(rules) " + language(ca: "regles", es: "reglas", en: "rules")
        }
    }

    private func files(_ count: Int) -> String {
        count == 1
            ? language(ca: "1 fitxer", es: "1 fichero", en: "1 file")
            : "\(count) " + language(ca: "fitxers", es: "ficheros", en: "files")
    }

    /// The first few of some names.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).map(\.printable).joined(separator: ", ")
        return names.count > 4 ? "\(shown) + \(names.count - 4)" : shown
    }
}
