// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// A configuration file of sshd with everything it includes, read and split but not yet judged.
struct SSHServerFile: Sendable {
    let path: String
    let lines: [Line]
    /// Why there are no lines; nil where the file was read.
    let failure: Failure?

    /// A line with a keyword.
    struct Line: Sendable {
        let origin: Origin
        let directive: SSHServerConfiguration.Directive
        let content: Content
    }

    /// What a line is.
    enum Content: Sendable {
        case setting
        case match(SSHServerMatch)
        case include([SSHServerFile])
        /// sshd does not accept it.
        case refused(String)
    }

    /// Why a file gave nothing.
    enum Failure: Sendable, Hashable {
        /// sshd would not find or open it either, and stops.
        case refused(String)
        /// It is there, and what it says is not known here.
        case unreadable(String)
    }
}

/// Reads configuration files with their Includes as servconf.c does.
struct SSHServerFileReader {
    let host: any Host
    let release: SSHServerRelease
    let services: SSHServerServices
    /// Files read so far; hostile trees end here.
    private var files = 0
    /// Set when Includes nest deeper than sshd allows: it stops at once, and so does reading.
    private var isStopped = false

    /// SERVCONF_MAX_DEPTH.
    private static let depthLimit = 16
    private static let fileLimit = 4096
    /// Where Include looks for a relative path.
    private static let directory = "/etc/ssh"

    init(host: any Host, release: SSHServerRelease, services: SSHServerServices) {
        self.host = host
        self.release = release
        self.services = services
    }

    /// Reads a file and, as far as they can be read, the files it includes.
    mutating func read(_ path: String) -> SSHServerFile { read(path, depth: 0) }

    private mutating func read(_ path: String, depth: Int) -> SSHServerFile {
        files += 1
        guard files <= Self.fileLimit else {
            return SSHServerFile(path: path, lines: [], failure: .unreadable("more than \(Self.fileLimit) files"))
        }
        let bytes: [UInt8]
        do {
            bytes = try host.read(path).bytes
        } catch {
            return SSHServerFile(path: path, lines: [], failure: Self.failure(error))
        }
        let document = SSHServerConfiguration(bytes, dialect: release.dialect)
        var lines: [SSHServerFile.Line] = []
        for directive in document.directives where !isStopped {
            lines.append(
                SSHServerFile.Line(
                    origin: Origin(path: path, line: directive.line, column: directive.column), directive: directive,
                    content: content(of: directive, depth: depth)))
        }
        return SSHServerFile(path: path, lines: lines, failure: nil)
    }

    /// sshd reads a directory as an empty file and stops at a file that is not there.
    private static func failure(_ error: HostError) -> SSHServerFile.Failure? {
        switch error {
        case .wrongKind(.directory): nil
        case .notFound, .tooManyLinks: .refused(error.description)
        default: .unreadable(error.description)
        }
    }

    private mutating func content(of directive: SSHServerConfiguration.Directive, depth: Int) -> SSHServerFile.Content {
        if release.dialect == .arguments, directive.rest?.isEmpty ?? true {
            return .refused("no argument after keyword \"\(directive.keyword)\"")
        }
        switch SSHServerKeyword.find(directive.keyword, release) {
        case .match:
            do {
                return .match(try SSHServerMatch(directive, release, ports: services))
            } catch {
                return .refused(error.reason)
            }
        case .include: return include(directive, depth: depth)
        default: return .setting
        }
    }

    private mutating func include(_ directive: SSHServerConfiguration.Directive, depth: Int) -> SSHServerFile.Content {
        guard let words = directive.words(release.dialect) else { return .refused("invalid quotes") }
        guard !words.isEmpty else { return .refused("Include missing filename argument") }
        var included: [SSHServerFile] = []
        for word in words {
            guard let first = word.text.utf8.first else { return .refused("keyword Include empty argument") }
            let isAnchored = first == UInt8(ascii: "/") || first == UInt8(ascii: "~")
            let found = SSHServerGlob(host: host).find(isAnchored ? word.text : "\(Self.directory)/\(word.text)")
            for directory in found.unreadable {
                included.append(
                    SSHServerFile(path: directory.path, lines: [], failure: .unreadable(directory.reason)))
            }
            for path in found.paths {
                if depth + 1 > Self.depthLimit || isStopped {
                    isStopped = true
                    return .refused("too many recursive configuration includes")
                }
                included.append(read(path, depth: depth + 1))
            }
        }
        return .include(included)
    }
}
