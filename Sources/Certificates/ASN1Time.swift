// SPDX-License-Identifier: GPL-3.0-or-later

import Model

/// UTCTime and GeneralizedTime (X.680 sections 46 and 47; RFC 5280 section 4.1.2.5 allows only the forms that end in Z,
/// with seconds). Older certificates carry the others, so they are read too.
enum ASN1Time {
    /// The moment, or nil when the text names none. Two-digit years from 50 on are of the twentieth century.
    static func parse(_ text: [UInt8], isGeneralized: Bool) -> Timestamp? {
        var digits = Digits(text)
        guard text.count <= 32, var year = digits.number(isGeneralized ? 4 : 2) else { return nil }
        if !isGeneralized { year += year < 50 ? 2000 : 1900 }
        guard let month = digits.number(2), let day = digits.number(2),
            let date = CivilDate(year: year, month: month, day: day), let hour = digits.number(2), hour <= 23
        else { return nil }
        var minute = 0
        var second = 0
        if digits.isAtDigit || !isGeneralized {
            guard let value = digits.number(2), value <= 59 else { return nil }
            minute = value
            if digits.isAtDigit {
                guard let value = digits.number(2), value <= 59 else { return nil }
                second = value
            }
        }
        if isGeneralized, digits.skip(0x2E) || digits.skip(0x2C) {
            // A fraction never changes the second; it must only be one.
            guard digits.number(1) != nil else { return nil }
            while digits.isAtDigit { _ = digits.number(1) }
        }
        guard let offset = digits.zone(), digits.isAtEnd else { return nil }
        let seconds = Int64(date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset)
        return Timestamp.valid.contains(seconds) ? Timestamp(seconds: seconds) : nil
    }

    /// A cursor over ASCII digits.
    private struct Digits {
        private var rest: ArraySlice<UInt8>

        init(_ text: [UInt8]) { rest = text[...] }

        var isAtEnd: Bool { rest.isEmpty }
        var isAtDigit: Bool { rest.first.map { (0x30...0x39).contains($0) } ?? false }

        mutating func number(_ width: Int) -> Int? {
            guard rest.count >= width, rest.prefix(width).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            let value = rest.prefix(width).reduce(0) { $0 * 10 + Int($1 - 0x30) }
            rest = rest.dropFirst(width)
            return value
        }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard rest.first == byte else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// Seconds east of Greenwich: `Z`, `+hhmm` or `-hhmm`.
        mutating func zone() -> Int? {
            if skip(0x5A) { return 0 }
            let sign = skip(0x2B) ? 1 : skip(0x2D) ? -1 : 0
            guard sign != 0, let hours = number(2), hours <= 23, let minutes = number(2), minutes <= 59 else {
                return nil
            }
            return sign * (hours * 3_600 + minutes * 60)
        }
    }
}
