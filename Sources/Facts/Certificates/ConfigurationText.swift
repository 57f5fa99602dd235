// SPDX-License-Identifier: GPL-3.0-or-later

/// Small things that the readers of this folder do to words.
enum ConfigurationText {
    /// Bytes as text without outer blanks.
    static func trimmed(_ bytes: some BidirectionalCollection<UInt8>) -> String {
        var bytes = bytes[...]
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A value without the quotes around it.
    static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, let first = text.first, first == text.last, first == "\"" || first == "'" else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}
