// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Model
import Rules
import YAML

/// The file of accepted risks, on the machine guaita runs on.
enum AcceptedRisks {
    /// Its waivers. A file that says something wrong is refused as a whole: a risk nobody meant to accept would hide.
    static func read(_ named: String, mayBeMissing: Bool) throws(Ending) -> [Waiver] {
        let path = WorkingDirectory.absolute(named)
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try LiveHost().read(path).bytes
        } catch {
            if mayBeMissing, error == .notFound { return [] }
            throw Ending(code: .usage, message: "guaita: \(path): \(error.description)")
        }
        let (waivers, problems) = WaiverFile.read(RuleFile(path: path, bytes: bytes))
        let errors = problems.filter { $0.problem.severity == .error }
        guard errors.isEmpty else {
            throw Ending(code: .rulesInvalid, message: errors.map(\.rendered).joined())
        }
        return waivers
    }
}
