// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Glibc

/// The command line. One file a command; this one only lists them and maps their endings to exit codes.
@main
struct Guaita: ParsableCommand {
    static let version = "0.2.0"

    static let configuration = CommandConfiguration(
        commandName: "guaita",
        abstract: "Keeps watch over a server: what is in force, how safe it is, whether it will hold.",
        discussion: """
            Exit codes: 0 gate met, 1 gate not met, 2 usage, 3 rule set invalid, 4 coverage below the gate or nothing \
            evaluated, 5 internal error.
            """,
        version: version,
        subcommands: [
            ScanCommand.self, FactsCommand.self, RulesCommand.self, DaemonCommand.self, InitCommand.self,
            StatusCommand.self, SettingsCommand.self,
        ])

    static func main() {
        // A reader that goes away (`guaita scan | head`) is an error of write(2), not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        do {
            let arguments = CommandLine.arguments.dropFirst()
            if arguments.first == WorkerCommand.name {
                try WorkerCommand.run(arguments.dropFirst())
            } else {
                var command = try parseAsRoot()
                try command.run()
            }
        } catch let ending as Ending {
            Terminal.complain(ending.message)
            Glibc.exit(ending.code.rawValue)
        } catch {
            let isHelp = exitCode(for: error) == .success
            let text = fullMessage(for: error)
            if isHelp { Terminal.print(text + "\n") } else { Terminal.complain(text) }
            Glibc.exit(isHelp ? 0 : Ending.Code.usage.rawValue)
        }
    }
}

/// How a command ends when it does not simply succeed.
struct Ending: Error {
    /// The contract of the command line.
    enum Code: Int32 {
        case gateNotMet = 1
        case usage = 2
        case rulesInvalid = 3
        case coverageTooLow = 4
        case internalError = 5
    }

    let code: Code
    /// What to say on standard error; empty when all is said.
    var message = ""
}
