// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A settings file for people to edit: every setting with what it does, commented out at its default, or set with the
/// reason why.
public struct SettingsDocument: Sendable {
    /// The language of its comments.
    public var language: Language
    /// Paragraphs at its head, after what the file is.
    public var preface: [String]
    /// Settings that are set, by name.
    public var suggestions: [String: Suggestion]

    /// A value and why.
    public struct Suggestion: Sendable, Hashable {
        /// The value, as it stands in the file.
        public var value: String
        /// A sentence.
        public var reason: String

        /// A value and why.
        public init(value: String, reason: String) {
            self.value = value
            self.reason = reason
        }
    }

    /// A file; without suggestions it says the same as no file at all.
    public init(_ language: Language = .en, preface: [String] = [], suggestions: [String: Suggestion] = [:]) {
        self.language = language
        self.preface = preface
        self.suggestions = suggestions
    }

    /// The file.
    public var text: String {
        var lines = comment(Self.head(language), indent: "")
        lines += ["#"] + Self.commands(language).map { "#     " + $0 }
        for paragraph in preface { lines += ["#"] + comment(paragraph, indent: "") }
        var section: String?
        for key in SettingsKey.all {
            lines.append("")
            if key.section != section, let name = key.section { lines.append("\(name):") }
            section = key.section
            lines += entry(key, indent: section == nil ? "" : "  ")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func entry(_ key: SettingsKey, indent: String) -> [String] {
        var lines = comment(key.documentation(language), indent: indent)
        if let range = key.range {
            lines.append("\(indent)# (\(range))")
        } else if key.text(Settings()) != key.example {
            lines.append("\(indent)# \(language(ca: "Exemple", es: "Ejemplo", en: "Example")): \(key.example)")
        }
        guard let suggestion = suggestions[key.name] else {
            return lines + ["\(indent)#\(key.key): \(key.text(Settings()))"]
        }
        lines += comment(suggestion.reason, indent: indent, mark: "#> ")
        return lines + ["\(indent)\(key.key): \(suggestion.value)"]
    }

    private func comment(_ text: String, indent: String, mark: String = "# ") -> [String] {
        text.wrapped(width: 80, first: indent + mark, rest: indent + mark)
    }

    // MARK: Words

    private static func head(_ language: Language) -> String {
        language(
            ca:
                "Configuració del servei guaita, guaita.yaml(5). El que està comentat té el valor per defecte, el que s’hi "
                + "veu: per canviar-lo, traieu-ne el #. Després:",
            es:
                "Configuración del servicio guaita, guaita.yaml(5). Lo que está comentado tiene su valor por defecto, el "
                + "que se ve: para cambiarlo, quite el #. Después:",
            en:
                "Settings of the guaita service, guaita.yaml(5). What is commented out has its default, the value shown: "
                + "to change it, take the # away. Then:")
    }

    private static func commands(_ language: Language) -> [String] {
        let check = language(
            ca: "diu què hi ha en vigor i què està malament", es: "dice qué hay en vigor y qué está mal",
            en: "says what is in force and what is wrong")
        let reload = language(ca: "ho posa en vigor", es: "lo pone en vigor", en: "puts it in force")
        return ["guaita daemon --check      " + check, "systemctl reload guaita    " + reload]
    }
}
