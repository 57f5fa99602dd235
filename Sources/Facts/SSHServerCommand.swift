// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// How the service starts sshd: the options on its command line, which count before the file (sshd(8)), as ssh.service
/// with its drop-ins and environment files gives them.
struct SSHServerCommand: Sendable {
    /// The configuration file, `-f` or the usual one.
    private(set) var file = "/etc/ssh/sshd_config"
    /// Options as lines of configuration, in the order sshd takes them.
    private(set) var options: [SSHServerFile.Line] = []
    /// `-p` was given: ports of the file do not count.
    private(set) var setsPorts = false
    /// ssh.socket is enabled: systemd listens, and Port and ListenAddress do not say where.
    private(set) var isSocketActivated = false
    /// Why the command line cannot be known, when it cannot.
    private(set) var failure: String?

    private struct Argument {
        var text: String
        var origin: Origin
    }

    init(_ units: SystemdUnits, _ host: any Host) {
        isSocketActivated = [.enabled, .enabledRuntime].contains(units.state(of: "ssh.socket"))
        let unit = units.unit("ssh.service")
        if unit?.isMasked == true { return }
        failure = unit?.failure
        var variables = Variables()
        // A tree of /etc alone lacks the packaged unit, which starts sshd so.
        let isPackaged = unit?.fragment == nil
        if isPackaged { variables.read("-/etc/default/ssh", host) }
        let stock = (SystemdUnitCommand(path: "/usr/sbin/sshd", arguments: ["-D", "$SSHD_OPTS"]), Origin(path: ""))
        guard let (command, origin) = unit?.commands("ExecStart").last ?? (isPackaged ? stock : nil),
            command.path.hasSuffix("/sshd")
        else { return }
        if let unit { variables.read(unit, host) }
        if command.arguments.contains(where: { $0.utf8.contains(UInt8(ascii: "$")) }) {
            failure = failure ?? variables.failure
        }
        var arguments = command.arguments.flatMap { argument -> [Argument] in
            let one = SystemdUnitCommand(prefixes: command.prefixes, path: command.path, arguments: [argument])
            let place = argument.hasPrefix("$") ? variables.origins[String(argument.dropFirst())] : nil
            return one.arguments(in: variables.values).map { Argument(text: $0, origin: place ?? origin) }
        }[...]
        read(&arguments)
    }

    /// The environment of the command, each variable with its place.
    private struct Variables {
        var values: [String: String] = [:]
        var origins: [String: Origin] = [:]
        var failure: String?

        /// `Environment=`, then `EnvironmentFile=`, the later winning.
        mutating func read(_ unit: SystemdUnit, _ host: any Host) {
            for (word, origin) in unit.words("Service", "Environment", escapes: .unescape) {
                let parts = word.utf8.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                set(String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self), origin)
            }
            for assignment in unit.list("Service", "EnvironmentFile") { read(unit.expand(assignment.value), host) }
        }

        /// A file of variables; with `-` before it, it may be missing.
        mutating func read(_ written: String, _ host: any Host) {
            let mayMiss = written.hasPrefix("-")
            let path = mayMiss ? String(written.dropFirst()) : written
            do throws(HostError) {
                for variable in SystemdUnitEnvironment(try host.read(path).bytes, path: path).variables {
                    set(variable.name, variable.value, variable.origin)
                }
            } catch {
                if error == .notFound, mayMiss { return }
                failure = failure ?? "\(path): \(error.description)"
            }
        }

        private mutating func set(_ name: String, _ value: String, _ origin: Origin) {
            values[name] = value
            origins[name] = origin
        }
    }

    /// getopt(3) with sshd's own letters.
    private mutating func read(_ arguments: inout ArraySlice<Argument>) {
        let takesArgument = Set("CEbcfghkopu".utf8)
        while let argument = arguments.popFirst() {
            var letters = Array(argument.text.utf8)[...]
            guard letters.count > 1, letters.popFirst() == UInt8(ascii: "-") else { return }
            while let letter = letters.popFirst() {
                guard takesArgument.contains(letter) else {
                    add(letter, "", argument.origin)
                    continue
                }
                let value =
                    letters.isEmpty ? arguments.popFirst()?.text ?? "" : String(decoding: letters, as: UTF8.self)
                letters = []
                add(letter, value, argument.origin)
            }
        }
    }

    private mutating func add(_ letter: UInt8, _ argument: String, _ origin: Origin) {
        switch letter {
        case UInt8(ascii: "4"): append("AddressFamily inet", origin)
        case UInt8(ascii: "6"): append("AddressFamily inet6", origin)
        case UInt8(ascii: "f"): file = argument.hasPrefix("/") ? argument : "/" + argument
        case UInt8(ascii: "p"):
            setsPorts = true
            append("Port \(argument)", origin)
        case UInt8(ascii: "g"): append("LoginGraceTime \(argument)", origin)
        case UInt8(ascii: "h"): append("HostKey \(argument)", origin)
        case UInt8(ascii: "c"): append("HostCertificate \(argument)", origin)
        case UInt8(ascii: "q"): append("LogLevel QUIET", origin)
        case UInt8(ascii: "d"): append("LogLevel DEBUG", origin)
        case UInt8(ascii: "o"): append(argument, origin)
        default: break
        }
    }

    private mutating func append(_ text: String, _ origin: Origin) {
        for directive in SSHServerConfiguration(option: Array(text.utf8)).directives {
            options.append(SSHServerFile.Line(origin: origin, directive: directive, content: .setting))
        }
    }
}
