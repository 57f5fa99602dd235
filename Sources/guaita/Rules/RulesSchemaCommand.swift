// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Facts
import Model
import Reports
import Rules
import Scan

/// `guaita rules schema`: the JSON Schema of the rule format, for editors.
struct RulesSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema (2020-12) of the rule format.",
        discussion: "For yaml-language-server: # yaml-language-server: $schema=rules.schema.json")

    func run() { Terminal.print(RuleSchema.json(roots: FactCollection.catalogue.map(\.name)).text) }
}
