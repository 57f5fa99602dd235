// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Jobs
import Journal
import Model

extension Worker {
    /// The last GUAITA_SEQ of a scan in the journal of the broker's machine; nil where it has none of it.
    func journalPosition(_ scan: String) throws(WorkerFailure) -> Int? {
        begin(.own)
        // A scan is named after its moment: `2026-11-23T09:00:00Z-5f0c21aa`.
        let moment = scan.lastIndex(of: "-").flatMap { Timestamp(rfc3339: String(scan[..<$0])) }
        let files = JournalFiles(of: try host(.own), since: moment)
        guard let reader = files.reader(refused: { _ in }) else {
            if files.gaps.isEmpty { return nil }
            throw WorkerFailure("the journal cannot be read: \(files.gaps.joined(separator: "; "))")
        }
        let query = JournalQuery(
            matches: [JournalKey.scan.rawValue: [scan]], fields: [JournalKey.sequence.rawValue])
        var last: Int?
        do throws(JournalError) {
            _ = try reader.read(query) { entry, _ in
                if let number = entry.fields[JournalKey.sequence.rawValue].flatMap({ Int($0) }), number >= 0 {
                    last = max(last ?? 0, number)
                }
                return true
            }
        } catch {
            throw WorkerFailure("the journal cannot be read: \(error.description)")
        }
        return last
    }
}
