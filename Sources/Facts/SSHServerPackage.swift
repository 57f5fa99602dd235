// SPDX-License-Identifier: GPL-3.0-or-later

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
        let stanza = Self.stanza(host)
        let isInstalled = stanza["Status"]?.hasSuffix(" installed") ?? false
        isRemoved = stanza["Status"] != nil && !isInstalled
        version = isInstalled ? stanza["Version"] : nil
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

    // MARK: dpkg

    /// The fields of openssh-server's paragraph in dpkg's status file.
    private static func stanza(_ host: any Host) -> [String: String] {
        guard let bytes = try? host.read("/var/lib/dpkg/status", limit: 64 << 20).bytes,
            let start = find(Array("Package: openssh-server\n".utf8), in: bytes)
        else { return [:] }
        var fields: [String: String] = [:]
        for line in bytes[start...].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty || fields.count > 2 { break }
            for name in ["Status", "Version"] where line.starts(with: "\(name): ".utf8) {
                fields[name] = String(decoding: line.dropFirst(name.utf8.count + 2), as: UTF8.self)
            }
            if fields.count == 2 { break }
        }
        return fields
    }

    /// Where a line begins that is the needle; the file is megabytes, so only line starts are compared.
    private static func find(_ needle: [UInt8], in bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            if bytes[index] == needle[0], bytes[index...].starts(with: needle) { return index }
            guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            index = end + 1
        }
        return nil
    }

    // MARK: Distribution

    private static func distribution(_ host: any Host) -> (String, SSHServerRelease)? {
        for path in ["/etc/os-release", "/usr/lib/os-release"] {
            guard let bytes = try? host.read(path).bytes else { continue }
            var fields: [String: String] = [:]
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
                guard parts.count == 2 else { continue }
                let value = parts[1].filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
                fields[String(decoding: parts[0], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
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
