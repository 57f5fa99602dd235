// SPDX-License-Identifier: GPL-3.0-or-later

// Texts in texts, compared byte for byte: canonically equivalent spellings are different ones, as they are to the programs
// whose files are read. The standard library's own come with all of Swift's Regex: 1.3 MB of the program. Tests that
// import Foundation have its search, hence @_disfavoredOverload.

extension StringProtocol {
    /// Where a text stands first; nil for an empty one.
    @_disfavoredOverload
    public func firstRange(of text: some StringProtocol) -> Range<Index>? {
        guard let first = text.utf8.first else { return nil }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: text.utf8) { return start..<rest.index(start, offsetBy: text.utf8.count) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Whether a text stands here; an empty one always does.
    @_disfavoredOverload
    public func contains(_ text: some StringProtocol) -> Bool { text.isEmpty || firstRange(of: text) != nil }

    /// The text with another in the place of each that stands here, from left to right.
    @_disfavoredOverload
    public func replacing(_ text: some StringProtocol, with replacement: some StringProtocol) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: text) {
            result += rest[..<range.lowerBound]
            result += replacement
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}

extension String {
    /// Puts another text in the place of each that stands here.
    @_disfavoredOverload
    public mutating func replace(_ text: some StringProtocol, with replacement: some StringProtocol) {
        self = replacing(text, with: replacement)
    }
}
