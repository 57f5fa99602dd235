// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

extension SettingsReading {
    /// Every setting with its value in force and where it comes from: a line of the file, or `default`. One line each,
    /// in columns.
    public func inForce(_ language: Language) -> String {
        let rows = SettingsKey.all.map { key in
            (name: key.name, value: key.text(settings), origin: origins[key.name])
        }
        let name = rows.map(\.name.count).max() ?? 0
        // A long list does not push the places of all others to the right.
        let value = min(rows.map(\.value.count).max() ?? 0, 32)
        return rows.map { row in
            let place = row.origin?.description ?? language(ca: "per defecte", es: "por defecto", en: "default")
            return row.name.padded(to: name) + "  " + row.value.printable.padded(to: value) + "  \(place)\n"
        }.joined()
    }
}
