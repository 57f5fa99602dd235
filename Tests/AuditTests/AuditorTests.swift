// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Rules
import Testing

@testable import Audit

@Suite("From results to a report")
struct AuditorTests {
    private static let now = Timestamp(seconds: 1_795_424_401)

    private func report(
        _ results: [(rule: Rule, result: RuleResult)], waivers: [Waiver] = [], host: String = "web1"
    ) -> Report {
        Auditor(
            Auditor.Context(
                version: "0", ruleSet: Report.RuleSetSummary(count: results.count, sha256: ""),
                host: Report.HostSummary(name: host, system: "", view: "memory", privileged: true), moment: Self.now,
                waivers: waivers)
        ).report(results.map { ($0.rule.card, $0.result) })
    }

    private func failing(_ keys: [String]) -> RuleResult {
        RuleResult(
            outcome: .fail,
            failing: keys.map {
                RuleResult.Element(kind: "thing", key: $0, places: [Origin(path: "/etc/\($0)", line: 1)])
            })
    }

    private func waiver(object: String? = nil, host: String? = nil, until: Int64 = 1_900_000_000) -> Waiver {
        Waiver(
            rule: "test.*", object: object, host: host, owner: "Marta", reason: "until March",
            until: Timestamp(seconds: until), origin: Origin(path: "/etc/guaita/waivers.yaml", line: 3))
    }

    @Test("fingerprints hold over lines, values and order, and tell objects apart")
    func fingerprints() throws {
        let rule = try Fixture.rule("require: memory > 1")
        let first = report([(rule, failing(["a", "b"]))]).findings[0]
        var moved = failing(["b", "a"])
        moved.failing[0].places = [Origin(path: "/etc/b", line: 99)]
        moved.failing[0].message = LocalizedText([.en: "3 days left"])
        let second = report([(rule, moved)]).findings[0]
        #expect(first.fingerprint == second.fingerprint)
        #expect(Set(first.objects.map(\.fingerprint)) == Set(second.objects.map(\.fingerprint)))
        #expect(first.objects[0].fingerprint != first.objects[1].fingerprint)
        #expect(first.fingerprint.utf8.count == 32)
    }

    @Test("coverage counts the rules judged in full among those that apply")
    func coverage() throws {
        let rule = try Fixture.rule("require: memory > 1")
        let unknown = RuleResult(outcome: .unknown, unjudged: [.init(kind: "thing", key: "", reasons: ["why"])])
        var partly = failing(["a"])
        partly.unjudged = unknown.unjudged
        let results = [RuleResult(outcome: .pass), unknown, partly, .notApplicable()].map { (rule: rule, result: $0) }
        let found = report(results)
        #expect(found.coverageTenths == 333)
        #expect(found.notEvaluated.count == 2)
        #expect(report([(rule, .notApplicable())]).coverageTenths == nil)
        #expect(report([(rule, .notApplicable())]).scores.isEmpty)
    }

    @Test("a waiver accepts, moves the managed score alone, and says who and until when")
    func accepted() throws {
        let rule = try Fixture.rule("require: memory > 1")
        let plain = report([(rule, failing(["a"]))])
        let waived = report([(rule, failing(["a"]))], waivers: [waiver()])
        #expect(waived.findings[0].waiver?.owner == "Marta")
        #expect(waived.scores[.security]?.lowTenths == plain.scores[.security]?.lowTenths)
        #expect(waived.scores[.security]?.managedTenths ?? 0 > plain.scores[.security]?.managedTenths ?? 0)
    }

    @Test("a waiver's scope is an object's key or path and a host's name")
    func scope() throws {
        let rule = try Fixture.rule("require: memory > 1")
        func isAccepted(_ waiver: Waiver, _ keys: [String] = ["a"]) -> Bool {
            report([(rule, failing(keys))], waivers: [waiver]).findings[0].waiver != nil
        }
        #expect(isAccepted(waiver(object: "a")))
        #expect(isAccepted(waiver(object: "/etc/*")))
        #expect(!isAccepted(waiver(object: "b")))
        #expect(!isAccepted(waiver(object: "a"), ["a", "b"]), "one of two objects is not the finding")
        #expect(isAccepted(waiver(host: "web?")))
        #expect(!isAccepted(waiver(host: "db*")))
    }

    @Test("a waiver that has run out accepts nothing, is a finding, and costs no points")
    func expired() throws {
        let rule = try Fixture.rule("require: memory > 1")
        let found = report([(rule, failing(["a"]))], waivers: [waiver(until: 1_700_000_000)])
        #expect(found.findings.map(\.rule) == ["test.rule", "guaita.waiver-expired"])
        #expect(found.findings[0].waiver == nil)
        #expect(found.scores[.security] == report([(rule, failing(["a"]))]).scores[.security])
    }

    @Test("a waiver holds to the very moment it names")
    func lastMoment() throws {
        let rule = try Fixture.rule("require: memory > 1")
        let found = report([(rule, failing(["a"]))], waivers: [waiver(until: Self.now.seconds)])
        #expect(found.findings.map(\.rule) == ["test.rule"])
    }

    @Test("findings come worst first; the list is cut at its limit but the score counts all")
    func order() throws {
        let low = try Fixture.rule("require: memory > 1", severity: "low", id: "test.a")
        let high = try Fixture.rule("require: memory > 1", severity: "high", id: "test.b")
        let many = failing((0..<1500).map { "k\($0)" })
        let found = report([(low, many), (high, failing(["a"]))])
        #expect(found.findings.map(\.rule) == ["test.b", "test.a"])
        #expect(found.findings[1].objects.count == RuleEvaluator.objectLimit)
        #expect(found.findings[1].points == 2)
    }
}
