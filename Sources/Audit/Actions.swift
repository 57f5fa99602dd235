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
        var open = risks
        var actions: [Action] = []
        while actions.count < count {
            let now = RiskModel.score(open, .failing)
            let worst = RiskModel.worstOpen(open, .failing)
            var candidates = open.indices.filter { open[$0].failing > 0 }.map { [$0] }
            let capping = candidates.flatMap { $0 }.filter { open[$0].severity == worst }
            if capping.count > 1 { candidates.append(capping) }
            var best: (action: Action, rate: Double)?
            for candidate in candidates {
                var without = open
                for index in candidate { without[index].failing = 0 }
                let gain = RiskModel.score(without, .failing) - now
                let effort = candidate.reduce(0) { $0 + max(1, open[$1].effortMinutes) }
                let rate = gain / Double(effort)
                if gain > 0, rate > best?.rate ?? 0 {
                    let tenths = RiskModel.tenths(now + gain) - RiskModel.tenths(now)
                    best = (Action(risks: candidate, gainTenths: tenths, effortMinutes: effort), rate)
                }
            }
            guard let picked = best?.action else { break }
            for index in picked.risks { open[index].failing = 0 }
            actions.append(picked)
        }
        return actions
    }
}
