// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// What the files and the command line of one cluster set, in the order the server reads them.
struct PostgreSQLSettings {
    /// The lines in the order they were read; of one name the last counts.
    private(set) var lines: [Line] = []
    /// What the server refuses at start, with its place.
    private(set) var errors: [Trouble] = []
    /// Files that are there and could not be read: what they set is not known.
    private(set) var unreadable: [Trouble] = []

    /// A setting and its place.
    struct Line {
        let name: String
        let value: String
        let origin: Origin
    }

    /// A place and what is wrong there.
    struct Trouble {
        let origin: Origin
        let reason: String
    }

    private let host: any Host
    private var files = 0

    /// CONF_FILE_MAX_DEPTH.
    private static let depthLimit = 10
    private static let fileLimit = 4096

    init(_ host: any Host) { self.host = host }

    /// ParseConfigFile(): a file and what it includes. `isNeeded`: the server does not start without it.
    mutating func read(_ path: String, isNeeded: Bool, from caller: Origin? = nil, depth: Int = 0) {
        let place = caller ?? Origin(path: path)
        if depth > Self.depthLimit {
            errors.append(Trouble(origin: place, reason: "\(path): nested too deeply"))
            return
        }
        if let caller, caller.path == path {
            errors.append(Trouble(origin: place, reason: "\(path): includes itself"))
            return
        }
        files += 1
        guard files <= Self.fileLimit else {
            unreadable.append(Trouble(origin: place, reason: "more than \(Self.fileLimit) files"))
            return
        }
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try host.read(path).bytes
        } catch {
            refuse(path, error, at: place, isNeeded: isNeeded)
            return
        }
        let file = PostgreSQLConfiguration(bytes)
        for problem in file.problems {
            let origin = Origin(path: path, line: problem.line, column: problem.column)
            errors.append(Trouble(origin: origin, reason: "syntax error"))
        }
        for setting in file.settings {
            let origin = Origin(path: path, line: setting.line, column: setting.column)
            switch setting.name.asciiLowercased {
            case "include": include(setting.value, isNeeded: true, at: origin, depth)
            case "include_if_exists": include(setting.value, isNeeded: false, at: origin, depth)
            case "include_dir": includeDirectory(setting.value, at: origin, depth)
            default: lines.append(Line(name: setting.name, value: setting.value, origin: origin))
            }
        }
    }

    /// What was given on the command line goes before every file.
    mutating func add(_ name: String, _ value: String, at origin: Origin) {
        lines.append(Line(name: name, value: value, origin: origin))
    }

    private mutating func refuse(_ path: String, _ error: HostError, at place: Origin, isNeeded: Bool) {
        let trouble = Trouble(origin: place, reason: "\(path): \(error.description)")
        switch error {
        case .notFound: if isNeeded { errors.append(trouble) }
        case .wrongKind, .tooManyLinks, .invalidPath, .pathTooLong: errors.append(trouble)
        default: unreadable.append(trouble)
        }
    }

    private mutating func include(_ name: String, isNeeded: Bool, at origin: Origin, _ depth: Int) {
        guard !Self.isBlank(name) else {
            errors.append(Trouble(origin: origin, reason: "empty file name"))
            return
        }
        read(
            HostPath.absolute(name, in: HostPath.parent(of: origin.path)), isNeeded: isNeeded, from: origin,
            depth: depth + 1)
    }

    /// "Only non-directory files whose names end with the suffix .conf … names that start with . are ignored"; byte order.
    private mutating func includeDirectory(_ name: String, at origin: Origin, _ depth: Int) {
        guard !Self.isBlank(name) else {
            errors.append(Trouble(origin: origin, reason: "empty directory name"))
            return
        }
        let directory = HostPath.absolute(name, in: HostPath.parent(of: origin.path))
        do throws(HostError) {
            for entry in try host.list(directory).map(\.name)
            where entry.hasSuffix(".conf") && entry.utf8.count > 5 && !entry.hasPrefix(".") {
                let path = directory == "/" ? "/\(entry)" : "\(directory)/\(entry)"
                do throws(HostError) {
                    if try host.status(path).kind == .directory { continue }
                } catch {
                    refuse(path, error, at: origin, isNeeded: true)
                    continue
                }
                read(path, isNeeded: true, from: origin, depth: depth + 1)
            }
        } catch {
            refuse(directory, error, at: origin, isNeeded: true)
        }
    }

    private static func isBlank(_ name: String) -> Bool { name.utf8.allSatisfy(CNumber.isSpace) }

    /// The lines that set one thing, the last of them in force.
    func lines(for name: String) -> [Line] {
        let name = name.asciiLowercased
        return lines.filter { $0.name.asciiLowercased == name }
    }
}
