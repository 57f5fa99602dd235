// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Digest
import Facts
public import Host
public import Model
public import Rules
import YAML

/// Finds and reads rule files: the `.yaml` files named, and those below the directories named, in byte order of their
/// paths. What cannot be read is a problem of its own and never hides the rest.
public struct RuleFiles {
    /// The files, as they were read.
    public private(set) var files: [RuleFile] = []
    /// What could not be read below the paths that were named.
    public private(set) var problems: [RuleProblem] = []
    /// Paths that were named and could not be read, and why.
    public private(set) var failures: [Failure] = []

    /// A path that was named and could not be read.
    public struct Failure: Sendable {
        /// The path, as messages call it.
        public let path: String
        /// Why.
        public let error: HostError
    }

    private let host: any Host
    private var bytes = 0

    /// The most files read.
    private static let count = 20_000
    /// The most bytes of all files together: 64 MiB.
    private static let totalBytes = 64 << 20
    /// The deepest directory below a path.
    private static let depth = 8

    /// Reads from a host. `shown` is what messages call a path.
    public init(_ paths: [(absolute: String, shown: String)], on host: any Host) {
        self.host = host
        for path in paths {
            do throws(HostError) {
                try read(path.absolute, try host.status(path.absolute).kind, shown: path.shown, depth: 0)
            } catch {
                failures.append(Failure(path: path.shown, error: error))
            }
        }
    }

    private mutating func read(_ path: String, _ kind: FileKind, shown: String, depth: Int) throws(HostError) {
        guard kind == .directory else {
            guard files.count < Self.count else {
                return report(shown, "not read: \(Self.count) rule files are the limit")
            }
            let content = try host.read(path, limit: YAML.Limits().bytes)
            bytes += content.bytes.count
            guard bytes <= Self.totalBytes else {
                bytes -= content.bytes.count
                return report(shown, "not read: \(Self.totalBytes) bytes of rules are the limit")
            }
            files.append(RuleFile(path: shown, bytes: content.bytes))
            return
        }
        guard depth < Self.depth else { return report(shown, "not read: more than \(Self.depth) directories deep") }
        for entry in try host.list(path) where entry.kind == .directory || entry.name.hasSuffix(".yaml") {
            let name = "\(shown)\(shown.hasSuffix("/") ? "" : "/")\(entry.name)"
            do throws(HostError) {
                let path = "\(path)/\(entry.name)"
                // Each question takes its time at the daemon's start: a listing mostly answers this one.
                let kind = if let kind = entry.kind, kind != .link { kind } else { try host.status(path).kind }
                try read(path, kind, shown: name, depth: depth + 1)
            } catch {
                report(name, error.description)
            }
        }
    }

    /// A file as a whole is at fault: its first line stands for it.
    private mutating func report(_ path: String, _ message: String) {
        guard problems.count < Self.count else { return }
        problems.append(
            RuleProblem(
                file: RuleFile(path: path, bytes: []), problem: Problem("R004", line: 1, column: 1, message: message)))
    }
}

extension RuleFiles {
    /// SHA-256 over the files, lower-case hex.
    public var digest: String { SHA256.hex(files.map { SHA256.hex($0.bytes) }.joined(separator: "\n")) }

    /// The rules in the files whose ids match one of the globs (all, where there is none), and everything that is wrong
    /// with the files: first those that could not be read.
    public func load(_ strictness: RuleLoader.Strictness, only globs: [String] = []) -> RuleSet {
        var set = RuleLoader(strictness).load(files)
        set.problems = problems + set.problems
        let globs = globs.map { Glob($0) }
        if !globs.isEmpty { set.rules = set.rules.filter { rule in globs.contains { $0.matches(rule.id) } } }
        return set
    }
}

extension RuleLoader {
    /// A loader that knows the catalogue of facts.
    public init(_ strictness: Strictness) {
        self.init(
            catalogue: FactCollection.catalogue.map { Variable($0.name, $0.type) }, event: LogEventCollector.schema,
            strictness: strictness)
    }
}

extension RuleProblem {
    /// The problem as a report lists it.
    public var summary: Report.Problem {
        Report.Problem(
            origin: Origin(path: file.path, line: problem.line, column: problem.column),
            message: "\(problem.message)\(problem.hint.map { " (\($0))" } ?? "")")
    }
}
