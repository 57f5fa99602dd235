// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Model

/// Who could change what stands at a path: the owner and mode of the file, and of every directory above it, since who
/// may write there can put another file in its place.
final class PathOwnership {
    private let host: any Host
    private var directories: [String: Standing] = [:]

    /// What was found out about a path.
    struct Standing {
        /// Nil where owner or mode is not known.
        let isRootOnly: Bool?
        /// In words, where it is false or not known.
        let reason: String
        /// The mode of the file itself.
        let mode: FileMode?
    }

    /// Over a host; answers are remembered.
    init(_ host: any Host) { self.host = host }

    /// Nil when there is nothing at the path.
    func standing(of path: String) -> Standing? {
        guard let own = ownStanding(of: path) else { return nil }
        guard own.isRootOnly == true else { return own }
        let above = directory(above: path, depth: 0)
        return above.isRootOnly == true
            ? own : Standing(isRootOnly: above.isRootOnly, reason: above.reason, mode: own.mode)
    }

    /// Of the file alone, whoever may replace it. Nil when there is nothing at the path.
    func ownStanding(of path: String) -> Standing? {
        do throws(HostError) {
            return Self.judge(try host.status(path), path)
        } catch .notFound {
            return nil
        } catch {
            return Standing(isRootOnly: nil, reason: "\(path): \(error.description)", mode: nil)
        }
    }

    private func directory(above path: String, depth: Int) -> Standing {
        guard let slash = path.utf8.lastIndex(of: 0x2F), depth < 256 else {
            return Standing(isRootOnly: nil, reason: "\(path): not an absolute path", mode: nil)
        }
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        if let known = directories[parent] { return known }
        var standing: Standing
        do throws(HostError) {
            standing = Self.judge(try host.status(parent), parent)
        } catch {
            standing = Standing(isRootOnly: nil, reason: "\(parent): \(error.description)", mode: nil)
        }
        if standing.isRootOnly == true, parent != "/" {
            let above = directory(above: parent, depth: depth + 1)
            if above.isRootOnly != true { standing = above }
        }
        directories[parent] = standing
        return standing
    }

    /// A sticky directory lets only owners replace what is in it, so anyone may write there.
    private static func judge(_ status: FileStatus, _ path: String) -> Standing {
        let isRoot = status.ownerID.map { $0 == 0 } ?? status.owner.map { $0 == "root" }
        guard let mode = status.mode, let isRoot else {
            return Standing(isRootOnly: nil, reason: "\(path): owner or mode is not known", mode: status.mode)
        }
        if !isRoot {
            let owner = status.owner ?? status.ownerID.map { "user \($0)" } ?? "someone else"
            return Standing(isRootOnly: false, reason: "\(path) is owned by \(owner)", mode: mode)
        }
        let isSticky = status.kind == .directory && mode.bits & 0o1000 != 0
        if mode.bits & 0o002 != 0, !isSticky {
            return Standing(isRootOnly: false, reason: "\(path) is writable by everyone", mode: mode)
        }
        let isRootGroup = status.groupID.map { $0 == 0 } ?? (status.group == "root")
        if mode.bits & 0o020 != 0, !isRootGroup, !isSticky {
            let group = status.group ?? status.groupID.map { "\($0)" } ?? "unknown"
            return Standing(isRootOnly: false, reason: "\(path) is writable by group \(group)", mode: mode)
        }
        return Standing(isRootOnly: true, reason: "", mode: mode)
    }
}
