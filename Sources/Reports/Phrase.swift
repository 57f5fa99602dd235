// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The words around the findings. One line a phrase, so that a missing language does not compile.
enum Phrase {
    case security, scalability, coverage, rules, cappedBy, fix, minutes, places, notJudged, unreadable, rejected
    case nothingOpen, nothingJudged, more, accepted, until, actions, gain, together, open, unknownCounts

    func callAsFunction(_ language: Language) -> String {
        switch self {
        case .security: language(ca: "seguretat", es: "seguridad", en: "security")
        case .scalability: language(ca: "escalabilitat", es: "escalabilidad", en: "scalability")
        case .coverage: language(ca: "cobertura", es: "cobertura", en: "coverage")
        case .rules: language(ca: "regles", es: "reglas", en: "rules")
        case .cappedBy:
            language(ca: "limitada per una troballa", es: "limitada por un hallazgo", en: "capped by a finding")
        case .fix: language(ca: "què fer", es: "qué hacer", en: "fix")
        case .minutes: language(ca: "min", es: "min", en: "min")
        case .places: language(ca: "llocs més", es: "lugares más", en: "more places")
        case .notJudged: language(ca: "No s'ha pogut jutjar", es: "No se ha podido juzgar", en: "Could not be judged")
        case .unreadable:
            language(
                ca: "No s'ha pogut llegir o entendre", es: "No se ha podido leer o entender",
                en: "Could not be read or parsed")
        case .rejected: language(ca: "Regles no carregades", es: "Reglas no cargadas", en: "Rules not loaded")
        case .nothingOpen: language(ca: "No hi ha res obert.", es: "No hay nada abierto.", en: "Nothing is open.")
        case .nothingJudged:
            language(
                ca: "Cap regla no s'ha pogut avaluar: això no és un bon resultat, és cap resultat.",
                es: "Ninguna regla se ha podido evaluar: esto no es un buen resultado, es ningún resultado.",
                en: "No rule could be evaluated: this is not a good result, it is no result.")
        case .more: language(ca: "més", es: "más", en: "more")
        case .accepted: language(ca: "acceptat per", es: "aceptado por", en: "accepted by")
        case .until: language(ca: "fins al", es: "hasta el", en: "until")
        case .actions: language(ca: "Per on començar", es: "Por dónde empezar", en: "Where to start")
        case .gain: language(ca: "punts", es: "puntos", en: "points")
        case .together: language(ca: "totes juntes", es: "todas juntas", en: "all of them together")
        case .open: language(ca: "Obert", es: "Abierto", en: "Open")
        case .unknownCounts:
            language(
                ca: "el que no se sap eixampla l'interval", es: "lo que no se sabe ensancha el intervalo",
                en: "what is not known widens the interval")
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
