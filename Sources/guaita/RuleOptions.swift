// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import Audit
import CEL
import Digest
import Facts
import Host
import Model
import Rules
import Scan

/// Where rules come from and which of them count. Rules are files of the machine guaita runs on, whatever it audits.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: "A rule file or a directory of them. May be repeated. (default: \(Self.defaults.joined(separator: ", ")))"
    )
    var paths: [String] = []

    @Option(help: "Only rules whose id matches, as 'ssh.*'. May be repeated.")
    var only: [String] = []

    static let defaults = ["/usr/share/guaita/rules", "/etc/guaita/rules.d"]

    /// The rule set, and the SHA-256 over its files.
    func load(_ strictness: RuleLoader.Strictness, additional: [String] = []) throws(Ending) -> (
        set: RuleSet, digest: String
    ) {
        let named = paths + additional
        let files = try RuleFiles.read(named.isEmpty ? Self.defaults : named, mayBeMissing: named.isEmpty)
        guard !files.isEmpty else {
            throw Ending(
                code: .usage,
                message:
                    "guaita: no rules in \((named.isEmpty ? Self.defaults : named).joined(separator: ", ")); name some with --rules"
            )
        }
        let loader = RuleLoader(
            catalogue: FactCollection.catalogue.map { Variable($0.name, $0.type) }, event: LogEventCollector.schema,
            strictness: strictness)
        var set = loader.load(files)
        let globs = only.map { Glob($0) }
        if !globs.isEmpty {
            set.rules = set.rules.filter { rule in globs.contains { $0.matches(rule.id) } }
            if set.rules.isEmpty, set.errors.isEmpty {
                throw Ending(code: .usage, message: "guaita: no rule matches \(only.joined(separator: ", "))")
            }
        }
        return (set, SHA256.hex(files.map { SHA256.hex($0.bytes) }.joined(separator: "\n")))
    }
}

/// Finds and reads rule files.
enum RuleFiles {
    /// The `.yaml` files named or below the directories named, in byte order of their paths. At most 20,000.
    static func read(_ paths: [String], mayBeMissing: Bool) throws(Ending) -> [RuleFile] {
        var files: [RuleFile] = []
        for path in paths {
            do throws(HostError) {
                try read(absolute(path), shown: path, LiveHost(), depth: 0, &files)
            } catch {
                if mayBeMissing, error == .notFound { continue }
                throw Ending(code: .usage, message: "guaita: \(path): \(error.description)")
            }
        }
        return files
    }

    private static func read(
        _ path: String, shown: String, _ host: LiveHost, depth: Int, _ files: inout [RuleFile]
    ) throws(HostError) {
        guard depth <= 8, files.count < 20_000 else { return }
        guard try host.status(path).kind == .directory else {
            files.append(RuleFile(path: shown, bytes: try host.read(path).bytes))
            return
        }
        for entry in try host.list(path) {
            guard entry.kind == .directory || entry.name.hasSuffix(".yaml") else { continue }
            let separator = shown.hasSuffix("/") ? "" : "/"
            try read(
                "\(path)/\(entry.name)", shown: "\(shown)\(separator)\(entry.name)", host, depth: depth + 1, &files)
        }
    }

    /// A path as the host takes it.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : WorkingDirectory.path + "/" + path
    }
}
