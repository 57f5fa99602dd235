// SPDX-License-Identifier: GPL-3.0-or-later

/// What to fix first: greedily by gain for each minute, computed anew after each pick. Where several risks of the
/// worst severity hold the score down together, fixing one gains little; they are then offered as one bundle.
public struct Action: Sendable, Hashable {
    /// Indices of the risks that are fixed together.
    public let risks: [Int]
    /// What the score gains, in tenths of a point.
    public let gainTenths: Int
    /// Minutes for all of them.
    public let effortMinutes: Int

    /// The first `count` actions for some risks.
    public static func best(_ risks: [Risk], count: Int = 5) -> [Action] {
        var remaining = risks.indices.filter { risks[$0].failing > 0 }
        var open = OpenRisk(risks, .failing)
        var actions: [Action] = []
        while actions.count < count {
            var candidates = remaining.map { [$0] }
            let capping = remaining.filter { risks[$0].severity == open.worst }
            if capping.count > 1 { candidates.append(capping) }
            var best: (risks: [Int], after: OpenRisk, effort: Int, rate: Double)?
            for candidate in candidates {
                let after = candidate.reduce(open) { $0.removing(risks[$1]) }
                let effort = candidate.reduce(0) { $0 + max(1, risks[$1].effortMinutes) }
                let rate = (after.score - open.score) / Double(effort)
                if rate > best?.rate ?? 0 { best = (candidate, after, effort, rate) }
            }
            guard let best else { break }
            actions.append(
                Action(
                    risks: best.risks,
                    gainTenths: RiskModel.tenths(best.after.score) - RiskModel.tenths(open.score),
                    effortMinutes: best.effort))
            open = best.after
            remaining.removeAll(where: best.risks.contains)
        }
        return actions
    }
}
