// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// A redis-server: a unit that starts one, or a file of /etc/redis that no unit speaks of.
struct RedisInstance {
    /// The unit, or the file without one.
    let name: String
    let path: String
    /// Nil where no unit is known.
    let unit: SystemdUnit?
    let isStarted: Bool
    let settings: RedisSettings

    /// All of a host, by name.
    static func all(_ units: SystemdUnits, _ host: any Host) -> [RedisInstance] {
        var found: [RedisInstance] = []
        var names = Set((units.names + units.wantedNames).filter { $0.hasSuffix(".service") && !$0.contains("@.") })
        names.formUnion(configurations(host).compactMap { template(of: $0) })
        var seen: Set<String> = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where name.asciiLowercased.contains("redis") {
            guard let unit = units.unit(name), !unit.isMasked, seen.insert(unit.name.text).inserted,
                let (command, origin) = unit.commands("ExecStart").last, command.path.hasSuffix("/redis-server")
            else { continue }
            let state = units.state(of: unit.name.text)
            let isStarted = state != nil && state != .disabled && state != .masked && state != .maskedRuntime
            let (path, options) = options(command.arguments)
            let directory = unit.last("Service", "WorkingDirectory")?.value ?? "/"
            let full = path.map { HostPath.absolute($0, in: directory) }
            found.append(
                RedisInstance(
                    name: unit.name.text, path: full ?? origin.path, unit: unit, isStarted: isStarted,
                    settings: RedisSettings(path, options: options, at: origin, in: directory, host)))
        }
        // A copy of /etc has no units; where there are units and none reads the file, nothing does.
        let main = "/etc/redis/redis.conf"
        if units.isEmpty, configurations(host).contains(HostPath.name(of: main)) {
            let settings = RedisSettings(main, options: "", at: Origin(path: main), in: "/", host)
            found.append(RedisInstance(name: "redis", path: main, unit: nil, isStarted: true, settings: settings))
        }
        return found
    }

    private static func configurations(_ host: any Host) -> [String] {
        do throws(HostError) { return try host.list("/etc/redis").map(\.name).filter { $0.hasSuffix(".conf") } } catch {
            return []
        }
    }

    /// Debian's redis-server@NAME.service reads /etc/redis/redis-NAME.conf.
    private static func template(of file: String) -> String? {
        guard file.hasPrefix("redis-"), file.utf8.count > 11 else { return nil }
        return "redis-server@\(file.dropFirst(6).dropLast(5)).service"
    }

    /// `redis-server [/path/to/redis.conf] [options]`: what begins with `--` begins a line, what follows are its
    /// arguments.
    static func options(_ arguments: [String]) -> (path: String?, lines: String) {
        var rest = arguments[...]
        var path: String?
        if let first = rest.first, !first.hasPrefix("-") {
            path = first
            rest = rest.dropFirst()
        }
        var lines = ""
        var isName = true
        while let argument = rest.popFirst() {
            guard isName, argument.hasPrefix("--") else {
                lines += quoted(argument) + " "
                isName = true
                continue
            }
            if !lines.isEmpty { lines += "\n" }
            lines += argument.dropFirst(2) + " "
            isName = RedisConfiguration.words(argument.utf8)?.count != 1
            guard !isName, argument.asciiLowercased == "--save" else { continue }
            // Without a value it is empty, so that nothing is saved.
            if rest.isEmpty || rest.first?.hasPrefix("--") ?? false {
                lines += "\"\""
                isName = true
            }
        }
        return (path, lines)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += "\\" + String(Character(Unicode.Scalar(byte)))
            case 0x20...0x7E: result += String(Character(Unicode.Scalar(byte)))
            default: result += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return result + "\""
    }

    /// Addresses it listens on, for TCP of any kind.
    var addresses: [String] {
        guard settings.text("port") != "0" || settings.text("tls-port") != "0" else { return [] }
        return settings.bind.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
    }

    /// 127.0.0.0/8, ::1 and what names them; all else may be reached from outside.
    static func isLoopback(_ address: String) -> Bool {
        address == "::1" || address.asciiLowercased == "localhost" || address.hasPrefix("127.")
    }

    /// Somebody on another machine can connect, as far as addresses go.
    var listensRemotely: Bool { addresses.contains { !Self.isLoopback($0) } }

    /// Users of whom nobody asks a password, the default user not counted where protected-mode turns strangers away:
    /// clientAcceptHandler() does so as long as the default user needs none, wherever the server listens.
    var openToStrangers: [RedisUser] {
        let isProtected = settings.text("protected-mode") == "yes" && (settings.users.first?.needsNoPassword ?? false)
        return listensRemotely && !isProtected ? settings.users.filter(\.isOpen) : []
    }
}
