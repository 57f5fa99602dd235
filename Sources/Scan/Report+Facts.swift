// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Host
import Model

extension Report.HostSummary {
    /// What a host says of itself, and whether the scan may read all of it.
    init(_ host: any Host, os: Value?) {
        func text(_ field: String) -> String {
            guard case .record(let os)? = os?.kind, case .string(let text)? = os[field]?.kind else { return "" }
            return text
        }
        self.init(
            name: text("hostname"), system: text("pretty_name"), view: host.description,
            privileged: Self.canReadSecrets(of: host))
    }

    /// Who can read shadow(5) can read what the rules need.
    private static func canReadSecrets(of host: any Host) -> Bool {
        do throws(HostError) {
            _ = try host.read("/etc/shadow")
            return true
        } catch {
            return error != .permissionDenied
        }
    }
}

extension Report.LedgerLine {
    /// The lines of the root `ledger`.
    static func lines(_ ledger: Value?) -> [Report.LedgerLine] {
        guard case .list(let lines)? = ledger?.kind else { return [] }
        return lines.compactMap { line in
            guard case .record(let record) = line.kind, case .string(let resource)? = record["resource"]?.kind else {
                return nil
            }
            func number(_ field: String) -> Double? {
                switch record[field]?.kind {
                case .double(let double): double
                case .int(let int): Double(int)
                case .byteSize(let bytes): Double(bytes)
                default: nil
                }
            }
            func text(_ field: String) -> String {
                if case .string(let text)? = record[field]?.kind { text } else { "" }
            }
            return Report.LedgerLine(
                resource: resource, unit: text("unit"), limit: number("limit"), committed: number("committed"),
                used: number("used"), whyNot: text("why_not"))
        }
    }
}
