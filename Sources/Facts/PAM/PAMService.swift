// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model

/// A service with the stacks that libpam uses for it.
struct PAMService {
    let name: String
    let path: String
    /// The entries of each type.
    private(set) var stacks: [PAMType: [PAMHandler]] = [:]
    /// The types that come from `other`.
    private(set) var borrowed: Set<PAMType> = []
    /// Every question is answered with `abort`.
    let failure: (origin: Origin, message: String)?
    private(set) var reach: [PAMType: PAMDispatch.Reach] = [:]

    init(_ name: String, path: String, own: PAMStacks?, other: PAMStacks?) {
        self.name = name
        self.path = path
        let isOther = name == PAMFiles.fallback
        if own == nil, other == nil {
            failure = (Origin(path: path), "there is neither this service nor other")
        } else {
            failure = own?.failure ?? other?.failure
        }
        for type in PAMType.allCases {
            let mine = own?.stack(type) ?? []
            // libpam reads the file of `other` once as the service and once as what stands in for it.
            if isOther {
                stacks[type] = mine + mine
            } else if mine.isEmpty {
                stacks[type] = other?.stack(type) ?? []
                borrowed.insert(type)
            } else {
                stacks[type] = mine
            }
        }
        for type in PAMType.allCases {
            reach[type] = PAMDispatch(stack: stacks[type] ?? [])
                .reach(PAMModules.results, proves: PAMModules.proves)
        }
    }

    /// Parts that others include, a service of no program: common-auth and their like.
    var isFragment: Bool {
        name.hasPrefix("common-")
            || ["-auth", "-ac", "-account", "-password", "-session"].contains { name.hasSuffix($0) }
    }

    /// Left behind by packages and editors; no program asks for such a name, nor for one with capital letters, which
    /// pam_start(3) makes small.
    static func isLeftover(_ name: String) -> Bool {
        name.hasPrefix(".") || name.asciiLowercased != name
            || ["~", ".swp", ".bak", ".old", ".orig", ".rej", ".disabled", ".save", ".pam-old"].contains {
                name.hasSuffix($0)
            } || [".dpkg-", ".ucf-"].contains { !name.utf8.isEmpty && Self.holds(name, $0) }
    }

    private static func holds(_ name: String, _ part: String) -> Bool {
        let (bytes, wanted) = (Array(name.utf8), Array(part.utf8))
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0...].starts(with: wanted) }
    }

    /// A run with results; modules that have only one result keep it. True for success.
    func succeeds(_ type: PAMType, visit: (PAMHandler) -> Void = { _ in }, _ result: (PAMHandler) -> Int) -> Bool {
        failure == nil && outcome(type, visit: visit, result) == PAMResult.success
    }

    /// What libpam returns.
    func outcome(_ type: PAMType, visit: (PAMHandler) -> Void = { _ in }, _ result: (PAMHandler) -> Int) -> Int {
        PAMDispatch(stack: stacks[type] ?? []).run(
            { handler in
                handler.module == "pam_debug"
                    ? result(handler) : PAMModules.fixed(handler, event: nil) ?? result(handler)
            }, visit: visit)
    }

    func uses(_ module: String, _ type: PAMType) -> Bool {
        stacks[type]?.contains { $0.kind == .module && $0.module == module } ?? false
    }

    // pam_faillock(8): preauth before the modules that ask for the password, authfail after they failed, and either
    // authsucc after they succeeded or the module among those of account.

    private static func isFaillock(_ handler: PAMHandler, _ action: String? = nil) -> Bool {
        handler.module == "pam_faillock" && action.map { handler.arguments.contains($0) } ?? true
    }

    private func refused(_ handler: PAMHandler) -> Int {
        if Self.isFaillock(handler, "authfail") { return PAMResult.ignore }
        return PAMModules.proves(handler) ? PAMResult.authenticationError : PAMResult.success
    }

    /// A wrong password is written down.
    var countsFailures: Bool {
        var isCounted = false
        _ = outcome(.auth, visit: { if Self.isFaillock($0, "authfail") { isCounted = true } }, refused)
        return isCounted
    }

    /// A locked account does not get in with the right password.
    var locks: Bool {
        let isRefused = !succeeds(.auth) { Self.isFaillock($0) ? PAMResult.authenticationError : PAMResult.success }
        // The right password without a lock must do, or nothing is said.
        return isRefused && succeeds(.auth, accepted)
    }

    private func accepted(_ handler: PAMHandler) -> Int {
        Self.isFaillock(handler, "authfail") ? PAMResult.ignore : PAMResult.success
    }

    /// The right password makes the count begin anew.
    var resets: Bool {
        var isReset = false
        _ = outcome(.auth, visit: { if Self.isFaillock($0, "authsucc") { isReset = true } }, accepted)
        _ = outcome(.account, visit: { if Self.isFaillock($0) { isReset = true } }, accepted)
        return isReset
    }

    /// A new password that one of these modules refuses is not taken.
    func refuses(_ modules: Set<String>) -> Bool {
        let isThere = stacks[.password]?.contains { modules.contains($0.module) } ?? false
        return isThere
            && !succeeds(.password) { modules.contains($0.module) ? PAMResult.passwordError : PAMResult.success }
    }

    /// Only members of pam_wheel's group get in, apart from root.
    var asksForWheel: Bool {
        uses("pam_wheel", .auth)
            && !succeeds(.auth) {
                switch $0.module {
                case "pam_wheel": PAMResult.permissionDenied
                case "pam_rootok": PAMResult.authenticationError
                default: PAMResult.success
                }
            }
    }
}
