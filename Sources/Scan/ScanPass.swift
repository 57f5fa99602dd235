// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import CEL
import Facts
import Host
import Jobs
import Model
import Rules
import Wire

/// One way through facts, rules and report, from nothing or from what the scan before left.
struct ScanPass {
    /// What came out of it.
    let report: Report

    private let scan: Scan
    private let circumstances: ScanMemory.Circumstances
    private let facts: FactCollection
    /// The memory this one builds on.
    private let past: ScanMemory?
    /// Roots that were collected again, as bytes.
    private let coded: [String: [UInt8]]
    private let judged: [Judged]
    private let logProblems: [Report.Problem]

    /// A rule and what it says.
    private struct Judged {
        var card: RuleCard
        var result: RuleResult
        /// As the logs gave them just now.
        var groups: EventGroups?
        /// As they were the last time.
        var pastGroups: ScanMemory.Groups?
    }

    /// Roots of the report itself: the host's name and system, and the ledger.
    private static let reportRoots: Set<String> = ["os", "ledger"]
    /// The collector whose inputs are the logs.
    private static let logs = "logs"

    /// Everything anew.
    init(_ scan: Scan, _ identity: Scan.Identity, leavingOut: Scan.LeftOut, _ step: (Step) -> Void) {
        self.scan = scan
        circumstances = scan.circumstances(identity)
        past = nil
        coded = [:]
        step(.own)
        let rules = scan.rules(nil)
        facts = FactCollection(
            scan.host, now: scan.now, roots: Set(rules.flatMap(\.roots)).union(Self.reportRoots),
            requestedKeys: rules.requestedKeys, leavingOut: leavingOut.facts
        ) { step(.facts($0)) }
        let before = facts.collection.problems.count
        let groups = Self.groups(rules, scan, facts, leavingOut, step)
        logProblems = Array(facts.collection.problems[before...])
        let evaluator = Self.evaluator(scan, facts.collection)
        judged = rules.map { rule in
            let groups = groups[rule.id]
            return Judged(
                card: rule.card, result: Self.result(rule, groups, evaluator, leavingOut, step), groups: groups)
        }
        step(.own)
        report = Self.report(scan, identity, facts, judged, logProblems)
    }

    /// What changed anew, the rest as it was.
    init(
        _ scan: Scan, _ identity: Scan.Identity, after memory: ScanMemory, _ changed: Set<String>,
        leavingOut: Scan.LeftOut, _ step: (Step) -> Void
    ) throws(WireError) {
        self.scan = scan
        circumstances = memory.circumstances
        past = memory
        var coded: [String: [UInt8]] = [:]
        var changedRoots: Set<String> = []
        facts = try FactCollection(
            scan.host, now: scan.now, after: memory, changed: changed, leavingOut: leavingOut.facts,
            progress: { step(.facts($0)) }, coded: &coded, changed: &changedRoots)
        self.coded = coded

        let readsLogs = changed.contains(Self.logs)
        let timePassed = scan.now != memory.moment
        let again = memory.rules.filter { rule in
            !rule.card.roots.isDisjoint(with: changedRoots) || timePassed && rule.card.readsNow
                || readsLogs && rule.card.isOverLogs
        }
        step(.own)
        let rules = again.isEmpty ? [] : scan.rules(Set(again.map(\.card.id)))
        // A rule set that has not got its own rules is another.
        guard rules.map(\.id) == again.map(\.card.id) else { throw .malformed }
        for root in Set(rules.flatMap(\.roots)).union(Self.reportRoots) { try facts.restore(root, from: memory) }

        let before = facts.collection.problems.count
        let fresh = readsLogs ? Self.groups(rules, scan, facts, leavingOut, step) : [:]
        logProblems = readsLogs ? Array(facts.collection.problems[before...]) : memory.logProblems
        let evaluator = Self.evaluator(scan, facts.collection)
        var judged = memory.rules.map { Judged(card: $0.card, result: $0.result, pastGroups: $0.groups) }
        var next = 0
        for rule in rules {
            while judged[next].card.id != rule.id { next += 1 }
            var groups = fresh[rule.id]
            if groups == nil { groups = try Self.restored(judged[next].pastGroups, rule, facts.collection) }
            judged[next].result = Self.result(rule, groups, evaluator, leavingOut, step)
            if readsLogs { judged[next].groups = groups }
        }
        self.judged = judged
        step(.own)
        report = Self.report(scan, identity, facts, judged, logProblems)
    }

    // MARK: Rules

    private static func evaluator(_ scan: Scan, _ collection: Collection) -> RuleEvaluator {
        RuleEvaluator(
            facts: collection.facts.merging(["now": .timestamp(scan.now)]) { $1 }, sources: collection.sources,
            zoneFile: scan.zoneFile)
    }

    private static func result(
        _ rule: Rule, _ groups: EventGroups?, _ evaluator: RuleEvaluator, _ leavingOut: Scan.LeftOut,
        _ step: (Step) -> Void
    ) -> RuleResult {
        if let reason = leavingOut.rules[rule.id] {
            let element = RuleResult.Element(kind: rule.area, key: "", reasons: [reason], isError: true)
            return RuleResult(outcome: .error, unjudged: [element])
        }
        step(.rule(rule.id))
        return evaluator.evaluate(rule, groups: groups)
    }

    private static func groups(
        _ rules: [Rule], _ scan: Scan, _ facts: FactCollection, _ leavingOut: Scan.LeftOut, _ step: (Step) -> Void
    ) -> [String: EventGroups] {
        let asking = rules.filter { $0.events != nil }
        guard !asking.isEmpty else { return [:] }
        if let reason = leavingOut.logs {
            return Dictionary(asking.map { ($0.id, EventGroups(.unknown("logs", reason))) }) { first, _ in first }
        }
        step(.logs)
        facts.recorder.record(as: logs)
        return scan.eventGroups(asking, facts.collection)
    }

    private static func restored(
        _ groups: ScanMemory.Groups?, _ rule: Rule, _ collection: Collection
    ) throws(WireError) -> EventGroups? {
        guard let clause = rule.events else { return nil }
        guard let groups else { throw .malformed }
        let schemas = [clause.groupSchema.name: clause.groupSchema]
        return EventGroups(try FactReader.value(groups.list, schemas: schemas, collection.source), gaps: groups.gaps)
    }

    // MARK: Report

    private static func report(
        _ scan: Scan, _ identity: Scan.Identity, _ facts: FactCollection, _ judged: [Judged],
        _ logProblems: [Report.Problem]
    ) -> Report {
        let collected = facts.collection.facts
        let context = Auditor.Context(
            version: identity.version, ruleSet: identity.ruleSet,
            host: Report.HostSummary(scan.host, os: collected["os"]), moment: scan.now, waivers: scan.waivers,
            problems: facts.notes.flatMap(\.problems) + FactCollection.torn(facts.notes) + logProblems,
            rejectedRules: identity.rejectedRules, ledger: Report.LedgerLine.lines(collected["ledger"]))
        return Auditor(context).report(judged.map { ($0.card, $0.result) })
    }

    // MARK: Memory

    /// What this scan leaves for the next.
    var memory: ScanMemory {
        let collection = facts.collection
        func bytes(_ root: String) -> [UInt8]? {
            coded[root] ?? past?.root(root) ?? collection.facts[root].map { FactWriter.bytes($0, collection.sources) }
        }
        let collectors = facts.notes.map { notes in
            let declarations = allCollectors.first { $0.name == notes.collector }?.declarations ?? []
            var roots: [String: [UInt8]] = [:]
            for declaration in declarations { roots[declaration.name] = bytes(declaration.name) }
            return ScanMemory.CollectorMemory(notes: notes, roots: roots)
        }
        return ScanMemory(
            circumstances: circumstances, moment: scan.now, requestedKeys: collection.requestedKeys,
            collectors: collectors,
            rules: judged.map { judged in
                let groups = judged.groups.map { groups in
                    ScanMemory.Groups(list: FactWriter.bytes(groups.list, collection.sources), gaps: groups.gaps)
                }
                return ScanMemory.RuleMemory(
                    card: judged.card, result: judged.result, groups: groups ?? judged.pastGroups)
            }, logProblems: logProblems)
    }
}
