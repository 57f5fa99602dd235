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
        let latest = CivilTime(secondsSinceEpoch: Timestamp.clamped(reference.seconds + Self.tolerance)).date.year
        for year in stride(from: latest, through: latest - 8, by: -1) {
            guard let moment = moment(year: year, month: month, day: day, secondOfDay: secondOfDay) else { continue }
            if moment <= reference.seconds + Self.tolerance { return moment }
        }
        return nil
    }

    /// Seconds since 1970 of a UTC time; nil when there is no such day or second. A leap second is the one after.
    static func seconds(year: Int, month: Int, day: Int, secondOfDay: Int) -> Int64? {
        guard let date = CivilDate(year: year, month: month, day: day), (0...86_400).contains(secondOfDay) else {
            return nil
        }
        return Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
    }
}
