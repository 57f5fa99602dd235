// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// Foreign text made fit for a terminal and a journal: UTF-8 stays, control characters and bytes that are not UTF-8
/// become `\0A`, as RFC 4514 section 2.4 writes them.
func printable(_ bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    if let text = String(validating: bytes, as: UTF8.self) {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var clean = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                for byte in String(scalar).utf8 { clean += "\\" + [byte].hexadecimal() }
            } else {
                clean.unicodeScalars.append(scalar)
            }
        }
        return clean
    }
    return bytes.map { (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : "\\" + [$0].hexadecimal() }.joined()
}

/// Controls, and the marks that turn the direction of the text around them.
private func isControl(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}
