// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The words around the findings. One line a phrase, so that a missing language does not compile.
enum Phrase {
    case security, scalability, coverage, rules, cappedBy, fix, minutes, places, notJudged, unreadable, rejected
    case nothingOpen, nothingJudged, more, accepted, until, actions, gain, together, open, unknownCounts

    func callAsFunction(_ language: Language) -> String {
        switch self {
        case .security: pick(language, "seguretat", "seguridad", "security")
        case .scalability: pick(language, "escalabilitat", "escalabilidad", "scalability")
        case .coverage: pick(language, "cobertura", "cobertura", "coverage")
        case .rules: pick(language, "regles", "reglas", "rules")
        case .cappedBy: pick(language, "limitada per una troballa", "limitada por un hallazgo", "capped by a finding")
        case .fix: pick(language, "què fer", "qué hacer", "fix")
        case .minutes: pick(language, "min", "min", "min")
        case .places: pick(language, "llocs més", "lugares más", "more places")
        case .notJudged: pick(language, "No s'ha pogut jutjar", "No se ha podido juzgar", "Could not be judged")
        case .unreadable:
            pick(
                language, "No s'ha pogut llegir o entendre", "No se ha podido leer o entender",
                "Could not be read or parsed")
        case .rejected: pick(language, "Regles no carregades", "Reglas no cargadas", "Rules not loaded")
        case .nothingOpen: pick(language, "No hi ha res obert.", "No hay nada abierto.", "Nothing is open.")
        case .nothingJudged:
            pick(
                language, "Cap regla no s'ha pogut avaluar: això no és un bon resultat, és cap resultat.",
                "Ninguna regla se ha podido evaluar: esto no es un buen resultado, es ningún resultado.",
                "No rule could be evaluated: this is not a good result, it is no result.")
        case .more: pick(language, "més", "más", "more")
        case .accepted: pick(language, "acceptat per", "aceptado por", "accepted by")
        case .until: pick(language, "fins al", "hasta el", "until")
        case .actions: pick(language, "Per on començar", "Por dónde empezar", "Where to start")
        case .gain: pick(language, "punts", "puntos", "points")
        case .together: pick(language, "totes juntes", "todas juntas", "all of them together")
        case .open: pick(language, "Obert", "Abierto", "Open")
        case .unknownCounts:
            pick(
                language, "el que no se sap eixampla l'interval", "lo que no se sabe ensancha el intervalo",
                "what is not known widens the interval")
        }
    }

    private func pick(_ language: Language, _ ca: String, _ es: String, _ en: String) -> String {
        switch language {
        case .ca: ca
        case .es: es
        case .en: en
        }
    }

    static func severity(_ severity: Severity, _ language: Language) -> String {
        switch language {
        case .ca:
            switch severity {
            case .info: "info"
            case .low: "baixa"
            case .medium: "mitjana"
            case .high: "alta"
            case .critical: "crítica"
            }
        case .es:
            switch severity {
            case .info: "info"
            case .low: "baja"
            case .medium: "media"
            case .high: "alta"
            case .critical: "crítica"
            }
        case .en: severity.rawValue
        }
    }

    static func posture(_ posture: Posture, _ language: Language) -> String {
        switch posture {
        case .security: Phrase.security(language)
        case .scalability: Phrase.scalability(language)
        }
    }

    /// A number of tenths with the language's decimal sign.
    static func decimal(tenths: Int, _ language: Language) -> String {
        "\(tenths / 10)\(language == .en ? "." : ",")\(tenths % 10)"
    }
}
