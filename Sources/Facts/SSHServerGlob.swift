// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host

/// glob(3) as OpenSSH brings it along: no braces and no `~`; a leading dot must be written; results in byte order.
struct SSHServerGlob {
    let host: any Host

    /// What a pattern found.
    struct Found {
        /// Paths that exist and match, in byte order. A dangling link exists.
        var paths: [String] = []
        /// Directories that are there and could not be listed, with the reason.
        var unreadable: [(path: String, reason: String)] = []
    }

    /// The paths that exist and match.
    func find(_ pattern: String) -> Found {
        var found = Found()
        guard pattern.hasPrefix("/") else { return found }
        let paths = GlobPattern.paths(matching: pattern, negations: "!") { directory in
            do throws(HostError) {
                return try host.list(directory).map(\.name)
            } catch {
                switch error {
                case .notFound, .wrongKind: break
                default: found.unreadable.append((directory, error.description))
                }
                return []
            }
        }
        found.paths = paths.filter(exists).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return found
    }

    private func exists(_ path: String) -> Bool {
        do throws(HostError) {
            _ = try host.status(path, followLinks: false)
            return true
        } catch {
            return error != .notFound
        }
    }
}
