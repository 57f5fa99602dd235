// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// chrony.conf(5) with all it includes, in the order chronyd takes it: `include` with a pattern, `confdir`, where of two
/// files of one name that of the directory named first counts, and `sourcedir`, which is read when all else is.
struct ChronyModel {
    /// A directive with its file.
    struct Line {
        let path: String
        let directive: ChronyConfiguration.Directive

        var origin: Origin { Origin(path: path, line: directive.line, column: 1) }
        var source: Source { Source(origin, text: directive.text) }
    }

    /// What chronyd takes, `include`, `confdir` and `sourcedir` left out.
    private(set) var lines: [Line] = []
    /// The files that were read, in order.
    private(set) var files: [String] = []
    /// Why chronyd would not start; nil where it would.
    private(set) var error: (origin: Origin, message: String)?
    /// Why not everything is known; nil when everything could be read.
    private(set) var failure: String?

    private let host: any Host
    private var sourceDirectories: [(directories: [String], origin: Origin)] = []

    /// chronyd's own limits (chrony.conf(5), "confdir").
    private static let includeDepth = 10
    private static let directoryLimit = 10
    /// The most files that are read.
    private static let fileLimit = 1000

    init(_ path: String, _ host: any Host) {
        self.host = host
        read(path, from: Origin(path: path), depth: 1)
        for (directories, _) in sourceDirectories {
            for path in files(in: directories, suffix: ".sources") { readSources(path) }
        }
    }

    private func content(_ path: String) throws(HostError) -> [UInt8] { try host.read(path).bytes }

    private mutating func stop(_ origin: Origin, _ message: String) { if error == nil { error = (origin, message) } }

    private mutating func hide(_ path: String, _ error: HostError) { failure = failure ?? "\(path): \(error)" }

    private mutating func read(_ path: String, from origin: Origin, depth: Int) {
        guard depth <= Self.includeDepth else { return stop(origin, "includes nest deeper than \(Self.includeDepth)") }
        guard files.count < Self.fileLimit else { return stop(origin, "more than \(Self.fileLimit) files") }
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try content(path)
        } catch .notFound {
            return stop(origin, "there is no \(path)")
        } catch {
            return hide(path, error)
        }
        files.append(path)
        for directive in ChronyConfiguration(bytes).directives {
            let line = Line(path: path, directive: directive)
            guard error == nil, failure == nil else { return }
            if let objection = directive.objection { return stop(line.origin, "\(directive.text): \(objection)") }
            switch directive.name {
            case "include": include(directive.arguments.first ?? "", from: line.origin, depth: depth)
            case "confdir", "sourcedir":
                guard (1...Self.directoryLimit).contains(directive.arguments.count) else {
                    return stop(line.origin, "\(directive.name) takes one to \(Self.directoryLimit) directories")
                }
                if directive.name == "sourcedir" {
                    sourceDirectories.append((directive.arguments, line.origin))
                } else {
                    for path in files(in: directive.arguments, suffix: ".conf") {
                        read(path, from: line.origin, depth: depth + 1)
                    }
                }
            default: lines.append(line)
            }
        }
    }

    private mutating func include(_ pattern: String, from origin: Origin, depth: Int) {
        // chronyd runs in the root directory.
        let pattern = pattern.hasPrefix("/") ? pattern : "/" + pattern
        guard GlobPattern.isPattern(pattern) else { return read(pattern, from: origin, depth: depth + 1) }
        var errors: [(String, HostError)] = []
        let found = GlobPattern.paths(matching: pattern, limit: Self.fileLimit) { directory in
            do throws(HostError) {
                return try host.list(directory).map(\.name)
            } catch {
                errors.append((directory, error))
                return []
            }
        }
        for (directory, error) in errors {
            // A directory that cannot be opened ends chronyd's search with an error.
            if error == .notFound || error == .wrongKind(.regular) {
                return stop(origin, "there is no directory \(directory)")
            }
            hide(directory, error)
        }
        for path in found.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where exists(path) {
            read(path, from: origin, depth: depth + 1)
        }
    }

    private func exists(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try host.status(path, followLinks: false)
            return true
        } catch {
            return error != .notFound
        }
    }

    /// The files of directories that end alike, sorted by name; a directory that is not there is none.
    private mutating func files(in directories: [String], suffix: String) -> [String] {
        var paths: [String: String] = [:]
        for directory in directories {
            do throws(HostError) {
                for entry in try host.list(directory)
                where entry.name.hasSuffix(suffix) && !entry.name.hasPrefix(".") && paths[entry.name] == nil {
                    paths[entry.name] = directory + "/" + entry.name
                }
            } catch .notFound, .wrongKind {
                continue
            } catch {
                hide(directory, error)
            }
        }
        return paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
    }

    /// What is wrong in a file of sources is said and left out; chronyd runs on.
    private mutating func readSources(_ path: String) {
        do throws(HostError) {
            let document = ChronyConfiguration(try content(path), sourcesOnly: true)
            files.append(path)
            lines += document.directives.filter { $0.objection == nil }.map { Line(path: path, directive: $0) }
        } catch .notFound {
            return
        } catch {
            hide(path, error)
        }
    }

    /// The last line of one name that is in force.
    func last(_ name: String) -> Line? { lines.last { $0.directive.name == name } }

    func all(_ name: String) -> [Line] { lines.filter { $0.directive.name == name } }

    /// The line that opens an access list (`allow` with `deny`, `cmdallow` with `cmddeny`) to every address of a family;
    /// nil where it is closed. The last line that speaks of everybody counts, and `all` drops what was said of parts.
    func opens(_ allow: String, _ deny: String, family: Int) -> Line? {
        lines.last { line in
            guard line.directive.name == allow || line.directive.name == deny,
                let subnet = ChronySubnet(line.directive.arguments)
            else { return false }
            return subnet.bits == 0 && (subnet.family == nil || subnet.family == family)
        }.flatMap { $0.directive.name == allow ? $0 : nil }
    }
}
