// SPDX-License-Identifier: GPL-3.0-or-later

import Certificates
import Host
import Model

/// The files of certificates and keys of a host, each read once whatever its names.
struct CertificateInventory {
    /// A file.
    struct File {
        /// The name it goes by: the first one it was asked for.
        var path: String
        /// The path with the links at its end followed.
        var realPath: String
        /// What it is; nil where that cannot be had.
        var status: FileStatus?
        /// What is in it; nil when it could not be read.
        var content: CertificateFile?
        /// Is there such a file.
        var exists: Bool
        /// Why a service could not use it, or why it could not be read; nil when all is well.
        var failure: String?
    }

    private let host: any Host
    /// By real path.
    private var files: [String: File] = [:]
    /// Real paths in the order they were first asked for.
    private(set) var order: [String] = []
    private var realPaths: [String: String] = [:]

    /// More files than this are not read.
    private static let limit = 2_000

    init(_ host: any Host) { self.host = host }

    /// All files that are there, in the order they were asked for.
    var all: [File] { order.compactMap { files[$0] } }

    /// The file at a path.
    mutating func file(_ path: String) -> File {
        let real = realPath(path)
        if let known = files[real] { return known }
        let file = read(path, real)
        if files.count < Self.limit {
            files[real] = file
            if file.exists { order.append(real) }
        }
        return file
    }

    /// A path with the links at its end followed, at most as many as the kernel follows.
    mutating func realPath(_ path: String) -> String {
        if let known = realPaths[path] { return known }
        var real = path
        for _ in 0..<HostLimits.links {
            // Not a link, or not there: the path is as real as it gets.
            guard let target = try? host.linkTarget(real) else { break }
            real = HostPath.absolute(target, in: HostPath.parent(of: real))
        }
        realPaths[path] = real
        return real
    }

    private func read(_ path: String, _ real: String) -> File {
        var file = File(path: path, realPath: real, status: nil, content: nil, exists: false, failure: nil)
        do throws(HostError) {
            file.status = try host.status(path)
            file.exists = true
            let content = CertificateFile(try host.read(path, limit: CertificateFile.byteLimit).bytes)
            file.content = content
            file.failure = content.failure
        } catch {
            file.exists = file.exists || error != .notFound
            file.failure = error.description
        }
        return file
    }

    /// May everybody read, or write, the file: its own bits, and the right to pass through each directory above it. Nil
    /// where a mode that matters is not known.
    func everybodyMay(_ bit: UInt16, _ file: File) -> Bool? {
        guard let mode = file.status?.mode else { return nil }
        guard mode.bits & bit != 0 else { return false }
        var directory = HostPath.parent(of: file.realPath)
        while directory != "/" {
            guard let mode = (try? host.status(directory))?.mode else { return nil }
            if mode.bits & 0o001 == 0 { return false }
            directory = HostPath.parent(of: directory)
        }
        return true
    }
}
