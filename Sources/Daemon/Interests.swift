// SPDX-License-Identifier: GPL-3.0-or-later

/// Which collectors care about which names in which directories. A collector that asked for `/a/b/c` cares about `c` in
/// `/a/b`, `b` in `/a` and `a` in `/`: each of them may be replaced. Pure.
struct Interests {
    /// Directories: collectors by name in it; the empty name stands for every name (the directory was listed).
    private var directories: [String: [String: Set<String>]] = [:]
    private var noted: Set<Asked> = []

    private struct Asked: Hashable {
        let collector: String
        let path: String
        let isList: Bool
    }

    /// The directories to be watched.
    var watched: some Sequence<String> { directories.keys }

    /// Where names appear and go by the kernel's own doing, without a word to inotify(7), and where this daemon writes.
    static let unwatched = ["/proc", "/sys", "/dev"]

    /// Remembers a question. The answer is the directories nobody cared about before.
    mutating func note(_ path: String, isList: Bool, by collector: String, unwatched: [String]) -> [String] {
        guard noted.insert(Asked(collector: collector, path: path, isList: isList)).inserted else { return [] }
        guard let components = Self.components(path), !unwatched.contains(where: { Self.contains($0, path) }) else {
            return []
        }
        var new: [String] = []
        var directory = ""
        for name in components {
            let here = directory.isEmpty ? "/" : directory
            if directories[here] == nil { new.append(here) }
            directories[here, default: [:]][name, default: []].insert(collector)
            directory += "/" + name
        }
        if isList {
            let here = directory.isEmpty ? "/" : directory
            if directories[here] == nil { new.append(here) }
            directories[here, default: [:]]["", default: []].insert(collector)
        }
        return new
    }

    /// Who cares when something about a name in a directory changed; with `isEntry` the name came or went, so that the
    /// directory's list is another.
    func collectors(_ directory: String, _ name: String, isEntry: Bool) -> Set<String> {
        guard let names = directories[directory] else { return [] }
        let own = names[name] ?? []
        return isEntry ? own.union(names[""] ?? []) : own
    }

    /// Who cares about anything in a directory.
    func collectors(_ directory: String) -> Set<String> {
        directories[directory, default: [:]].values.reduce(into: []) { $0.formUnion($1) }
    }

    /// The names of an absolute path; nil where it has `..`, which the host resolves as links may have it: the real
    /// path is noted, too.
    private static func components(_ path: String) -> [String]? {
        var names: [String] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/")) {
            guard let name = String(part) else { return nil }
            if name == "." { continue }
            if name == ".." { return nil }
            names.append(name)
        }
        return names
    }

    /// True when a path is a directory or lies in it.
    private static func contains(_ directory: String, _ path: String) -> Bool {
        path == directory || path.hasPrefix(directory + "/")
    }
}
