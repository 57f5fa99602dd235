// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
public import Host
import Model

/// The units of a host: which files there are, which one wins, which drop-ins speak of it, and what starts at boot. The
/// search path and its order are those of systemd 252 on Debian (systemd.unit(5), "Unit File Load Path").
///
/// Everything is looked up when it is asked for and remembered: one unit costs little, and whoever asks next pays only
/// for what nobody asked before.
public final class SystemdUnits {
    /// Where units are looked for, highest priority first.
    public static let searchPath = [
        "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
        "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached", "/run/systemd/system",
        "/run/systemd/system.attached", "/run/systemd/generator", "/usr/local/lib/systemd/system",
        "/lib/systemd/system", "/usr/lib/systemd/system", "/run/systemd/generator.late",
    ]

    /// A name leads to a file or to another name.
    enum Mapping: Sendable {
        case file(String)
        case alias(String)
    }

    let host: any Host
    /// The directories of the search path that are there.
    let directories: [SystemdUnitDirectory]
    /// Directories of the search path that could not be listed, each before the directory it would have stood before.
    private let unlisted: [(position: Int, problem: Report.Problem)]
    private var namesOfType: [String: Names] = [:]
    private var units: [String: SystemdUnit?] = [:]
    /// What `state(of:)` answered.
    var states: [String: SystemdUnitState?] = [:]
    /// What `startedAtBoot()` answered.
    var started: [Started]?
    private var files: [String: Result<SystemdUnitFile, HostError>] = [:]
    private var folders: [String: Result<[DirectoryEntry], HostError>] = [:]

    /// The names of units of one type.
    private struct Names {
        /// Where each leads.
        var mapping: [String: Mapping] = [:]
        /// File name (with instance, where the name had one) to the names that lead to it.
        var aliases: [String: [String]] = [:]
    }

    /// The units of the host of a scan, looked up once for all its collectors.
    static func of(_ collection: Collection) -> SystemdUnits { collection.shared("unit files", SystemdUnits.init) }

    /// Looks through the search path of a host. Units are read when they are asked for.
    public init(_ host: any Host) {
        self.host = host
        var directories: [SystemdUnitDirectory] = []
        var unlisted: [(position: Int, problem: Report.Problem)] = []
        for path in Self.searchPath where !Self.isSecondName(path, host) {
            do {
                directories.append(try SystemdUnitDirectory(path, host))
            } catch .notFound {
                continue
            } catch {
                unlisted.append(
                    (directories.count, Report.Problem(origin: Origin(path: path), message: error.description)))
            }
        }
        self.directories = directories
        self.unlisted = unlisted
    }

    /// Directories of the search path, and `.wants` and `.requires` in them, that are there but could not be listed.
    public private(set) lazy var problems: [Report.Problem] = {
        var problems: [Report.Problem] = []
        for position in 0...directories.count {
            problems += unlisted.filter { $0.position == position }.map(\.problem)
            if position < directories.count { problems += directories[position].problems }
        }
        return problems
    }()

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

    /// True for a path below a directory of the search path.
    static func isInSearchPath(_ path: String) -> Bool { searchPath.contains { path.hasPrefix($0 + "/") } }

    /// The names of a type. A second name is always of its unit's own type.
    private func names(ofType type: String) -> Names {
        if let known = namesOfType[type] { return known }
        var names = Names()
        for directory in directories {
            for name in directory.names where names.mapping[name] == nil && name.hasSuffix("." + type) {
                guard SystemdUnitName(name) != nil, let entry = directory.entry(name) else { continue }
                names.mapping[name] = Self.mapping(of: name, entry, in: directory.path)
            }
        }
        for name in names.mapping.keys {
            guard let path = Self.file(name, in: names.mapping) else { continue }
            var target = HostPath.name(of: path)
            if let from = SystemdUnitName(name), from.isInstance, let to = SystemdUnitName(target), to.isTemplate {
                target = to.with(instance: from.instance ?? "")
            }
            names.aliases[target, default: []].append(name)
        }
        namesOfType[type] = names
        return names
    }

    /// The first directory that has a name decides what it leads to.
    private static func mapping(
        of name: String, _ entry: SystemdUnitDirectory.Entry, in directory: String
    ) -> Mapping? {
        switch entry {
        case .directory: return nil
        case .file: return .file(directory + "/" + name)
        case .link(let target):
            guard isInSearchPath(target) else { return .file(directory + "/" + name) }
            let other = HostPath.name(of: target)
            return isValidAlias(name, of: other) && other != name ? .alias(other) : nil
        }
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
    private static func file(_ name: String, in mapping: [String: Mapping]) -> String? {
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

    /// The file a name leads to.
    private func file(_ name: SystemdUnitName) -> String? {
        Self.file(name.text, in: names(ofType: name.type).mapping)
    }

    /// Every name there is a file or a link for, in byte order.
    public var names: [String] {
        SystemdUnitName.types.flatMap { names(ofType: $0).mapping.keys }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

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
        if let known = units[text] { return known }
        let unit = loaded(text)
        units[text] = .some(unit)
        return unit
    }

    private func loaded(_ text: String) -> SystemdUnit? {
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
                let file = try parsed(path)
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

    private func parsed(_ path: String) throws(HostError) -> SystemdUnitFile {
        if let known = files[path] { return try known.get() }
        let result: Result<SystemdUnitFile, HostError>
        do throws(HostError) {
            result = .success(SystemdUnitFile(try host.read(path, limit: 1 << 20).bytes, path: path))
        } catch {
            result = .failure(error)
        }
        files[path] = result
        return try result.get()
    }

    private func listed(_ path: String) throws(HostError) -> [DirectoryEntry] {
        if let known = folders[path] { return try known.get() }
        let result: Result<[DirectoryEntry], HostError>
        do throws(HostError) {
            result = .success(try host.list(path))
        } catch {
            result = .failure(error)
        }
        folders[path] = result
        return try result.get()
    }

    /// The file a name leads to, or the file of its template.
    private func fragment(of name: SystemdUnitName) -> String? {
        file(name) ?? (name.isInstance ? name.template.flatMap(SystemdUnitName.init).flatMap(file) : nil)
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
            for alias in names(ofType: name.type).aliases[key] ?? [] {
                guard let other = SystemdUnitName(alias) else { continue }
                if other.isTemplate, name.isInstance {
                    let made = other.with(instance: name.instance ?? "")
                    if let path = SystemdUnitName(made).flatMap(file), let fragment,
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
    func take(_ directory: SystemdUnitDirectory, _ folder: String, into found: inout DropIns) {
        guard directory.entry(folder) != nil else { return }
        let path = directory.path + "/" + folder
        do throws(HostError) {
            for entry in try listed(path)
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
