// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A posture's score and what each risk has to do with it.
public struct Scorecard: Sendable {
    /// The score.
    public let score: Score
    /// One share a risk, in the order the risks were given.
    public let shares: [Share]

    /// What one risk has to do with the score.
    public struct Share: Sendable, Hashable {
        /// Its points; 0 when nothing of it is open.
        public var points: Double
        /// Its part of what is missing to 100, in tenths; the parts sum to it exactly.
        public var contributionTenths: Int
        /// What the score gains when it alone is fixed, in tenths.
        public var gainTenths: Int
    }

    /// Scores some risks.
    public init(_ risks: [Risk]) {
        let open = OpenRisk(risks, .failing)
        let lowTenths = RiskModel.tenths(RiskModel.score(risks, .failingAndUnknown))
        let highTenths = RiskModel.tenths(open.score)
        score = Score(
            lowTenths: lowTenths, highTenths: highTenths, grade: Grade(tenths: lowTenths),
            gradeHigh: Grade(tenths: highTenths), cap: open.worst, points: open.points,
            managedTenths: RiskModel.tenths(RiskModel.score(risks, .failingAndUnknownButAccepted)))
        let contributions = Self.apportion(Self.contributions(risks, open), total: 1000 - highTenths)
        shares = zip(risks, contributions).map { risk, contribution in
            guard risk.failing > 0 else { return Share(points: 0, contributionTenths: contribution, gainTenths: 0) }
            return Share(
                points: risk.points(objects: risk.failing), contributionTenths: contribution,
                gainTenths: max(0, RiskModel.tenths(open.removing(risk).score) - highTenths))
        }
    }

    /// `(100 − C)/k` for each of the k risks of the worst severity, plus `(C − S)·pᵢ/R`.
    private static func contributions(_ risks: [Risk], _ open: OpenRisk) -> [Double] {
        let cap = RiskModel.cap(open.worst)
        return risks.map { risk in
            guard risk.failing > 0 else { return 0 }
            let forCap = risk.severity == open.worst ? (100 - cap) / Double(open.countOfWorst) : 0
            guard open.points > 0 else { return forCap }
            return forCap + (cap - open.score) * risk.points(objects: risk.failing) / open.points
        }
    }

    /// Whole tenths that sum to `total`, by largest remainder; ties go to the earlier risk.
    static func apportion(_ parts: [Double], total: Int) -> [Int] {
        var tenths = parts.map { Int(($0 * 10).rounded(.down)) }
        let missing = total - tenths.reduce(0, +)
        let byRemainder = parts.indices
            .filter { parts[$0] > 0 }
            .sorted {
                let (left, right) = (parts[$0] * 10 - Double(tenths[$0]), parts[$1] * 10 - Double(tenths[$1]))
                return left != right ? left > right : $0 < $1
            }
        guard !byRemainder.isEmpty, missing != 0 else { return tenths }
        // Rounding the score itself may leave a tenth more or less than the remainders hold: go round.
        for step in 0..<abs(missing) {
            let index =
                missing > 0
                ? byRemainder[step % byRemainder.count]
                : byRemainder[byRemainder.count - 1 - step % byRemainder.count]
            tenths[index] = max(0, tenths[index] + missing.signum())
        }
        return tenths
    }
}
