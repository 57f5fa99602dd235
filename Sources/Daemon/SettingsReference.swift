// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// The page about guaita.yaml, from the table of settings: docs/guaita.yaml.md, and guaita.yaml(5).
public enum SettingsReference {
    /// The page in Markdown.
    public static var markdown: String {
        var text = """
            # guaita.yaml

            \(introduction.joined(separator: "\n\n"))

            | setting | default | range |
            |---|---|---|

            """
        for key in SettingsKey.all {
            text += "| `\(key.name)` | `\(key.text(Settings()))` | \(key.range ?? key.kind) |\n"
        }
        for key in SettingsKey.all {
            text += """

                ## \(key.name)

                \(key.documentation(.en))

                Takes \(key.kind)\(key.range.map { ", \($0)" } ?? ""). Default: `\(key.text(Settings()))`.

                ```yaml
                \(example(key))
                ```

                """
        }
        return text
    }

    /// The page for man(1), in man(7).
    public static func manual(version: String) -> String {
        var text = """
            .\\" SPDX-License-Identifier: GPL-3.0-or-later
            .TH GUAITA.YAML 5 "" "guaita \(version)"
            .SH NAME
            guaita.yaml \\- settings of the guaita service
            .SH DESCRIPTION
            \(introduction.map(roff).joined(separator: "\n.PP\n"))
            .SH SETTINGS

            """
        for key in SettingsKey.all {
            text += """
                .TP
                .B \(key.name)
                \(roff(key.documentation(.en)))
                .br
                Takes \(roff(key.kind))\(key.range.map { ", \(roff($0))" } ?? "").
                Default: \(roff(key.text(Settings()))).

                """
        }
        return text + """
            .SH FILES
            .TP
            .I \(Settings.defaultPath)
            .SH EXAMPLE
            .nf
            scan:
              interval: 6h
            only: ["ssh.*", "tls.*"]
            .fi
            .SH SEE ALSO
            .BR guaita (1),
            .BR guaita-rules (7)

            """
    }

    private static let introduction = [
        "The settings of the guaita service are in `\(Settings.defaultPath)`, a YAML file. None is needed: where the file "
            + "is missing, empty or silent, the defaults hold. A name with a dot is a key inside a section: "
            + "`scan.interval` is `interval`, indented, below `scan:`.",
        "`guaita daemon --check` prints every setting in force, with the line that sets it, and everything that is wrong, "
            + "with its place. It ends with 0 when the service could run, 2 when the settings are not valid, 3 when rules "
            + "or accepted risks are not. `systemctl reload guaita` puts a valid file in force; one that is not valid is "
            + "refused, and the old settings stay.",
        "Unknown settings, wrong kinds of values, values out of range and settings that are there twice are errors, never "
            + "passed over.",
    ]

    private static func example(_ key: SettingsKey) -> String {
        let entry = "\(key.key): \(key.example)"
        return key.section.map { "\($0):\n  \(entry)" } ?? entry
    }

    /// Text in which nothing means anything to roff: no text here begins a line with a dot or an apostrophe.
    private static func roff(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).joined()
            .split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\e")
            .split(separator: "-", omittingEmptySubsequences: false).joined(separator: "\\-")
    }
}
