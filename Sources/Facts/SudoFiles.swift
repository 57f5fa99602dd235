// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// /etc/sudoers with all it includes, in the order sudo reads it.
struct SudoFiles {
    /// An entry with its file.
    struct Entry: Sendable {
        let origin: Origin
        let content: Sudoers.Content
    }

    /// A file in an included directory that sudo passes over because of its name, with what it would say.
    struct Ignored: Sendable {
        let path: String
        let reason: String
        let entries: Int
    }

    /// The entries that count, without includes.
    private(set) var entries: [Entry] = []
    /// What sudo complains about.
    private(set) var problems: [(origin: Origin, message: String)] = []
    /// The files that were read.
    private(set) var paths: [String] = []
    private(set) var ignored: [Ignored] = []
    /// What could not be read here although sudo would: what is in force is not known then.
    private(set) var unreadable: (path: String, reason: String)?
    /// sudo refuses to work at all, and why.
    private(set) var refusal: (origin: Origin, message: String)?

    private let host: any Host
    private let shortHostName: String?
    private static let fileLimit = 2048
    /// MAX_SUDOERS_DEPTH, rounded up as sudo rounds it.
    private static let depthLimit = 144

    static let path = "/etc/sudoers"

    init(_ host: any Host, shortHostName: String?) {
        self.host = host
        self.shortHostName = shortHostName
        if let bytes = open(Self.path, isMain: true) {
            read(bytes, path: Self.path, depth: 0)
        } else if refusal == nil, unreadable == nil {
            refusal = problems.first ?? (Origin(path: Self.path), "unable to open")
        }
    }

    /// sudo reads a file that is root's, a plain file, and that nobody else may write. What a tree does not keep
    /// (owner, mode) is taken as right.
    static func objection(_ status: FileStatus, to path: String, _ kind: FileKind) -> String? {
        guard status.kind == kind else {
            return kind == .directory ? "is not a directory" : "is not a regular file"
        }
        let owner = status.ownerID.map { $0 == 0 } ?? status.owner.map { $0 == "root" } ?? true
        guard owner else {
            return "is owned by \(status.owner ?? status.ownerID.map { "uid \($0)" } ?? "?"), should be root"
        }
        guard let mode = status.mode else { return nil }
        if mode.bits & 0o002 != 0 { return "is world writable" }
        let group = status.groupID.map { $0 == 0 } ?? status.group.map { $0 == "root" } ?? true
        if mode.bits & 0o020 != 0, !group { return "is group writable" }
        return nil
    }

    private mutating func open(_ path: String, isMain: Bool = false) -> [UInt8]? {
        let origin = Origin(path: path)
        do throws(HostError) {
            let status = try host.status(path)
            if let objection = Self.objection(status, to: path, .regular) {
                problems.append((origin, objection))
                if isMain { refusal = (origin, objection) }
                return nil
            }
            return try host.read(path).bytes
        } catch {
            switch error {
            case .notFound, .tooManyLinks, .wrongKind:
                problems.append((origin, error.description))
                if isMain { refusal = (origin, error.description) }
            default: unreadable = unreadable ?? (path, error.description)
            }
            return nil
        }
    }

    private mutating func read(_ bytes: [UInt8], path: String, depth: Int) {
        paths.append(path)
        guard paths.count <= Self.fileLimit else {
            unreadable = unreadable ?? (path, "more than \(Self.fileLimit) files")
            return
        }
        let document = Sudoers(bytes)
        for problem in document.problems {
            problems.append((Origin(path: path, line: problem.line, column: problem.column), problem.message))
        }
        if document.isAborted, refusal == nil {
            let last = document.problems.last
            refusal = (
                Origin(path: path, line: last?.line ?? 0, column: last?.column ?? 0), "the file ends inside an entry"
            )
        }
        for entry in document.entries where paths.count <= Self.fileLimit {
            let origin = Origin(path: path, line: entry.line, column: entry.column)
            switch entry.content {
            case .include(let name): include(name, from: origin, depth: depth, isDirectory: false)
            case .includeDirectory(let name): include(name, from: origin, depth: depth, isDirectory: true)
            default: entries.append(Entry(origin: origin, content: entry.content))
            }
        }
    }

    /// sudoers(5), "Including other files from within sudoers".
    private mutating func include(_ name: String, from origin: Origin, depth: Int, isDirectory: Bool) {
        guard let path = expanded(name, in: origin.path) else {
            problems.append((origin, "no file is named"))
            return
        }
        guard depth < Self.depthLimit else {
            problems.append((origin, "too many levels of includes"))
            return
        }
        if !isDirectory {
            if let bytes = open(path) { read(bytes, path: path, depth: depth + 1) }
            return
        }
        let names: [String]
        do throws(HostError) {
            let status = try host.status(path)
            guard Self.objection(status, to: path, .directory) == nil else {
                problems.append((origin, "\(path) \(Self.objection(status, to: path, .directory) ?? "")"))
                return
            }
            names = try host.list(path).map(\.name)
        } catch .notFound {
            return  // A directory that is not there is no error.
        } catch {
            unreadable = unreadable ?? (path, error.description)
            return
        }
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let file = "\(path)/\(name)"
            guard (try? host.status(file))?.kind == .regular else { continue }
            if name.utf8.last == UInt8(ascii: "~") || name.utf8.contains(UInt8(ascii: ".")) {
                let bytes = (try? host.read(file).bytes) ?? []
                let reason = name.utf8.last == UInt8(ascii: "~") ? "its name ends in ~" : "its name has a dot"
                ignored.append(Ignored(path: file, reason: reason, entries: Sudoers(bytes).entries.count))
                continue
            }
            if let bytes = open(file) { read(bytes, path: file, depth: depth + 1) }
        }
    }

    /// Quotes are dropped, `%h` is the short host name, and a relative name is taken from the file's own directory.
    private func expanded(_ name: String, in path: String) -> String? {
        var bytes = Array(name.utf8)[...]
        if bytes.count > 1, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") {
            bytes = bytes.dropFirst().dropLast()
        }
        guard let first = bytes.first else { return nil }
        var result: [UInt8] = []
        if first != UInt8(ascii: "/") {
            let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
            result = Array(path.utf8[...end])
        }
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "%"), bytes.first == UInt8(ascii: "h") {
                bytes.removeFirst()
                result.append(contentsOf: Array((shortHostName ?? "%h").utf8))
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
