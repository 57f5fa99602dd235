// SPDX-License-Identifier: GPL-3.0-or-later
import Audit
import Model

/// A report with one of everything, made by hand.
enum Sample {
    static func text(_ word: String) -> LocalizedText {
        LocalizedText([.ca: "\(word) (ca)", .es: "\(word) (es)", .en: "\(word) (en)"])
    }

    static let moment = Timestamp(seconds: 1_795_424_401)

    static func finding(_ rule: String, _ severity: Severity, message: String = "root may log in") -> Finding {
        var finding = Finding(
            fingerprint: String(repeating: "a", count: 32), rule: rule, posture: .security, severity: severity,
            title: text("root cannot log in"), why: text("Everybody knows the name of root."),
            fix: text("Set PermitRootLogin no and try a second session before closing this one."), effortMinutes: 5,
            references: ["ens": ["op.acc.6"], "cis": ["debian12:5.1.20"]],
            objects: [
                FoundObject(
                    fingerprint: String(repeating: "b", count: 32), kind: "sshd.context", key: "for everybody",
                    message: text(message),
                    places: [
                        Origin(path: "/etc/ssh/sshd_config.d/50-cloud.conf", line: 1, column: 1),
                        Origin(path: "/etc/ssh/sshd_config", line: 12, column: 1),
                    ])
            ])
        finding.points = 10
        finding.contributionTenths = 341
        finding.gainTenths = 341
        return finding
    }

    static func report(_ findings: [Finding] = [finding("ssh.root-login", .high)]) -> Report {
        Report(
            version: "0.1.0",
            ruleSet: Report.RuleSetSummary(count: 3, sha256: String(repeating: "0", count: 64)),
            host: Report.HostSummary(
                name: "web1", system: "Debian GNU/Linux 12 (bookworm)", view: "live", privileged: true),
            moment: moment,
            scores: [
                .security: Scorecard([Risk(severity: .high), Risk(severity: .low, failing: 0, unknown: 1)]).score
            ],
            counts: [.pass: 1, .fail: 1, .unknown: 1], coverageTenths: 666, findings: findings,
            actions: [
                Report.Action(posture: .security, rules: ["ssh.root-login"], gainTenths: 341, effortMinutes: 5)
            ],
            notEvaluated: [
                NotEvaluated(
                    rule: "accounts.empty-password", posture: .security, severity: .low, outcome: .unknown, keys: [],
                    reasons: ["/etc/shadow: permission denied"])
            ],
            problems: [Report.Problem(origin: Origin(path: "/etc/shadow"), message: "permission denied")],
            rejectedRules: [],
            ledger: [
                Report.LedgerLine(
                    resource: "memory", unit: "bytes", limit: 4_294_967_296, committed: nil, used: 1.5e9,
                    whyNot: "nothing bounds odoo.service")
            ],
            outcomes: [Report.RuleOutcome(rule: "ssh.root-login", outcome: .fail)])
    }
}
