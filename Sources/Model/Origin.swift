// SPDX-License-Identifier: GPL-3.0-or-later

/// A place in a file of the host that was audited. Lines and columns count from 1, columns in bytes;
/// line 0 is the file as a whole (its mode, its absence, its presence).
public struct Origin: Sendable, Hashable, Comparable {
    /// Absolute path on the audited host (not on the machine the scan runs on).
    public var path: String
    /// Line, from 1; 0 is the whole file.
    public var line: Int
    /// Column in bytes, from 1; 0 where it means nothing.
    public var column: Int

    /// A place in a file.
    public init(path: String, line: Int = 0, column: Int = 0) {
        self.path = path
        self.line = line
        self.column = column
    }

    /// By path bytes, then line, then column.
    public static func < (left: Origin, right: Origin) -> Bool {
        if left.path != right.path { return left.path.utf8.lexicographicallyPrecedes(right.path.utf8) }
        return (left.line, left.column) < (right.line, right.column)
    }

    /// `path:line`, or the bare path for a whole file.
    public var description: String { line > 0 ? "\(path):\(line)" : path }
}
