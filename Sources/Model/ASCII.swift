// SPDX-License-Identifier: GPL-3.0-or-later

extension UInt8 {
    /// A capital ASCII letter made small; every other byte, those of UTF-8 included, stays.
    public var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension String {
    /// Capital ASCII letters made small, as tolower(3) in the C locale; all else stays.
    public var asciiLowercased: String { String(decoding: utf8.map { $0.asciiLowercased }, as: UTF8.self) }
}
