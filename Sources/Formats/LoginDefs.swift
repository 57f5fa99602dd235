// SPDX-License-Identifier: GPL-3.0-or-later

/// login.defs(5): a name, white space, a value; `#` begins a comment line; the last of two lines counts.
public struct LoginDefs: Sendable {
    /// Values by name.
    public private(set) var values: [String: String] = [:]

    /// Reads a file.
    public init(_ bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(maxSplits: 1) { $0 == 0x20 || $0 == 0x09 }
            guard words.count == 2, words[0].first != UInt8(ascii: "#") else { continue }
            let value = words[1].reversed().drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }.reversed()
            values[String(decoding: words[0], as: UTF8.self)] = String(decoding: Array(value), as: UTF8.self)
        }
    }
}
