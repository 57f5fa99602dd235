// SPDX-License-Identifier: GPL-3.0-or-later

import Host
import Jobs
import Model
import Rules
import Scan

extension Worker {
    /// Reads and checks the rule files of the broker's machine, and writes the valid rules to `bundle`.
    func loadRules(_ order: Job.LoadRules) throws(WorkerFailure) -> JobResult.LoadedRules {
        begin(.own)
        let files = RuleFiles(order.paths.map { ($0, $0) }, on: try host(.own))
        let set = files.load(.scan, only: order.only)
        let failures = files.failures.filter { !order.mayBeMissing || $0.error != .notFound }
        let rejected =
            failures.map { Report.Problem(origin: Origin(path: $0.path), message: $0.error.description) }
            + set.errors.map(\.summary)
        let bundle = RuleBundle(files, set, rejected: rejected)
        try write(bundle.wire, to: .bundle)
        // Fifty of these, at their longest, fill about half a packet.
        let listed = rejected.prefix(JobResult.LoadedRules.limit).map { problem in
            Report.Problem(
                origin: Origin(
                    path: problem.origin.path.clipped(to: 256), line: problem.origin.line, column: problem.origin.column
                ),
                message: problem.message.clipped(to: 400))
        }
        return JobResult.LoadedRules(ruleSet: bundle.ruleSet, rejected: listed, rejectedCount: rejected.count)
    }
}
