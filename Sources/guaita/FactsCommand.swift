// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import CEL
import Facts
import Host
import Model
import Reports
import Scan

/// `guaita facts`: what is in force, where it comes from and what it overrode.
struct FactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts",
        abstract: "Prints values in force, where they come from and what they overrode.",
        discussion:
            "PATH is any expression over the catalogue: sshd.PermitRootLogin, accounts.users.filter(u, u.uid == 0).")

    @Argument(help: "A path or an expression. (default: everything)")
    var path: String?

    @OptionGroup var hostOptions: HostOptions

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Who asks, as user=root,addr=203.0.113.9.", valueName: "key=value,…"))
    var question: String?

    @Option(help: "What to print: text or json.")
    var format: ScanCommand.Format = .text

    @Flag(help: "Print the catalogue of facts instead.")
    var catalogue = false

    func run() throws {
        guard !catalogue else { return Terminal.print(CatalogueText.text(format)) }
        let question = try self.question.map(parse)
        let environment = Environment(variables: FactCollection.catalogue.map { Variable($0.name, $0.type) })
        let program: Program?
        do throws(CompileFailure) {
            program = try path.map { text throws(CompileFailure) in try environment.compile(text) }
        } catch {
            let text = path ?? ""
            throw Ending(
                code: .usage,
                message: error.diagnostics.map { "guaita: \($0.rendered(in: text))" }.joined(separator: "\n"))
        }
        let roots = program?.variables
        var requested: [String: [String]] = [:]
        for root in ["files", "kernel.parameters"] { requested[root] = program?.literalKeys(of: root) }
        let facts = FactCollection(
            try hostOptions.host(), now: try hostOptions.moment(), roots: roots, requestedKeys: requested)
        if let question { try ask(question, facts) }
        for problem in facts.collection.problems {
            Terminal.complain("guaita: \(problem.origin.description): \(problem.message)")
        }
        let printer = FactPrinter(sources: facts.collection.sources)
        if let program, let path {
            let value = program.evaluate(Bindings(facts.collection.facts), zoneFile: ZoneFiles.read).value
            Terminal.print(printer.text([(path, value)], format))
            if case .error(let error) = value.kind {
                throw Ending(code: .usage, message: "guaita: \(path): \(error.message)")
            }
        } else {
            let values = facts.collection.facts.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            Terminal.print(printer.text(values.map { ($0.key, $0.value) }, format))
        }
    }

    private func parse(_ text: String) throws -> [String: String] {
        var question: [String: String] = [:]
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw Ending(
                    code: .usage, message: "guaita: --for \(text): expected key=value, as user=root,addr=203.0.113.9")
            }
            question[String(pair[0])] = String(pair[1])
        }
        return question
    }

    /// Replaces the roots that depend on who asks by the answer to this asker.
    private func ask(_ question: [String: String], _ facts: FactCollection) throws(Ending) {
        do throws(QuestionError) {
            let answered = try facts.answer(question)
            if answered.isEmpty {
                throw QuestionError("nothing in \(path ?? "the catalogue") depends on who asks")
            }
        } catch {
            throw Ending(code: .usage, message: "guaita: --for: \(error.message)")
        }
    }
}
