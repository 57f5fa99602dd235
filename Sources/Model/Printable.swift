// SPDX-License-Identifier: GPL-3.0-or-later

extension String {
    /// The text with every character that could steer a terminal or break a line written as `\u{1b}`: controls, line
    /// and paragraph separators, and the formats that reorder or hide text (bidirectional controls, zero-width
    /// characters, tags).
    public var printable: String {
        if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
