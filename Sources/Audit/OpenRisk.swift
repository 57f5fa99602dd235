// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// What the score is made of: the sum of points and how many risks of each severity are open. Taking one risk out is a
/// subtraction, so that what each fix gains is told for thousands of findings.
struct OpenRisk {
    private(set) var points: Double
    private var open = [Int](repeating: 0, count: Severity.allCases.count)

    /// The risks as a view counts them. Points are summed in one fixed order: floating-point addition must not make the
    /// score depend on the order of the rules (P8).
    init(_ risks: [Risk], _ view: RiskModel.View) {
        points = risks.map { $0.points(objects: view.objects(of: $0)) }.sorted().reduce(0, +)
        for risk in risks where view.objects(of: risk) > 0 { open[risk.severity.rank] += 1 }
    }

    /// The worst severity open.
    var worst: Severity? { Severity.allCases.last { open[$0.rank] > 0 } }

    /// How many risks of the worst severity are open.
    var countOfWorst: Int { worst.map { open[$0.rank] } ?? 0 }

    /// 0 to 100, in real arithmetic.
    var score: Double { RiskModel.score(points: points, cap: RiskModel.cap(worst)) }

    /// The same without a risk that is open in it.
    func removing(_ risk: Risk) -> OpenRisk {
        var rest = self
        rest.open[risk.severity.rank] -= 1
        // What is left when nothing is open is nothing, whatever rounding says.
        rest.points = rest.worst == nil ? 0 : max(0, points - risk.points(objects: risk.failing))
        return rest
    }
}
