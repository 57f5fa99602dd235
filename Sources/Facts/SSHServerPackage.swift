// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host

/// Which OpenSSH server a host has: from dpkg's status file, else guessed from the distribution.
struct SSHServerPackage: Sendable {
    /// The package's version, nil where it is not installed or not known.
    let version: String?
    /// The release whose rules and defaults are used.
    let release: SSHServerRelease
    /// How that is known.
    let reason: String
    let statusPath = "/var/lib/dpkg/status"
    /// dpkg knows the package and says it is not installed.
    private let isRemoved: Bool

    /// `9.2`.
    var defaultsOf: String { release.description }

    init(_ host: any Host) {
        // Without the database nothing is installed by dpkg, and the release is guessed from the distribution.
        let package = (try? host.read("/var/lib/dpkg/status", limit: 64 << 20))
            .flatMap { DpkgStatus.find("openssh-server", in: $0.bytes) }
        let isInstalled = package?.state == "installed"
        isRemoved = package != nil && !isInstalled
        version = isInstalled ? package?.version : nil
        if let version, let release = SSHServerRelease(package: version) {
            self.release = release
            reason = "openssh-server \(version)"
        } else if let (name, release) = Self.distribution(host) {
            self.release = release
            reason = "the release of \(name)"
        } else {
            release = .newest
            reason = "the newest release known: neither package nor distribution is"
        }
    }

    /// There is a server: its program, its package, or a configuration that no removed package left behind.
    func isServerPresent(_ host: any Host, configuration: String) -> Bool {
        if version != nil { return true }
        let hasProgram = Self.exists("/usr/sbin/sshd", host)
        return hasProgram || (!isRemoved && Self.exists(configuration, host))
    }

    private static func exists(_ path: String, _ host: any Host) -> Bool {
        do throws(HostError) {
            _ = try host.status(path)
            return true
        } catch {
            return error != .notFound
        }
    }

    // MARK: Distribution

    private static func distribution(_ host: any Host) -> (String, SSHServerRelease)? {
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            // One of the two is there on every distribution that counts here.
            guard let bytes = try? host.read(path).bytes else { continue }
            let fields = OSReleaseFile(bytes).assignments.mapValues(\.value)
            guard let id = fields["ID"], let version = fields["VERSION_ID"], let release = releases["\(id) \(version)"]
            else { continue }
            return ("\(id) \(version)", release)
        }
        return nil
    }

    /// What each distribution shipped with.
    private static let releases: [String: SSHServerRelease] = [
        "debian 10": SSHServerRelease(major: 7, minor: 9), "debian 11": SSHServerRelease(major: 8, minor: 4),
        "debian 12": SSHServerRelease(major: 9, minor: 2), "debian 13": SSHServerRelease(major: 10, minor: 0),
        "ubuntu 20.04": SSHServerRelease(major: 8, minor: 2), "ubuntu 22.04": SSHServerRelease(major: 8, minor: 9),
        "ubuntu 24.04": SSHServerRelease(major: 9, minor: 6),
    ]
}
