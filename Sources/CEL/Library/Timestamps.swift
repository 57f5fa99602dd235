// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    /// Zones that were read, by the bytes of their file: two hosts may have different rules by one name.
    private static let zones = BoundedCache<[UInt8], TimeZoneFile>(capacity: 64)

    /// Parts of moments and of spans of time.
    static let timestamps: [Overload] =
        [
            part("getFullYear", "The year: 2026.") { $0.date.year },
            part("getMonth", "The month from 0, January, to 11.") { $0.date.month - 1 },
            part("getDate", "The day of the month from 1.") { $0.date.day },
            part("getDayOfMonth", "The day of the month from 0.") { $0.date.day - 1 },
            part("getDayOfYear", "The day of the year from 0.") { $0.dayOfYear },
            part("getDayOfWeek", "The day of the week from 0, Sunday, to 6.") { $0.dayOfWeek },
            part("getHours", "The hour from 0 to 23.") { $0.secondOfDay / 3600 },
            part("getMinutes", "The minute from 0 to 59.") { $0.secondOfDay / 60 % 60 },
            part("getSeconds", "The second from 0 to 59.") { $0.secondOfDay % 60 },
        ].flatMap { $0 } + [
            .of("getMilliseconds", method: true, "The thousandth of the second from 0 to 999.") {
                (timestamp: Timestamp) throws(Failure) in Int64(timestamp.nanoseconds / 1_000_000)
            },
            zoned("getMilliseconds", "The thousandth of the second from 0 to 999.") { timestamp, _ in
                Int64(timestamp.nanoseconds / 1_000_000)
            },
            .of("getHours", method: true, "Whole hours: `duration('90m').getHours() == 1`.") {
                (span: TimeSpan) throws(Failure) in span.seconds / 3600
            },
            .of("getMinutes", method: true, "Whole minutes.") {
                (span: TimeSpan) throws(Failure) in span.seconds / 60
            },
            .of("getSeconds", method: true, "Whole seconds.") { (span: TimeSpan) throws(Failure) in span.seconds },
            .of("getMilliseconds", method: true, "Thousandths beyond the whole seconds.") {
                (span: TimeSpan) throws(Failure) in Int64(span.nanoseconds / 1_000_000)
            },
        ]

    /// A part of a moment in UTC and in a zone.
    private static func part(
        _ name: String, _ documentation: String, _ part: @escaping @Sendable (CivilTime) -> Int
    ) -> [Overload] {
        [
            .of(name, method: true, documentation + " In UTC.") { (timestamp: Timestamp) throws(Failure) in
                Int64(part(CivilTime(secondsSinceEpoch: timestamp.seconds)))
            },
            zoned(name, documentation) { timestamp, offset in
                Int64(part(CivilTime(secondsSinceEpoch: timestamp.seconds + Int64(offset))))
            },
        ]
    }

    private static func zoned(
        _ name: String, _ documentation: String, _ part: @escaping @Sendable (Timestamp, Int32) -> Int64
    ) -> Overload {
        Overload(
            name, method: true, [.timestamp, .string], .int,
            documentation + " In a zone: `'Europe/Madrid'`, `'+02:00'` or `'UTC'`.", cost: { _ in 10 }
        ) { context, values in
            guard values.count == 2, case .timestamp(let timestamp) = values[0].kind,
                case .string(let zone) = values[1].kind
            else { return context.error("no such overload: \(name)") }
            do throws(Failure) {
                let bounded = Timestamp(
                    seconds: Timestamp.clamped(timestamp.seconds), nanoseconds: timestamp.nanoseconds)
                return Value(.int(part(bounded, try offset(of: zone, at: bounded.seconds, context))))
            } catch {
                return context.error(error.message)
            }
        }
    }

    /// Seconds east of UTC of a zone's name or of a fixed offset.
    private static func offset(
        of zone: String, at time: Int64, _ context: borrowing CallContext
    ) throws(Failure) -> Int32 {
        let bytes = Array(zone.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let offset = fixedOffset(bytes) else { throw Failure("invalid time zone: \(excerpt(zone))") }
            return offset
        }
        if bytes.elementsEqual("UTC".utf8) { return 0 }
        // A name is looked up as a file by the caller: nothing but names may reach it.
        let isName =
            !bytes.isEmpty && bytes.count <= 64 && bytes[0] != UInt8(ascii: "/")
            && bytes.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                    || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "/")].contains($0)
            }
        guard isName, let file = context.zoneFile(zone) else { throw Failure("unknown time zone: \(excerpt(zone))") }
        return try zones.value(for: file) { () throws(Failure) in
            guard let zone = TimeZoneFile(file) else { throw Failure("unreadable time zone: \(excerpt(zone))") }
            return zone
        }.offset(at: time)
    }

    /// `[+-]hh:mm`
    private static func fixedOffset(_ bytes: [UInt8]) -> Int32? {
        let isSigned = bytes.first == UInt8(ascii: "+") || bytes.first == UInt8(ascii: "-")
        let digits = Array(bytes.dropFirst(isSigned ? 1 : 0))
        guard digits.count == 5, digits[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (0x30...0x39).contains(digits[$0]) })
        else { return nil }
        func number(_ index: Int) -> Int32 { Int32(digits[index] - 0x30) * 10 + Int32(digits[index + 1] - 0x30) }
        guard number(0) < 24, number(3) < 60 else { return nil }
        let seconds = number(0) * 3600 + number(3) * 60
        return bytes.first == UInt8(ascii: "-") ? -seconds : seconds
    }
}
