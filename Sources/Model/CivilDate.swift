// SPDX-License-Identifier: GPL-3.0-or-later

/// Days of the proleptic Gregorian calendar, in UTC.
public struct CivilDate: Sendable, Hashable {
    /// Year, 1 to 9999 for every valid timestamp.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int

    /// A date by its numbers; nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysInMonth(month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date a number of days after 1970-01-01 (before it, when negative). The era arithmetic counts from
    /// 0000-03-01, so that the leap day is the last of its year.
    public init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 28 to 31.
    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Timestamp {
    /// The UTC date, as `2026-11-23`.
    public var day: String { String(description.prefix(10)) }

    /// RFC 3339 in UTC, fractions only when there are any: `2026-11-23T09:00:01Z`.
    public var description: String {
        let time = CivilTime(secondsSinceEpoch: Self.clamped(seconds))
        let (date, second) = (time.date, time.secondOfDay)
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        var text =
            "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))T"
            + "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        if nanoseconds > 0 {
            var fraction = padded(Int(nanoseconds), 9)
            while fraction.hasSuffix("0") { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "Z"
    }

    /// RFC 3339 §5.6 with `Z` or an offset, `T` or a space between date and time; nil for anything else and for
    /// moments outside `valid`. A leap second reads as the second before.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }
        guard let year = number(0..<4), byte(4) == 0x2D, let month = number(5..<7), byte(7) == 0x2D,
            let day = number(8..<10), let date = CivilDate(year: year, month: month, day: day),
            [0x54, 0x74, 0x20].contains(byte(10) ?? 0), let hour = number(11..<13), hour < 24, byte(13) == 0x3A,
            let minute = number(14..<16), minute < 60, byte(16) == 0x3A, let second = number(17..<19), second <= 60
        else { return nil }
        var index = 19
        var nanoseconds = 0
        if byte(index) == 0x2E {
            var digits = 0
            index += 1
            while let digit = byte(index), (0x30...0x39).contains(digit) {
                if digits < 9 { nanoseconds = nanoseconds * 10 + Int(digit - 0x30) }
                digits += 1
                index += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 9)..<9 { nanoseconds *= 10 }
        }
        var offset = 0
        switch byte(index) {
        case 0x5A, 0x7A: index += 1
        case let sign? where sign == 0x2B || sign == 0x2D:
            guard let hours = number(index + 1..<index + 3), hours < 24, byte(index + 3) == 0x3A,
                let minutes = number(index + 4..<index + 6), minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
            index += 6
        default: return nil
        }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + min(second, 59) - offset
        guard index == bytes.count, Self.valid.contains(Int64(seconds)) else { return nil }
        self.init(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds))
    }
}
