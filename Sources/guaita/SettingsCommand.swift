// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Model

/// `guaita settings`: what guaita.yaml can say, in the form that is asked for. The files of the same names in docs/ and
/// systemd/ are this output.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Prints what guaita.yaml can say: a reference, a schema, or a commented file.",
        discussion: "What is in force on this machine is for guaita daemon --check to say.")

    @Argument(help: "reference (Markdown), manual (guaita.yaml(5)), schema (JSON Schema 2020-12) or file (commented).")
    var form: Form = .reference

    @Option(help: "The language of the file's comments: ca, es or en.")
    var lang: Language = .en

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case reference, manual, schema, file
    }

    func run() {
        switch form {
        case .reference: Terminal.print(SettingsReference.markdown)
        case .manual: Terminal.print(SettingsReference.manual(version: Guaita.version))
        case .schema: Terminal.print(SettingsSchema.text)
        case .file: Terminal.print(SettingsDocument(lang).text)
        }
    }
}
