// SPDX-License-Identifier: GPL-3.0-or-later

/// login.defs(5): a name, white space, a value; `#` begins a comment line; the last of two lines counts.
public struct LoginDefs: Sendable {
    /// Values by name.
    public private(set) var values: [String: String] = [:]

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = line.drop(while: isSpace)
            guard let end = text.firstIndex(where: isSpace), text.first != UInt8(ascii: "#") else { continue }
            let value = text[end...].drop(while: isSpace)
            guard let last = value.lastIndex(where: { !isSpace($0) }) else { continue }
            values[String(decoding: text[..<end], as: UTF8.self)] = String(decoding: value[...last], as: UTF8.self)
        }
    }
}
