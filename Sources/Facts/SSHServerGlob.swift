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
        var paths = [""]
        for segment in pattern.utf8.split(separator: UInt8(ascii: "/")) {
            let text = String(decoding: segment, as: UTF8.self)
            guard GlobPattern.isPattern(text) else {
                let name = Self.unescaped(text)
                paths = paths.map { "\($0)/\(name)" }
                continue
            }
            let glob = GlobPattern(segment)
            var inside: [String] = []
            for directory in paths {
                do throws(HostError) {
                    for entry in try host.list(directory.isEmpty ? "/" : directory) where glob.matches(entry.name.utf8)
                    {
                        inside.append("\(directory)/\(entry.name)")
                    }
                } catch {
                    switch error {
                    case .notFound, .wrongKind: break
                    default: found.unreadable.append((directory, error.description))
                    }
                }
            }
            paths = inside
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

    private static func unescaped(_ text: String) -> String {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                result.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
