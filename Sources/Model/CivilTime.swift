// SPDX-License-Identifier: GPL-3.0-or-later

/// A date and a time of day as a clock on the wall shows them.
public struct CivilTime: Sendable, Hashable {
    /// The day.
    public let date: CivilDate
    /// The day, as days since 1970-01-01.
    public let daysSinceEpoch: Int
    /// Seconds since midnight.
    public let secondOfDay: Int

    /// Local seconds since 1970 (UTC plus the zone's offset), near what a timestamp may be.
    public init(secondsSinceEpoch seconds: Int64) {
        let (quotient, remainder) = Int(clamping: seconds).quotientAndRemainder(dividingBy: 86_400)
        daysSinceEpoch = remainder < 0 ? quotient - 1 : quotient
        secondOfDay = remainder < 0 ? remainder + 86_400 : remainder
        date = CivilDate(daysSinceEpoch: daysSinceEpoch)
    }

    /// 0 for 1 January.
    public var dayOfYear: Int { daysSinceEpoch - Self.days(year: date.year, month: 1, day: 1) }

    /// 0 for Sunday.
    public var dayOfWeek: Int { Self.weekday(daysSinceEpoch) }

    /// 0 for Sunday; 1970-01-01 was a Thursday.
    public static func weekday(_ days: Int) -> Int {
        let remainder = (days + 4) % 7
        return remainder < 0 ? remainder + 7 : remainder
    }

    /// Days from 1970-01-01 to a date of a year from 0 to 10000.
    public static func days(year: Int, month: Int, day: Int) -> Int {
        // The calendar repeats every 400 years; `CivilDate` names the years from 1 to 9999.
        let shift = year < 1 ? 400 : year > 9999 ? -400 : 0
        let date = CivilDate(year: year + shift, month: month, day: day)
        return (date?.daysSinceEpoch ?? 0) - shift / 400 * 146_097
    }
}
