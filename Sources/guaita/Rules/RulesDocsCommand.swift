// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Model
import Rules

/// `guaita rules docs`: the pages about rules, from the rules themselves.
struct RulesDocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs",
        abstract: "Prints the rules as a Markdown page, with a table of what they give evidence for.")

    @Argument(help: "Rule files or directories.")
    var paths: [String] = []

    @OptionGroup var options: RuleOptions

    @Option(help: "The language: ca, es or en. (default: the locale's)")
    var lang: Language?

    func run() throws {
        let (set, _) = try options.load(.scan, additional: paths)
        let language = lang ?? Terminal.language
        Terminal.print("# guaita: \(set.rules.count)\n\n" + matrix(set.rules) + "\n")
        for rule in set.rules { Terminal.print(RuleText.markdown(rule, language)) }
        guard set.errors.isEmpty else {
            for problem in set.errors { Terminal.complain(problem.rendered) }
            throw Ending(code: .rulesInvalid)
        }
    }

    /// Framework ids by rule.
    private func matrix(_ rules: [Rule]) -> String {
        var byID: [String: [String]] = [:]
        for rule in rules {
            for (framework, ids) in rule.references {
                for id in ids { byID["\(framework) \(id)", default: []].append(rule.id) }
            }
        }
        var lines = ["| id | rules |", "|---|---|"]
        for (id, rules) in byID.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            lines.append("| \(id) | \(rules.joined(separator: ", ")) |")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
