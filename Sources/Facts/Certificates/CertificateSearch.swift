// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host
import Model

/// Files that look like certificates or keys, in the places where administrators keep them. The distribution's store of
/// roots is left out: its links in /etc/ssl/certs are not this host's certificates.
struct CertificateSearch {
    private static let roots = [
        "/etc/apache2", "/etc/docker/certs.d", "/etc/dovecot", "/etc/haproxy", "/etc/ldap", "/etc/mosquitto",
        "/etc/mysql", "/etc/nginx", "/etc/odoo", "/etc/pki", "/etc/postfix", "/etc/postgresql", "/etc/redis",
        "/etc/ssl",
        "/opt", "/srv", "/usr/local/etc",
    ]
    private static let depth = 4
    private static let entriesPerRoot = 5_000
    private static let endings = [".pem", ".crt", ".cer", ".cert", ".der", ".key"]
    /// Not searched: what is put aside, and what programs bring along.
    private static let skipped: Set = [
        ".git", "archive", "backup", "backups", "expired", "node_modules", "old", "site-packages", "spec", "test",
        "tests",
        "vendor",
    ]

    /// What was found, in the order of the search.
    private(set) var paths: [String] = []
    /// Directories that could not be listed, and why.
    private(set) var failures: [(path: String, reason: String)] = []

    private let host: any Host

    init(_ collection: Collection) {
        host = collection.host
        for root in Self.roots {
            var entriesLeft = Self.entriesPerRoot
            search(root, depth: 0, &entriesLeft)
            if entriesLeft <= 0 {
                collection.report(
                    Origin(path: root), "more than \(Self.entriesPerRoot) entries; the rest is not searched")
            }
        }
        for failure in failures { collection.report(Origin(path: failure.path), failure.reason) }
    }

    private mutating func search(_ directory: String, depth: Int, _ entriesLeft: inout Int) {
        let entries: [DirectoryEntry]
        do throws(HostError) {
            entries = try host.list(directory)
        } catch .notFound {
            return
        } catch .wrongKind {
            return
        } catch {
            failures.append((directory, error.description))
            return
        }
        for entry in entries {
            entriesLeft -= 1
            guard entriesLeft > 0 else { return }
            let path = "\(directory)/\(entry.name)"
            switch kind(of: entry, path) {
            case .directory where depth < Self.depth && !Self.skipped.contains(entry.name):
                search(path, depth: depth + 1, &entriesLeft)
            case .regular, .link:
                if isCandidate(path, entry.name, in: directory, kind(of: entry, path)) { paths.append(path) }
            default: break
            }
        }
    }

    private func kind(of entry: DirectoryEntry, _ path: String) -> FileKind? {
        if let kind = entry.kind { return kind }
        do throws(HostError) {
            return try host.status(path, followLinks: false).kind
        } catch {
            // It went away since it was listed.
            return nil
        }
    }

    private func isCandidate(_ path: String, _ name: String, in directory: String, _ kind: FileKind?) -> Bool {
        guard Self.endings.contains(where: { name.hasSuffix($0) }) else { return false }
        // ca-certificates(8) fills /etc/ssl/certs with links and one file of all roots together.
        if directory == "/etc/ssl/certs" { return kind == .regular && name != "ca-certificates.crt" }
        return true
    }
}
