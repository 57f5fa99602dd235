// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Host
import Sandbox
import Worker

/// `guaita worker`: what `guaita daemon` starts for each piece of work. Not for people.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Does one job for guaita daemon.", shouldDisplay: false)

    @Option(help: "The most memory it may use, in bytes.")
    var memory: Int64 = 1 << 30

    /// Where the daemon puts the socket.
    private static let socket: Int32 = 3

    func run() throws {
        guard Channel.canTake(Self.socket) else {
            throw Ending(
                code: .usage, message: "guaita: worker is started by guaita daemon, with a socket as descriptor 3")
        }
        do throws(WorkerFailure) {
            try Worker.run(
                Channel(raw: Self.socket), version: Guaita.version, limits: Sandbox.Limits(memory: memory))
        } catch {
            throw Ending(code: .internalError, message: "guaita worker: \(error.description)")
        }
    }
}
