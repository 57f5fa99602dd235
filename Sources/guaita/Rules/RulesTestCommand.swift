// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Audit
import Model
import Rules
import Scan
import YAML

/// `guaita rules test`: runs the tests rules carry.
struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the tests rules carry; ends with 1 if one fails, 3 if a rule is not valid."
    )

    @Argument(help: "Rule files or directories.")
    var paths: [String] = []

    @OptionGroup var options: RuleOptions

    @Flag(help: "Also require that the tests see every condition both true and false.")
    var coverage = false

    @Flag(help: "Also flip every comparison and connective: a test of the rule must notice.")
    var mutate = false

    func run() throws {
        let (set, _) = try options.load(.check, additional: paths)
        for problem in set.errors { Terminal.complain(problem.rendered) }
        let runner = RuleTestRunner(world: TestWorlds.world)
        var failures: [RuleTestRunner.Failure] = []
        var (tests, mutants) = (0, 0)
        for rule in set.rules {
            tests += rule.tests.count
            let failed = runner.run(rule)
            failures += failed
            // A rule whose tests fail notices everything and covers nothing: the first is what to mend.
            guard failed.isEmpty else { continue }
            if coverage { failures += runner.uncovered(rule) }
            if mutate {
                let (survivors, tried) = runner.mutate(rule)
                mutants += tried
                failures += survivors
            }
        }
        for failure in failures {
            Terminal.complain("\(failure.origin.description): \(failure.rule): \(failure.subject): \(failure.message)")
        }
        let mutation = mutate ? ", \(mutants) mutants tried" : ""
        Terminal.print(
            "\(set.rules.count) rules, \(tests) tests\(mutation)\n\(tests + mutants - min(failures.count, tests + mutants)) passed, \(failures.count) failed\n"
        )
        guard set.errors.isEmpty else { throw Ending(code: .rulesInvalid) }
        guard failures.isEmpty else { throw Ending(code: .gateNotMet) }
    }
}
