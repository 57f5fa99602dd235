// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// A POSIX TZ string, as it ends a TZif file: `CET-1CEST,M3.5.0,M10.5.0/3` (RFC 8536 section 3.3; the times of day go
/// from −167 to 167 hours there).
struct TimeZoneRule: Sendable {
    /// Seconds east of UTC outside daylight saving time.
    private let standard: Int32
    /// Nil where there is none.
    private let daylight: Daylight?

    private struct Daylight {
        let offset: Int32
        let start: Day
        let end: Day
    }

    /// A day of the year and a time of that day in local time.
    private struct Day {
        let date: Date
        let seconds: Int64

        enum Date {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365; 29 February counts.
            case ordinal(Int)
            /// Week 5 is the last; day 0 is Sunday.
            case month(Int, week: Int, day: Int)
        }
    }

    /// Reads a string; nil when it is none.
    init?(_ text: [UInt8]) {
        var reader = Reader(text: text)
        guard reader.name(), let offset = reader.time() else { return nil }
        // POSIX counts west of Greenwich.
        let standard = -offset
        guard !reader.isAtEnd else {
            self.standard = Int32(standard)
            daylight = nil
            return
        }
        guard reader.name() else { return nil }
        var ahead = standard + 3600
        if !reader.next(is: ",") {
            guard let offset = reader.time() else { return nil }
            ahead = -offset
        }
        guard reader.skip(","), let start = reader.day(), reader.skip(","), let end = reader.day(), reader.isAtEnd
        else { return nil }
        self.standard = Int32(standard)
        daylight = Daylight(offset: Int32(ahead), start: start, end: end)
    }

    /// Seconds east of UTC at a moment in seconds since 1970, inside what a timestamp may be.
    func offset(at time: Int64) -> Int32 {
        guard let daylight else { return standard }
        let bounded = Timestamp.clamped(time)
        let year = CivilTime(secondsSinceEpoch: bounded + Int64(standard)).date.year
        // Each change is told in the local time that holds before it.
        let start = Self.seconds(daylight.start, in: year) - Int64(standard)
        let end = Self.seconds(daylight.end, in: year) - Int64(daylight.offset)
        let isDaylight = start < end ? (start..<end).contains(bounded) : !(end..<start).contains(bounded)
        return isDaylight ? daylight.offset : standard
    }

    /// Local seconds since 1970 of a day's moment in a year.
    private static func seconds(_ day: Day, in year: Int) -> Int64 {
        let newYear = CivilTime.days(year: year, month: 1, day: 1)
        let isLeap = CivilDate.daysInMonth(2, year: year) == 29
        let days =
            switch day.date {
            case .julian(let number): newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
            case .ordinal(let number): newYear + number
            case .month(let month, let week, let weekday):
                nth(
                    week, weekday, days: CivilDate.daysInMonth(month, year: year),
                    from: CivilTime.days(year: year, month: month, day: 1))
            }
        return Int64(days) * 86_400 + day.seconds
    }

    /// The n-th weekday of a month of so many days, the last for 5.
    private static func nth(_ week: Int, _ weekday: Int, days: Int, from first: Int) -> Int {
        let day = (weekday - CivilTime.weekday(first) + 7) % 7 + (week - 1) * 7
        return first + (day >= days ? day - 7 : day)
    }

    private struct Reader {
        let text: [UInt8]
        var position = 0

        var isAtEnd: Bool { position >= text.count }

        func next(is character: Character) -> Bool {
            position < text.count && text[position] == character.asciiValue
        }

        mutating func skip(_ character: Character) -> Bool {
            guard next(is: character) else { return false }
            position += 1
            return true
        }

        /// Three letters or more, or anything but `>` in `<…>`.
        mutating func name() -> Bool {
            let start = position
            if skip("<") {
                while position < text.count, !next(is: ">") { position += 1 }
                return skip(">")
            }
            while position < text.count, (0x61...0x7A).contains(text[position] | 0x20) { position += 1 }
            return position - start >= 3
        }

        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            let start = position
            var value = 0
            while position < text.count, (0x30...0x39).contains(text[position]), position - start < 4 {
                value = value * 10 + Int(text[position] - 0x30)
                position += 1
            }
            return position > start && range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time() -> Int? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard let hours = number(0...167) else { return nil }
            var seconds = hours * 3600
            for unit in [60, 1] {
                guard skip(":") else { break }
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `Mm.w.d`, `Jn` or `n`, then `/time` or two o'clock.
        mutating func day() -> Day? {
            let date: Day.Date
            if skip("M") {
                guard let month = number(1...12), skip("."), let week = number(1...5), skip("."),
                    let day = number(0...6)
                else { return nil }
                date = .month(month, week: week, day: day)
            } else if skip("J") {
                guard let number = number(1...365) else { return nil }
                date = .julian(number)
            } else {
                guard let number = number(0...365) else { return nil }
                date = .ordinal(number)
            }
            guard skip("/") else { return Day(date: date, seconds: 7200) }
            return time().map { Day(date: date, seconds: Int64($0)) }
        }
    }
}
