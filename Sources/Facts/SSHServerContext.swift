// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// A part of the configuration with connections of its own: the global part, or a Match block.
struct SSHServerContext: Sendable {
    /// `global`, or the Match lines a connection must satisfy.
    let scope: String
    let origin: Origin
    /// All criteria, those of enclosing blocks first; empty for the global part.
    let criteria: [SSHServerMatch.Criterion]

    /// More blocks than this have no context each: what is in force for them is told by asking.
    static let limit = 256

    static func global(_ model: SSHServerModel) -> SSHServerContext {
        SSHServerContext(scope: "global", origin: Origin(path: model.file.path), criteria: [])
    }

    /// The Match blocks in the order they are read, equal ones once, those that hold for everybody not at all.
    static func blocks(of model: SSHServerModel) -> [SSHServerContext] {
        var blocks: [SSHServerContext] = []
        collect(model.file, enclosing: [], model, &blocks)
        var seen: Set<String> = []
        return blocks.filter { seen.insert($0.scope).inserted }
    }

    private static func collect(
        _ file: SSHServerFile, enclosing: [SSHServerMatch], _ model: SSHServerModel, _ blocks: inout [SSHServerContext]
    ) {
        // An include in a block carries that block's criteria into the file; its own Match lines add theirs.
        var current = enclosing
        for line in file.lines where blocks.count < limit {
            switch line.content {
            case .match(let match):
                current = enclosing + [match]
                if match.holdsAtStartup(model.release) { continue }
                blocks.append(
                    SSHServerContext(
                        scope: current.filter { !$0.criteria.isEmpty }
                            .map { "Match " + $0.criteria.map(\.text).joined(separator: " ") }.joined(separator: ", "),
                        origin: line.origin, criteria: current.flatMap(\.criteria)))
            case .include(let files):
                for included in files { collect(included, enclosing: current, model, &blocks) }
            default: break
            }
        }
    }

    /// Whether a Match line holds for every connection that satisfies this block's criteria, as far as that can be told:
    /// each of its criteria is one of the block's, or holds for the one user, host, address or port the block names.
    func matches(_ model: SSHServerModel) -> (SSHServerMatch, Origin) -> SSHServerTruth {
        let connection = literal()
        return { match, _ in
            match.criteria.reduce(.yes) { truth, criterion in
                if criteria.contains(criterion) { return truth }
                return truth.and(
                    SSHServerMatch.holds(criterion, for: connection, model.release, model.accounts))
            }
        }
    }

    /// Whether root can satisfy the criteria.
    func reachesRoot(_ model: SSHServerModel) -> SSHServerTruth {
        let root = SSHServerConnection(user: "root")
        return criteria.reduce(.yes) { truth, criterion in
            switch criterion.attribute {
            case .user, .group:
                truth.and(SSHServerMatch.holds(criterion, for: root, model.release, model.accounts))
            case .invalidUser: .no
            default: truth
            }
        }
    }

    /// What the criteria say of a connection without patterns.
    private func literal() -> SSHServerConnection {
        var connection = SSHServerConnection()
        for criterion in criteria where !criterion.patterns.utf8.contains(where: { Array("*?!,/".utf8).contains($0) }) {
            switch criterion.attribute {
            case .user: connection.user = criterion.patterns
            case .host: connection.host = criterion.patterns
            case .address: connection.address = criterion.patterns
            case .localAddress: connection.localAddress = criterion.patterns
            case .localPort: connection.localPort = SSHServerNumber.whole(criterion.patterns, 0...65535).map(Int.init)
            case .routingDomain: connection.routingDomain = criterion.patterns
            default: break
            }
        }
        return connection
    }
}

extension SSHServerModel {
    /// Included files that are there and could not be read.
    var unreadableFiles: [(path: String, reason: String)] { Self.unreadable(file) }

    private static func unreadable(_ file: SSHServerFile) -> [(path: String, reason: String)] {
        if case .unreadable(let reason) = file.failure { return [(file.path, reason)] }
        return file.lines.flatMap { line -> [(path: String, reason: String)] in
            guard case .include(let files) = line.content else { return [] }
            return files.flatMap { unreadable($0) }
        }
    }
}
