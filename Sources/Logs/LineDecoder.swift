// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// Turns lines of one format into events.
public struct LineDecoder: Sendable {
    /// How the lines are written.
    public let format: LogFormat
    /// What the lines leave out of their times.
    public let clock: LogClock

    /// A decoder.
    public init(_ format: LogFormat, clock: LogClock) {
        self.format = format
        self.clock = clock
    }

    /// The event a line holds, without its origin; nil when the line is not of this format.
    public func event(_ bytes: [UInt8], _ line: Range<Int>) -> Event? {
        var reader = ByteReader(bytes, line)
        guard let stamp = stamp(&reader) else { return nil }
        return event(reader, stamp)
    }

    /// The event of a line whose stamp has been read.
    func event(_ reader: ByteReader, _ stamp: Stamp) -> Event? {
        var reader = reader
        switch format {
        case .syslog: return Self.syslog(&reader, stamp)
        case .combined: return Self.access(&reader, stamp)
        case .nginxError: return Self.nginxError(&reader, stamp)
        case .postgresql: return Self.postgresql(&reader, stamp)
        case .dated:
            reader.skipAll(0x20)
            return Event(time: stamp.time, message: reader.text(reader.rest))
        }
    }

    /// What stands before a line's text: its time and, in `<34>`, its priority. The reader is left after it.
    struct Stamp {
        var time: Timestamp
        var priority: Int64?
        /// Where the quoted request begins; access logs only.
        var request = 0
    }

    /// The stamp alone is cheap, for lines that nobody asks about.
    func stamp(_ reader: inout ByteReader) -> Stamp? {
        switch format {
        case .syslog: return syslogStamp(&reader)
        case .combined: return accessStamp(reader)
        case .nginxError: return dated(&reader, separator: 0x2F)
        case .postgresql, .dated: return dated(&reader, separator: 0x2D)
        }
    }

    /// `Nov 23 09:00:01` (RFC 3164 section 4.1.2) or `2026-11-23T09:00:01.123456+01:00` (RFC 3339), after an optional
    /// `<PRI>`.
    private func syslogStamp(_ reader: inout ByteReader) -> Stamp? {
        var priority: Int64?
        if reader.skip(0x3C) {
            guard let number = reader.number(), number <= 191, reader.skip(0x3E) else { return nil }
            priority = number & 7
        }
        if let month = reader.monthName() {
            guard reader.skip(0x20) else { return nil }
            reader.skipAll(0x20)
            guard let day = reader.number(), reader.skip(0x20), let second = reader.clockTime(),
                let moment = clock.moment(month: month, day: Int(clamping: day), secondOfDay: second)
            else { return nil }
            let fraction = reader.fraction()
            return Stamp(time: Timestamp(seconds: moment, nanoseconds: fraction), priority: priority)
        }
        guard var stamp = dated(&reader, separator: 0x2D) else { return nil }
        stamp.priority = priority
        return stamp
    }

    /// `2026-11-23 09:00:01.123 UTC`, `2026/11/23 09:00:01`, `2026-11-23T09:00:01+01:00`. A zone by its name is taken
    /// as the host's own, but for UTC and GMT.
    private func dated(_ reader: inout ByteReader, separator: UInt8) -> Stamp? {
        guard let year = reader.digits(4), reader.skip(separator), let month = reader.digits(2),
            reader.skip(separator), let day = reader.digits(2), reader.skip(0x54) || reader.skip(0x20),
            let second = reader.clockTime()
        else { return nil }
        let fraction = reader.fraction()
        var east = reader.zone()
        if east == nil, format == .postgresql, reader.skip(0x20) { east = zoneName(&reader) }
        let moment =
            east.map { east in
                LogClock.seconds(year: year, month: month, day: day, secondOfDay: second).map { $0 - east }
            } ?? clock.moment(year: year, month: month, day: day, secondOfDay: second)
        guard let moment else { return nil }
        return Stamp(time: Timestamp(seconds: moment, nanoseconds: fraction))
    }

    private func zoneName(_ reader: inout ByteReader) -> Int64? {
        let start = reader.position
        while let byte = reader.next, (0x41...0x5A).contains(byte) { reader.position += 1 }
        let isUTC = reader.position - start == 3 && (reader.holds("UTC", at: start) || reader.holds("GMT", at: start))
        return isUTC ? 0 : reader.zone()
    }

    /// `[23/Nov/2026:09:00:01 +0100] "`. What stands before it may hold spaces and brackets (`$remote_user`), but no
    /// quote: nginx writes those as `\x22`.
    private func accessStamp(_ reader: ByteReader) -> Stamp? {
        guard let quote = reader.index(of: 0x22) else { return nil }
        let start = quote - 29
        guard start > reader.position, reader.holds(" [", at: start - 1), reader.holds("] ", at: quote - 2) else {
            return nil
        }
        var inside = ByteReader(reader.bytes, (start + 1)..<(quote - 2))
        guard let day = inside.digits(2), inside.skip(0x2F), let month = inside.monthName(), inside.skip(0x2F),
            let year = inside.digits(4), inside.skip(0x3A), let second = inside.clockTime(), inside.skip(0x20),
            let east = inside.zone(),
            let moment = LogClock.seconds(year: year, month: month, day: day, secondOfDay: second)
        else { return nil }
        return Stamp(time: Timestamp(seconds: moment - east), request: quote)
    }
}
