// SPDX-License-Identifier: GPL-3.0-or-later

/// The languages findings, fixes and lessons are written in.
public enum Language: String, Sendable, Hashable, CaseIterable {
    case ca, es, en
}

/// One text in the three languages. A missing language falls back to English.
public struct LocalizedText: Sendable, Hashable {
    private var ca: String?
    private var es: String?
    private var en: String?

    /// Texts by language.
    public init(_ texts: [Language: String] = [:]) {
        for (language, text) in texts { self[language] = text }
    }

    /// The text in a language; nil where there is none in it.
    public subscript(language: Language) -> String? {
        get {
            switch language {
            case .ca: ca
            case .es: es
            case .en: en
            }
        }
        set {
            switch language {
            case .ca: ca = newValue
            case .es: es = newValue
            case .en: en = newValue
            }
        }
    }

    /// The text in `language`, else in English, else in any language, else empty.
    public func callAsFunction(_ language: Language) -> String {
        self[language] ?? en ?? ca ?? es ?? ""
    }
}
