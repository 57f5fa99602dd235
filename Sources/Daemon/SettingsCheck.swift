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
            let place = row.origin?.description ?? Self.byDefault(language)
            return Self.padded(row.name, name) + "  " + Self.padded(row.value.printable, value) + "  \(place)\n"
        }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func byDefault(_ language: Language) -> String {
        switch language {
        case .ca: "per defecte"
        case .es: "por defecto"
        case .en: "default"
        }
    }
}
