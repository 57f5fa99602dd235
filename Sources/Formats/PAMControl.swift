// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// What a module of PAM can return, by number (_pam_types.h).
public enum PAMResult {
    /// The names pam.conf(5) has for them, by number.
    public static let names = [
        "success", "open_err", "symbol_err", "service_err", "system_err", "buf_err", "perm_denied", "auth_err",
        "cred_insufficient", "authinfo_unavail", "user_unknown", "maxtries", "new_authtok_reqd", "acct_expired",
        "session_err", "cred_unavail", "cred_expired", "cred_err", "no_module_data", "conv_err", "authtok_err",
        "authtok_recover_err", "authtok_lock_busy", "authtok_disable_aging", "try_again", "ignore", "abort",
        "authtok_expired", "module_unknown", "bad_item", "conv_again", "incomplete",
    ]
    /// It went well.
    public static let success = 0
    /// What libpam answers where a line cannot be used.
    public static let permissionDenied = 6
    /// The user is not who they say.
    public static let authenticationError = 7
    /// It went well; the password must be changed.
    public static let newPasswordRequired = 12
    /// No session.
    public static let sessionError = 14
    /// The password was not changed.
    public static let passwordError = 20
    /// Nothing to say.
    public static let ignore = 25
    /// All is lost.
    public static let abort = 26
    /// The module is not there.
    public static let moduleUnknown = 28
    /// Ask again later.
    public static let incomplete = 31
}

/// The control field of a line of pam.conf(5): what each result of the module does to the stack.
public struct PAMControl: Sendable, Hashable {
    /// "actionN can take one of the following forms".
    public enum Action: Sendable, Hashable {
        case ignore, ok, done, bad, die, reset
        /// Passes over so many lines.
        case jump(Int)
    }

    /// One action for each result, by number.
    public let actions: [Action]
    /// What is wrong with the field; every result is bad then.
    public let problem: String?

    /// Every result is a failure.
    public static let bad = PAMControl(problem: nil)

    private init(problem: String?) {
        actions = [Action](repeating: .bad, count: PAMResult.names.count)
        self.problem = problem
    }

    /// A field without its brackets; `include` and `substack` are none.
    public init(_ text: String) {
        let simple: (Action, ignored: Bool, otherwise: Action)? =
            switch text.asciiLowercased {
            case "required": (.ok, true, .bad)
            case "requisite": (.ok, true, .die)
            case "optional": (.ok, false, .ignore)
            case "sufficient": (.done, false, .ignore)
            default: nil
            }
        guard let simple else {
            self = Self.parsed(Array(text.utf8))
            return
        }
        var actions = [Action](repeating: simple.otherwise, count: PAMResult.names.count)
        actions[PAMResult.success] = simple.0
        actions[PAMResult.newPasswordRequired] = simple.0
        if simple.ignored { actions[PAMResult.ignore] = .ignore }
        self.actions = actions
        problem = nil
    }

    private init(actions: [Action]) {
        self.actions = actions
        problem = nil
    }

    private static let tokens: [(name: [UInt8], action: Action)] = [
        ("ignore", .ignore), ("ok", .ok), ("done", .done), ("bad", .bad), ("die", .die), ("reset", .reset),
    ].map { (Array($0.utf8), $1) }

    /// `value=action …`: a value is what the text begins with, and so is an action; `default` stands for what was not
    /// named before. Where one cannot be read "treat everything as bad".
    private static func parsed(_ text: [UInt8]) -> PAMControl {
        var actions = [Action?](repeating: nil, count: PAMResult.names.count)
        var at = 0
        func skipBlanks() { while at < text.count, text[at] == 0x20 || (0x09...0x0D).contains(text[at]) { at += 1 } }
        while true {
            skipBlanks()
            guard at < text.count else { break }
            let values = PAMResult.names + ["default"]
            guard let value = values.firstIndex(where: { text[at...].starts(with: $0.utf8) }) else {
                return PAMControl(problem: "a result is expected at \(String(decoding: text[at...], as: UTF8.self))")
            }
            at += values[value].utf8.count
            skipBlanks()
            guard at < text.count, text[at] == UInt8(ascii: "=") else {
                return PAMControl(problem: "= is expected after \(values[value])")
            }
            at += 1
            skipBlanks()
            let action: Action
            if let token = tokens.first(where: { text[at...].starts(with: $0.name) }) {
                action = token.action
                at += token.name.count
            } else {
                var count = 0
                let first = at
                while at < text.count, (0x30...0x39).contains(text[at]) {
                    count = min(count * 10 + Int(text[at] - 0x30), Int(Int32.max))
                    at += 1
                }
                guard at > first, count > 0 else {
                    return PAMControl(problem: "an action is expected after \(values[value])=")
                }
                action = .jump(count)
            }
            if value < actions.count {
                actions[value] = action
            } else {
                for index in actions.indices where actions[index] == nil { actions[index] = action }
            }
        }
        return PAMControl(actions: actions.map { $0 ?? .bad })
    }
}
