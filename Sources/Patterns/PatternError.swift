// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a text is no pattern.
public struct PatternError: Error, Sendable, Hashable {
    /// In words, as RE2 says it: `missing ): (ab`.
    public let message: String
    /// Where in the pattern, in bytes.
    public let offset: Int

    /// A reason at an offset.
    public init(_ message: String, offset: Int = 0) {
        self.message = message
        self.offset = offset
    }
}
