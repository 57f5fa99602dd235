// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// Turns what a log says of the time into a moment: the year that RFC 3164 leaves out, and the zone that most formats
/// leave out.
public struct LogClock: Sendable {
    /// When the file was last written: no line of it is later.
    public var reference: Timestamp
    /// Seconds east of UTC that the host's clock shows at a local time, itself given in seconds as if it were UTC.
    public var offset: @Sendable (_ local: Int64) -> Int64

    /// How much later than `reference` a line may say it is before the year before is meant: clocks are not exact, and
    /// a copied file's time may be a little early.
    static let tolerance: Int64 = 86_400

    /// A clock. Without `offset` local times are UTC.
    public init(reference: Timestamp, offset: @escaping @Sendable (_ local: Int64) -> Int64 = { _ in 0 }) {
        self.reference = reference
        self.offset = offset
    }

    /// Seconds since 1970 of a local time with its year.
    func moment(year: Int, month: Int, day: Int, secondOfDay: Int) -> Int64? {
        guard let local = Self.seconds(year: year, month: month, day: day, secondOfDay: secondOfDay) else { return nil }
        return local - offset(local)
    }

    /// Seconds since 1970 of a local time without its year: the latest year in which that day exists and is not after
    /// the reference (29 February looks back up to eight years, for 1900 and its like).
    func moment(month: Int, day: Int, secondOfDay: Int) -> Int64? {
        let latest = Self.year(of: reference.seconds + Self.tolerance)
        for year in stride(from: latest, through: latest - 8, by: -1) {
            guard let moment = moment(year: year, month: month, day: day, secondOfDay: secondOfDay) else { continue }
            if moment <= reference.seconds + Self.tolerance { return moment }
        }
        return nil
    }

    /// Seconds since 1970 of a UTC time; nil when there is no such day or second. A leap second is the one after.
    static func seconds(year: Int, month: Int, day: Int, secondOfDay: Int) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), (0...86_400).contains(secondOfDay),
            (1...days(in: month, of: year)).contains(day)
        else { return nil }
        return Int64(daysSince1970(year: year, month: month, day: day)) * 86_400 + Int64(secondOfDay)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar, with years that begin in March so that the leap day is their last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func year(of seconds: Int64) -> Int {
        let days = Int(clamping: (min(max(seconds, Timestamp.valid.lowerBound), Timestamp.valid.upperBound)) / 86_400)
        var year = 1970 + days / 366 - (days < 0 ? 1 : 0)
        while year < 9999, daysSince1970(year: year + 1, month: 1, day: 1) <= days { year += 1 }
        return year
    }
}
