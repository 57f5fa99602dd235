// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A date and a time of day in the proleptic Gregorian calendar, without a zone.
struct CivilTime {
    var year: Int64
    /// 1 to 12.
    var month: Int64
    /// 1 to 31.
    var day: Int64
    /// Since midnight.
    var secondOfDay: Int64
    /// Since 1970-01-01.
    var daysSinceEpoch: Int64

    /// The calendar's reading of seconds since 1970 (the era method: 400 years have 146,097 days).
    init(secondsSinceEpoch seconds: Int64) {
        let (days, second) = seconds.quotientAndModulus(86_400)
        let (era, dayOfEra) = (days + 719_468).quotientAndModulus(146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        // Years here begin in March, so that the leap day is the last.
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        secondOfDay = second
        daysSinceEpoch = days
    }

    /// Days from 1970-01-01 to a date of a year from −9999 to 99999.
    static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.quotientAndModulus(400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Is there a 29 February?
    static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// How many days a month has.
    static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// 0 for 1 January.
    var dayOfYear: Int64 { daysSinceEpoch - Self.days(year: year, month: 1, day: 1) }

    /// 0 for Sunday. 1970-01-01 was a Thursday.
    var dayOfWeek: Int64 { (daysSinceEpoch + 4).quotientAndModulus(7).modulus }
}

extension Int64 {
    /// Division that rounds down, for a positive divisor.
    func quotientAndModulus(_ divisor: Int64) -> (quotient: Int64, modulus: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension Timestamp {
    /// A moment as RFC 3339 section 5.6 writes it, inside `valid`; digits beyond nanoseconds are dropped. Nil for
    /// anything else. There is no 24:00 and, as everywhere in CEL, no leap second.
    public init?(rfc3339 text: String) {
        var digits = DigitReader(text)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), digits.skip("T"), let hour = digits.number(2), digits.skip(":"),
            let minute = digits.number(2), digits.skip(":"), let second = digits.number(2),
            (1...12).contains(month), day >= 1, day <= CivilTime.length(ofMonth: month, year: year),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int32 = 0
        if digits.skip(".") {
            guard let fraction = digits.fraction() else { return nil }
            nanoseconds = fraction
        }
        var offset: Int64 = 0
        if !digits.skip("Z") {
            let isNegative = digits.skip("-")
            guard isNegative || digits.skip("+"), let hours = digits.number(2), digits.skip(":"),
                let minutes = digits.number(2), hours < 24, minutes < 60
            else { return nil }
            offset = (hours * 60 + minutes) * (isNegative ? -60 : 60)
        }
        guard digits.isAtEnd else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        guard Self.valid.contains(seconds) else { return nil }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// RFC 3339 in UTC: `2026-11-23T09:00:00Z`, with a fraction only where there is one.
    public var rfc3339: String {
        // Only what is `valid` has a year of four digits; beyond, the nearest that has.
        let seconds = min(max(seconds, Self.valid.lowerBound), Self.valid.upperBound)
        let civil = CivilTime(secondsSinceEpoch: seconds)
        let time = civil.secondOfDay
        return padded(civil.year, 4) + "-" + padded(civil.month, 2) + "-" + padded(civil.day, 2) + "T"
            + padded(time / 3600, 2) + ":" + padded(time / 60 % 60, 2) + ":" + padded(time % 60, 2)
            + fractionText(nanoseconds) + "Z"
    }
}

extension TimeSpan {
    /// What CEL and protobuf allow: about ten thousand years either way.
    public static let valid: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

    /// A span as Go's ParseDuration reads it: an optional sign, then numbers with units (`1h2m3.5s`), or `0`. Nil for
    /// anything else and for what is not `valid`.
    public init?(text: String) {
        var rest = DigitReader(text)
        let isNegative = rest.skip("-")
        if !isNegative { _ = rest.skip("+") }
        let unsigned = rest
        if rest.skip("0"), rest.isAtEnd {
            self.init(seconds: 0)
            return
        }
        rest = unsigned
        guard !rest.isAtEnd else { return nil }
        var nanoseconds: Int128 = 0
        while !rest.isAtEnd {
            guard let part = rest.quantity(), nanoseconds + part <= Int128(Self.valid.upperBound) * 1_000_000_000
            else { return nil }
            nanoseconds += part
        }
        let signed = isNegative ? -nanoseconds : nanoseconds
        guard let seconds = Int64(exactly: signed / 1_000_000_000),
            let remainder = Int32(exactly: signed % 1_000_000_000)
        else { return nil }
        self.init(seconds: seconds, nanoseconds: remainder)
    }

    /// Seconds with a fraction where there is one: `5400s`, `-0.25s`.
    public var secondsText: String {
        (seconds < 0 || nanoseconds < 0 ? "-" : "") + String(seconds.magnitude)
            + fractionText(Int32(clamping: nanoseconds.magnitude)) + "s"
    }
}

/// `.25` for 250,000,000 nanoseconds, nothing for none.
private func fractionText(_ nanoseconds: Int32) -> String {
    guard nanoseconds != 0 else { return "" }
    var digits = Array(padded(Int64(nanoseconds), 9).utf8)
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return "." + String(decoding: digits, as: UTF8.self)
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Reads fixed forms out of ASCII.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position >= bytes.count }

    private var digit: Int64? {
        guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else { return nil }
        return Int64(bytes[position] - 0x30)
    }

    /// Takes a text if it stands here.
    mutating func skip(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    /// Exactly so many digits.
    mutating func number(_ width: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<width {
            guard let digit else { return nil }
            number = number * 10 + digit
            position += 1
        }
        return number
    }

    /// One or more digits of a fraction, as nanoseconds.
    mutating func fraction() -> Int32? {
        var number: Int32 = 0
        var scale: Int32 = 100_000_000
        guard digit != nil else { return nil }
        while let digit {
            number += Int32(digit) * scale
            scale /= 10
            position += 1
        }
        return number
    }

    /// A number and its unit, in nanoseconds; nil beyond what 128 bits hold by far.
    mutating func quantity() -> Int128? {
        var whole: Int128 = 0
        var fraction: Int128 = 0
        var scale: Int128 = 1
        var hasDigits = false
        while let digit {
            whole = whole * 10 + Int128(digit)
            guard whole <= Int128(Int64.max) else { return nil }
            hasDigits = true
            position += 1
        }
        if skip(".") {
            while let digit {
                // Digits beyond 10⁻¹⁸ of a unit are under a nanosecond for every unit.
                if scale < 1_000_000_000_000_000_000 {
                    fraction = fraction * 10 + Int128(digit)
                    scale *= 10
                }
                hasDigits = true
                position += 1
            }
        }
        guard hasDigits else { return nil }
        // The longer names first: `ms` is no `m`. µ is U+00B5 or U+03BC.
        let units: [(String, Int128)] = [
            ("ns", 1), ("us", 1000), ("\u{B5}s", 1000), ("\u{3BC}s", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
            ("m", 60_000_000_000), ("h", 3_600_000_000_000),
        ]
        for (name, nanoseconds) in units where skip(name) {
            return whole * nanoseconds + fraction * nanoseconds / scale
        }
        return nil
    }
}
