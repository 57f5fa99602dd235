// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers, times and sizes as the C functions behind sshd read them.
enum SSHServerNumber {
    /// strtonum(3): blanks, a sign and digits, nothing after them.
    static func whole(_ text: String, _ range: ClosedRange<Int64> = 0...Int64(Int32.max)) -> Int64? {
        guard let (value, rest) = leading(Array(text.utf8)[...]), rest.isEmpty, range.contains(value) else {
            return nil
        }
        return value
    }

    /// strtol(3): the number a text begins with, clamped to 64 bits, and what follows it. Nil without a digit.
    static func leading(_ text: ArraySlice<UInt8>, radix: UInt8 = 10) -> (value: Int64, rest: ArraySlice<UInt8>)? {
        var rest = text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        var value: Int64 = 0
        var hasDigits = false
        while let byte = rest.first, let digit = digit(byte), digit < radix {
            let (scaled, overflowed) = value.multipliedReportingOverflow(by: Int64(radix))
            let (sum, overflowedAgain) = scaled.addingReportingOverflow(Int64(digit))
            value = overflowed || overflowedAgain ? .max : sum
            hasDigits = true
            rest = rest.dropFirst()
        }
        return hasDigits ? (isNegative ? -value : value, rest) : nil
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// convtime() of misc.c: `1h30m`, plain seconds, at most what an int holds. Since 9.9 without signs and blanks.
    static func seconds(_ text: String, _ release: SSHServerRelease) -> Int64? {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while let first = rest.first {
            if release.isAtLeast(9, 9), !(0x30...0x39).contains(first) { return nil }
            guard let (value, after) = leading(rest), value >= 0 else { return nil }
            rest = after
            var unit: Int64 = 1
            if let letter = rest.popFirst() {
                switch letter | 0x20 {
                case UInt8(ascii: "s"): unit = 1
                case UInt8(ascii: "m"): unit = 60
                case UInt8(ascii: "h"): unit = 3600
                case UInt8(ascii: "d"): unit = 86_400
                case UInt8(ascii: "w"): unit = 604_800
                default: return nil
                }
            }
            // Before 8.5 only what a long holds was too much, and the int it was put in wrapped around.
            let limit = release.isAtLeast(8, 5) ? Int64(Int32.max) : Int64.max / 2
            guard value <= limit / unit else { return nil }
            total += value * unit
            guard total <= limit else { return nil }
        }
        return Int64(Int32(truncatingIfNeeded: total))
    }

    /// scan_scaled(3): `1G`, `512k`, `1.5M`, in units of 1024; a fraction without a unit is dropped.
    static func scaled(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...].drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var sign: Int64 = 1
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            rest = rest.dropFirst()
        }
        let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        rest = rest.dropFirst(digits.count)
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let whole = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard whole.utf8.count < 20, let number = whole.isEmpty ? 0 : Int64(whole) else { return nil }
        guard let letter = rest.first else { return sign * number }
        let units = Array("bkmgtpe".utf8)
        guard let power = units.firstIndex(of: letter | 0x20),
            rest.count == 1 || !isAlphanumeric(rest[rest.startIndex + 1])
        else { return nil }
        let factor = Int64(1) << Int64(power * 10)
        let (scaled, overflowed) = number.multipliedReportingOverflow(by: factor)
        guard !overflowed else { return nil }
        return sign * scaled + sign * fraction(parts.count > 1 ? parts[1] : [], of: factor)
    }

    private static func fraction(_ digits: ArraySlice<UInt8>, of factor: Int64) -> Int64 {
        var digits = digits.prefix(18)
        var value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        while value >= Int64.max / factor {
            value /= 10
            digits = digits.dropLast()
        }
        value *= factor
        for _ in digits { value /= 10 }
        return value
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
    }

    /// sscanf(3) with `%d:%d:…`: the numbers a text begins with, whatever follows.
    static func colonSeparated(_ text: String, atMost count: Int) -> [Int64] {
        var numbers: [Int64] = []
        var rest = Array(text.utf8)[...]
        while numbers.count < count, let (value, after) = leading(rest) {
            numbers.append(Int64(Int32(truncatingIfNeeded: value)))
            guard after.first == UInt8(ascii: ":") else { break }
            rest = after.dropFirst()
        }
        return numbers
    }
}
