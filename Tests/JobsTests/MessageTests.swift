// SPDX-License-Identifier: GPL-3.0-or-later
import Jobs
import Model
import TestSupport
import Testing
import Wire

/// Values by chance.
private struct Invention {
    var generator: SeededGenerator

    mutating func text() -> String {
        generator.pick(["", "a", "ssh.root-login", "ara sí", "/etc/ssh/sshd_config", "\0\n"])
    }
    mutating func number() -> Int { generator.below(1001) }
    mutating func bool() -> Bool { generator.below(2) == 0 }
    mutating func maybe<Value>(_ make: (inout Invention) -> Value) -> Value? { bool() ? make(&self) : nil }
    mutating func some<Value>(_ make: (inout Invention) -> Value) -> [Value] {
        (0..<generator.below(4)).map { _ in make(&self) }
    }
    mutating func moment() -> Timestamp {
        Timestamp(seconds: Int64(generator.below(1 << 32)), nanoseconds: Int32(generator.below(1_000_000_000)))
    }
    mutating func origin() -> Origin { Origin(path: text(), line: number(), column: number()) }
    mutating func problem() -> Report.Problem { Report.Problem(origin: origin(), message: text()) }
    mutating func ruleSet() -> Report.RuleSetSummary { Report.RuleSetSummary(count: number(), sha256: text()) }
    mutating func score() -> Score {
        Score(
            lowTenths: number(), highTenths: number(), grade: generator.pick(Grade.allCases),
            gradeHigh: generator.pick(Grade.allCases), cap: maybe { $0.generator.pick(Severity.allCases) },
            points: Double(number()) / 7, managedTenths: number())
    }
    mutating func finding() -> ScanSummary.OpenFinding {
        ScanSummary.OpenFinding(
            fingerprint: text(), rule: text(), posture: generator.pick(Posture.allCases),
            severity: generator.pick(Severity.allCases), isWaived: bool(), title: text(),
            objects: some {
                ScanSummary.OpenObject(
                    fingerprint: $0.text(), subject: $0.text(), message: $0.text(), place: $0.maybe { $0.origin() })
            })
    }
    mutating func unjudged() -> NotEvaluated {
        NotEvaluated(
            rule: text(), posture: generator.pick(Posture.allCases), severity: generator.pick(Severity.allCases),
            outcome: generator.pick(Outcome.allCases), keys: some { $0.text() }, reasons: some { $0.text() })
    }
    mutating func summary() -> ScanSummary {
        var scores: [Posture: Score] = [:]
        for posture in Posture.allCases { scores[posture] = maybe { $0.score() } }
        return ScanSummary(
            moment: moment(), host: text(), isPrivileged: bool(), ruleSet: ruleSet(), rejectedRules: number(),
            scores: scores, coverageTenths: maybe { $0.number() }, findings: some { $0.finding() },
            unjudged: some { $0.unjudged() },
            outcomes: some { Report.RuleOutcome(rule: $0.text(), outcome: $0.generator.pick(Outcome.allCases)) },
            problems: number())
    }
    mutating func casualty() -> Casualty {
        let subject: Casualty.Subject =
            switch generator.below(4) {
            case 0: .path(text())
            case 1: .facts(text())
            case 2: .logs
            default: .rule(text())
            }
        return Casualty(subject, generator.pick(Casualty.Ending.allCases))
    }
    mutating func brokerMessage() -> BrokerMessage {
        switch generator.below(5) {
        case 0:
            .job(
                .loadRules(
                    Job.LoadRules(paths: some { $0.text() }, mayBeMissing: bool(), only: some { $0.text() })))
        case 1:
            .job(
                .scan(
                    Job.ScanOrder(
                        now: moment(), changed: maybe { Set($0.some { $0.text() }) }, waivers: text(),
                        casualties: some { $0.casualty() }, rejected: some { $0.problem() })))
        case 2: .job(.journalPosition(scan: text()))
        case 3: .file(generator.pick(FileLabel.allCases))
        default: .host([1, 2, 3])
        }
    }
    mutating func workerMessage() -> WorkerMessage {
        switch generator.below(9) {
        case 0:
            .ready(
                SandboxReport(measures: some { SandboxReport.Measure($0.text(), whyNot: $0.maybe { $0.text() }) }))
        case 1: .step(.facts(text()))
        case 2: .step(generator.pick([.logs, .own]))
        case 3: .step(.rule(text()))
        case 4: .host([1])
        case 5:
            .result(
                .rules(
                    JobResult.LoadedRules(
                        ruleSet: ruleSet(), rejected: some { $0.problem() }, rejectedCount: number())))
        case 6: .result(.scanned)
        case 7: .result(.journalPosition(maybe { $0.number() }))
        default: .result(.failed(text()))
        }
    }
}

@Suite("Messages between broker and worker")
struct MessageTests {
    @Test("what one side says, the other hears")
    func roundTrip() throws {
        let seed = SeededGenerator.seed()
        print("MessageTests.roundTrip: seed \(seed)")
        var invention = Invention(generator: SeededGenerator(seed: seed))
        for _ in 0..<2000 {
            let order = invention.brokerMessage()
            #expect(try BrokerMessage(packet: order.packet) == order)
            let answer = invention.workerMessage()
            #expect(try WorkerMessage(packet: answer.packet) == answer)
            let summary = invention.summary()
            #expect(try ScanSummary(wire: summary.wire) == summary)
        }
    }

    @Test("a packet with a byte too few or too many is refused")
    func lengths() {
        let packet = WorkerMessage.step(.rule("ssh.root-login")).packet
        #expect(throws: WireError.truncated) { try WorkerMessage(packet: packet.dropLast()) }
        #expect(throws: WireError.excess) { try WorkerMessage(packet: packet + [0]) }
        #expect(throws: WireError.truncated) { try WorkerMessage(packet: []) }
        #expect(throws: WireError.malformed) { try WorkerMessage(packet: BrokerMessage.file(.bundle).packet) }
        #expect(throws: WireError.malformed) { try BrokerMessage(packet: packet) }
    }

    @Test("any bytes at all are heard or refused, never a trap")
    func anyBytes() {
        let seed = SeededGenerator.seed()
        print("MessageTests.anyBytes: seed \(seed)")
        var invention = Invention(generator: SeededGenerator(seed: seed))
        for round in 0..<6000 {
            // Bytes by chance seldom get far; a true message with some bytes changed does.
            var bytes =
                switch round % 3 {
                case 0: (0..<invention.generator.below(60)).map { _ in UInt8(invention.generator.below(256)) }
                case 1: invention.workerMessage().packet
                default: invention.summary().wire
                }
            for _ in 0..<invention.generator.below(4) where !bytes.isEmpty {
                bytes[invention.generator.below(bytes.count)] = UInt8(invention.generator.below(256))
            }
            _ = try? BrokerMessage(packet: bytes)
            _ = try? WorkerMessage(packet: bytes)
            _ = try? ScanSummary(wire: bytes)
        }
    }

    @Test("a number that cannot mean anything is refused: lines before the first, scores over 100, year 10000")
    func impossibleNumbers() {
        var writer = WireWriter()
        writer.write("/etc/passwd")
        writer.write(-1)
        writer.write(0)
        #expect(throws: WireError.malformed) { try Origin(wire: writer.bytes) }
        let score = Score(
            lowTenths: 1001, highTenths: 1001, grade: .a, gradeHigh: .a, cap: nil, points: 0, managedTenths: 0)
        #expect(throws: WireError.malformed) { try Score(wire: score.wire) }
        #expect(throws: WireError.malformed) { try Timestamp(wire: Timestamp(seconds: 253_402_300_800).wire) }
        #expect(throws: WireError.malformed) {
            try Timestamp(wire: Timestamp(seconds: 0, nanoseconds: 1_000_000_000).wire)
        }
    }

    @Test("more rejected rules than a packet holds are refused")
    func tooManyProblems() {
        let problem = Report.Problem(origin: Origin(path: "/etc/guaita/rules.d/a.yaml", line: 1), message: "no")
        let rules = JobResult.LoadedRules(
            ruleSet: Report.RuleSetSummary(count: 0, sha256: ""),
            rejected: Array(repeating: problem, count: JobResult.LoadedRules.limit + 1), rejectedCount: 51)
        #expect(throws: WireError.malformed) {
            try WorkerMessage(packet: WorkerMessage.result(.rules(rules)).packet)
        }
    }
}
