// SPDX-License-Identifier: GPL-3.0-or-later

/// Symbolic links replaced by text, for hosts that are not a directory of this machine.
enum LinkedPath {
    /// The path without links, `.` and `..`; `target` answers where a path points, nil where it is no link.
    /// With `followLast` false the last name may be a link. `..` of the root is the root.
    static func resolve(_ path: String, followLast: Bool, target: (String) throws(HostError) -> String?)
        throws(HostError)
        -> String
    {
        try HostPath.check(path)
        var resolved: [Substring.UTF8View] = []
        var pending = names(of: path)
        var links = 0
        while let name = pending.popLast() {
            if name.elementsEqual(".".utf8) { continue }
            if name.elementsEqual("..".utf8) {
                _ = resolved.popLast()
                continue
            }
            resolved.append(name)
            guard followLast || !pending.isEmpty, let target = try target(joined(resolved)) else { continue }
            links += 1
            guard links <= HostLimits.links else { throw .tooManyLinks }
            resolved.removeLast()
            if target.utf8.first == UInt8(ascii: "/") { resolved = [] }
            pending += names(of: target)
        }
        return joined(resolved)
    }

    /// The names in a path, last first.
    private static func names(of path: String) -> [Substring.UTF8View] {
        path.utf8.split(separator: UInt8(ascii: "/")).reversed()
    }

    private static func joined(_ names: [Substring.UTF8View]) -> String {
        "/" + names.map { String(Substring($0)) }.joined(separator: "/")
    }
}
