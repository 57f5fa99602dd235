// SPDX-License-Identifier: GPL-3.0-or-later

import Host

/// What the daemon's own sandbox and rights keep it from seeing. Checks that need it are unknown; this says why in one
/// place.
enum Sight {
    private static let probes: [(path: String, what: String)] = [
        ("/etc/shadow", "password hashes (CAP_DAC_READ_SEARCH)"),
        ("/root", "the home of root (ProtectHome=)"),
        ("/home", "homes (ProtectHome=)"),
        ("/proc/1/stat", "processes of others (ProtectProc=)"),
        ("/proc/1/environ", "environments of processes (CAP_SYS_PTRACE)"),
        ("/proc/sys/kernel/ostype", "kernel parameters (ProcSubset=)"),
    ]

    /// In words, with the setting that would show it.
    static var hidden: [String] {
        guard let host = try? LiveHost() else { return [] }
        return probes.filter { isHidden($0.path, host) }.map(\.what)
    }

    private static func isHidden(_ path: String, _ host: LiveHost) -> Bool {
        do throws(HostError) {
            if try host.status(path).kind == .directory { _ = try host.list(path) } else { _ = try host.open(path) }
            return false
        } catch {
            // What a host does not have is not hidden; /proc/1 and /proc/sys every Linux has.
            return error == .permissionDenied || (error == .notFound && path.hasPrefix("/proc/"))
        }
    }
}
