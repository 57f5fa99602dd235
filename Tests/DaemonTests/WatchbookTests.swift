// SPDX-License-Identifier: GPL-3.0-or-later
import Jobs
import Model
import TestSupport
import Testing

@testable import Daemon

@Suite("What the daemon knows between two scans")
struct WatchbookTests {
    /// A book with these scans written in, and what the last of them changed.
    private func recording(_ summaries: ScanSummary...) -> (book: Watchbook, changes: [Change]) {
        var book = Watchbook()
        var changes: [Change] = []
        for (index, summary) in summaries.enumerated() { changes = book.record(summary, scanID: "s\(index)") }
        return (book, changes)
    }

    @Test("what is found the first time is new, the worst first")
    func new() {
        let (low, critical) = (Scans.finding("a.a", .low), Scans.finding("b.b", .critical))
        let (book, changes) = recording(Scans.summary(at: 0, [low, critical]))
        #expect(changes == [.new(critical), .new(low)])
        #expect(book.open["f-a.a"]?.since == Scans.moment(0))
        #expect(book.openBySeverity == [.low: 1, .critical: 1])
        #expect(book.lastScan == .init(id: "s0", moment: Scans.moment(0)))
    }

    @Test("another value in a message is no change, but the newest words are kept")
    func words() {
        let (book, changes) = recording(
            Scans.summary(at: 0, [Scans.finding("a.a", message: "has 10 days left")]),
            Scans.summary(at: 60, [Scans.finding("a.a", message: "has 9 days left")]))
        #expect(changes == [])
        #expect(book.open["f-a.a"]?.finding.objects.first?.message == "global has 9 days left")
        #expect(book.open["f-a.a"]?.since == Scans.moment(0))
    }

    @Test(
        "severity, acceptance and the set of failing objects are changes",
        arguments: [
            Scans.finding("a.a", .critical), Scans.finding("a.a", isWaived: true),
            Scans.finding("a.a", objects: ["global", "root"]), Scans.finding("a.a", objects: ["root"]),
        ])
    func changed(after: ScanSummary.OpenFinding) {
        let before = Scans.finding("a.a")
        let (_, changes) = recording(Scans.summary(at: 0, [before]), Scans.summary(at: 60, [after]))
        #expect(changes == [.changed(after, from: before, since: Scans.moment(0))])
    }

    @Test("the order of objects is no change")
    func order() {
        let (_, changes) = recording(
            Scans.summary(at: 0, [Scans.finding("a.a", objects: ["x", "y"])]),
            Scans.summary(at: 60, [Scans.finding("a.a", objects: ["y", "x"])]))
        #expect(changes == [])
    }

    @Test("a rule that passes or does not apply any more resolves", arguments: [Set<String>(), ["a.a"]])
    func resolved(notApplicable: Set<String>) {
        let finding = Scans.finding("a.a")
        let (book, changes) = recording(
            Scans.summary(at: 0, [finding]), Scans.summary(at: 60, notApplicable: notApplicable))
        #expect(changes == [.resolved(finding, since: Scans.moment(0))])
        #expect(book.open.isEmpty)
    }

    @Test("what is back within 90 days has regressed; later it is new")
    func regressed() {
        let finding = Scans.finding("a.a")
        for (days, isRemembered) in [(1, true), (90, true), (91, false)] as [(Int64, Bool)] {
            let later = 60 + days * 86_400
            // A scan in between lets the book forget.
            let (_, changes) = recording(
                Scans.summary(at: 0, [finding]), Scans.summary(at: 60), Scans.summary(at: later),
                Scans.summary(at: later, [finding]))
            #expect(changes == [isRemembered ? .regressed(finding, resolved: Scans.moment(60)) : .new(finding)])
        }
    }

    @Test("at most 10,000 resolved findings are remembered, the newest")
    func memory() {
        var book = Watchbook()
        let rules = (0...Watchbook.memoryLimit).map { "a.r\($0)" }
        _ = book.record(Scans.summary(at: 0, rules.map { Scans.finding($0) }, rules: rules), scanID: "1")
        _ = book.record(
            Scans.summary(at: 60, [Scans.finding("a.r0")], rules: rules), scanID: "2")
        #expect(book.resolved.count == Watchbook.memoryLimit)
        _ = book.record(Scans.summary(at: 120, rules: rules), scanID: "3")
        #expect(book.resolved.count == Watchbook.memoryLimit)
        #expect(book.resolved["f-a.r0"] == Scans.moment(120))
    }

    @Test("what cannot be judged now stays open and is not resolved")
    func sightLost() throws {
        let finding = Scans.finding("a.a")
        let blind = Scans.summary(at: 60, unjudged: [Scans.unjudged("a.a")])
        let (book, changes) = recording(Scans.summary(at: 0, [finding]), blind)
        guard case .sightLost("a.a", let blindness, isOpen: true) = changes.first, changes.count == 1 else {
            Issue.record("\(changes)")
            return
        }
        #expect(blindness.wasJudged)
        #expect(blindness.since == Scans.moment(60))
        #expect(book.open["f-a.a"] == .init(finding: finding, since: Scans.moment(0)))
        let again = recording(Scans.summary(at: 0, [finding]), blind, Scans.summary(at: 120, [finding]))
        #expect(again.changes == [.sightRegained(rule: "a.a", blindness)])
        let fixed = recording(Scans.summary(at: 0, [finding]), blind, Scans.summary(at: 120))
        #expect(
            fixed.changes == [
                .sightRegained(rule: "a.a", blindness), .resolved(finding, since: Scans.moment(0)),
            ])
    }

    @Test("an outcome without an answer closes nothing even where no reason is given")
    func silent() {
        var summary = Scans.summary(at: 60)
        summary.outcomes[0].outcome = .error
        let (book, changes) = recording(Scans.summary(at: 0, [Scans.finding("a.a")]), summary)
        #expect(changes == [])
        #expect(book.open.count == 1)
    }

    @Test("an object out of sight stays, though its rule fails for others")
    func objectOutOfSight() {
        let both = Scans.finding("a.a", objects: ["x", "y"])
        let (book, changes) = recording(
            Scans.summary(at: 0, [both]),
            Scans.summary(
                at: 60, [Scans.finding("a.a", objects: ["y"])], unjudged: [Scans.unjudged("a.a", keys: ["x"])]))
        #expect(changes.map(\.word) == ["out of sight"])
        #expect(Set(book.open["f-a.a"]?.finding.objects.map(\.fingerprint) ?? []) == ["o-a.a-x", "o-a.a-y"])
    }

    @Test("a rule that could never be judged is told once, and again when more of it is out of sight")
    func neverJudged() {
        let one = [Scans.unjudged("a.a", keys: ["x"])]
        var book = Watchbook()
        guard
            case .sightLost(_, let blindness, isOpen: false) = book.record(
                Scans.summary(at: 0, unjudged: one), scanID: "1"
            ).first
        else {
            Issue.record("nothing was said")
            return
        }
        #expect(!blindness.wasJudged)
        #expect(book.record(Scans.summary(at: 60, unjudged: one), scanID: "2") == [])
        let two = [Scans.unjudged("a.a", keys: ["x", "y"])]
        #expect(book.record(Scans.summary(at: 120, unjudged: two), scanID: "3").count == 1)
        #expect(book.record(Scans.summary(at: 180, unjudged: one), scanID: "4") == [])
    }

    @Test("a rule that is not loaded any more retires what was open of it, and says nothing otherwise")
    func retired() {
        let finding = Scans.finding("a.a")
        let (book, changes) = recording(Scans.summary(at: 0, [finding]), Scans.summary(at: 60, rules: ["c.c"]))
        #expect(
            changes == [.retired(rule: "a.a", .high, finding: .init(finding: finding, since: Scans.moment(0)))])
        #expect(book.open.isEmpty && book.resolved.isEmpty)
        let blind = recording(
            Scans.summary(at: 0, [finding], unjudged: [Scans.unjudged("a.a"), Scans.unjudged("b.b")]),
            Scans.summary(at: 60, rules: ["c.c"]))
        #expect(blind.changes.map(\.word) == ["retired", "retired"])
        #expect(blind.book.blind.isEmpty)
    }

    @Test("guaita's own findings, of which there is no rule, are resolved")
    func own() {
        let expired = Scans.finding("guaita.waiver-expired", .info)
        let (_, changes) = recording(Scans.summary(at: 0, [expired]), Scans.summary(at: 60))
        #expect(changes == [.resolved(expired, since: Scans.moment(0))])
    }

    @Test(
        "a score tells when its grade is another, or when it moved by a point since it was told",
        arguments: [
            ([821, 825, 829], []), ([821, 831], [1]), ([821, 811], [1]), ([821, 826, 831, 836], [2]),
            ([751, 749], [1]), ([749, 751], [1]), ([821, 821], []),
        ] as [([Int], [Int])])
    func scores(lows: [Int], telling: [Int]) {
        var book = Watchbook()
        var told: [Int] = []
        for (index, low) in lows.enumerated() {
            let changes = book.record(
                Scans.summary(at: Int64(index) * 60, low: low, high: max(low, 900)), scanID: "\(index)")
            if !changes.isEmpty { told.append(index) }
        }
        #expect(told == telling)
        #expect(book.scores[.security]?.since == Scans.moment(Int64(telling.last ?? 0) * 60))
    }

    @Test("a clock set back a year loses nothing")
    func clock() {
        let finding = Scans.finding("a.a")
        let (book, changes) = recording(
            Scans.summary(at: 0, [finding]), Scans.summary(at: 60), Scans.summary(at: -365 * 86_400, [finding]))
        #expect(changes == [.regressed(finding, resolved: Scans.moment(60))])
        #expect(book.open.count == 1)
    }

    @Test("random scans: changes replayed give what is open; the same scan again changes nothing")
    func properties() throws {
        let seed = SeededGenerator.seed()
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var (book, replayed) = (Watchbook(), [String: ScanSummary.OpenFinding]())
            for step in 0..<30 {
                let summary = Scans.random(at: Int64(step) * 3600, using: &generator)
                let changes = book.record(summary, scanID: "\(step)")
                for change in changes { Self.replay(change, on: &replayed) }
                #expect(Set(replayed.keys) == Set(book.open.keys))
                for (fingerprint, finding) in replayed {
                    #expect(book.open[fingerprint].map { $0.finding.differsOnlyInWords(from: finding) } == true)
                }
                for finding in summary.findings { #expect(book.open[finding.fingerprint] != nil) }
                #expect(Set(book.blind.keys) == Set(summary.unjudged.map(\.rule)))
                var same = book
                #expect(same.record(summary, scanID: "again") == [])
                #expect(try Watchbook(wire: book.wire) == book)
            }
        }
    }

    /// Does what a change says; what is new must not have been there, what goes must.
    private static func replay(_ change: Change, on open: inout [String: ScanSummary.OpenFinding]) {
        switch change {
        case .new(let finding), .regressed(let finding, _):
            let old = open.updateValue(finding, forKey: finding.fingerprint)
            #expect(old == nil)
        case .changed(let finding, let before, _):
            let old = open.updateValue(finding, forKey: finding.fingerprint)
            #expect(old?.differsOnlyInWords(from: before) == true)
        case .resolved(let finding, _):
            let old = open.removeValue(forKey: finding.fingerprint)
            #expect(old != nil)
        case .retired(_, _, let finding?):
            let old = open.removeValue(forKey: finding.finding.fingerprint)
            #expect(old != nil)
        case .retired, .sightLost, .sightRegained, .postureChanged: break
        }
    }
}
