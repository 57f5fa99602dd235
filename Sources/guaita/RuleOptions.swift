// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Host
import Rules
import Scan

/// Where rules come from and which of them count. Rules are files of the machine guaita runs on, whatever it audits.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: "A rule file or a directory of them. May be repeated. (default: \(Self.defaults.joined(separator: ", ")))"
    )
    var paths: [String] = []

    @Option(help: "Only rules whose id matches, as 'ssh.*'. May be repeated.")
    var only: [String] = []

    static let defaults = Settings.defaultRules

    /// The rule set, and the SHA-256 over its files.
    func load(_ strictness: RuleLoader.Strictness, additional: [String] = []) throws(Ending) -> (
        set: RuleSet, digest: String
    ) {
        let named = paths + additional
        let sought = named.isEmpty ? Self.defaults : named
        let found: RuleFiles
        do throws(HostError) {
            found = RuleFiles(sought.map { (WorkingDirectory.absolute($0), $0) }, on: try LiveHost())
        } catch {
            throw Ending(code: .usage, message: "guaita: /: \(error.description)")
        }
        for failure in found.failures where !named.isEmpty || failure.error != .notFound {
            throw Ending(code: .usage, message: "guaita: \(failure.path): \(failure.error.description)")
        }
        guard !found.files.isEmpty || !found.problems.isEmpty else {
            throw Ending(
                code: .usage,
                message: "guaita: no rules in \(sought.joined(separator: ", ")); name some with --rules")
        }
        let set = found.load(strictness, only: only)
        if !only.isEmpty, set.rules.isEmpty, set.errors.isEmpty {
            throw Ending(code: .usage, message: "guaita: no rule matches \(only.joined(separator: ", "))")
        }
        return (set, found.digest)
    }
}
