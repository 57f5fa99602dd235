// SPDX-License-Identifier: GPL-3.0-or-later

/// The two ways sudoers(5) writes time.
enum SudoersTime {
    /// TIMEOUT: `90`, `2h30m`: days, hours, minutes, seconds in this order. Nil for anything else and beyond 2³¹ − 1.
    static func timeout(_ text: String) -> Int? {
        let units: [(letter: UInt8, seconds: Int)] = [
            (UInt8(ascii: "d"), 86_400), (UInt8(ascii: "h"), 3600), (UInt8(ascii: "m"), 60), (UInt8(ascii: "s"), 1),
        ]
        var rest = Array(text.utf8)[...]
        var total = 0
        var firstUnit = 0
        repeat {
            let digits = rest.prefix(while: SudoersPattern.isDigit)
            guard !digits.isEmpty, digits.count <= 10 else { return nil }
            var value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            rest = rest.dropFirst(digits.count)
            if let letter = rest.popFirst() {
                guard let unit = units[firstUnit...].firstIndex(where: { $0.letter == letter | 0x20 }) else {
                    return nil
                }
                firstUnit = unit
                value *= units[unit].seconds
            }
            total += value
            guard total <= Int(Int32.max) else { return nil }
        } while !rest.isEmpty
        return total
    }

    /// NOTBEFORE, NOTAFTER: `yyyymmddHH[MM[SS]]`, a tenth, and `Z` or an offset, in seconds since 1970. Without a zone it
    /// is the host's own; UTC is taken for it.
    static func moment(_ text: String) -> Int64? {
        var rest = Array(text.utf8)[...]
        let digits = rest.prefix(while: SudoersPattern.isDigit).map { Int64($0 - 0x30) }
        guard digits.count >= 10, digits.count <= 14, digits.count % 2 == 0 else { return nil }
        rest = rest.dropFirst(digits.count)
        func number(_ start: Int, _ count: Int) -> Int64 {
            start + count <= digits.count ? digits[start..<start + count].reduce(0) { $0 * 10 + $1 } : 0
        }
        var (minute, second) = (number(10, 2), number(12, 2))
        if let radix = rest.first, radix == UInt8(ascii: ".") || radix == UInt8(ascii: ","),
            let tenth = rest.dropFirst().first, SudoersPattern.isDigit(tenth)
        {
            if digits.count == 10 { minute += 6 * Int64(tenth - 0x30) }
            if digits.count == 12 { second += 6 * Int64(tenth - 0x30) }
            rest = rest.dropFirst(2)
        }
        var offset: Int64 = 0
        if let sign = rest.popFirst() {
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                guard rest.count == 2 || rest.count == 4, rest.allSatisfy(SudoersPattern.isDigit) else { return nil }
                let zone = rest.map { Int64($0 - 0x30) }
                offset = (zone[0] * 10 + zone[1]) * 3600
                if zone.count == 4 { offset += (zone[2] * 10 + zone[3]) * 60 }
                if sign == UInt8(ascii: "-") { offset = -offset }
            } else {
                guard sign == UInt8(ascii: "Z"), rest.isEmpty else { return nil }
            }
        }
        // Days from civil (Howard Hinnant's algorithm), with months and days past their range carried over as timegm(3) does.
        let months = number(4, 2) - 1
        var year = number(0, 4) + (months < 0 ? -1 : months / 12)
        let month = (months + 12) % 12 + 1
        if month <= 2 { year -= 1 }
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return (days + number(6, 2) - 1) * 86_400 + number(8, 2) * 3600 + minute * 60 + second - offset
    }
}
