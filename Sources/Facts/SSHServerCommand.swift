// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// How the service starts sshd: the options on its command line, which count before the file (sshd(8)), taken from
/// ssh.service with its drop-ins and its environment files.
struct SSHServerCommand: Sendable {
    /// The configuration file, `-f` or the usual one.
    var file = "/etc/ssh/sshd_config"
    /// Options as lines of configuration, in the order sshd takes them.
    var options: [SSHServerFile.Line] = []
    /// `-p` was given: ports of the file do not count.
    var setsPorts = false
    /// ssh.socket is enabled: systemd listens, and Port and ListenAddress do not say where.
    var isSocketActivated = false

    private struct Assignment {
        var value: String
        var origin: Origin
    }

    init() {}

    init(_ host: any Host) {
        isSocketActivated = ["sockets.target.wants", "ssh.service.requires", "ssh.service.wants"].contains {
            Self.exists("/etc/systemd/system/\($0)/ssh.socket", host)
        }
        var start: Assignment?
        var environment: [String: Assignment] = [:]
        for (key, assignment) in Self.serviceSection(host) {
            switch key {
            case "ExecStart": start = assignment.value.isEmpty ? nil : start ?? assignment
            case "EnvironmentFile":
                let path = assignment.value.hasPrefix("-") ? String(assignment.value.dropFirst()) : assignment.value
                for (name, value) in Self.assignments(in: path, host) { environment[name] = value }
            case "Environment":
                for word in SSHServerConfiguration.arguments(of: Array(assignment.value.utf8), firstColumn: 1) ?? [] {
                    guard let equals = word.text.firstIndex(of: "=") else { continue }
                    environment[String(word.text[..<equals])] = Assignment(
                        value: String(word.text[word.text.index(after: equals)...]), origin: assignment.origin)
                }
            default: break
            }
        }
        guard let start else { return }
        var words = Self.words(start, environment)[...]
        guard let program = words.popFirst(), program.value.hasSuffix("/sshd") else { return }
        read(&words)
    }

    // MARK: Options

    private mutating func read(_ words: inout ArraySlice<Assignment>) {
        let takesArgument = Set("CEbcfghkopu".utf8)
        while let word = words.popFirst() {
            var letters = Array(word.value.utf8)[...]
            guard letters.count > 1, letters.popFirst() == UInt8(ascii: "-") else { return }
            while let letter = letters.popFirst() {
                guard takesArgument.contains(letter) else {
                    add(letter, nil, word.origin)
                    continue
                }
                if letters.isEmpty {
                    add(letter, words.popFirst()?.value, word.origin)
                } else {
                    add(letter, String(decoding: letters, as: UTF8.self), word.origin)
                    letters = []
                }
            }
        }
    }

    private mutating func add(_ letter: UInt8, _ argument: String?, _ origin: Origin) {
        let argument = argument ?? ""
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

    // MARK: The unit

    /// `$NAME` as a word of its own is split at blanks, `${NAME}` is put in place (systemd.service(5), "COMMAND LINES").
    private static func words(_ start: Assignment, _ environment: [String: Assignment]) -> [Assignment] {
        let prefixes = Set("-@:+!".utf8)
        let line = String(decoding: start.value.utf8.drop { prefixes.contains($0) }, as: UTF8.self)
        let words = SSHServerConfiguration.arguments(of: Array(line.utf8), firstColumn: 1) ?? []
        return words.flatMap { word -> [Assignment] in
            guard word.text.hasPrefix("$") else { return [Assignment(value: word.text, origin: start.origin)] }
            let isBraced = word.text.hasPrefix("${") && word.text.hasSuffix("}")
            let name = isBraced ? String(word.text.dropFirst(2).dropLast()) : String(word.text.dropFirst())
            guard let variable = environment[name] else { return [] }
            if isBraced { return [variable] }
            return (SSHServerConfiguration.arguments(of: Array(variable.value.utf8), firstColumn: 1) ?? [])
                .map { Assignment(value: $0.text, origin: variable.origin) }
        }
    }

    private static let directories = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    /// The `[Service]` section: the unit of the first directory that has one, then drop-ins by name, of which the first
    /// directory's hides the others'.
    private static func serviceSection(_ host: any Host) -> [(String, Assignment)] {
        var paths: [String] = []
        if let unit = directories.lazy.map({ "\($0)/ssh.service" }).first(where: { exists($0, host) }) {
            paths.append(unit)
        }
        var dropIns: [String: String] = [:]
        for directory in directories {
            for path in SSHServerGlob(host: host).find("\(directory)/ssh.service.d/*.conf").paths {
                let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map {
                    String(decoding: $0, as: UTF8.self)
                }
                if let name, dropIns[name] == nil { dropIns[name] = path }
            }
        }
        paths += dropIns.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
        return paths.flatMap { path -> [(String, Assignment)] in
            var section = ""
            return logicalLines(path, host).compactMap { number, text in
                if text.hasPrefix("[") { section = text }
                guard section == "[Service]", let (key, value) = pair(text) else { return nil }
                return (key, Assignment(value: value, origin: Origin(path: path, line: number, column: 1)))
            }
        }
    }

    private static func assignments(in path: String, _ host: any Host) -> [(String, Assignment)] {
        logicalLines(path, host).compactMap { number, text in
            guard let (key, value) = pair(text) else { return nil }
            let quotes: Set<Character> = ["\"", "'"]
            let isQuoted = value.count > 1 && value.first == value.last && value.first.map(quotes.contains) == true
            return (
                key,
                Assignment(
                    value: isQuoted ? String(value.dropFirst().dropLast()) : value,
                    origin: Origin(path: path, line: number, column: 1))
            )
        }
    }

    /// Lines without comments, `\` at the end joining the next.
    private static func logicalLines(_ path: String, _ host: any Host) -> [(number: Int, text: String)] {
        // A unit that cannot be read leaves the usual command line; what it hides is not known to be there.
        guard let bytes = try? host.read(path).bytes else { return [] }
        var lines: [(Int, String)] = []
        var pending: (number: Int, text: String)?
        let physical = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in physical.enumerated() {
            let blank: Set<UInt8> = [0x20, 0x09, 0x0D]
            let trimmed = line.drop { blank.contains($0) }
            let end = trimmed.lastIndex { !blank.contains($0) }.map { $0 + 1 } ?? trimmed.startIndex
            var text = String(decoding: trimmed[..<end], as: UTF8.self)
            if text.hasPrefix("#") || text.hasPrefix(";") { continue }
            let continues = text.hasSuffix("\\")
            if continues { text.removeLast() }
            pending = (pending?.number ?? index + 1, (pending?.text ?? "") + text)
            if !continues, let line = pending {
                if !line.text.isEmpty { lines.append(line) }
                pending = nil
            }
        }
        return lines
    }

    private static func pair(_ text: String) -> (String, String)? {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let key = text[..<equals].utf8.filter { $0 != 0x20 && $0 != 0x09 }
        let value = text[text.index(after: equals)...].utf8.drop { $0 == 0x20 || $0 == 0x09 }
        return (String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func exists(_ path: String, _ host: any Host) -> Bool {
        (try? host.status(path, followLinks: false)) != nil
    }
}
