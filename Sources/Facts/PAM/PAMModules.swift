// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Host

/// What is known of modules: where they are, what they can return, and whether their success says who somebody is.
struct PAMModules {
    /// Directories with modules; empty in a tree of configuration alone.
    private let directories: [String]
    private let host: any Host

    init(_ host: any Host) {
        self.host = host
        // libpam of Debian: /lib/<multiarch>/security, then /lib/security.
        var found: [String] = []
        for parent in ["/usr/lib", "/lib"] {
            let names = ((try? host.list(parent)) ?? []).map(\.name).filter { $0.utf8.contains(UInt8(ascii: "-")) }
            for path in (names.sorted() + [""]).map({ $0.isEmpty ? "\(parent)/security" : "\(parent)/\($0)/security" })
            where (try? host.status(path))?.kind == .directory { found.append(path) }
        }
        directories = found
    }

    /// Nil where the tree has no modules at all.
    func exists(_ path: String) -> Bool? {
        guard !directories.isEmpty else { return nil }
        if path.utf8.first == UInt8(ascii: "/") { return (try? host.status(path)) != nil }
        // $ISA of old files stands for the directory that libpam tries anyway.
        let name = path.hasPrefix("$ISA/") ? String(path.dropFirst(5)) : path
        return directories.contains { (try? host.status("\($0)/\(name)")) != nil }
    }

    /// Their success says nothing of who somebody is.
    private static let silent: Set<String> = [
        "pam_permit", "pam_debug", "pam_warn", "pam_echo", "pam_env", "pam_faildelay", "pam_faillock", "pam_tally2",
        "pam_nologin", "pam_group", "pam_cap", "pam_umask", "pam_limits", "pam_keyinit", "pam_loginuid", "pam_motd",
        "pam_mail", "pam_lastlog", "pam_issue", "pam_selinux", "pam_shells", "pam_systemd", "pam_mkhomedir",
        "pam_gnome_keyring", "pam_kwallet5", "pam_ecryptfs", "pam_mount", "pam_abl", "pam_shield", "pam_setquota",
    ]

    /// Success of this module says something of who asks.
    static func proves(_ handler: PAMHandler) -> Bool { handler.kind == .module && !silent.contains(handler.module) }

    /// What a module can return for a stack's type.
    static func results(_ handler: PAMHandler) -> [Int] {
        if let fixed = fixed(handler, event: nil) { return [fixed] }
        // pam_faillock(8): what authfail returns "should be ignored"; with the account locked it is a refusal.
        if handler.module == "pam_faillock", handler.type == .auth, handler.arguments.contains("authfail") {
            return [PAMResult.ignore, PAMResult.authenticationError]
        }
        return Array(0..<PAMResult.incomplete)
    }

    /// The result of the modules that have only one. `event` is what libpam asks for, as pam_debug(8) names it.
    static func fixed(_ handler: PAMHandler, event: String?) -> Int? {
        switch handler.module {
        case "pam_permit": return PAMResult.success
        case "pam_deny":
            switch handler.type {
            case .auth, .account: return PAMResult.authenticationError
            case .password: return PAMResult.passwordError
            case .session: return PAMResult.sessionError
            }
        case "pam_debug":
            guard let event else { return nil }
            for argument in handler.arguments where argument.hasPrefix("\(event)=") {
                if let value = PAMResult.names.firstIndex(of: String(argument.dropFirst(event.count + 1))) {
                    return value
                }
            }
            return PAMResult.success
        default: return nil
        }
    }
}
