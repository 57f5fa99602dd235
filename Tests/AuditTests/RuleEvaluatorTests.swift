// SPDX-License-Identifier: GPL-3.0-or-later
import Audit
import CEL
import Model
import Rules
import Testing

@Suite("What a rule says of a host")
struct RuleEvaluatorTests {
    static let each = """
        each: sshd.contexts
        as: context
        require: context.PermitRootLogin == "no"
        """

    private func result(
        _ body: String, _ facts: [String: Value], _ sources: SourceTable = SourceTable(), groups: EventGroups? = nil
    ) throws -> RuleResult {
        RuleEvaluator(facts: facts, sources: sources).evaluate(try Fixture.rule(body), groups: groups)
    }

    private func sshd(_ contexts: [Value]) -> [String: Value] {
        ["sshd": .record(Record(Fixture.sshd, ["contexts": .list(contexts)]))]
    }

    @Test("true is compliant, false is a finding, a fact that could not be had is neither")
    func outcomes() throws {
        #expect(try result("require: memory > 1", ["memory": .int(2)]).outcome == .pass)
        #expect(try result("require: memory > 1", ["memory": .int(1)]).outcome == .fail)
        let unknown = try result("require: memory > 1", ["memory": .unknown("memory", "no /proc/meminfo in this tree")])
        #expect(unknown.outcome == .unknown)
        #expect(unknown.unjudged.first?.reasons == ["memory: no /proc/meminfo in this tree"])
    }

    @Test("what is not on this host is not applicable, said or not")
    func notApplicable() throws {
        #expect(try result("require: memory > 1", ["memory": .absent]).outcome == .notApplicable)
        #expect(try result("applies: has(memory)\nrequire: memory > 1", ["memory": .absent]).outcome == .notApplicable)
        #expect(try result("applies: memory > 5\nrequire: memory > 1", ["memory": .int(2)]).outcome == .notApplicable)
        #expect(try result(Self.each, sshd([])).outcome == .notApplicable)
    }

    @Test("a rule at fault is an error, never a pass")
    func error() throws {
        let failed = try result("require: 10 / memory > 1", ["memory": .int(0)])
        #expect(failed.outcome == .error)
        #expect(failed.unjudged.first?.isError == true)
    }

    @Test("Kleene: what decides without the unknown part decides")
    func kleene() throws {
        let facts: [String: Value] = ["memory": .unknown("memory", "why"), "disks": .strings(["a"])]
        #expect(try result("require: memory > 1 && size(disks) == 0", facts).outcome == .fail)
        #expect(try result("require: memory > 1 || size(disks) == 1", facts).outcome == .pass)
        #expect(try result("require: memory > 1 && size(disks) == 1", facts).outcome == .unknown)
    }

    @Test("a failing element names its lines and itself; the others pass")
    func elements() throws {
        var sources = SourceTable()
        let contexts = [
            Fixture.context("for everybody", "no", line: 3, &sources),
            Fixture.context("Match User bob", "yes", line: 7, &sources),
        ]
        let found = try result(Self.each, sshd(contexts), sources)
        #expect(found.outcome == .fail)
        #expect(found.passing == 1)
        #expect(found.failing.map(\.key) == ["Match User bob"])
        #expect(found.failing.first?.kind == "sshd.context")
        #expect(found.failing.first?.places == [Origin(path: "/etc/ssh/sshd_config", line: 7)])
    }

    @Test("blocks that inherit one failing line are one cause; a default too", arguments: [3, 0])
    func oneCause(line: Int) throws {
        var sources = SourceTable()
        let contexts = ["for everybody", "Match User bob", "Match Group ops"].map {
            Fixture.context($0, "yes", line: line, &sources)
        }
        #expect(try result(Self.each, sshd(contexts), sources).failing.map(\.key) == ["for everybody"])
    }

    @Test("fail before error before unknown before pass")
    func precedence() throws {
        var sources = SourceTable()
        let pass = Fixture.context("a", "no", line: 1, &sources)
        let fail = Fixture.context("b", "yes", line: 2, &sources)
        let unknown = Value.record(
            Record(Fixture.context, ["scope": .string("c"), "PermitRootLogin": .unknown("sshd", "why")]))
        let error = Value.record(Record(Fixture.context, ["scope": .string("d")]))
        #expect(try result(Self.each, sshd([pass, unknown]), sources).outcome == .unknown)
        #expect(try result(Self.each, sshd([pass, unknown, error]), sources).outcome == .error)
        let all = try result(Self.each, sshd([pass, unknown, error, fail]), sources)
        #expect(all.outcome == .fail)
        #expect(all.unjudged.map(\.key) == ["c", "d"])
    }

    @Test("two elements of one name stay two")
    func repeatedNames() throws {
        let found = try result("each: disks\nas: disk\nrequire: disk == \"b\"", ["disks": .strings(["a", "a", "b"])])
        #expect(found.failing.map(\.key) == ["a", "a #2"])
    }

    @Test("a let keeps its places and its unknowns")
    func lets() throws {
        var sources = SourceTable()
        let source = sources.add(Source(Origin(path: "/proc/meminfo", line: 1), means: .live))
        let body = "let: {twice: memory * 2}\nrequire: twice > 10"
        #expect(
            try result(body, ["memory": .int(2, source)], sources).failing.first?.places
                == [Origin(path: "/proc/meminfo", line: 1)])
        #expect(try result(body, ["memory": .unknown("memory", "why")]).outcome == .unknown)
    }

    static let events = """
        events: {from: [ssh], where: 'event.message == "x"', by: []}
        require: group.count <= 10
        """

    private func group(_ count: Int) throws -> Value {
        let rule = try Fixture.rule(Self.events)
        return .record(Record(try #require(rule.events).groupSchema, ["count": .int(count)]))
    }

    @Test("no event is a pass, no log is not applicable, a gap leaves what passes unproved")
    func logs() throws {
        #expect(try result(Self.events, [:], groups: EventGroups(.list([]))).outcome == .pass)
        #expect(try result(Self.events, [:], groups: EventGroups(.absent)).outcome == .notApplicable)
        #expect(try result(Self.events, [:], groups: EventGroups(.list([try group(11)]))).outcome == .fail)
        #expect(try result(Self.events, [:], groups: EventGroups(.list([try group(10)]))).outcome == .pass)
        let gap = EventGroups(.list([try group(10)]), gaps: ["/var/log/auth.log: permission denied"])
        #expect(try result(Self.events, [:], groups: gap).outcome == .unknown)
        let both = EventGroups(.list([try group(11)]), gaps: ["cut short"])
        #expect(try result(Self.events, [:], groups: both).outcome == .fail)
    }
}
