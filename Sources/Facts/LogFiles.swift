// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Logs
import Model

/// The files of a log, rotated ones too, oldest first.
struct LogFiles {
    /// Files in the order they were written, of one base name after the other.
    var files: [File] = []
    /// What could not be seen: "/var/log: permission denied".
    var gaps: [String] = []

    /// One file of a log.
    struct File: Hashable {
        var path: String
        var compression: Compression
        var size: Int64
        var modified: Timestamp?
    }

    /// How a rotated file is compressed, by its name (logrotate(8), compressext).
    enum Compression: Hashable {
        case none, gzip
        /// One that is not read.
        case other(String)
    }

    /// Looks for a source's files. A base name is found by the source's locations; `auth.log.1`, `auth.log.2.gz`,
    /// `auth.log-20261122` and `auth.log-20261122.gz` belong to `auth.log`.
    init(of source: LogSource, on host: any Host) {
        for location in source.files {
            let entries: [DirectoryEntry]
            do throws(HostError) {
                entries = try host.list(location.directory)
            } catch {
                if error != .notFound { gaps.append("\(location.directory): \(error.description)") }
                continue
            }
            var found: [(name: RotatedName, entry: String)] = []
            for entry in entries where entry.kind != .directory {
                guard let name = RotatedName(entry.name), Self.belongs(name.base, to: location) else { continue }
                found.append((name, entry.name))
            }
            found.sort { left, right in
                if left.name.base != right.name.base { return Self.precedes(left.name.base, right.name.base) }
                if left.name.age != right.name.age { return left.name.age > right.name.age }
                return Self.precedes(left.entry, right.entry)
            }
            for (name, entry) in found { add("\(location.directory)/\(entry)", name.compression, host) }
        }
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func belongs(_ base: String, to location: LogSource.Location) -> Bool {
        if !location.isPart { return base == location.name }
        return base.hasSuffix(".log") && base.contains(location.name)
    }

    private mutating func add(_ path: String, _ compression: Compression, _ host: any Host) {
        do throws(HostError) {
            let status = try host.status(path)
            guard status.kind == .regular else { return }
            files.append(File(path: path, compression: compression, size: status.size, modified: status.modified))
        } catch {
            gaps.append("\(path): \(error.description)")
        }
    }
}

/// A log's file name taken apart as logrotate(8) puts it together.
struct RotatedName: Hashable {
    /// The name before rotation.
    var base: String
    /// 0 for the file that is written to; larger is older.
    var age: Int
    /// By its last suffix.
    var compression: LogFiles.Compression = .none

    private static let compressed: [(suffix: String, compression: LogFiles.Compression)] = [
        (".gz", .gzip), (".xz", .other("xz")), (".zst", .other("zstd")), (".bz2", .other("bzip2")),
    ]

    /// Nil for what no log is called: hidden files and empty names.
    init?(_ name: String) {
        guard !name.isEmpty, !name.hasPrefix(".") else { return nil }
        var rest = Substring(name)
        for (suffix, compression) in Self.compressed where rest.hasSuffix(suffix) {
            rest = rest.dropLast(suffix.utf8.count)
            self.compression = compression
        }
        age = 0
        if let mark = rest.lastIndex(where: { $0 == "." || $0 == "-" }) {
            let digits = rest[rest.index(after: mark)...]
            let isNumber = (1...10).contains(digits.utf8.count) && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
            if isNumber, let number = Int(digits) {
                if rest[mark] == "." && digits.utf8.count <= 4 {
                    age = number + 1
                    rest = rest[..<mark]
                } else if rest[mark] == "-" && digits.utf8.count >= 8 {
                    // dateext: -YYYYMMDD, with dateformat also -YYYYMMDDHH. A later date is younger.
                    age = 20_000_000_000 - (digits.utf8.count == 8 ? number * 100 : number)
                    rest = rest[..<mark]
                }
            }
        }
        guard !rest.isEmpty else { return nil }
        base = String(rest)
    }
}
