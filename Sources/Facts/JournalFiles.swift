// SPDX-License-Identifier: GPL-3.0-or-later

public import Host
public import Journal
public import Model

/// The files of a host's own journal, of all users, archived ones and those an unclean shutdown left too
/// (`*.journal~`). They are opened through the host, so the journal of a tree is read like that of the running machine.
public struct JournalFiles: Sendable {
    /// Whether there is a journal of which anything can be read.
    public private(set) var isPresent = false
    /// What could not be seen, in words that begin with the path.
    public private(set) var gaps: [String] = []

    private var files: [(path: String, file: OpenFile)] = []

    /// The most files opened, the youngest. journald archives 100 unless told otherwise (journald.conf(5),
    /// SystemMaxFiles=); a reader holds each twice while it opens, and a worker may hold 512.
    static let limit = 200
    /// Where journald keeps its files (journald.conf(5), Storage=).
    private static let directories = ["/var/log/journal", "/run/log/journal"]

    /// Opens the files that were written to since a moment.
    public init(of host: any Host, since: Timestamp? = nil) {
        // journald may rotate meanwhile: then a file has another name, and a new one has its old name.
        for _ in 0..<3 {
            (isPresent, gaps, files) = (false, [], [])
            let paths = self.paths(host)
            open(paths, since, host)
            var now = JournalFiles()
            if now.paths(host) == paths { return }
        }
    }

    private init() {}

    /// The names of all files, those that are not there left out.
    private mutating func paths(_ host: any Host) -> [String] {
        let machine = Self.machine(host)
        var paths: [String] = []
        for directory in Self.directories {
            for name in names(in: directory, host) where machine.map({ name == $0 }) ?? Self.isMachine(name) {
                for file in names(in: "\(directory)/\(name)", host)
                where file.hasSuffix(".journal") || file.hasSuffix(".journal~") {
                    paths.append("\(directory)/\(name)/\(file)")
                }
            }
        }
        return paths
    }

    /// None where there is no such directory.
    private mutating func names(in directory: String, _ host: any Host) -> [String] {
        do throws(HostError) {
            return try host.list(directory).map(\.name)
        } catch {
            switch error {
            case .notFound, .wrongKind: break
            default: gaps.append("\(directory): \(error.description)")
            }
            return []
        }
    }

    /// The machine-id(5): other directories hold the journals of containers or of other machines. Nil where the host
    /// does not say, as an image that has not been started yet.
    private static func machine(_ host: any Host) -> String? {
        guard let bytes = try? host.read("/etc/machine-id", limit: 4096).bytes else { return nil }
        let id = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        return isMachine(id) ? id : nil
    }

    private static func isMachine(_ name: String) -> Bool {
        name.utf8.count == 32 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private mutating func open(_ paths: [String], _ since: Timestamp?, _ host: any Host) {
        var recent: [(path: String, status: FileStatus)] = []
        for path in paths {
            do throws(HostError) {
                let status = try host.status(path)
                if status.kind == .regular && status.size == 0 { continue }
                if let since, let modified = status.modified, modified < since {
                    isPresent = true
                } else {
                    recent.append((path, status))
                }
            } catch {
                gaps.append("\(path): \(error.description)")
            }
        }
        if recent.count > Self.limit {
            gaps.append("\(recent.count) journal files: only the youngest \(Self.limit) are read")
            recent.sort { left, right in
                guard let one = left.status.modified, let other = right.status.modified, one != other else {
                    return left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
                }
                return one > other
            }
        }
        for (path, _) in recent.prefix(Self.limit) {
            do throws(HostError) {
                files.append((path, try host.open(path)))
                isPresent = true
            } catch {
                gaps.append("\(path): \(error.description)")
            }
        }
    }

    /// A reader of all files; nil where there is nothing to read. What is no journal, or damaged, is told to `refused`.
    public func reader(refused: (String) -> Void) -> JournalReader? {
        guard !files.isEmpty else { return nil }
        do throws(JournalError) {
            return try JournalReader(files.map(\.file.raw)) { index, error in
                refused("\(files[index].path): \(error.description)")
            }
        } catch {
            // Each file's own reason was told.
            return nil
        }
    }
}
