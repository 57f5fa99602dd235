// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
public import Facts
public import Host
public import Model

/// Collects the roots of the catalogue that are asked for, and those they need, in the registry's order.
public struct FactCollection {
    /// The collection: facts, sources, problems.
    public let collection: Collection
    /// What each collector, by the name of its first root, read, listed and asked of the host.
    public let recorder: RecordingHost

    /// The catalogue: every root of every collector.
    public static var catalogue: [FactDeclaration] { allCollectors.flatMap(\.declarations) }

    /// Collects from a host. `roots` nil means all. `progress` is told each collector's first root before it starts.
    public init(
        _ host: any Host, now: Timestamp, roots: Set<String>? = nil, requestedKeys: [String: [String]] = [:],
        progress: (String) -> Void = { _ in }
    ) {
        recorder = RecordingHost(host)
        collection = Collection(host: recorder, now: now, requestedKeys: requestedKeys)
        for collector in Self.needed(roots) {
            let name = collector.declarations.first?.name ?? ""
            progress(name)
            recorder.record(as: name)
            collection.collect(collector)
        }
        for path in recorder.changedWhileReading {
            collection.report(Origin(path: path), "changed while it was read: what is said of it may mix old and new")
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
