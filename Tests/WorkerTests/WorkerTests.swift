// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Host
import Jobs
import Model
import Rules
import Scan
import Testing
import Wire

@testable import Worker

/// A broker in a thread of its own around a worker in this one, which keeps its rights: what a lowered one may do is
/// another test's.
private struct Broker {
    /// What the worker said, and the files it filled.
    struct Outcome {
        var result: JobResult?
        var steps: [Step] = []
        var files: [FileLabel: [UInt8]] = [:]

        var scan: ScanResult? { files[.result].flatMap { try? ScanResult(wire: $0) } }
    }

    /// What the broker's thread heard.
    private final class Heard: @unchecked Sendable {
        var messages: [WorkerMessage] = []
    }

    /// The audited host below a directory; the broker's own machine is the one the tests run on.
    var tree: String
    /// Files that are not opened any more.
    var refused: [String: String] = [:]

    func run(_ job: Job, with inputs: [FileLabel: [UInt8]] = [:], without missing: FileLabel? = nil) throws -> Outcome {
        let (own, other) = try Channel.pair()
        var broker = FileBroker(tree: try TreeHost(root: tree), own: try LiveHost())
        broker.refused = refused
        var files: [FileLabel: OpenFile] = [:]
        for label in FileLabel.allCases where label != missing {
            if label == .memory, inputs[label] == nil { continue }
            let file = try OpenFile.memory(named: label.rawValue)
            if let bytes = inputs[label] { try file.write(bytes) }
            files[label] = file
            try own.send(BrokerMessage.file(label).packet, passing: file)
        }
        try own.send(BrokerMessage.job(job).packet)
        let heard = Heard()
        let thread = Thread { [broker] in
            while let packet = try? own.receive(), let message = try? WorkerMessage(packet: packet.bytes) {
                heard.messages.append(message)
                switch message {
                case .host(let bytes):
                    guard let answer = try? broker.answer(bytes), (try? own.send(answer.reply)) != nil else { return }
                case .result: return
                default: break
                }
            }
        }
        thread.start()
        var worker = Worker(other, version: "1")
        try worker.serve()
        while !thread.isFinished { usleep(500) }
        var outcome = Outcome()
        for message in heard.messages {
            switch message {
            case .result(let result): outcome.result = result
            case .step(let step): outcome.steps.append(step)
            default: break
            }
        }
        for (label, file) in files { outcome.files[label] = try file.readAll(limit: 64 << 20) }
        return outcome
    }
}

/// A directory that goes away with the test.
private final class Directory {
    let path = NSTemporaryDirectory() + "guaita-worker-\(UUID().uuidString)"

    init(_ files: [String: String] = [:]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        let whole = "\(path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (whole as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: whole))
    }
}

private func order(_ casualties: [Casualty] = [], changed: Set<String>? = nil, waivers: String = "/nonexistent") -> Job
{
    .scan(
        Job.ScanOrder(
            now: Timestamp(seconds: 1_795_424_400), changed: changed, waivers: waivers, casualties: casualties))
}

@Suite("A worker and its jobs")
struct WorkerTests {
    private let host: Directory
    private let rules: Directory

    init() throws {
        host = try Directory([
            "etc/ssh/sshd_config": "PermitRootLogin yes\n", "etc/passwd": "root:x:0:0:root:/root:/bin/bash\n",
            "etc/hostname": "web1\n", "etc/os-release": "ID=debian\nVERSION_ID=\"12\"\n",
            "usr/sbin/sshd": "",
        ])
        rules = try Directory([
            "a.yaml": TestRule.text("ssh.a"), "b.yaml": TestRule.text("ssh.b", require: "sshd.MaxAuthTries <= 6"),
            "c.yaml": TestRule.text("ssh.c").replacing("applies: has(sshd)\n", with: "")
                .replacing(#"sshd.PermitRootLogin == "no""#, with: #"os.id == "debian""#),
        ])
    }

    private var broker: Broker { Broker(tree: host.path) }

    private func load(_ paths: [String]? = nil, mayBeMissing: Bool = false, only: [String] = []) throws
        -> (rules: JobResult.LoadedRules?, bundle: [UInt8])
    {
        let outcome = try broker.run(
            .loadRules(Job.LoadRules(paths: paths ?? [rules.path], mayBeMissing: mayBeMissing, only: only)))
        guard case .rules(let rules)? = outcome.result else { return (nil, []) }
        return (rules, outcome.files[.bundle] ?? [])
    }

    // MARK: Rules

    @Test("good rules are counted and bundled")
    func goodRules() throws {
        let (rules, bundle) = try load()
        #expect(rules?.ruleSet.count == 3)
        #expect(rules?.rejected == [])
        #expect(try RuleBundle(wire: bundle).rules().map(\.id) == ["ssh.a", "ssh.b", "ssh.c"])
    }

    @Test("only those that are asked for")
    func onlySome() throws {
        #expect(try load(only: ["*.b", "ssh.c"]).rules?.ruleSet.count == 2)
        #expect(try load(only: ["nothing"]).rules?.ruleSet.count == 0)
    }

    @Test(
        "a bad file is told with its place and hides no other: not YAML, not UTF-8, enormous, a FIFO, a device, a loop")
    func badRules() throws {
        try rules.write("guaita: 1\nid: ssh.bad\nposture: securty\n", to: "bad.yaml")
        try rules.write("a: [\n", to: "syntax.yaml")
        try Data([0x69, 0x64, 0x3A, 0x20, 0xFF, 0xFE, 0x0A]).write(to: URL(filePath: rules.path + "/latin.yaml"))
        try rules.write(String(repeating: "#", count: 2 << 20), to: "large.yaml")
        #expect(unsafe mkfifo(rules.path + "/fifo.yaml", 0o644) == 0)  // the path is copied for the call
        try FileManager.default.createSymbolicLink(
            atPath: rules.path + "/device.yaml", withDestinationPath: "/dev/zero")
        try FileManager.default.createSymbolicLink(
            atPath: rules.path + "/loop.yaml", withDestinationPath: "loop.yaml")
        try FileManager.default.createSymbolicLink(atPath: rules.path + "/gone.yaml", withDestinationPath: "nowhere")
        let (rules, _) = try load()
        let set = try #require(rules)
        #expect(set.ruleSet.count == 3)
        func words(_ name: String) -> String {
            set.rejected.first { $0.origin.path.hasSuffix("/\(name).yaml") }?.message ?? "nothing is said"
        }
        #expect(words("bad").contains("security"))
        #expect(words("fifo").contains("fifo"))
        #expect(words("device").contains("character_device"))
        #expect(words("large").contains("1048576"))
        #expect(words("loop").contains("links"))
        #expect(words("gone").contains("no such file"))
        #expect(words("syntax") != "nothing is said")
        #expect(words("latin") != "nothing is said")
        #expect(set.rejectedCount == set.rejected.count)
    }

    @Test("a thousand bad rules fit into the answer")
    func manyBadRules() throws {
        for number in 0..<100 {
            try rules.write(String(repeating: "x", count: 700) + ": 1\n", to: "\(number).yaml")
        }
        let set = try #require(try load().rules)
        #expect(set.rejected.count == JobResult.LoadedRules.limit)
        #expect(set.rejectedCount >= 100)
        #expect(set.ruleSet.count == 3)
    }

    @Test("a path that is not there is a problem, unless it may be missing")
    func missing() throws {
        #expect(try load([rules.path, "/nonexistent"]).rules?.rejected.map(\.origin.path) == ["/nonexistent"])
        #expect(try load([rules.path, "/nonexistent"], mayBeMissing: true).rules?.rejected == [])
        #expect(try load([rules.path, "/dev/null"], mayBeMissing: true).rules?.rejected.count == 1)
    }

    // MARK: Scans

    private func scan(_ job: Job, memory: [UInt8]? = nil, refused: [String: String] = [:]) throws -> Broker.Outcome {
        var broker = self.broker
        broker.refused = refused
        var inputs: [FileLabel: [UInt8]] = [.bundle: try load().bundle]
        inputs[.memory] = memory
        return try broker.run(job, with: inputs)
    }

    @Test("a scan finds what is there, tells its steps, and leaves a report and a memory")
    func scan() throws {
        let outcome = try scan(order())
        #expect(outcome.result == .scanned)
        let summary = try #require(outcome.scan?.summary)
        #expect(summary.host == "web1")
        #expect(summary.findings.map(\.rule) == ["ssh.a"])
        #expect(summary.outcomes.map(\.outcome) == [.fail, .pass, .pass])
        #expect(outcome.scan?.report.starts(with: Array("{".utf8)) == true)
        #expect(outcome.steps.first == .own)
        #expect(outcome.steps.contains(.facts("sshd")))
        #expect(outcome.steps.contains(.rule("ssh.b")))
        #expect(outcome.files[.nextMemory]?.isEmpty == false)
    }

    @Test("a scan that builds on the one before reads only what changed, and says what a whole one says")
    func incremental() throws {
        let first = try scan(order())
        try host.write("PermitRootLogin no\n", to: "etc/ssh/sshd_config")
        let second = try scan(order(changed: ["sshd"]), memory: first.files[.nextMemory])
        #expect(second.scan?.summary.findings.map(\.rule) == [])
        #expect(second.scan?.report == (try scan(order()).scan?.report))
        #expect(!second.steps.contains(.facts("os")))
        #expect(second.steps.contains(.rule("ssh.a")))
        #expect(!second.steps.contains(.rule("ssh.c")))
    }

    @Test(
        "a memory that is damaged is as good as none", arguments: [[], [1, 2, 3], Array(repeating: 0xFF, count: 1000)])
    func damagedMemory(_ bytes: [UInt8]) throws {
        #expect(try scan(order(changed: ["sshd"]), memory: bytes).scan?.report == (try scan(order()).scan?.report))
    }

    @Test("what workers died of is left alone, is unknown, and is a finding in three languages")
    func casualties() throws {
        let outcome = try scan(
            order([
                Casualty(.facts("sshd"), .hung), Casualty(.rule("ssh.c"), .crashed), Casualty(.logs, .outgrew),
            ]))
        let summary = try #require(outcome.scan?.summary)
        #expect(!outcome.steps.contains(.facts("sshd")))
        #expect(!outcome.steps.contains(.rule("ssh.c")))
        #expect(summary.outcomes.map(\.outcome) == [.unknown, .unknown, .error])
        #expect(summary.unjudged.contains { $0.reasons.contains { $0.contains("a worker hung") } })
        let own = summary.findings.filter { $0.rule == "guaita.worker" }
        #expect(own.count == 3)
        #expect(Set(own.map(\.fingerprint)).count == 3)
        #expect(own.allSatisfy { $0.severity == .medium })
        let report = String(decoding: outcome.scan?.report ?? [], as: UTF8.self)
        for words in ["es va encallar", "se quedó colgado", "outgrew its memory"] { #expect(report.contains(words)) }
    }

    @Test("rules and settings that a reload refused are one finding, an object a file")
    func rejectedConfiguration() throws {
        let problems = [
            ("/etc/guaita/rules.d/b.yaml", 3), ("/etc/guaita/rules.d/b.yaml", 9), ("/etc/guaita/guaita.yaml", 1),
        ]
        .map { Report.Problem(origin: Origin(path: $0, line: $1), message: "no such field") }
        let order = Job.ScanOrder(now: Timestamp(seconds: 1_795_424_400), waivers: "/nonexistent", rejected: problems)
        let findings = try #require(try scan(.scan(order)).scan?.summary).findings
        let finding = try #require(findings.first { $0.rule == "guaita.rejected-configuration" })
        #expect(finding.objects.map(\.subject) == ["file /etc/guaita/guaita.yaml", "file /etc/guaita/rules.d/b.yaml"])
        #expect(finding.objects.last?.message == "/etc/guaita/rules.d/b.yaml is not in force: no such field (+1)")
        #expect(finding.objects.last?.place?.line == 3)
    }

    @Test("a file that workers died of is refused by the broker, and named")
    func refusedFile() throws {
        let path = "/etc/ssh/sshd_config"
        let outcome = try scan(order([Casualty(.path(path), .crashed)]), refused: [path: "a worker crashed over it"])
        let summary = try #require(outcome.scan?.summary)
        #expect(summary.outcomes.first?.outcome == .unknown)
        #expect(summary.findings.first { $0.rule == "guaita.worker" }?.objects.map(\.place) == [Origin(path: path)])
        #expect(
            summary.findings.first?.objects.first?.message
                == "a worker crashed over \(path); it was left alone after that")
    }

    @Test("accepted risks are read; what is wrong with the file is a problem of the report")
    func waivers() throws {
        try rules.write(
            """
            guaita: 1
            waivers:
              - {rule: ssh.a, owner: Marta, reason: the printer, until: 2099-01-01}
              - {rule: ssh.b}
            """, to: "waivers/waivers.txt")
        let summary = try #require(try scan(order(waivers: rules.path + "/waivers/waivers.txt")).scan?.summary)
        #expect(summary.findings.map(\.isWaived) == [true])
        #expect(summary.problems >= 1)
    }

    // MARK: Brokers

    @Test("a job whose files did not come fails in words")
    func missingFiles() throws {
        #expect(
            try broker.run(order(), without: .bundle).result
                == .failed("cannot read bundle: it did not come with the job"))
        #expect(
            try broker.run(.loadRules(Job.LoadRules(paths: [], mayBeMissing: true)), without: .bundle).result
                == .failed("cannot write bundle: it did not come with the job"))
        guard case .failed(let words)? = try broker.run(order(), with: [.bundle: [1, 2, 3]]).result else {
            Issue.record("a bundle that is none was taken")
            return
        }
        #expect(words.contains("rules"))
    }

    @Test("a broker that goes away ends the worker, one that says nonsense too")
    func badBrokers() throws {
        var (own, other): (Channel?, Channel) = try Channel.pair()
        own = nil
        var worker = Worker(other, version: "1")
        #expect(throws: Never.self) { try worker.serve() }
        _ = own
        for packet: [UInt8] in [[0x99, 1, 2], [2], HostRequest(.host, .describe).packet] {
            let (own, other) = try Channel.pair()
            try own.send(packet)
            var worker = Worker(other, version: "1")
            #expect(throws: WorkerFailure.self) { try worker.serve() }
        }
    }

    @Test("a journal without entries of a scan has no position")
    func journal() throws {
        switch try broker.run(.journalPosition(scan: "2026-11-23T09:00:00Z")).result {
        case .journalPosition(nil): break
        case .failed(let words): #expect(words.contains("journal"))
        case let other: Issue.record("unexpected: \(String(describing: other))")
        }
    }
}
