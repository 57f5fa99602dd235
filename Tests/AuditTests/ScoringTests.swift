// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import TestSupport
import Testing

@testable import Audit

private func randomRisk(_ generator: inout SeededGenerator) -> Risk {
    let failing = Int.random(in: 0...6, using: &generator)
    return Risk(
        severity: Severity.allCases.randomElement(using: &generator) ?? .low,
        confidence: Confidence.allCases.randomElement(using: &generator) ?? .high,
        exposure: Exposure.allCases.randomElement(using: &generator) ?? .normal,
        failing: failing, unknown: Int.random(in: 0...2, using: &generator),
        accepted: Int.random(in: 0...failing, using: &generator),
        effortMinutes: [5, 30, 120, 480].randomElement(using: &generator) ?? 30)
}

private func randomRisks(_ generator: inout SeededGenerator) -> [Risk] {
    (0..<Int.random(in: 0...25, using: &generator)).map { _ in randomRisk(&generator) }
}

private func real(_ risks: [Risk]) -> Double { RiskModel.score(risks, .failing) }
private func low(_ risks: [Risk]) -> Double { RiskModel.score(risks, .failingAndUnknown) }

/// The properties of research on scoring, section 2.2, over 300 random hosts a seed.
@Suite("Scoring, score_version 1")
struct ScoringTests {
    static let seeds: [UInt64] = [1, 7, 20261123]

    private func hosts(_ seed: UInt64, _ body: ([Risk], inout SeededGenerator) -> Void) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 { body(randomRisks(&generator), &generator) }
    }

    @Test("P1, P2: fixing never lowers and, where there are points, strictly raises", arguments: seeds)
    func fixing(seed: UInt64) {
        hosts(seed) { risks, _ in
            for index in risks.indices where risks[index].failing > 0 {
                var fixed = risks
                fixed[index].failing = 0
                #expect(real(fixed) >= real(risks), "seed \(seed)")
                if risks[index].severity != .info { #expect(real(fixed) > real(risks), "seed \(seed)") }
            }
        }
    }

    @Test("P1: a new failure never raises", arguments: seeds)
    func newFailure(seed: UInt64) {
        hosts(seed) { risks, generator in
            var more = randomRisk(&generator)
            more.failing = 1
            #expect(real(risks + [more]) <= real(risks), "seed \(seed)")
        }
    }

    @Test("P3: no number of passes lifts the cap", arguments: [20, 1000])
    func noMasking(passes: Int) {
        let passing = [Risk](repeating: Risk(severity: .critical, failing: 0), count: passes)
        let card = Scorecard(passing + [Risk(severity: .critical)])
        #expect(card.score.lowTenths == 276)
        #expect(card.score.grade == .e)
    }

    @Test("P4: contributions are not negative and sum to what is missing to 100", arguments: seeds)
    func contributions(seed: UInt64) {
        hosts(seed) { risks, _ in
            let card = Scorecard(risks)
            #expect(card.shares.allSatisfy { $0.contributionTenths >= 0 }, "seed \(seed)")
            #expect(
                card.shares.reduce(0) { $0 + $1.contributionTenths } == 1000 - card.score.highTenths, "seed \(seed)")
        }
    }

    @Test("P5: a passing or inapplicable rule changes nothing", arguments: seeds)
    func passing(seed: UInt64) {
        hosts(seed) { risks, generator in
            var pass = randomRisk(&generator)
            (pass.failing, pass.unknown, pass.accepted) = (0, 0, 0)
            let (before, after) = (Scorecard(risks), Scorecard([pass] + risks))
            #expect(before.score == after.score, "seed \(seed)")
            #expect(before.shares == Array(after.shares.dropFirst()), "seed \(seed)")
        }
    }

    @Test("P6: a failing rule lowers by its own points alone while the cap stands", arguments: seeds)
    func ownPoints(seed: UInt64) {
        hosts(seed) { risks, _ in
            guard let worst = OpenRisk(risks, .failing).worst else { return }
            let more = Risk(severity: min(worst, .low))
            let expected = real(risks) * RiskModel.score(points: more.points(objects: 1), cap: 1)
            #expect(abs(real(risks + [more]) - expected) < 1e-9, "seed \(seed)")
        }
    }

    @Test("P7: unknown never raises the low end, low is never above high", arguments: seeds)
    func unknown(seed: UInt64) {
        hosts(seed) { risks, _ in
            #expect(low(risks) <= real(risks), "seed \(seed)")
            for index in risks.indices where risks[index].failing > 0 {
                var lost = risks
                lost[index].unknown += lost[index].failing
                lost[index].failing = 0
                lost[index].accepted = 0
                #expect(low(lost) == low(risks), "fail → unknown leaves the low end, seed \(seed)")
            }
            for index in risks.indices where risks[index].failing == 0 && risks[index].unknown == 0 {
                var lost = risks
                lost[index].unknown = 1
                #expect(low(lost) <= low(risks), "pass → unknown lowers the low end, seed \(seed)")
                #expect(real(lost) == real(risks), "and leaves the high end, seed \(seed)")
            }
        }
    }

    @Test("P8: the order of the rules does not matter", arguments: seeds)
    func order(seed: UInt64) {
        hosts(seed) { risks, generator in
            #expect(Scorecard(risks.shuffled(using: &generator)).score == Scorecard(risks).score, "seed \(seed)")
        }
    }

    @Test("P9: more failing objects never raise", arguments: seeds)
    func moreObjects(seed: UInt64) {
        hosts(seed) { risks, _ in
            for index in risks.indices {
                var more = risks
                more[index].failing += 1
                #expect(real(more) <= real(risks), "seed \(seed)")
            }
        }
    }

    @Test("P10: an accepted risk never changes the technical score", arguments: seeds)
    func accepted(seed: UInt64) {
        hosts(seed) { risks, _ in
            let none = risks.map { risk in
                var risk = risk
                risk.accepted = 0
                return risk
            }
            let (with, without) = (Scorecard(risks).score, Scorecard(none).score)
            #expect(with.lowTenths == without.lowTenths && with.highTenths == without.highTenths, "seed \(seed)")
            #expect(without.managedTenths == without.lowTenths, "seed \(seed)")
            #expect(with.managedTenths >= with.lowTenths, "seed \(seed)")
        }
    }

    @Test("the managed score lifts the cap by one step at most")
    func managedCap() {
        let card = Scorecard([Risk(severity: .critical, accepted: 1)])
        #expect(card.score.managedTenths == 740)
        #expect(card.score.lowTenths == 276)
    }

    @Test("P11: the version is named")
    func version() { #expect(RiskModel.version == 1) }

    @Test("P12: hosts with the same open risk score the same, however many rules apply", arguments: seeds)
    func comparable(seed: UInt64) {
        hosts(seed) { risks, generator in
            let passes = (0..<Int.random(in: 0...500, using: &generator)).map { _ in Risk(severity: .high, failing: 0) }
            #expect(Scorecard(risks + passes).score == Scorecard(risks).score, "seed \(seed)")
        }
    }

    /// Open findings, score, contributions and gains as the research tabulates them.
    static let worked: [(risks: [Risk], tenths: Int, grade: Grade, contributions: [Int], gains: [Int])] = [
        ([], 1000, .a, [], []),
        ([Risk(severity: .low)], 989, .a, [11], [11]),
        ([Risk(severity: .medium)], 860, .b, [140], [140]),
        ([Risk(severity: .high)], 659, .c, [341], [341]),
        ([Risk(severity: .critical)], 276, .e, [724], [724]),
        (
            [Risk(severity: .critical), Risk(severity: .high, failing: 2), Risk(severity: .medium)], 231, .e,
            [714, 44, 11], [388, 36, 8]
        ),
    ]

    @Test("worked examples", arguments: worked.indices)
    func workedExample(index: Int) {
        let example = Self.worked[index]
        let card = Scorecard(example.risks)
        #expect(card.score.highTenths == example.tenths)
        #expect(card.score.grade == example.grade)
        for (share, expected) in zip(card.shares, example.contributions) {
            #expect(abs(share.contributionTenths - expected) <= 1)
        }
        for (share, expected) in zip(card.shares, example.gains) { #expect(abs(share.gainTenths - expected) <= 1) }
    }

    @Test("two criticals are fixed as one bundle: one alone gains little")
    func bundle() throws {
        let risks = [Risk(severity: .critical), Risk(severity: .critical), Risk(severity: .low)]
        let action = try #require(Action.best(risks).first)
        #expect(action.risks == [0, 1])
        #expect(action.effortMinutes == 60)
    }

    @Test("actions end when nothing is left to gain")
    func actionsEnd() {
        #expect(Action.best([Risk(severity: .info)]).isEmpty)
        #expect(Action.best([Risk(severity: .low), Risk(severity: .medium)]).count == 2)
    }
}
