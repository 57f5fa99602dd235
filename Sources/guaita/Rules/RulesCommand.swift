// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Model
import Rules
import YAML

/// `guaita rules`: what a rule's author needs.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "Checks, tests, lists and explains rules.",
        subcommands: [
            RulesCheckCommand.self, RulesTestCommand.self, RulesListCommand.self, RulesExplainCommand.self,
            RulesDocsCommand.self, RulesSchemaCommand.self,
        ])
}

/// `guaita rules check`: everything that is wrong with some rules.
struct RulesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Loads rules and lists all that is wrong with them; ends with 3 if anything is."
    )

    @Argument(help: "Rule files or directories.")
    var paths: [String] = []

    @OptionGroup var options: RuleOptions

    func run() throws {
        let (set, _) = try options.load(.check, additional: paths)
        for problem in set.problems { Terminal.complain(problem.rendered) }
        Terminal.print(
            "\(set.rules.count) rules are valid, \(set.errors.count) errors, \(set.problems.count - set.errors.count) warnings\n"
        )
        guard set.problems.isEmpty else { throw Ending(code: .rulesInvalid) }
    }
}

/// `guaita rules list`: one line a rule.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists rules, one line each.")

    @Argument(help: "Rule files or directories.")
    var paths: [String] = []

    @OptionGroup var options: RuleOptions

    @Option(help: "The language of the titles: ca, es or en. (default: the locale's)")
    var lang: Language?

    func run() throws {
        let (set, _) = try options.load(.scan, additional: paths)
        for rule in set.rules {
            let columns = [
                rule.id, rule.posture.rawValue, rule.severity.rawValue, rule.title(lang ?? Terminal.language),
            ]
            Terminal.print(columns.joined(separator: "\t") + "\n")
        }
        guard set.errors.isEmpty else {
            for problem in set.errors { Terminal.complain(problem.rendered) }
            throw Ending(code: .rulesInvalid)
        }
    }
}
