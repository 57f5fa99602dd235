// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Sandbox
import Worker

/// `guaita worker BYTES`: what `guaita daemon` starts for each piece of work; the argument is the most memory it may
/// use. Not for people, and not a command of the parser: building that took a tenth of the time a worker needs to look
/// at one changed file.
enum WorkerCommand {
    static let name = "worker"

    /// Where the daemon puts the socket.
    private static let socket: Int32 = 3

    static func run(_ arguments: ArraySlice<String>) throws(Ending) {
        guard arguments.count == 1, let memory = arguments.first.flatMap({ Int64($0) }), Channel.canTake(Self.socket)
        else {
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
