// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
public import Host
import Model

/// The units of a host: which files there are, which one wins, which drop-ins speak of it, and what starts at boot. The
/// search path and its order are those of systemd 252 on Debian (systemd.unit(5), "Unit File Load Path").
public struct SystemdUnits: Sendable {
    /// Where units are looked for, highest priority first.
    public static let searchPath = [
        "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
        "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached", "/run/systemd/system",
        "/run/systemd/system.attached", "/run/systemd/generator", "/usr/local/lib/systemd/system",
        "/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late",
    ]

    /// Something in a directory of the search path.
    enum Entry: Sendable {
        case file
        case directory
        /// A link, to an absolute path whose `.` and `..` are resolved.
        case link(String)
    }

    /// A directory of the search path.
    struct Directory: Sendable {
        let path: String
        let entries: [String: Entry]
        /// The links in its `.wants` and `.requires` directories and in itself: (directory, name, target).
        let links: [(directory: String, name: String, target: String)]
    }

    /// A name leads to a file or to another name.
    enum Mapping: Sendable {
        case file(String)
        case alias(String)
    }

    let host: any Host
    let directories: [Directory]
    let mapping: [String: Mapping]
    /// File name (with instance, where the name had one) to the names that lead to it.
    let aliases: [String: [String]]
    /// Directories of the search path that are there but could not be listed.
    public let problems: [Report.Problem]

    /// Looks through the search path of a host. Units are read when they are asked for.
    public static func load(_ host: any Host) -> SystemdUnits { SystemdUnits(host) }

    private init(_ host: any Host) {
        self.host = host
        var directories: [Directory] = []
        var problems: [Report.Problem] = []
        for path in Self.searchPath where !Self.isSecondName(path, host) {
            do {
                directories.append(try Self.scan(path, host, &problems))
            } catch .notFound {
                continue
            } catch {
                problems.append(.init(origin: Origin(path: path), message: error.description))
            }
        }
        self.directories = directories
        self.problems = problems
        mapping = Self.map(directories)
        aliases = Self.reverse(mapping)
    }

    /// True where /lib is a link to /usr/lib: the same directory must not count twice.
    private static func isSecondName(_ path: String, _ host: any Host) -> Bool {
        guard path == "/lib/systemd/system" else { return false }
        do throws(HostError) {
            let target = try host.linkTarget("/lib")
            return target == "usr/lib" || target == "/usr/lib"
        } catch {
            return false
        }
    }

    private static func scan(_ path: String, _ host: any Host, _ problems: inout [Report.Problem])
        throws(HostError) -> Directory
    {
        var entries: [String: Entry] = [:]
        var links: [(directory: String, name: String, target: String)] = []
        for found in try host.list(path) {
            guard let entry = entry(found, in: path, host) else { continue }
            entries[found.name] = entry
            if case .link(let target) = entry { links.append((path, found.name, target)) }
            guard case .directory = entry, found.name.hasSuffix(".wants") || found.name.hasSuffix(".requires")
            else { continue }
            let inner = path + "/" + found.name
            var names: [DirectoryEntry] = []
            do throws(HostError) {
                names = try host.list(inner)
            } catch {
                problems.append(.init(origin: Origin(path: inner), message: error.description))
            }
            for name in names {
                if case .link(let target) = Self.entry(name, in: inner, host) {
                    links.append((inner, name.name, target))
                }
            }
        }
        return Directory(path: path, entries: entries, links: links)
    }

    private static func entry(_ found: DirectoryEntry, in directory: String, _ host: any Host) -> Entry? {
        let path = directory + "/" + found.name
        do throws(HostError) {
            let kind: FileKind
            if let known = found.kind { kind = known } else { kind = try host.status(path, followLinks: false).kind }
            switch kind {
            case .regular, .characterDevice: return .file
            case .directory: return .directory
            case .link: return .link(HostPath.absolute(try host.linkTarget(path), in: directory))
            case .fifo, .socket, .blockDevice: return nil
            }
        } catch {
            return nil
        }
    }

    /// True for a path below a directory of the search path.
    static func isInSearchPath(_ path: String) -> Bool { searchPath.contains { path.hasPrefix($0 + "/") } }

    /// The first directory that has a name decides what it leads to.
    private static func map(_ directories: [Directory]) -> [String: Mapping] {
        var mapping: [String: Mapping] = [:]
        for directory in directories {
            for (name, entry) in directory.entries where mapping[name] == nil && SystemdUnitName(name) != nil {
                switch entry {
                case .directory: continue
                case .file: mapping[name] = .file(directory.path + "/" + name)
                case .link(let target):
                    guard isInSearchPath(target) else {
                        mapping[name] = .file(directory.path + "/" + name)
                        continue
                    }
                    let other = HostPath.name(of: target)
                    guard isValidAlias(name, of: other), other != name else { continue }
                    mapping[name] = .alias(other)
                }
            }
        }
        return mapping
    }

    /// A link may give a second name only to a unit of its own type, and a template or an instance only to such
    /// (systemd.unit(5), "Aliases").
    static func isValidAlias(_ name: String, of target: String) -> Bool {
        guard let name = SystemdUnitName(name), let target = SystemdUnitName(target), name.type == target.type,
            ["service", "socket", "target", "device", "timer", "path"].contains(name.type)
        else { return false }
        if name.instance == nil || target.instance == nil { return name.instance == target.instance }
        if name.isTemplate || target.isTemplate { return target.isTemplate }
        return name.instance == target.instance
    }

    /// Follows names to a file, at most eight steps.
    static func file(_ name: String, in mapping: [String: Mapping]) -> String? {
        var current = name
        for step in 0..<8 {
            var next = mapping[current]
            if next == nil, step > 0 { next = SystemdUnitName(current)?.template.flatMap { mapping[$0] } }
            switch next {
            case .file(let path): return path
            case .alias(let other): current = other
            case nil: return nil
            }
        }
        return nil
    }

    private static func reverse(_ mapping: [String: Mapping]) -> [String: [String]] {
        var aliases: [String: [String]] = [:]
        for name in mapping.keys {
            guard let path = file(name, in: mapping) else { continue }
            var target = HostPath.name(of: path)
            if let from = SystemdUnitName(name), from.isInstance, let to = SystemdUnitName(target), to.isTemplate {
                target = to.with(instance: from.instance ?? "")
            }
            aliases[target, default: []].append(name)
        }
        return aliases
    }

    /// Every name there is a file or a link for, in byte order.
    public var names: [String] { mapping.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// Every name that a link in a `.wants` or `.requires` directory has: instances of templates have no other.
    var wantedNames: [String] {
        let names = directories.flatMap { directory in
            directory.links.filter { $0.directory != directory.path }.map(\.name)
        }
        return Set(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// True when no directory of the search path is there.
    public var isEmpty: Bool { directories.isEmpty }

    /// The unit a name leads to, aliases followed, drop-ins merged. Nil when there is neither a file nor a drop-in.
    public func unit(_ text: String) -> SystemdUnit? {
        guard let asked = SystemdUnitName(text) else { return nil }
        let fragment = fragment(of: asked)
        let name = fragment.map { Self.identity(of: asked, fragment: $0) } ?? asked
        let names = allNames(of: asked, fragment: fragment)
        let dropIns = dropIns(of: name, names: names)
        guard fragment != nil || !dropIns.paths.isEmpty || dropIns.failure != nil else { return nil }
        return merged(name, names: names, fragment: fragment, dropIns: dropIns.ordered, failure: dropIns.failure)
    }

    /// Reads the files of a unit in order.
    func merged(
        _ name: SystemdUnitName, names: [String], fragment: String?, dropIns: [String], failure unlisted: String? = nil
    ) -> SystemdUnit {
        let isMasked = fragment.map(isNull) ?? false
        var assignments: [SystemdUnitFile.Assignment] = []
        var problems: [SystemdUnitFile.Problem] = []
        var failure = unlisted
        for path in isMasked ? [] : (fragment.map { [$0] } ?? []) + dropIns where !isNull(path) {
            do throws(HostError) {
                let file = SystemdUnitFile(try host.read(path, limit: 1 << 20).bytes, path: path)
                assignments += file.assignments
                problems += file.problems
            } catch {
                failure = failure ?? "\(path): \(error.description)"
            }
        }
        return SystemdUnit(
            name: name, names: names, fragment: fragment, dropIns: dropIns, isMasked: isMasked,
            assignments: assignments, problems: problems, failure: failure)
    }

    /// The file a name leads to, or the file of its template.
    private func fragment(of name: SystemdUnitName) -> String? {
        Self.file(name.text, in: mapping)
            ?? (name.isInstance ? name.template.flatMap { Self.file($0, in: mapping) } : nil)
    }

    /// The unit's own name: that of its file, with the instance put in.
    private static func identity(of name: SystemdUnitName, fragment: String) -> SystemdUnitName {
        guard let file = SystemdUnitName(HostPath.name(of: fragment)) else { return name }
        if file.isTemplate, let instance = name.instance {
            return SystemdUnitName(file.with(instance: instance)) ?? name
        }
        return file
    }

    private func allNames(of name: SystemdUnitName, fragment: String?) -> [String] {
        var found: Set<String> = name.isTemplate ? [] : [name.text]
        func add(_ key: String) {
            for alias in aliases[key] ?? [] {
                guard let other = SystemdUnitName(alias) else { continue }
                if other.isTemplate, name.isInstance {
                    let made = other.with(instance: name.instance ?? "")
                    if let path = Self.file(made, in: mapping), let fragment,
                        HostPath.name(of: path) != HostPath.name(of: fragment)
                    {
                        continue
                    }
                    found.insert(made)
                } else {
                    found.insert(alias)
                }
            }
        }
        add(name.text)
        if let fragment {
            let file = HostPath.name(of: fragment)
            if let made = SystemdUnitName(file) {
                if made.isTemplate, name.isInstance {
                    found.insert(made.with(instance: name.instance ?? ""))
                } else if !made.isTemplate {
                    found.insert(file)
                }
            }
            add(file)
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Drop-ins sorted by their own names; of two with one name the directory found first wins: higher in the search
    /// path, then more specific. `service.d` and its like come last (systemd.unit(5)).
    private func dropIns(of name: SystemdUnitName, names: [String]) -> DropIns {
        let ordered = [name.text] + names.filter { $0 != name.text }
        var found = DropIns()
        for text in ordered {
            let folders = SystemdUnitName(text)?.directoryNames ?? []
            for directory in directories { for folder in folders { take(directory, folder + ".d", into: &found) } }
        }
        for directory in directories { take(directory, name.type + ".d", into: &found) }
        return found
    }

    /// The drop-ins of a unit by file name, and why a folder of them could not be listed.
    struct DropIns {
        var paths: [String: String] = [:]
        var failure: String?

        /// In the order they are read.
        var ordered: [String] {
            paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
        }
    }

    /// Adds the `.conf` files of a folder whose names are not there yet.
    func take(_ directory: Directory, _ folder: String, into found: inout DropIns) {
        guard directory.entries[folder] != nil else { return }
        let path = directory.path + "/" + folder
        do throws(HostError) {
            for entry in try host.list(path)
            where entry.name.hasSuffix(".conf") && !entry.name.hasPrefix(".") && found.paths[entry.name] == nil
                && entry.kind != .directory
            {
                found.paths[entry.name] = path + "/" + entry.name
            }
        } catch .notFound {
            return
        } catch {
            found.failure = found.failure ?? "\(path): \(error.description)"
        }
    }

    /// A link to /dev/null, or an empty file: nothing is to be read here.
    func isNull(_ path: String) -> Bool {
        var current = path
        for _ in 0..<HostLimits.links {
            if current == "/dev/null" { return true }
            guard let target = try? host.linkTarget(current) else { break }
            current = HostPath.absolute(target, in: HostPath.parent(of: current))
        }
        guard let status = try? host.status(path) else { return false }
        if status.kind == .characterDevice { return true }
        // A size of nothing means nothing where the file cannot be read.
        return status.kind == .regular && status.size == 0 && (try? host.read(path, limit: 1)) != nil
    }

    /// The variables a unit's commands see: `Environment=`, then `EnvironmentFile=`, the later winning, and why a file of
    /// them could not be read. Values may be secrets: never print them.
    public func environment(of unit: SystemdUnit) -> (variables: [String: String], failure: String?) {
        var variables: [String: String] = [:]
        var failure: String?
        for (word, _) in unit.words("Service", "Environment", escapes: .unescape) {
            let parts = word.utf8.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            variables[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[1], as: UTF8.self)
        }
        for assignment in unit.list("Service", "EnvironmentFile") {
            let written = unit.expand(assignment.value)
            let mayMiss = written.hasPrefix("-")
            let path = mayMiss ? String(decoding: written.utf8.dropFirst(), as: UTF8.self) : written
            do throws(HostError) {
                for variable in SystemdUnitEnvironment(try host.read(path).bytes, path: path).variables {
                    variables[variable.name] = variable.value
                }
            } catch {
                if case .notFound = error, mayMiss { continue }
                failure = failure ?? "\(path): \(error.description)"
            }
        }
        return (variables, failure)
    }
}
