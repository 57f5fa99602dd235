// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// The sysctl.d(5) files of a host, read as systemd-sysctl(8) 252 reads them. `sysctl --system` of procps reads
/// /etc/sysctl.conf besides, last of all; at boot that file counts only through Debian's link
/// /etc/sysctl.d/99-sysctl.conf, and boot is what is told here.
struct SysctlFiles {
    /// In order of precedence: a name found in one hides the same name in those after it.
    static let directories = [
        "/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d",
    ]

    /// What the files that could be read declare.
    private(set) var settings = SysctlSettings()
    /// Why what is declared is not known for sure: one path after the other; nil when everything could be read.
    private(set) var failure: String?

    init(_ collection: Collection) {
        let found = SystemdConfiguration.dropIns(in: Self.directories, collection)
        failure = found.failure
        for path in found.paths { read(collection, path) }
        if let origin = settings.firstPatternLeftOut {
            collection.report(origin, "too many patterns; from here on they are not applied")
        }
    }

    private mutating func read(_ collection: Collection, _ path: String) {
        do throws(HostError) {
            let file = try collection.host.read(path)
            let configuration = SysctlConfiguration(file.bytes)
            for problem in configuration.problems {
                collection.report(Origin(path: path, line: problem.line), problem.message)
            }
            settings.apply(configuration, from: Self.written(collection, path))
        } catch .notFound, .wrongKind(.characterDevice) {
            // A dangling link and a link to /dev/null hide the file of the same name and say nothing themselves.
            return
        } catch .wrongKind(let kind) {
            collection.report(Origin(path: path), HostError.wrongKind(kind).description)
        } catch {
            fail(collection, path, error)
        }
    }

    /// The file an administrator edits: Debian's 99-sysctl.conf is a link to /etc/sysctl.conf.
    private static func written(_ collection: Collection, _ path: String) -> String {
        guard let target = try? collection.host.linkTarget(path) else { return path }
        return target == "../sysctl.conf" || target == "/etc/sysctl.conf" ? "/etc/sysctl.conf" : path
    }

    private mutating func fail(_ collection: Collection, _ path: String, _ error: HostError) {
        collection.report(Origin(path: path), error.description)
        failure = [failure, "\(path): \(error)"].compactMap(\.self).joined(separator: "; ")
    }
}
