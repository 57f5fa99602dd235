// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Model

extension SSHServerTruth {
    /// Either: yes outweighs unknown, unknown outweighs no.
    func or(_ other: SSHServerTruth) -> SSHServerTruth {
        switch (self, other) {
        case (.yes, _), (_, .yes): .yes
        case (.unknown, _): self
        default: other
        }
    }
}

/// Whether nothing but a password is needed to log in: a list of AuthenticationMethods that asks only for passwords, or
/// for answers through PAM, and those methods switched on.
struct SSHServerPasswordLogin {
    let values: [String: SSHServerModel.Effective]

    var truth: SSHServerTruth {
        let password = flag("PasswordAuthentication")
        // Only PAM asks questions on Linux.
        let questions = flag("KbdInteractiveAuthentication").and(flag("UsePAM"))
        guard let methods = values["AuthenticationMethods"] else { return .no }
        if let reason = methods.unknown { return .unknown(reason) }
        return methods.words.reduce(.no) { truth, list in
            if list.text == "any" { return truth.or(password).or(questions) }
            return truth.or(
                list.text.utf8.split(separator: UInt8(ascii: ",")).reduce(.yes) { chain, method in
                    switch String(decoding: method.prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self) {
                    case "password": chain.and(password)
                    case "keyboard-interactive": chain.and(questions)
                    case "none": chain
                    default: .no
                    }
                })
        }
    }

    /// The keyword whose place tells most.
    var effective: SSHServerModel.Effective? {
        for name in ["PasswordAuthentication", "KbdInteractiveAuthentication"] where flag(name) == .yes {
            return values[name]
        }
        return values["PasswordAuthentication"]
    }

    private func flag(_ name: String) -> SSHServerTruth {
        guard let value = values[name] else { return .no }
        if let reason = value.unknown { return .unknown(reason) }
        return value.words.first?.text == "yes" ? .yes : .no
    }
}

extension SSHServerTruth {
    /// As a CEL value.
    func value(_ fact: String, _ source: SourceID) -> Value {
        switch self {
        case .yes: .bool(true, source)
        case .no: .bool(false, source)
        case .unknown(let reason): .unknown(fact, reason, source)
        }
    }
}
