// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host

/// What `systemctl is-enabled` prints for a unit (systemctl(1)).
public enum SystemdUnitState: String, Sendable, Hashable {
    case enabled, linked, alias, masked, `static`, indirect, disabled, generated, transient
    case enabledRuntime = "enabled-runtime"
    case linkedRuntime = "linked-runtime"
    case maskedRuntime = "masked-runtime"
}

extension SystemdUnits {
    private static let configuration = "/etc/systemd/system"
    private static let generators = [
        "/run/systemd/generator", "/run/systemd/generator.early", "/run/systemd/generator.late",
    ]

    /// What was found under a name: the path systemd would load, and whether it is a mask.
    private struct Found {
        let name: SystemdUnitName
        let path: String
        let isMask: Bool
    }

    /// The state of a unit file; nil when there is none of that name, or its links lead nowhere.
    public func state(of text: String) -> SystemdUnitState? {
        if let known = states[text] { return known }
        let state = foundState(of: text)
        states[text] = .some(state)
        return state
    }

    private func foundState(of text: String) -> SystemdUnitState? {
        guard let found = discover(text) else { return nil }
        if found.isMask { return found.path.hasPrefix("/run/") ? .maskedRuntime : .masked }
        if text != HostPath.name(of: found.path), !found.name.isInstance { return .alias }
        if Self.generators.contains(where: { found.path.hasPrefix($0 + "/") }) { return .generated }
        if found.path.hasPrefix("/run/systemd/transient/") { return .transient }
        let install = Install(installation(of: found.name, path: found.path), name: found.name)
        if let state = linked(found, known: install.knownNames) { return state }
        if linked(found, known: nil) != nil { return .indirect }
        if install.hasRules { return .disabled }
        return install.hasAlso ? .indirect : .static
    }

    private func discover(_ text: String) -> Found? {
        guard var name = SystemdUnitName(text) else { return nil }
        for _ in 0..<8 {
            guard let (path, entry) = search(name) else { return nil }
            guard case .link(let target) = entry, Self.isInSearchPath(target) else {
                return Found(name: name, path: path, isMask: isNull(path))
            }
            let other = HostPath.name(of: target)
            guard Self.isValidAlias(HostPath.name(of: path), of: other), var next = SystemdUnitName(other) else {
                return nil
            }
            if next.isTemplate, name.isInstance {
                next = SystemdUnitName(next.with(instance: name.instance ?? "")) ?? next
            }
            // A link to its own name further down is the file itself.
            guard next != name else {
                let isThere = (try? host.status(path)) != nil
                return isThere ? Found(name: name, path: path, isMask: isNull(path)) : nil
            }
            name = next
        }
        return nil
    }

    /// The first directory with the name, then the first with the name of its template.
    private func search(_ name: SystemdUnitName) -> (path: String, entry: SystemdUnitDirectory.Entry)? {
        for text in [name.text] + (name.isInstance ? name.template.map { [$0] } ?? [] : []) {
            for directory in directories {
                switch directory.entry(text) {
                case .file: return (directory.path + "/" + text, .file)
                case .link(let target): return (directory.path + "/" + text, .link(target))
                case .directory, nil: continue
                }
            }
        }
        return nil
    }

    /// Looks for links that enable a unit. With `known`, only a link whose name the unit's own [Install] section would
    /// make counts.
    private func linked(_ found: Found, known: Set<String>?) -> SystemdUnitState? {
        var sameName: (configuration: Bool, runtime: Bool) = (false, false)
        var enabledInRuntime = false
        var enabledElsewhere = false
        var isBelow = false
        let name = found.name.text
        for directory in directories {
            var matched = false
            var isSameName = false
            for link in directory.links {
                // What a link in a .wants directory points to does not count, its name does; a template is known there
                // by the names of its instances.
                let isInMain = link.directory == directory.path
                let nameMatches = link.name == name && !(isInMain && isBelow)
                let targetMatches =
                    isInMain
                    ? link.target.map(HostPath.name(of:)) == name
                    : found.name.isTemplate && SystemdUnitName(link.name)?.template == name
                if nameMatches, targetMatches, isInMain {
                    isSameName = true
                } else if nameMatches || targetMatches {
                    matched = matched || (known?.contains(link.name) ?? true)
                }
            }
            let isRuntime = directory.path.hasPrefix("/run/")
            if matched {
                if directory.path == Self.configuration { return .enabled }
                if isRuntime { enabledInRuntime = true } else { enabledElsewhere = true }
            } else if isSameName {
                if directory.path == Self.configuration { sameName.configuration = true }
                if isRuntime { sameName.runtime = true }
            }
            if found.path.hasPrefix(directory.path + "/") { isBelow = true }
        }
        if enabledInRuntime { return .enabledRuntime }
        if enabledElsewhere, found.name.isInstance { return .static }
        if sameName.configuration { return .linked }
        return sameName.runtime ? .linkedRuntime : nil
    }

    /// The unit as enabling it sees it: of the drop-ins only those named after it or its template count.
    private func installation(of name: SystemdUnitName, path: String) -> SystemdUnit {
        let folders = [name.text] + (name.isInstance ? name.template.map { [$0] } ?? [] : [])
        var found = DropIns()
        for folder in folders { for directory in directories { take(directory, folder + ".d", into: &found) } }
        // A unit linked from elsewhere is read after its drop-ins, the other way round than when it runs.
        let isLinked = (try? host.linkTarget(path)) != nil
        return merged(
            name, names: [name.text], fragment: isLinked ? nil : path,
            dropIns: found.ordered + (isLinked ? [path] : []))
    }

    /// The [Install] section of a unit.
    private struct Install {
        /// The unit's name and the second names enabling it would make.
        let knownNames: Set<String>
        let hasRules: Bool
        let hasAlso: Bool

        init(_ unit: SystemdUnit, name: SystemdUnitName) {
            func words(_ key: String) -> [String] { unit.words("Install", key).map(\.word) }
            let aliases = ["slice", "mount", "swap", "automount", "scope"].contains(name.type) ? [] : words("Alias")
            var known = Set(aliases)
            known.insert(name.text)
            if name.isTemplate, let instance = unit.last("Install", "DefaultInstance")?.value {
                known.insert(name.with(instance: instance))
            }
            knownNames = known
            hasRules = !aliases.isEmpty || !words("WantedBy").isEmpty || !words("RequiredBy").isEmpty
            hasAlso = !words("Also").isEmpty
        }
    }

    /// A unit that starts at boot, with the unit that asks for it.
    public struct Started: Sendable {
        /// The unit.
        public let unit: SystemdUnit
        /// The unit that pulls it in or triggers it; nil for the default target.
        public let because: String?
    }

    /// Every unit that is started at boot, or by a socket, timer or path that is: what `default.target` reaches through
    /// `Wants=`, `Requires=`, `BindsTo=`, `Upholds=` and the `.wants` and `.requires` directories. Conditions are not
    /// weighed: they are known at run time only. In byte order of the names.
    public func startedAtBoot() -> [Started] {
        if let started { return started }
        var found: [String: Started] = [:]
        var pending: [(name: String, because: String?)] = [("default.target", nil)]
        while let (name, because) = pending.popLast() {
            guard let unit = unit(name), found[unit.name.text] == nil, !unit.isMasked, unit.fragment != nil else {
                continue
            }
            found[unit.name.text] = Started(unit: unit, because: because)
            for next in pulledIn(by: unit) { pending.append((next, unit.name.text)) }
        }
        let sorted = found.values.sorted {
            $0.unit.name.text.utf8.lexicographicallyPrecedes($1.unit.name.text.utf8)
        }
        started = sorted
        return sorted
    }

    private func pulledIn(by unit: SystemdUnit) -> [String] {
        var names = ["Wants", "Requires", "BindsTo", "Upholds"].flatMap { unit.words("Unit", $0).map(\.word) }
        for text in unit.names {
            for folder in SystemdUnitName(text)?.directoryNames ?? [] {
                for directory in directories {
                    for suffix in [".wants", ".requires"] where directory.entry(folder + suffix) != nil {
                        let path = directory.path + "/" + folder + suffix
                        for link in directory.links where link.directory == path && !directory.isNull(link) {
                            names.append(instantiated(link.name, unit))
                        }
                    }
                }
            }
        }
        return names + triggered(by: unit)
    }

    /// `foo@.service` wanted by an instance becomes an instance of the same name.
    private func instantiated(_ name: String, _ unit: SystemdUnit) -> String {
        guard let wanted = SystemdUnitName(name), wanted.isTemplate, let instance = unit.name.instance else {
            return name
        }
        return wanted.with(instance: instance)
    }

    /// What a socket, timer or path starts: systemd.socket(5), systemd.timer(5), systemd.path(5).
    private func triggered(by unit: SystemdUnit) -> [String] {
        let name = unit.name
        let own = name.with(type: "service")
        switch name.type {
        case "socket":
            if let service = unit.last("Socket", "Service")?.value { return [service] }
            let perConnection = unit.last("Socket", "Accept").flatMap { SystemdUnitValue.boolean($0.value) } ?? false
            return perConnection ? ["\(name.prefix)@.service"] : [own]
        case "timer": return [unit.last("Timer", "Unit")?.value ?? own]
        case "path": return [unit.last("Path", "Unit")?.value ?? own]
        default: return []
        }
    }
}

extension SystemdUnitName {
    /// The same name with another type.
    func with(type: String) -> String { instance.map { "\(prefix)@\($0).\(type)" } ?? "\(prefix).\(type)" }
}
