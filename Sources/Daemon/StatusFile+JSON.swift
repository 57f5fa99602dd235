// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import YAML

extension DaemonStatus {
    /// The status as JSON. Of a list that grows with what is wrong only the first are there.
    var json: JSON {
        func moment(_ moment: Timestamp?) -> JSON? { moment.map { .string($0.description) } }
        func list(_ texts: [String]) -> JSON { .strings(Array(texts.prefix(StatusFile.listed))) }
        let scores = Posture.allCases.compactMap { posture in
            self.scores[posture].map { score -> (String, JSON) in
                let members: [(String, JSON)] = [
                    ("low", .tenths(score.lowTenths)), ("high", .tenths(score.highTenths)),
                    ("since", .string(score.since.description)),
                ]
                return (posture.rawValue, .object(members))
            }
        }
        let open = Severity.allCases.reversed().map { ($0.rawValue, JSON.int(self.open[$0] ?? 0)) }
        let members: [(String, JSON?)] = [
            ("schema", .string(StatusFile.schema)), ("version", .string(version)), ("host", .string(host)),
            ("pid", .int(pid)), ("process_start", processStart.map { .int(Int($0)) }),
            ("started", moment(started)), ("written", moment(written)), ("activity", .string(activity.rawValue)),
            ("scores", .object(scores)), ("open", .object(open)), ("accepted", .int(accepted)),
            ("last_scan", moment(lastScan)), ("last_look", moment(lastLook)), ("next_scan", moment(nextScan)),
            ("rules", .int(rules)), ("rejected_rules", .int(rejectedRules)), ("rule_problems", list(ruleProblems)),
            ("coverage", coverageTenths.map { .tenths($0) }), ("unjudged_rules", .int(unjudgedRules)),
            ("unjudged", list(unjudged)), ("privileged", .bool(isPrivileged)),
            ("sandbox_hides", list(sandboxHides)), ("sandbox_missing", list(sandboxMissing)),
            ("worker_restarts", .int(workerRestarts)), ("casualties", list(casualties)), ("watches", .int(watches)),
            ("watches_refused", .int(watchesRefused)), ("journal_pending", .int(journalPending)),
        ]
        return .object(members.compactMap { key, value in value.map { (key, $0) } })
    }
}

extension StatusFile {
    /// The status that some bytes are. JSON is YAML, whose reader has limits for hostile files.
    static func decode(_ bytes: [UInt8]) throws(Failure) -> DaemonStatus {
        let (documents, problems) = YAML.parse(bytes)
        if let problem = problems.first(where: { $0.severity == .error }) { throw .damaged(Self.words(problem)) }
        guard let root = documents.first, documents.count == 1 else { throw .damaged("it is empty") }
        guard let name = root["schema"]?.text, name.utf8.starts(with: "guaita-status/".utf8) else {
            throw .damaged("it is no status of guaita")
        }
        guard name == schema else { throw .otherVersion }
        var decoder = Decoder()
        let status = decoder.status(root)
        if let problem = decoder.problems.first(where: { $0.severity == .error }) {
            throw .damaged(Self.words(problem))
        }
        guard let status else { throw .damaged("it is incomplete") }
        return status
    }

    private static func words(_ problem: Problem) -> String { "line \(problem.line): \(problem.message)" }
}

extension Decoder {
    fileprivate mutating func status(_ root: Node) -> DaemonStatus? {
        guard let version = required("version", of: root, { $0.string($1) }),
            let pid = required("pid", of: root, { $0.int($1, in: 1...Int(Int32.max)) }),
            let started = required("started", of: root, { $0.moment($1) }),
            let written = required("written", of: root, { $0.moment($1) }),
            let activity = required("activity", of: root, { $0.enumeration($1, of: DaemonStatus.Activity.self) })
        else { return nil }
        var status = DaemonStatus(
            version: version, pid: pid, processStart: field("process_start", of: root) { $0.count($1).map(Int64.init) },
            started: started)
        status.written = written
        status.activity = activity
        status.host = field("host", of: root) { $0.string($1) } ?? ""
        if let scores = root["scores"] {
            for posture in Posture.allCases {
                status.scores[posture] = field(posture.rawValue, of: scores) { $0.score($1) }
            }
        }
        if let open = root["open"] {
            for severity in Severity.allCases {
                let count = field(severity.rawValue, of: open) { $0.count($1) } ?? 0
                if count > 0 { status.open[severity] = count }
            }
        }
        status.accepted = count("accepted", of: root)
        status.lastScan = field("last_scan", of: root) { $0.moment($1) }
        status.lastLook = field("last_look", of: root) { $0.moment($1) }
        status.nextScan = field("next_scan", of: root) { $0.moment($1) }
        status.rules = count("rules", of: root)
        status.rejectedRules = count("rejected_rules", of: root)
        status.ruleProblems = field("rule_problems", of: root) { $0.strings($1) } ?? []
        status.coverageTenths = field("coverage", of: root) { $0.tenths($1) }
        status.unjudgedRules = count("unjudged_rules", of: root)
        status.unjudged = field("unjudged", of: root) { $0.strings($1) } ?? []
        status.isPrivileged = required("privileged", of: root) { $0.bool($1) } ?? false
        status.sandboxHides = field("sandbox_hides", of: root) { $0.strings($1) } ?? []
        status.sandboxMissing = field("sandbox_missing", of: root) { $0.strings($1) } ?? []
        status.workerRestarts = count("worker_restarts", of: root)
        status.casualties = field("casualties", of: root) { $0.strings($1) } ?? []
        status.watches = count("watches", of: root)
        status.watchesRefused = count("watches_refused", of: root)
        status.journalPending = count("journal_pending", of: root)
        return status
    }

    private mutating func count(_ key: String, of root: Node) -> Int { required(key, of: root) { $0.count($1) } ?? 0 }

    private mutating func count(_ node: Node) -> Int? { int(node, in: 0...Int.max) }

    private mutating func moment(_ node: Node) -> Timestamp? {
        guard let text = string(node) else { return nil }
        guard let moment = Timestamp(rfc3339: text) else {
            error("expected a moment", at: node)
            return nil
        }
        return moment
    }

    private mutating func score(_ node: Node) -> DaemonStatus.HeldScore? {
        guard let low = required("low", of: node, { $0.tenths($1) }),
            let high = required("high", of: node, { $0.tenths($1) }),
            let since = required("since", of: node, { $0.moment($1) })
        else { return nil }
        return .init(lowTenths: low, highTenths: high, since: since)
    }

    /// `82.1`: a number from 0 to 100 with one decimal.
    private mutating func tenths(_ node: Node) -> Int? {
        let parts = (node.text ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let whole = Int(parts[0]), (0...100).contains(whole), parts[1].utf8.count == 1,
            let tenth = Int(parts[1]), (0...9).contains(tenth), whole < 100 || tenth == 0
        else {
            error("expected a number from 0 to 100 with one decimal", at: node)
            return nil
        }
        return whole * 10 + tenth
    }
}
