// SPDX-License-Identifier: GPL-3.0-or-later

extension Language {
    /// The words of this language. A missing language does not compile.
    public func callAsFunction(ca: String, es: String, en: String) -> String {
        switch self {
        case .ca: ca
        case .es: es
        case .en: en
        }
    }
}
