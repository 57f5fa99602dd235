// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Host
import Model
import Reports

/// `guaita status`: how the daemon of this machine is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows how the daemon is: scores and since when, scans, rules, what it cannot see.",
        discussion:
            "Ends with 0 when the daemon runs and all is well with it, 1 when it does not run or something is amiss.")

    @Option(help: "What to print: text or json.")
    var format: ScanCommand.Format = .text

    @Option(help: "The language of the text: ca, es or en. (default: the locale's)")
    var lang: Language?

    @Option(help: ArgumentHelp("Where the daemon tells how it is.", valueName: "file"))
    var file: String = StatusFile.path

    func run() throws {
        let host = try LiveHost()
        let read: (status: DaemonStatus, bytes: [UInt8])
        do throws(StatusFile.Failure) {
            read = try StatusFile.read(WorkingDirectory.absolute(file), from: host)
        } catch {
            throw ending(error)
        }
        let now = Timestamp.now
        let isRunning = StatusFile.isRunning(read.status, on: host)
        switch format {
        case .json: Terminal.print(read.bytes)
        case .text:
            let text = StatusText(
                width: Terminal.width, colour: Terminal.wantsColour, language: lang ?? Terminal.language)
            let life: StatusText.Life = isRunning.map { $0 ? .running : .stopped } ?? .hidden
            Terminal.print(text.text(read.status, life, at: now))
        }
        if isRunning == false || !read.status.concerns(at: now).isEmpty { throw Ending(code: .gateNotMet) }
    }

    private func ending(_ failure: StatusFile.Failure) -> Ending {
        switch failure {
        case .absent:
            Ending(
                code: .gateNotMet,
                message: "guaita: the daemon is not running: there is no \(file) (systemctl status guaita)")
        case .unreadable(let reason): Ending(code: .internalError, message: "guaita: \(file): \(reason)")
        case .otherVersion:
            Ending(
                code: .internalError,
                message: "guaita: \(file) was written by another version of guaita: restart the daemon")
        case .damaged(let reason):
            Ending(code: .internalError, message: "guaita: \(file) is damaged: \(reason)")
        }
    }
}
