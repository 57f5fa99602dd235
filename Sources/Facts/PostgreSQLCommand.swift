// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// What a cluster is given on its command line: by the service (`pg_ctlcluster -o …`, pg_ctlcluster(1)) and by
/// pg_ctl.conf (`pg_ctl_options = '-o …'`). It goes before every file.
struct PostgreSQLCommand {
    /// Parameters in the order given; the last of one name counts.
    private(set) var settings: [(name: String, value: String, origin: Origin)] = []
    /// Why the command line is not known; nil where it is.
    private(set) var failure: PostgreSQLSettings.Trouble?
    /// Lines with which pg_ctlcluster gives up.
    private(set) var errors: [PostgreSQLSettings.Trouble] = []

    init(cluster: String, instance: String, _ units: SystemdUnits, _ host: any Host) {
        // cluster_conf_filename() of PgCommon.pm
        let own = "\(cluster)/pg_ctl.conf"
        let isOwn: Bool
        do throws(HostError) {
            _ = try host.status(own)
            isOwn = true
        } catch { isOwn = error != .notFound }
        readControlFile(isOwn ? own : "/etc/postgresql-common/pg_ctl.conf", host)
        guard let unit = units.unit("postgresql@\(instance).service"),
            let (command, origin) = unit.commands("ExecStart").last, command.path.hasSuffix("/pg_ctlcluster")
        else { return }
        readOptions(command.arguments, at: origin)
    }

    private mutating func readControlFile(_ path: String, _ host: any Host) {
        do throws(HostError) {
            let file = PostgreSQLConfiguration(try host.read(path).bytes)
            for problem in file.problems {
                let origin = Origin(path: path, line: problem.line, column: problem.column)
                errors.append(PostgreSQLSettings.Trouble(origin: origin, reason: "syntax error"))
            }
            for setting in file.settings
            where setting.name.asciiLowercased == "pg_ctl_options" {
                // Split at blanks, quotes or not, as pg_ctlcluster does.
                let words = setting.value.utf8.split { CNumber.isSpace($0) }.map { String(Substring($0)) }
                settings.removeAll { $0.origin.path == path }
                readOptions(words, at: Origin(path: path, line: setting.line, column: setting.column))
            }
        } catch .notFound {
            return
        } catch {
            failure = PostgreSQLSettings.Trouble(origin: Origin(path: path), reason: "\(path): \(error.description)")
        }
    }

    /// `-o TEXT`, `-oTEXT`, `--options=TEXT`: text for a shell, which is the server's command line.
    private mutating func readOptions(_ arguments: [String], at origin: Origin) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "-o" || argument == "--options" {
                if let text = rest.popFirst() { readServerOptions(Self.shellWords(text), at: origin) }
            } else if argument.hasPrefix("--options=") {
                readServerOptions(Self.shellWords(String(argument.dropFirst(10))), at: origin)
            } else if argument.hasPrefix("-o") {
                readServerOptions(Self.shellWords(String(argument.dropFirst(2))), at: origin)
            }
        }
    }

    /// postgres(1), "Options": the letters that are short for a parameter.
    private static let letters: [Character: String] = [
        "B": "shared_buffers", "h": "listen_addresses", "k": "unix_socket_directories", "N": "max_connections",
        "p": "port", "S": "work_mem",
    ]
    private static let switches: [Character: (String, String)] = [
        "F": ("fsync", "false"), "i": ("listen_addresses", "*"), "l": ("ssl", "true"),
    ]

    private mutating func readServerOptions(_ words: [String], at origin: Origin) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word.hasPrefix("--") {
                assign(String(word.dropFirst(2)), at: origin)
                continue
            }
            guard word.hasPrefix("-"), let letter = word.dropFirst().first else { continue }
            let attached = String(word.dropFirst(2))
            if let (name, value) = Self.switches[letter] {
                settings.append((name, value, origin))
            } else if letter == "c" || Self.letters[letter] != nil {
                guard let value = attached.isEmpty ? rest.popFirst() : attached else { continue }
                if let name = Self.letters[letter] {
                    settings.append((name, value, origin))
                } else {
                    assign(value, at: origin)
                }
            }
        }
    }

    /// `name=value`; a hyphen in the name is an underscore (ParseLongOption()).
    private mutating func assign(_ text: String, at origin: Origin) {
        let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        let name = String(decoding: parts[0].map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
        settings.append((name, String(decoding: parts[1], as: UTF8.self), origin))
    }

    /// Words as a shell splits them; nothing is expanded.
    private static func shellWords(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'"), let next = rest.popFirst() {
                word = (word ?? []) + [next]
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                word = word ?? []
            } else if quote == nil, CNumber.isSpace(byte) {
                if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
                word = nil
            } else {
                word = (word ?? []) + [byte]
            }
        }
        if let done = word { words.append(String(decoding: done, as: UTF8.self)) }
        return words
    }
}
