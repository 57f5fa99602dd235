// SPDX-License-Identifier: GPL-3.0-or-later

import Model

extension Waiver {
    /// True when the waiver speaks of this object of a rule on this host, expired or not.
    func covers(rule id: String, object: FoundObject, host name: String) -> Bool {
        guard Glob(rule).matches(id) else { return false }
        if let host, !Glob(host).matches(name) { return false }
        guard let pattern = self.object else { return true }
        let glob = Glob(pattern)
        return glob.matches(object.key) || object.places.contains { glob.matches($0.path) }
    }
}

extension Finding {
    /// An acceptance that has run out. It carries no points: a waiver never moves the technical score.
    static func expired(_ waiver: Waiver, posture: Posture, until day: String) -> Finding {
        let key = [waiver.rule, waiver.object ?? "*", waiver.host ?? "*"].joined(separator: " ")
        let object = FoundObject(
            fingerprint: Fingerprint.of(rule: "guaita.waiver-expired", kind: "waiver", key: key), kind: "waiver",
            key: key,
            message: LocalizedText([
                .ca: "l'acceptació de \(waiver.rule) va vèncer el \(day); responsable: \(waiver.owner)",
                .es: "la aceptación de \(waiver.rule) venció el \(day); responsable: \(waiver.owner)",
                .en: "the acceptance of \(waiver.rule) ended on \(day); owner: \(waiver.owner)",
            ]),
            places: [waiver.origin])
        return Finding(
            fingerprint: object.fingerprint, rule: "guaita.waiver-expired", posture: posture, severity: .info,
            title: LocalizedText([
                .ca: "cap acceptació de risc no ha vençut", .es: "ninguna aceptación de riesgo ha vencido",
                .en: "no accepted risk has run out",
            ]),
            why: LocalizedText([
                .ca:
                    "Un risc s'accepta fins a un dia perquè algú el torni a mirar. Aquest dia ha passat i el risc compta de nou.",
                .es:
                    "Un riesgo se acepta hasta un día para que alguien vuelva a mirarlo. Ese día ha pasado y el riesgo cuenta de nuevo.",
                .en:
                    "A risk is accepted until a day so that somebody looks at it again. That day has passed, and the risk counts again.",
            ]),
            fix: LocalizedText([
                .ca:
                    "Arregleu la causa, o acordeu una data nova amb la persona responsable i escriviu-la al fitxer d'acceptacions.",
                .es:
                    "Arregle la causa, o acuerde una fecha nueva con la persona responsable y escríbala en el fichero de aceptaciones.",
                .en: "Fix the cause, or agree a new date with the owner and write it in the waivers file.",
            ]),
            effortMinutes: 5, references: [:], objects: [object])
    }
}
