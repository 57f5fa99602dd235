// SPDX-License-Identifier: GPL-3.0-or-later
import Model
import Testing

@Suite("Dates and RFC 3339")
struct CivilDateTests {
    @Test("every day from 1 January of the year 1 to the end of 9999 survives the round trip (every 97th is tried)")
    func roundTrip() {
        var previous = -719_163
        for days in stride(from: -719_162, through: 2_932_896, by: 97) {
            let date = CivilDate(daysSinceEpoch: days)
            #expect(date.daysSinceEpoch == days)
            #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
            #expect(days > previous)
            previous = days
        }
    }

    @Test(
        "texts and seconds",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:34:56Z", 951_827_696),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799), ("2026-11-23T09:00:01Z", 1_795_424_401),
        ] as [(String, Int64)])
    func known(text: String, seconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.seconds == seconds)
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test("offsets and fractions")
    func offsets() {
        #expect(Timestamp(rfc3339: "1970-01-01T01:00:00.5+01:00") == Timestamp(seconds: 0, nanoseconds: 500_000_000))
        #expect(Timestamp(seconds: 0, nanoseconds: 500_000_000).description == "1970-01-01T00:00:00.5Z")
        #expect(Timestamp(rfc3339: "1969-12-31 23:00:00-01:00") == Timestamp(seconds: 0))
    }

    @Test(
        "what is no moment",
        arguments: [
            "", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+25:00", "0000-01-01T00:00:00Z", "2026-01-01T00:00:00Zx",
            "0001-01-01T00:00:00+01:00", "２026-01-01T00:00:00Z",
        ])
    func malformed(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("a moment outside the calendar prints the nearest one and does not trap", arguments: [Int64.min, Int64.max])
    func outside(seconds: Int64) { #expect(Timestamp(seconds: seconds).description.utf8.count == 20) }
}
