// SPDX-License-Identifier: GPL-3.0-or-later

/// Two lower-case digits a byte.
func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
}

/// Foreign text made fit for a terminal and a journal: UTF-8 stays, control characters and bytes that are not UTF-8
/// become `\0A`, as RFC 4514 section 2.4 writes them.
func printable(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self) {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var clean = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                for byte in String(scalar).utf8 { clean += "\\" + hex([byte]) }
            } else {
                clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }
    return bytes.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "\\" + hex([$0]) }.joined()
}

/// Controls, and the marks that turn the direction of the text around them.
private func isControl(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

/// ASCII letters made small; all else, bytes of UTF-8 included, stays.
func asciiLowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}
