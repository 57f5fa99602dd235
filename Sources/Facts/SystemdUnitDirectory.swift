// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// A directory of the unit search path. What it holds is listed at once; where a link leads, and what its `.wants` and
/// `.requires` directories hold, is looked up when it is asked for.
final class SystemdUnitDirectory {
    let path: String
    private let host: any Host
    /// What the directory listing says.
    private let listed: [String: DirectoryEntry]
    private var entries: [String: Entry?] = [:]

    /// Something in the directory.
    enum Entry {
        case file
        case directory
        /// A link, to an absolute path whose `.` and `..` are resolved.
        case link(String)
    }

    /// A link that gives a unit a name, or has one want another.
    struct Link {
        /// The directory itself, or one of its `.wants` and `.requires`.
        let directory: String
        let name: String
        /// Where it leads, resolved for a link in the directory itself, else as written: there the name counts. Nil where
        /// the listing does not tell.
        let target: String?
    }

    init(_ path: String, _ host: any Host) throws(HostError) {
        self.path = path
        self.host = host
        listed = Dictionary(try host.list(path).map { ($0.name, $0) }) { first, _ in first }
    }

    /// Every name in it.
    var names: some Sequence<String> { listed.keys }

    /// What stands under a name; nil where there is nothing of use.
    func entry(_ name: String) -> Entry? {
        if let known = entries[name] { return known }
        guard let found = listed[name] else { return nil }
        let entry = Self.entry(found, in: path, host)
        entries[name] = .some(entry)
        return entry
    }

    /// True for a link in a `.wants` or `.requires` directory that says that nothing is wanted.
    func isNull(_ link: Link) -> Bool {
        // A link that cannot be looked into still wants the unit of its name.
        guard let target = link.target ?? (try? host.linkTarget(link.directory + "/" + link.name)) else { return false }
        return HostPath.absolute(target, in: link.directory) == "/dev/null"
    }

    private static func entry(_ found: DirectoryEntry, in directory: String, _ host: any Host) -> Entry? {
        let path = directory + "/" + found.name
        do throws(HostError) {
            let kind: FileKind
            if let known = found.kind { kind = known } else { kind = try host.status(path, followLinks: false).kind }
            switch kind {
            case .regular, .characterDevice: return .file
            case .directory: return .directory
            case .link:
                let target = if let listed = found.target { listed } else { try host.linkTarget(path) }
                return .link(HostPath.absolute(target, in: directory))
            case .fifo, .socket, .blockDevice: return nil
            }
        } catch {
            return nil
        }
    }

    /// The links in the directory and in its `.wants` and `.requires`.
    var links: [Link] { inside.links }

    /// Those of its `.wants` and `.requires` that could not be listed.
    var problems: [Report.Problem] { inside.problems }

    private lazy var inside: (links: [Link], problems: [Report.Problem]) = {
        var links: [Link] = []
        var problems: [Report.Problem] = []
        for name in listed.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let entry = entry(name) else { continue }
            if case .link(let target) = entry { links.append(Link(directory: path, name: name, target: target)) }
            guard case .directory = entry, name.hasSuffix(".wants") || name.hasSuffix(".requires") else { continue }
            let folder = path + "/" + name
            do throws(HostError) {
                for found in try host.list(folder) {
                    var kind = found.kind
                    if kind == nil { kind = try? host.status(folder + "/" + found.name, followLinks: false).kind }
                    if kind == .link { links.append(Link(directory: folder, name: found.name, target: found.target)) }
                }
            } catch {
                problems.append(Report.Problem(origin: Origin(path: folder), message: error.description))
            }
        }
        return (links, problems)
    }()
}
