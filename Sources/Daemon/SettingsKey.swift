// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// One setting of guaita.yaml(5). The table `all` is the only place that names them: reading, checking, the JSON Schema,
/// the commented default file and the reference page all come from it.
public struct SettingsKey: Sendable {
    /// The name with its section, as `scan.interval`; without a dot it stands at the top.
    public let name: String
    /// What it takes, and where the value goes.
    public let value: Value
    /// What it does: sentences.
    public let documentation: LocalizedText
    /// A value that is not the default, as it stands in the file.
    public let example: String

    /// The field of the settings that a value goes to.
    public typealias Place<T> = any WritableKeyPath<Settings, T> & Sendable

    /// The kinds of values.
    public enum Value: Sendable {
        /// A span of whole seconds.
        case span(Place<Int64>, ClosedRange<Int64>)
        /// A number of bytes.
        case size(Place<Int64>, ClosedRange<Int64>)
        /// A whole number.
        case count(Place<Int>, ClosedRange<Int>)
        /// `true` or `false`.
        case flag(Place<Bool>)
        /// The absolute path of a file.
        case path(Place<String>)
        /// Absolute paths of files or directories, at least one.
        case paths(Place<[String]>)
        /// Globs over rule ids.
        case globs(Place<[String]>)
    }

    init(_ name: String, _ value: Value, example: String, ca: String, es: String, en: String) {
        self.name = name
        self.value = value
        self.example = example
        documentation = LocalizedText([.ca: ca, .es: es, .en: en])
    }

    /// The section it stands in; nil at the top.
    public var section: String? {
        name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[..<$0]) }
    }

    /// The name inside its section.
    public var key: String {
        name.utf8.firstIndex(of: UInt8(ascii: ".")).map { String(name[name.utf8.index(after: $0)...]) } ?? name
    }

    /// Every setting, those of a section together.
    public static let all: [SettingsKey] = [
        SettingsKey(
            "scan.interval", .span(\.interval, 60...30 * 86_400), example: "6h",
            ca: "D’una anàlisi completa a la següent. Entremig només es mira el que canvia.",
            es: "De un análisis completo al siguiente. Entretanto solo se mira lo que cambia.",
            en: "From one full scan to the next. Between them only what changes is looked at."),
        SettingsKey(
            "scan.jitter", .span(\.jitter, 0...86_400), example: "30m",
            ca: "A cada interval s’hi afegeix a l’atzar fins a aquest temps, perquè les màquines virtuals d’un mateix "
                + "servidor no analitzin totes alhora. No pot ser més llarg que l’interval.",
            es: "A cada intervalo se le añade al azar hasta este tiempo, para que las máquinas virtuales de un mismo "
                + "servidor no analicen todas a la vez. No puede ser más largo que el intervalo.",
            en:
                "Up to this much is added by chance to each interval, so that the virtual machines of one server do not "
                + "all scan at the same moment. It cannot be longer than the interval."),
        SettingsKey(
            "scan.watch", .flag(\.watch), example: "false",
            ca: "Si el canvi d’un fitxer que l’última anàlisi va llegir es mira de seguida. Amb false es troba a "
                + "l’interval següent.",
            es:
                "Si el cambio de un fichero que el último análisis leyó se mira enseguida. Con false se encuentra en el "
                + "intervalo siguiente.",
            en:
                "Whether a change of a file that the last scan read is noticed at once. With false it is noticed at the "
                + "next interval."),
        SettingsKey(
            "scan.settle", .span(\.settle, 1...60), example: "5s",
            ca:
                "Quant de temps ha de passar sense cap més canvi abans de mirar el que ha canviat: així una actualització "
                + "es mira un cop i no cent.",
            es: "Cuánto tiempo debe pasar sin más cambios antes de mirar lo que ha cambiado: así una actualización se "
                + "mira una vez y no cien.",
            en:
                "How long no further change may come before what changed is looked at: an upgrade is looked at once, not "
                + "a hundred times."),
        SettingsKey(
            "rules", .paths(\.rules), example: "[/usr/share/guaita/rules, /srv/guaita/rules]",
            ca: "Fitxers de regles i directoris amb fitxers de regles. Els d’aquesta llista per defecte poden faltar; "
                + "els que s’escriuen aquí, no.",
            es: "Ficheros de reglas y directorios con ficheros de reglas. Los de esta lista por defecto pueden faltar; "
                + "los que se escriben aquí, no.",
            en:
                "Rule files, and directories of them. Those of this default list may be missing; those that are written "
                + "here may not."),
        SettingsKey(
            "only", .globs(\.only), example: "[\"ssh.*\", \"tls.*\"]",
            ca:
                "Identificadors de les regles que compten; * val per qualsevol text i ? per un caràcter. Una llista buida: "
                + "totes.",
            es: "Identificadores de las reglas que cuentan; * vale por cualquier texto y ? por un carácter. Una lista "
                + "vacía: todas.",
            en: "Ids of the rules that count; * stands for any text and ? for one character. An empty list: all."),
        SettingsKey(
            "waivers", .path(\.waivers), example: "/srv/guaita/waivers.yaml",
            ca: "El fitxer dels riscos acceptats: qui accepta què, per què i fins quan. Pot faltar.",
            es: "El fichero de los riesgos aceptados: quién acepta qué, por qué y hasta cuándo. Puede faltar.",
            en: "The file of accepted risks: who accepts what, why, and until when. It may be missing."),
        SettingsKey(
            "journal.limit", .count(\.journalLimit, 0...100_000), example: "200",
            ca:
                "Quantes entrades sobre troballes escriu una anàlisi al journal com a màxim. Una més diu "
                + "quantes no hi han cabut; són a l’informe.",
            es: "Cuántas entradas sobre hallazgos escribe un análisis en el journal como máximo. Una más "
                + "dice cuántas no han cabido; están en el informe.",
            en:
                "The most entries about findings that one scan writes to the journal. One more says "
                + "how many were left out; they are in the report."),
        SettingsKey(
            "journal.heartbeat", .span(\.heartbeat, 60...30 * 86_400), example: "12h",
            ca: "Cada quant escriu guaita al journal que continua vigilant, quan no canvia res.",
            es: "Cada cuánto escribe guaita en el journal que sigue vigilando, cuando no cambia nada.",
            en: "How often guaita writes to the journal that it keeps watch, when nothing changes."),
        SettingsKey(
            "worker.memory", .size(\.workerMemory, 128 << 20...64 << 30), example: "512 MiB",
            ca:
                "Quanta memòria pròpia pot tenir el procés que llegeix els fitxers. Si en vol més s’acaba, i el "
                + "que estava llegint és una troballa.",
            es: "Cuánta memoria propia puede tener el proceso que lee los ficheros. Si quiere más se "
                + "termina, y lo que estaba leyendo es un hallazgo.",
            en: "How much memory of its own the process that reads the files may have. If it wants more it is "
                + "ended, and what it was reading is a finding."),
        SettingsKey(
            "worker.patience", .span(\.workerPatience, 1...600), example: "1m",
            ca:
                "Quant de temps pot estar sense avançar el procés que llegeix els fitxers. Després s’acaba, i el que estava "
                + "llegint és una troballa.",
            es: "Cuánto tiempo puede estar sin avanzar el proceso que lee los ficheros. Después se termina, y lo que "
                + "estaba leyendo es un hallazgo.",
            en:
                "How long the process that reads the files may go without progress. After that it is ended, and what it "
                + "was reading is a finding."),
    ]

    /// The sections in the order of the table.
    public static let sections: [String] = all.reduce(into: []) { sections, key in
        if let section = key.section, sections.last != section { sections.append(section) }
    }

    /// The setting of a name.
    public static func named(_ name: String) -> SettingsKey? { all.first { $0.name == name } }

    /// The value that some settings have for it, as it stands in the file: `1h30m`, `[a, b]`.
    public func text(_ settings: Settings) -> String {
        switch value {
        case .span(let path, _): TimeSpan(seconds: settings[keyPath: path]).wholeUnits
        case .size(let path, _): ByteSize(settings[keyPath: path]).text
        case .count(let path, _): String(settings[keyPath: path])
        case .flag(let path): String(settings[keyPath: path])
        case .path(let path): settings[keyPath: path]
        case .paths(let path): "[" + settings[keyPath: path].joined(separator: ", ") + "]"
        // A plain * at the beginning is an alias (YAML 1.2.2, 7.1).
        case .globs(let path): "[" + settings[keyPath: path].map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        }
    }

    /// The smallest and the largest value, as `1m … 30d`; nil where there is no such thing.
    public var range: String? {
        switch value {
        case .span(_, let range):
            "\(TimeSpan(seconds: range.lowerBound).wholeUnits) … \(TimeSpan(seconds: range.upperBound).wholeUnits)"
        case .size(_, let range): "\(ByteSize(range.lowerBound).text) … \(ByteSize(range.upperBound).text)"
        case .count(_, let range): "\(range.lowerBound) … \(range.upperBound)"
        case .flag, .path, .paths, .globs: nil
        }
    }

    /// What kind of value it takes, in English, as `a span of time, as 90s, 30m, 1h30m or 1d`.
    public var kind: String {
        switch value {
        case .span: "a span of time, as 90s, 30m, 1h30m or 1d"
        case .size: "a size, as 512MiB or 1GiB"
        case .count: "a whole number"
        case .flag: "true or false"
        case .path: "an absolute path"
        case .paths: "a list of absolute paths"
        case .globs: "a list of rule ids, with * and ?"
        }
    }
}
