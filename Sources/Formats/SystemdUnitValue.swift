// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// Values as systemd reads them: booleans, spans of time, sizes, percentages and lists of words.
public enum SystemdUnitValue {
    /// `yes true on 1 y t` and `no false off 0 n f`, in any case; nil for anything else.
    public static func boolean(_ text: String) -> Bool? {
        switch text.utf8.map({ $0.asciiLowercased }) {
        case Array("1".utf8), Array("yes".utf8), Array("y".utf8), Array("true".utf8), Array("t".utf8),
            Array("on".utf8):
            true
        case Array("0".utf8), Array("no".utf8), Array("n".utf8), Array("false".utf8), Array("f".utf8),
            Array("off".utf8):
            false
        default: nil
        }
    }

    /// A span of time as systemd.time(7) writes it: `90`, `5min 20s`, `1.5h`; a bare number counts seconds. Microsecond
    /// precision. `infinity` is the longest span there is, `forever`.
    public static func timeSpan(_ text: String) -> TimeSpan? {
        var scanner = Scanner(text)
        if scanner.rest.elementsEqual("infinity".utf8) { return forever }
        var total: UInt64 = 0
        var seen = false
        while !scanner.atEnd {
            guard let number = scanner.number() else { return nil }
            scanner.skipSpaces()
            let unit = scanner.letters()
            guard let factor = unit.isEmpty ? 1_000_000 : microseconds[String(decoding: unit, as: UTF8.self)],
                let part = number.scaled(by: factor)
            else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow, sum <= UInt64(Int64.max) else { return nil }
            total = sum
            seen = true
            scanner.skipSpaces()
        }
        guard seen else { return nil }
        return TimeSpan(seconds: Int64(total / 1_000_000), nanoseconds: Int32(total % 1_000_000) * 1000)
    }

    /// What `infinity` means where a span of time is asked for.
    public static let forever = TimeSpan(seconds: Int64.max / 1_000_000)

    private static let microseconds: [String: UInt64] = {
        let second: UInt64 = 1_000_000
        let units: [([String], UInt64)] = [
            (["us", "usec", "µs", "μs"], 1), (["ms", "msec"], 1000), (["s", "sec", "second", "seconds"], second),
            (["m", "min", "minute", "minutes"], 60 * second), (["h", "hr", "hour", "hours"], 3600 * second),
            (["d", "day", "days"], 86_400 * second), (["w", "week", "weeks"], 7 * 86_400 * second),
            (["M", "month", "months"], 2_629_800 * second), (["y", "year", "years"], 31_557_600 * second),
        ]
        var table: [String: UInt64] = [:]
        for (names, factor) in units { for name in names { table[name] = factor } }
        return table
    }()

    /// A size in bytes with the suffixes K M G T P E to the base 1024 (or 1000, for rates): `64M`, `1.5G`. Nil for
    /// anything else, `infinity` included. Of several parts each must have a smaller suffix than the one before.
    public static func size(_ text: String, base: UInt64 = 1024) -> Int64? {
        var scanner = Scanner(text)
        var total: UInt64 = 0
        var seen = false
        var largest = 6
        while !scanner.atEnd {
            guard let number = scanner.number() else { return nil }
            scanner.skipSpaces()
            let suffix = scanner.letters()
            guard suffix.count <= 1, let power = suffix.first.map({ powers[$0] }) ?? 0 else { return nil }
            // `B` comes before no suffix at all.
            let rank = suffix.isEmpty ? -1 : power
            guard rank <= largest else { return nil }
            largest = rank - 1
            let factor = (0..<power).reduce(UInt64(1)) { product, _ in product * base }
            guard let part = number.scaled(by: factor) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow, sum <= UInt64(Int64.max) else { return nil }
            total = sum
            seen = true
            scanner.skipSpaces()
        }
        return seen ? Int64(total) : nil
    }

    private static let powers: [UInt8: Int] = [
        0x42: 0, 0x4B: 1, 0x4D: 2, 0x47: 3, 0x54: 4, 0x50: 5, 0x45: 6,
    ]

    /// A percentage with at most two decimals, as a share of one: `15%` is 0.15.
    public static func share(_ text: String) -> Double? {
        var scanner = Scanner(text)
        guard let number = scanner.number(), scanner.rest == [0x25], let hundredths = number.scaled(by: 100),
            number.decimals <= 2
        else { return nil }
        return Double(hundredths) / 10_000
    }

    /// A count, `infinity` being the largest there is.
    public static func count(_ text: String) -> Int64? {
        if text == "infinity" { return .max }
        guard let digit = text.utf8.first, (0x30...0x39).contains(digit) else { return nil }
        return Int64(text)
    }

    /// `soft:hard`, or one value for both (systemd.exec(5), "Process Properties").
    public static func limit(_ text: String) -> (soft: Int64, hard: Int64)? {
        let parts = text.utf8.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard let soft = parts.first.flatMap(count), let hard = parts.last.flatMap(count), soft <= hard else {
            return nil
        }
        return (soft, hard)
    }

    /// Numbers with decimals and letters, over bytes.
    private struct Scanner {
        private(set) var rest: ArraySlice<UInt8>

        init(_ text: String) {
            rest = Array(text.utf8)[...]
            skipSpaces()
            while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest.removeLast() }
        }

        var atEnd: Bool { rest.isEmpty }

        mutating func skipSpaces() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

        mutating func letters() -> ArraySlice<UInt8> {
            let found = rest.prefix { !(0x30...0x39).contains($0) && $0 != 0x20 && $0 != 0x09 && $0 != 0x2E }
            rest = rest.dropFirst(found.count)
            return found
        }

        /// Digits, optionally a dot and more digits; nothing longer than a 64-bit number holds.
        mutating func number() -> Decimal? {
            let whole = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(whole.count)
            var decimals: ArraySlice<UInt8> = []
            if rest.first == 0x2E {
                rest = rest.dropFirst()
                decimals = rest.prefix { (0x30...0x39).contains($0) }
                rest = rest.dropFirst(decimals.count)
                if decimals.isEmpty { return nil }
            }
            guard !whole.isEmpty || !decimals.isEmpty else { return nil }
            guard let value = whole.isEmpty ? 0 : UInt64(String(decoding: whole, as: UTF8.self)) else { return nil }
            return Decimal(whole: value, digits: Array(decimals))
        }
    }

    /// A number with decimals that are kept as digits, so that nothing is lost before scaling.
    private struct Decimal {
        let whole: UInt64
        let digits: [UInt8]

        var decimals: Int { digits.count }

        /// The number times a factor, rounded down; nil on overflow. Decimals after the ninth do not count.
        func scaled(by factor: UInt64) -> UInt64? {
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            var numerator: UInt64 = 0
            var denominator: UInt64 = 1
            for digit in digits.prefix(9) {
                numerator = numerator * 10 + UInt64(digit - 0x30)
                denominator *= 10
            }
            // The fraction is below one, so its product with the factor fits once it is divided.
            let part = denominator.dividingFullWidth(factor.multipliedFullWidth(by: numerator)).quotient
            let (sum, tooLarge) = product.addingReportingOverflow(part)
            return tooLarge ? nil : sum
        }
    }
}
