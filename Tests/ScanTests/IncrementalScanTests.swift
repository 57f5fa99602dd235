// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Jobs
import Model
import Reports
import Rules
import TestSupport
import Testing

import class Foundation.ProcessInfo

@testable import Scan

@Suite("A scan that builds on the one before")
struct IncrementalScanTests {
    private static let rules = ShippedRulesTests.set.rules
    private static let start = Timestamp(seconds: 1_795_424_401)
    private static let identity = Scan.Identity(
        version: "1", ruleSet: Report.RuleSetSummary(count: rules.count, sha256: "abc"), rejectedRules: [])

    private static func waiver(_ rule: String, days: Int64, object: String? = nil) -> Waiver {
        Waiver(
            rule: rule, object: object, host: nil, owner: "ops", reason: "known",
            until: Timestamp(seconds: start.seconds + days * 86_400), origin: Origin(path: "/etc/guaita/waivers.yaml"))
    }

    private static let waivers = [
        waiver("ssh.*", days: 2, object: "global"), waiver("files.*", days: -3), waiver("tls.*", days: 30),
        waiver("kernel.*", days: 1),
    ]

    private static func scan(_ host: any Host, _ now: Timestamp, loaded: @escaping (Int) -> Void = { _ in }) -> Scan {
        Scan(
            host: host,
            rules: { ids in
                let chosen = ids.map { ids in rules.filter { ids.contains($0.id) } } ?? rules
                loaded(chosen.count)
                return chosen
            }, now: now, waivers: waivers)
    }

    /// Where the daemon books what is asked in a step.
    private static func name(_ step: Step) -> String {
        switch step {
        case .facts(let root): root
        case .logs: "reading logs"
        case .rule, .own: ""
        }
    }

    /// One line of each text around the first difference.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> String {
        let at =
            zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(left.count, right.count)
        func part(_ bytes: [UInt8]) -> String {
            String(decoding: bytes[max(0, at - 200)..<min(bytes.count, at + 200)], as: UTF8.self)
        }
        return "whole scan: …\(part(right))…\nincremental: …\(part(left))…"
    }

    private static let rounds = ProcessInfo.processInfo.environment["GUAITA_ROUNDS"].flatMap { Int($0) } ?? 12

    @Test("says byte for byte what a whole scan says, whatever was edited", arguments: 0..<4)
    func equalsWhole(part: Int) throws {
        let seed = SeededGenerator.seed() &+ UInt64(part)
        var random = SeededGenerator(seed: seed)
        var (scans, rulesLoaded, equalScans) = (0, 0, 0)
        defer { print("seed \(seed): \(scans) incremental scans, \(rulesLoaded) rules evaluated in them") }
        for sequence in 0..<Self.rounds {
            var edited = EditedHost()
            var now = Self.start
            let watched = WatchedHost(edited.host)
            var memory = Self.scan(watched, now).run(Self.identity, memory: nil, changed: nil) {
                watched.begin(Self.name($0))
            }.memory
            for step in 0..<6 {
                let edits = (0..<random.pick([0, 1, 1, 1, 2, 4])).map { _ in edited.edit(&random) }
                var changed = watched.become(edited.host)
                if changed.remove("reading logs") != nil { changed.insert("logs") }
                if random.below(3) == 0 {
                    now.seconds += Int64(random.pick([1, 3600, 86_400, -86_400, 40 * 86_400, -400 * 86_400]))
                    // Which events of a log are recent changes with the clock; logs are read where they are named.
                    changed.insert("logs")
                }
                if random.below(8) == 0 {
                    changed.insert(random.pick(["units", "accounts", "sshd", "os", "nonsense"]))
                }
                let kept = try ScanMemory(memory.bytes)
                let again = Self.scan(watched, now) { rulesLoaded += $0 }
                    .run(Self.identity, memory: kept, changed: changed) { watched.begin(Self.name($0)) }
                let whole = Self.scan(WatchedHost(edited.host), now).run(Self.identity)
                let (left, right) = (JSONReport.text(again.report), JSONReport.text(whole))
                scans += 1
                guard left == right else {
                    Issue.record(
                        """
                        seed \(seed), sequence \(sequence), step \(step), changed \(changed.sorted()), edits:
                        \(edits.joined(separator: "\n"))
                        \(Self.difference(left, right))
                        """)
                    return
                }
                if left == right { equalScans += 1 }
                memory = again.memory
            }
        }
        #expect(equalScans == scans)
    }

    @Test("whose files are is told anew when their owner is called something else")
    func ownersNames() {
        let passwd = "root:x:0:0::/root:/bin/sh\nodoo:x:999:999::/opt/odoo:/bin/sh\n"
        var edited = EditedHost()
        edited.set("/etc/passwd", passwd)
        edited.chown("/etc/systemd/system/odoo.service", 999)
        let watched = WatchedHost(edited.host)
        let memory = Self.scan(watched, Self.start).run(Self.identity, memory: nil, changed: nil) {
            watched.begin(Self.name($0))
        }.memory
        edited.set("/etc/passwd", passwd.replacing("odoo", with: "shop"))
        let changed = watched.become(edited.host)
        let again = Self.scan(watched, Self.start).run(Self.identity, memory: memory, changed: changed).report
        let whole = Self.scan(WatchedHost(edited.host), Self.start).run(Self.identity)
        let isEqual = JSONReport.text(again) == JSONReport.text(whole)
        #expect(isEqual)
        let isTold = String(decoding: JSONReport.text(whole), as: UTF8.self).contains("owned by shop")
        #expect(isTold)
    }
}
