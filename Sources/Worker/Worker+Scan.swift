// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Host
import Jobs
import Model
import Reports
import Rules
import Scan
import Wire

extension Worker {
    /// Audits the broker's host with the rules of `bundle`, building on `memory` where there is one; writes `result` and
    /// `nextMemory`.
    func scan(_ order: Job.ScanOrder) throws(WorkerFailure) {
        begin(.own)
        let own = try host(.own)
        let bundle = try bundle()
        let (waivers, problems) = Self.waivers(order.waivers, on: own)
        let scan = Scan(
            host: try host(.host), rules: bundle.rules, now: order.now, waivers: waivers,
            zoneFile: { ZoneFiles.read($0, on: own) })
        let rejected = bundle.rejected + order.rejected
        var (report, memory) = scan.run(
            Scan.Identity(version: version, ruleSet: bundle.ruleSet, rejectedRules: rejected),
            memory: memory(), changed: order.changed, leavingOut: Scan.LeftOut(order.casualties), step: begin)
        report.problems += problems
        report.add(order.casualties.map(Finding.init) + Finding.rejected(rejected))
        try write(ScanResult(summary: report.summary, report: JSONReport.text(report)).wire, to: .result)
        try write(memory.bytes, to: .nextMemory)
    }

    private func bundle() throws(WorkerFailure) -> RuleBundle {
        let bytes = try content(of: .bundle, limit: RuleBundle.bytes)
        do throws(WireError) {
            return try RuleBundle(wire: bytes)
        } catch {
            throw WorkerFailure("the rules are of another version of guaita: \(error)")
        }
    }

    /// What the last scan left; nil where nothing came, or nothing of use: then everything is collected.
    private func memory() -> ScanMemory? {
        guard has(.memory), let bytes = try? content(of: .memory, limit: RuleBundle.bytes) else { return nil }
        return try? ScanMemory(bytes)
    }

    /// The accepted risks that are written well, and what is wrong with the others.
    private static func waivers(_ path: String, on host: any Host) -> ([Waiver], [Report.Problem]) {
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try host.read(path).bytes
        } catch {
            let problem = Report.Problem(origin: Origin(path: path), message: error.description)
            return ([], error == .notFound ? [] : [problem])
        }
        let (waivers, problems) = WaiverFile.read(RuleFile(path: path, bytes: bytes))
        return (waivers, problems.filter(\.isError).map(\.summary))
    }
}

extension Scan.LeftOut {
    /// What earlier workers died of. The broker itself refuses the files among them.
    init(_ casualties: [Casualty]) {
        self.init()
        for casualty in casualties {
            let reason = "a worker \(casualty.ending.words.en) over it; it was left alone after that"
            switch casualty.subject {
            case .path: break
            case .facts(let root): facts[root] = reason
            case .logs: logs = reason
            case .rule(let id): rules[id] = reason
            }
        }
    }
}

extension Report {
    /// Adds findings that carry no points, each after those of its severity.
    fileprivate mutating func add(_ more: [Finding]) {
        for finding in more {
            let place = findings.firstIndex { $0.severity < finding.severity } ?? findings.endIndex
            findings.insert(finding, at: place)
        }
    }
}
