// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Foundation
import Model
import TestSupport
import Testing

/// The machine's own zones, as bytes.
private let zoneinfo = CallContext(zoneFile: { name in
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)").map { [UInt8]($0) }
})
private let local = Call(context: zoneinfo)
private let hasZones = FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Madrid")

@Suite("Moments are read on the clock of a zone")
struct LibraryTimestampsTests {
    @Test(
        "in UTC",
        arguments: [
            ("getFullYear", 2009), ("getMonth", 1), ("getDate", 13), ("getDayOfMonth", 12), ("getDayOfWeek", 5),
            ("getDayOfYear", 43), ("getHours", 23), ("getMinutes", 31), ("getSeconds", 30), ("getMilliseconds", 123),
        ])
    func parts(name: String, value: Int64) {
        #expect(same(call(name, moment("2009-02-13T23:31:30.123456789Z")), .int(value)))
    }

    @Test("at the ends of time")
    func ends() {
        #expect(same(call("getFullYear", moment("0001-01-01T00:00:00Z")), .int(1)))
        #expect(same(call("getFullYear", moment("0001-01-01T00:00:00Z"), .string("-12:00")), .int(0)))
        #expect(same(call("getDayOfYear", moment("0001-01-01T00:00:00Z"), .string("-12:00")), .int(365)))
        #expect(same(call("getFullYear", moment("9999-12-31T23:59:59Z"), .string("+12:00")), .int(10000)))
        #expect(same(call("getDayOfYear", moment("9999-12-31T23:59:59Z"), .string("+12:00")), .int(0)))
        #expect(same(call("getDayOfWeek", moment("0001-01-01T00:00:00Z")), .int(1)))
    }

    @Test(
        "with a fixed offset",
        arguments: [("+11:00", 13), ("-02:30", 12), ("02:00", 13), ("-00:00", 12), ("UTC", 12)])
    func fixed(zone: String, day: Int64) {
        #expect(same(call("getDayOfMonth", moment("2009-02-13T23:31:30Z"), .string(zone)), .int(day)))
    }

    @Test(
        "no zone",
        arguments: [
            "", "Nowhere/Town", "../etc/passwd", "/etc/localtime", "+25:00", "+2:00", "+02:60", "Europe/Madrid\0",
            "a b",
            "Europe", "tzdata.zi",
        ])
    func noZone(zone: String) {
        #expect(same(local("getHours", moment("2009-02-13T23:31:30Z"), .string(zone)), failure))
    }

    @Test(
        "by the rules of a zone, around each change and far beyond the last one written down", .enabled(if: hasZones),
        arguments: [
            // Madrid: the last Sundays of March and October at one o'clock UTC.
            ("Europe/Madrid", "2026-03-29T00:59:59Z", 1, 59), ("Europe/Madrid", "2026-03-29T01:00:00Z", 3, 0),
            ("Europe/Madrid", "2026-10-25T00:59:59Z", 2, 59), ("Europe/Madrid", "2026-10-25T01:00:00Z", 2, 0),
            ("Europe/Madrid", "2496-07-01T12:00:00Z", 14, 0), ("Europe/Madrid", "2496-12-01T12:00:00Z", 13, 0),
            ("Europe/Madrid", "9999-12-31T23:59:59Z", 0, 59), ("Europe/Madrid", "1850-01-01T00:00:00Z", 23, 45),
            // New York: the second Sunday of March and the first of November at two o'clock.
            ("America/New_York", "2026-03-08T06:59:59Z", 1, 59), ("America/New_York", "2026-03-08T07:00:00Z", 3, 0),
            ("America/New_York", "2026-11-01T05:59:59Z", 1, 59), ("America/New_York", "2026-11-01T06:00:00Z", 1, 0),
            ("America/New_York", "2100-03-14T06:59:59Z", 1, 59), ("America/New_York", "2100-03-14T07:00:00Z", 3, 0),
            ("America/New_York", "2100-11-07T06:00:00Z", 1, 0), ("America/New_York", "1883-11-18T16:59:59Z", 12, 3),
            // Kolkata: never any change since 1945.
            ("Asia/Kolkata", "2026-06-01T00:00:00Z", 5, 30), ("Asia/Kolkata", "5000-06-01T00:00:00Z", 5, 30),
            ("Asia/Kathmandu", "2009-02-13T23:31:30Z", 5, 16),
            // The southern summer goes over the new year.
            ("Australia/Sydney", "2150-01-01T00:00:00Z", 11, 0), ("Australia/Sydney", "2150-07-01T00:00:00Z", 10, 0),
            // Troll moves by two hours, Dublin has winter time by its law.
            ("Antarctica/Troll", "2150-07-01T00:00:00Z", 2, 0), ("Europe/Dublin", "2150-07-01T00:00:00Z", 1, 0),
            ("America/St_Johns", "2009-02-13T02:00:00Z", 22, 30), ("Etc/GMT+5", "2026-01-01T00:00:00Z", 19, 0),
        ])
    func zones(zone: String, text: String, hour: Int64, minute: Int64) {
        #expect(same(local("getHours", moment(text), .string(zone)), .int(hour)), "\(zone) \(text)")
        #expect(same(local("getMinutes", moment(text), .string(zone)), .int(minute)), "\(zone) \(text)")
    }

    @Test("as Foundation has it for past years, in every zone", .enabled(if: hasZones), arguments: [11] as [UInt64])
    func againstFoundation(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        for name in TimeZone.knownTimeZoneIdentifiers.sorted() {
            guard zoneinfo.zoneFile(name) != nil, let zone = TimeZone(identifier: name) else { continue }
            for _ in 0..<5 {
                let seconds = Int64.random(in: 946_684_800...1_546_300_800, using: &generator)
                let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
                let kind = Value.Kind.timestamp(Timestamp(seconds: seconds))
                let expected = ((seconds + offset) % 86_400 + 86_400) % 86_400
                #expect(same(local("getHours", kind, .string(name)), .int(expected / 3600)), "\(name) \(seconds)")
                #expect(same(local("getMinutes", kind, .string(name)), .int(expected / 60 % 60)), "\(name) \(seconds)")
            }
        }
    }

    @Test("a broken zone file is an error", .enabled(if: hasZones), arguments: [5] as [UInt64])
    func broken(seed: UInt64) throws {
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let whole = try #require(zoneinfo.zoneFile("Europe/Madrid"))
        for size in [0, 4, 43, 44, 100, whole.count / 2, whole.count - 1] {
            let cut = Call(context: CallContext(zoneFile: { _ in Array(whole[..<size]) }))
            #expect(same(cut("getHours", moment("2026-01-01T00:00:00Z"), .string("Europe/Madrid")), failure), "\(size)")
        }
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let changed = Call(context: CallContext(zoneFile: { [bytes] _ in bytes }))
            _ = changed("getHours", moment("2500-01-01T00:00:00Z"), .string("Europe/Madrid"))
            _ = changed("getHours", moment("1950-01-01T00:00:00Z"), .string("Europe/Madrid"))
        }
    }

    @Test(
        "spans in whole units",
        arguments: [("getHours", 2), ("getMinutes", 166), ("getSeconds", 10000), ("getMilliseconds", 250)])
    func spans(name: String, value: Int64) {
        #expect(same(call(name, span("10000.25s")), .int(value)))
        #expect(same(call(name, span("-10000.25s")), .int(-value)))
    }
}
