// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Daemon
import Host

/// `guaita daemon`: the service.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Keeps watch: scans at the start, on an interval and when a file changes, and tells the journal.",
        discussion: """
            Runs in the foreground, as systemd wants it (guaita.service). SIGHUP reloads settings and rules, SIGTERM \
            ends. State and report are kept in --state, what is gone with the boot in --runtime.
            """)

    @Option(help: ArgumentHelp("The settings.", valueName: "file"))
    var config = Settings.defaultPath

    @Flag(help: "Check settings, rules and waivers, print what would be in force, and end.")
    var check = false

    @Option(help: ArgumentHelp("Watch the tree below a directory instead of this machine.", valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp(
            "For the report and the state. (default: $STATE_DIRECTORY, else /var/lib/guaita)", valueName: "dir"))
    var state: String?

    @Option(help: ArgumentHelp("For the status. (default: $RUNTIME_DIRECTORY, else /run/guaita)", valueName: "dir"))
    var runtime: String?

    func run() throws {
        if check {
            var check = DaemonCheck(config: config, language: Terminal.language)
            return try check.run()
        }
        let path = WorkingDirectory.absolute(config)
        let reading = Settings.read(path: path)
        Terminal.complain(reading.problems.map(\.rendered).joined())
        guard reading.isValid else { throw Ending(code: .usage) }
        let places = Broker.Places(
            settings: path, root: root.map(WorkingDirectory.absolute),
            state: Self.directory(state, "STATE_DIRECTORY", "/var/lib/guaita"),
            run: Self.directory(runtime, "RUNTIME_DIRECTORY", "/run/guaita"))
        let broker: Broker
        do throws(Broker.Failure) {
            broker = try Broker(reading.settings, places: places, version: Guaita.version)
        } catch {
            throw Ending(code: .internalError, message: "guaita: \(error.path): \(error.error.description)")
        }
        let code = broker.start()
        if let code = Ending.Code(rawValue: code) { throw Ending(code: code) }
    }

    /// systemd gives several directories separated by colons (systemd.exec(5)); the first is the unit's own.
    private static func directory(_ option: String?, _ variable: String, _ usual: String) -> String {
        if let option { return WorkingDirectory.absolute(option) }
        return Terminal.environment(variable)?.split(separator: ":").first.map(String.init) ?? usual
    }
}
