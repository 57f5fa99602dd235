// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Glibc
import Host
import Model
import Scan

/// Which host, and when.
struct HostOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Audit the tree below a directory instead of this machine.", valueName: "dir"))
    var root: String?

    @Option(help: ArgumentHelp("Modes, owners and times from an mtree(5) manifest.", valueName: "file"))
    var attributes: String?

    @Option(help: ArgumentHelp("The moment to judge at, as 2026-11-23T09:00:00Z. (default: now)", valueName: "time"))
    var at: String?

    /// The host the options name.
    func host() throws(Ending) -> any Host {
        let base: any Host
        do throws(HostError) {
            base = if let root { try TreeHost(root: WorkingDirectory.absolute(root)) } else { try LiveHost() }
        } catch {
            throw Ending(code: .usage, message: "guaita: \(root ?? "/"): \(error.description)")
        }
        guard let attributes else { return base }
        do throws(HostError) {
            let manifest = MTree(try LiveHost().read(WorkingDirectory.absolute(attributes)).bytes)
            for problem in manifest.problems {
                Terminal.complain("guaita: \(attributes):\(problem.line): \(problem.message)")
            }
            return AttributedHost(base, manifest: manifest)
        } catch {
            throw Ending(code: .usage, message: "guaita: --attributes \(attributes): \(error.description)")
        }
    }

    /// The moment the options name.
    func moment() throws(Ending) -> Timestamp {
        guard let at else { return .now }
        guard let moment = Timestamp(rfc3339: at) ?? Timestamp(rfc3339: at + "T00:00:00Z") else {
            throw Ending(code: .usage, message: "guaita: --at \(at): expected a moment, as 2026-11-23T09:00:00Z")
        }
        return moment
    }
}

extension ZoneFiles {
    /// A zone of the machine guaita runs on.
    @Sendable static func read(_ name: String) -> [UInt8]? { (try? LiveHost()).flatMap { read(name, on: $0) } }
}

extension Timestamp {
    /// What the clock of this machine says, in whole seconds.
    static var now: Timestamp {
        var time = timespec()
        // The kernel writes one `timespec`, which is what it is given.
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { return Timestamp(seconds: 0) }
        return Timestamp(seconds: Int64(time.tv_sec))
    }
}
