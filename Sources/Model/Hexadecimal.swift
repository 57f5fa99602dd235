// SPDX-License-Identifier: GPL-3.0-or-later

extension Sequence<UInt8> {
    /// Two hexadecimal digits a byte.
    public func hexadecimal(uppercase: Bool = false) -> String {
        let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
