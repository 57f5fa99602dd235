// SPDX-License-Identifier: GPL-3.0-or-later

/// Paths of a host as text; nothing is looked up.
public enum HostPath {
    /// Throws what opening the path would, where its text alone says that it cannot be one.
    static func check(_ path: String) throws(HostError) {
        guard path.utf8.first == 0x2F, !path.utf8.contains(0) else { throw .invalidPath }
        guard path.utf8.count < HostLimits.pathBytes else { throw .pathTooLong }
    }

    /// A path made absolute against a directory, with `.` and `..` taken out by name.
    public static func absolute(_ path: String, in directory: String) -> String {
        var parts: [Substring.UTF8View] = []
        for part in (path.utf8.first == 0x2F ? path : "\(directory)/\(path)").utf8.split(separator: 0x2F) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.map { String(Substring($0)) }.joined(separator: "/")
    }

    /// The directory an absolute path is in; `/` is in itself.
    public static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: 0x2F), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// The last name of a path; empty for `/`.
    public static func name(of path: String) -> String {
        String(decoding: path.utf8.split(separator: 0x2F).last ?? [], as: UTF8.self)
    }
}
