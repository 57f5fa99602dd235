// SPDX-License-Identifier: GPL-3.0-or-later

/// The languages findings, fixes and lessons are written in.
public enum Language: String, Sendable, Hashable, CaseIterable {
    case ca, es, en
}

/// One text in the three languages. A missing language falls back to English.
public struct LocalizedText: Sendable, Hashable {
    /// The texts that exist, by language.
    public var texts: [Language: String]

    /// Texts by language.
    public init(_ texts: [Language: String] = [:]) { self.texts = texts }

    /// The text in `language`, else in English, else in any language, else empty.
    public func callAsFunction(_ language: Language) -> String {
        texts[language] ?? texts[.en] ?? Language.allCases.lazy.compactMap { texts[$0] }.first ?? ""
    }
}
