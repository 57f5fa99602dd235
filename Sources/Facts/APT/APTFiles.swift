// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// apt's configuration and sources on a host, in the order apt reads them (apt.conf(5), sources.list(5)).
struct APTFiles {
    /// An entry of the sources with its file.
    struct Source {
        let path: String
        let entry: APTSources.Entry
    }

    private(set) var options = APTOptions()
    private(set) var sources: [Source] = []
    /// What apt refuses to work with.
    private(set) var problems: [(origin: Origin, message: String)] = []
    /// Files of the configuration that were read.
    private(set) var paths: [String] = []
    /// What could not be read here although apt would.
    private(set) var unreadable: String?

    private let host: any Host
    /// Options by repository.
    private var seen: [String: [String: String]] = [:]
    private static let fileLimit = 2048
    private static let defaults = """
        Dir "/"; Dir::State "var/lib/apt/"; Dir::State::lists "lists/"; Dir::Etc "etc/apt/";
        Dir::Etc::sourcelist "sources.list"; Dir::Etc::sourceparts "sources.list.d"; Dir::Etc::main "apt.conf";
        Dir::Etc::parts "apt.conf.d"; Dir::Etc::preferences "preferences"; Dir::Etc::preferencesparts "preferences.d";
        Dir::Etc::trusted "trusted.gpg";
        """

    init(_ host: any Host, architecture: String?) {
        self.host = host
        for statement in APTConfiguration(Array(Self.defaults.utf8)).statements {
            options.set(statement.name, statement.value)
        }
        if let parts = options.path("Dir::Etc::parts") {
            for path in names(in: parts, ["conf", ""]) ?? [] { _ = readConfiguration(path, depth: 0) }
        }
        if let main = options.path("Dir::Etc::main"), isRegular(main) { _ = readConfiguration(main, depth: 0) }
        // What stands in sources.list has priority over the directory.
        if let main = options.path("Dir::Etc::sourcelist"), isRegular(main) { readSources(main, architecture) }
        if let parts = options.path("Dir::Etc::sourceparts") {
            for path in names(in: parts, ["list", "sources"]) ?? [] { readSources(path, architecture) }
        }
    }

    private func isRegular(_ path: String) -> Bool {
        do throws(HostError) {
            return try host.status(path).kind == .regular
        } catch {
            return error != .notFound
        }
    }

    /// Files of a directory that apt takes, in byte order: letters, digits, `_`, `-`, `:` and `.`, not hidden, with one
    /// of the extensions. Nil where there is no directory.
    mutating func names(in directory: String, _ extensions: [String]) -> [String]? {
        do throws(HostError) {
            let folder = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
            return try host.list(folder).map(\.name).filter { name in
                let isPlain = name.utf8.allSatisfy {
                    $0 >= 0x30 && $0 <= 0x3A || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || "_-.".utf8.contains($0)
                }
                let dot = name.utf8.lastIndex(of: UInt8(ascii: "."))
                let ending = dot.map { String(name[name.utf8.index(after: $0)...]) } ?? ""
                return isPlain && !name.hasPrefix(".") && !name.hasSuffix(".") && extensions.contains(ending)
            }.map { "\(folder)/\($0)" }.filter(isRegular)
        } catch .notFound {
            return nil
        } catch .wrongKind {
            return nil
        } catch {
            unreadable = unreadable ?? "\(directory): \(error)"
            return nil
        }
    }

    /// Bytes of a file; nil where it could not be read.
    mutating func bytes(_ path: String) -> [UInt8]? {
        guard paths.count < Self.fileLimit else {
            unreadable = unreadable ?? "\(path): more than \(Self.fileLimit) files"
            return nil
        }
        do throws(HostError) {
            return try host.read(path).bytes
        } catch .notFound {
            return nil
        } catch {
            unreadable = unreadable ?? "\(path): \(error)"
            return nil
        }
    }

    /// False where apt stops at the line that includes this file.
    private mutating func readConfiguration(_ path: String, depth: Int) -> Bool {
        guard let bytes = bytes(path) else { return false }
        paths.append(path)
        let file = APTConfiguration(bytes)
        for statement in file.statements {
            let origin = Origin(path: path, line: statement.line, column: statement.column)
            switch statement.action {
            case .set:
                options.set(
                    statement.name, statement.value, path: path, line: statement.line, column: statement.column)
            case .clear: options.clear(statement.name)
            case .include:
                guard depth <= 10, include(statement.value, depth: depth + 1) else {
                    problems.append((origin, "cannot include \(statement.value)"))
                    return false
                }
            }
        }
        guard let problem = file.problem else { return true }
        problems.append((Origin(path: path, line: problem.line, column: problem.column), problem.message))
        return false
    }

    private mutating func include(_ path: String, depth: Int) -> Bool {
        guard path.utf8.count > 2, path.hasSuffix("/") else { return readConfiguration(path, depth: depth) }
        guard let names = names(in: path, ["conf", ""]) else { return false }
        var isGood = true
        for name in names where !readConfiguration(name, depth: depth) { isGood = false }
        return isGood
    }

    private mutating func readSources(_ path: String, _ architecture: String?) {
        guard let bytes = bytes(path) else { return }
        let file = APTSources(bytes, isStanzas: path.hasSuffix(".sources"), architecture: architecture)
        for entry in file.entries {
            // One repository has one set of keys and one degree of trust, wherever it is named.
            if let first = seen["\(entry.uri) \(entry.suite)"] {
                for option in ["signed-by", "trusted"] where !Self.agree(entry.options[option], first[option]) {
                    let message = "\(option) differs from what another line says of \(entry.suite) at the same address"
                    problems.append((Origin(path: path, line: entry.line), message))
                    return
                }
            }
            seen["\(entry.uri) \(entry.suite)"] = entry.options
            sources.append(Source(path: path, entry: entry))
        }
        if let problem = file.problem {
            problems.append((Origin(path: path, line: problem.line), problem.message))
        }
    }

    private static func agree(_ one: String?, _ other: String?) -> Bool {
        func words(_ text: String?) -> [String] {
            (text ?? "").utf8.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") }.map { String(Substring($0)) }
        }
        return words(one) == words(other)
    }
}
