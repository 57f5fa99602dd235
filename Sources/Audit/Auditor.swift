// SPDX-License-Identifier: GPL-3.0-or-later

public import Model
public import Rules

/// Turns what the rules said into a report: findings with their shares of the score, what could not be judged,
/// coverage, acceptances.
public struct Auditor: Sendable {
    /// What a report says besides the rules' results.
    public struct Context: Sendable {
        /// guaita's version.
        public var version: String
        /// The rule set.
        public var ruleSet: Report.RuleSetSummary
        /// The host.
        public var host: Report.HostSummary
        /// The moment of the scan.
        public var moment: Timestamp
        /// Accepted risks, expired ones included.
        public var waivers: [Waiver]
        /// Files that could not be read or parsed.
        public var problems: [Report.Problem]
        /// Rules that were not loaded.
        public var rejectedRules: [Report.Problem]
        /// The resource ledger.
        public var ledger: [Report.LedgerLine]

        /// A context.
        public init(
            version: String, ruleSet: Report.RuleSetSummary, host: Report.HostSummary, moment: Timestamp,
            waivers: [Waiver] = [], problems: [Report.Problem] = [], rejectedRules: [Report.Problem] = [],
            ledger: [Report.LedgerLine] = []
        ) {
            self.version = version
            self.ruleSet = ruleSet
            self.host = host
            self.moment = moment
            self.waivers = waivers
            self.problems = problems
            self.rejectedRules = rejectedRules
            self.ledger = ledger
        }
    }

    let context: Context

    /// An auditor for one scan.
    public init(_ context: Context) { self.context = context }

    /// The report on some results.
    public func report(_ results: [(rule: RuleCard, result: RuleResult)]) -> Report {
        var scores: [Posture: Score] = [:]
        var findings: [Finding] = []
        var actions: [Report.Action] = []
        // By index: a card is large, and iterating would copy each.
        let judged = results.indices.filter { results[$0].result.outcome != .notApplicable }
        for posture in Posture.allCases {
            let relevant = judged.filter { results[$0].rule.posture == posture }
            guard !relevant.isEmpty else { continue }
            let found = relevant.map { finding(results[$0].rule, results[$0].result) }
            let risks = zip(relevant, found).map { risk(results[$0].rule, results[$0].result, accepted: $1.accepted) }
            let card = Scorecard(risks)
            scores[posture] = card.score
            actions += Action.best(risks).map { action in
                Report.Action(
                    posture: posture, rules: action.risks.map { results[relevant[$0]].rule.id },
                    gainTenths: action.gainTenths,
                    effortMinutes: action.effortMinutes)
            }
            for (index, share) in card.shares.enumerated() {
                guard var finding = found[index].finding else { continue }
                finding.points = share.points
                finding.contributionTenths = share.contributionTenths
                finding.gainTenths = share.gainTenths
                findings.append(finding)
            }
        }
        findings += context.waivers.filter { $0.until < context.moment }.map { waiver in
            let posture = results.first { Glob(waiver.rule).matches($0.rule.id) }?.rule.posture ?? .security
            return Finding.expired(waiver, posture: posture, until: waiver.until.day)
        }
        findings.sort(by: Self.isWorse)
        let whole = judged.count { results[$0].result.unjudged.isEmpty }
        var counts: [Outcome: Int] = [:]
        for index in results.indices { counts[results[index].result.outcome, default: 0] += 1 }
        return Report(
            version: context.version, ruleSet: context.ruleSet, host: context.host, moment: context.moment,
            scores: scores, counts: counts,
            coverageTenths: judged.isEmpty ? nil : whole * 1000 / judged.count, findings: findings,
            actions: actions, notEvaluated: judged.flatMap { notEvaluated(results[$0].rule, results[$0].result) },
            problems: context.problems,
            rejectedRules: context.rejectedRules, ledger: context.ledger,
            outcomes: results.map { Report.RuleOutcome(rule: $0.rule.id, outcome: $0.result.outcome) })
    }

    /// Worst severity first, then most points, then by rule id.
    private static func isWorse(_ left: Finding, _ right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.contributionTenths != right.contributionTenths {
            return left.contributionTenths > right.contributionTenths
        }
        return left.rule.utf8.lexicographicallyPrecedes(right.rule.utf8)
    }

    private func risk(_ rule: RuleCard, _ result: RuleResult, accepted: Int) -> Risk {
        Risk(
            severity: rule.severity, confidence: rule.confidence, exposure: rule.exposure,
            failing: result.failing.count, unknown: result.unjudged.count, accepted: accepted,
            effortMinutes: rule.effortMinutes)
    }

    private func finding(_ rule: RuleCard, _ result: RuleResult) -> (finding: Finding?, accepted: Int) {
        guard !result.failing.isEmpty else { return (nil, 0) }
        let objects = result.failing.prefix(RuleEvaluator.objectLimit).map { element in
            FoundObject(
                fingerprint: Fingerprint.of(rule: rule.id, kind: element.kind, key: element.key), kind: element.kind,
                key: element.key, message: element.message, places: element.places)
        }
        var finding = Finding(
            fingerprint: Fingerprint.of(rule: rule.id), rule: rule.id, posture: rule.posture, severity: rule.severity,
            title: rule.title, why: rule.why, fix: rule.fix, effortMinutes: rule.effortMinutes,
            references: rule.references, objects: Array(objects))
        let valid = context.waivers.filter { $0.until >= context.moment }
        let covering = objects.map { object in
            valid.first { $0.covers(rule: rule.id, object: object, host: context.host.name) }
        }
        // Accepted as a whole only when every object is.
        if covering.count == result.failing.count, !covering.contains(nil) { finding.waiver = covering.first ?? nil }
        return (finding, covering.filter { $0 != nil }.count)
    }

    private func notEvaluated(_ rule: RuleCard, _ result: RuleResult) -> [NotEvaluated] {
        let errors = result.unjudged.filter(\.isError)
        let unknown = result.unjudged.filter { !$0.isError }
        return [(Outcome.unknown, unknown), (Outcome.error, errors)].compactMap { outcome, elements in
            guard !elements.isEmpty else { return nil }
            return NotEvaluated(
                rule: rule.id, posture: rule.posture, severity: rule.severity, outcome: outcome,
                keys: elements.map(\.key).filter { !$0.isEmpty }, reasons: Set(elements.flatMap(\.reasons)).sorted())
        }
    }
}
