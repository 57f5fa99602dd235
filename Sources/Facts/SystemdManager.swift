// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model

/// The settings of the manager that units inherit: system.conf and its drop-ins (systemd-system.conf(5)).
struct SystemdManager {
    /// Where a default would be set.
    static let file = "/etc/systemd/system.conf"

    private let assignments: [SystemdUnitFile.Assignment]
    /// Why a file could not be read; nil when all could.
    let failure: String?

    /// Reads system.conf and its drop-ins.
    init(_ collection: Collection) {
        let configuration = SystemdConfiguration("system", collection)
        assignments = configuration.assignments
        failure = configuration.failure
    }

    /// The last valid value of a setting of [Manager], or the packaged default.
    func setting<Parsed>(_ key: String, default fallback: Parsed, _ parse: (String) -> Parsed?) -> (Parsed, Source) {
        var found: (Parsed, Source) = (fallback, Source(Origin(path: Self.file), means: .default))
        for assignment in assignments where assignment.section == "Manager" && assignment.key == key {
            if assignment.value.isEmpty {
                found = (fallback, Source(Origin(path: Self.file), means: .default))
            } else if let value = parse(assignment.value) {
                found = (value, Source(assignment.origin, text: "\(key)=\(assignment.value)"))
            }
        }
        return found
    }
}
