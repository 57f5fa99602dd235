// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
public import Facts
public import Host
public import Model
import Wire

/// Collects the roots of the catalogue that are asked for, and those they need, in the registry's order.
public struct FactCollection {
    /// The collection: facts, sources, problems.
    public let collection: Collection
    /// What each collector, by the name of its first root, read, listed and asked of the host.
    public let recorder: RecordingHost
    /// What is told of each collector besides its facts, in the registry's order.
    private(set) var notes: [Notes] = []

    /// What is told of a collector besides its facts.
    struct Notes: Sendable, Hashable {
        /// Its first root.
        var collector: String
        /// What it could not read or parse.
        var problems: [Report.Problem]
        /// Files that changed while it read them.
        var torn: [String]
        /// What it shares with others, by name.
        var subjects: Set<String>
    }

    /// The catalogue: every root of every collector.
    public static var catalogue: [FactDeclaration] { allCollectors.flatMap(\.declarations) }

    /// Collects from a host. `roots` nil means all. `leavingOut` has collectors that must not run, by name, and why.
    /// `progress` is told each collector's first root before it starts.
    public init(
        _ host: any Host, now: Timestamp, roots: Set<String>? = nil, requestedKeys: [String: [String]] = [:],
        leavingOut: [String: String] = [:], progress: (String) -> Void = { _ in }
    ) {
        self.init(host, now: now, requestedKeys: requestedKeys)
        for collector in Self.needed(roots) { notes.append(run(collector, leavingOut, progress)) }
        for problem in Self.torn(notes) { collection.report(problem.origin, problem.message) }
    }

    private init(_ host: any Host, now: Timestamp, requestedKeys: [String: [String]]) {
        recorder = RecordingHost(host)
        collection = Collection(host: recorder, now: now, requestedKeys: requestedKeys)
    }

    private func run(
        _ collector: any Collector, _ leavingOut: [String: String], _ progress: (String) -> Void
    ) -> Notes {
        let name = collector.name
        if let reason = leavingOut[name] {
            collection.leaveOut(collector, because: reason)
            return Notes(collector: name, problems: [], torn: [], subjects: [])
        }
        progress(name)
        recorder.record(as: name)
        let before = collection.problems.count
        collection.collect(collector)
        let subjects = collection.subjects[name] ?? []
        return Notes(
            collector: name, problems: Array(collection.problems[before...]),
            torn: ([name] + subjects.sorted()).flatMap(recorder.changedWhileReading), subjects: subjects)
    }

    /// The files that changed while some collector read them.
    static func torn(_ notes: [Notes]) -> [Report.Problem] {
        Set(notes.flatMap(\.torn)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
            Report.Problem(
                origin: Origin(path: $0),
                message: "changed while it was read: what is said of it may mix old and new")
        }
    }

    /// The collectors of some roots and, before them, those whose facts they use.
    private static func needed(_ roots: Set<String>?) -> [any Collector] {
        guard var wanted = roots else { return allCollectors }
        // The registry is in dependency order, so one walk from its end meets every need before the needed.
        var chosen: [any Collector] = []
        for collector in allCollectors.reversed()
        where collector.declarations.contains(where: { wanted.contains($0.name) }) {
            wanted.formUnion(collector.needs)
            chosen.append(collector)
        }
        return chosen.reversed()
    }
}

extension FactCollection {
    /// Replaces the roots that depend on who asks by the answer to this asker; the answer is the names of those roots.
    public func answer(_ question: [String: String]) throws(QuestionError) -> [String] {
        var answered: [String] = []
        for collector in allCollectors {
            // A subject that is not on this host has no answer to give.
            let roots = collector.declarations.map(\.name).filter { collection.facts[$0] != nil }
            guard !roots.isEmpty, try collection.answer(question, by: collector) else { continue }
            answered += roots
        }
        return answered
    }
}

extension FactCollection {
    /// Collects again what may have changed since a scan, and nothing else: the collectors named, those that use what is
    /// named, and those that need a root whose value, or the place of a value, is not what it was.
    ///
    /// Collectors that tell of the moment, of memory, load, processes and disks are no exception: what a kernel counts
    /// announces no change, so it stays as the last full scan saw it unless such a collector is named.
    ///
    /// `coded` comes back with what the roots that were collected again are now, `changed` with those that changed.
    init(
        _ host: any Host, now: Timestamp, after memory: ScanMemory, changed names: Set<String>,
        leavingOut: [String: String], progress: (String) -> Void,
        coded: inout [String: [UInt8]], changed: inout Set<String>
    ) throws(WireError) {
        self.init(host, now: now, requestedKeys: memory.requestedKeys)
        for collector in allCollectors {
            guard let past = memory.collectors.first(where: { $0.notes.collector == collector.name }) else { continue }
            let mustRun =
                names.contains(collector.name) || !past.notes.subjects.isDisjoint(with: names)
                || collector.needs.contains(where: changed.contains)
            guard mustRun else {
                notes.append(past.notes)
                continue
            }
            for root in collector.needs { try restore(root, from: memory) }
            notes.append(run(collector, leavingOut, progress))
            for declaration in collector.declarations {
                let bytes = FactWriter.bytes(collection.facts[declaration.name] ?? .absent, collection.sources)
                coded[declaration.name] = bytes
                if past.roots[declaration.name] != bytes { changed.insert(declaration.name) }
            }
        }
    }

    /// Has a root of an earlier scan in the collection, unless it was collected anew.
    func restore(_ root: String, from memory: ScanMemory) throws(WireError) {
        guard collection.facts[root] == nil, let bytes = memory.root(root) else { return }
        collection.restore(root, try FactReader.value(bytes, schemas: FactReader.catalogue, collection.source))
    }
}
