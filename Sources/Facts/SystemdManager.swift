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

    /// Reads system.conf and, sorted by their names, its drop-ins; of two of one name that in /etc wins.
    init(_ collection: Collection) {
        var paths: [String: String] = [:]
        for directory in ["/etc", "/run", "/usr/local/lib", "/usr/lib"] {
            let folder = directory + "/systemd/system.conf.d"
            // Nobody needs a drop-in directory to be there.
            guard let entries = try? collection.host.list(folder) else { continue }
            for entry in entries
            where entry.name.hasSuffix(".conf") && !entry.name.hasPrefix(".") && paths[entry.name] == nil {
                paths[entry.name] = folder + "/" + entry.name
            }
        }
        let ordered = paths.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map(\.value)
        var assignments: [SystemdUnitFile.Assignment] = []
        var failure: String?
        for path in [Self.file] + ordered {
            do throws(HostError) {
                assignments += SystemdUnitFile(try collection.host.read(path).bytes, path: path).assignments
            } catch .notFound {
                continue
            } catch {
                // A drop-in that is a link to /dev/null is a mask.
                if case .wrongKind(.characterDevice) = error { continue }
                failure = failure ?? "\(path): \(error.description)"
            }
        }
        self.assignments = assignments
        self.failure = failure
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
