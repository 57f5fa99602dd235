// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    private static func identity<A: Argument>(_ name: String, _: A.Type) -> Overload {
        .of(name, "The value itself.") { (value: A) throws(Failure) in value }
    }

    /// Conversions between types, each checked for range.
    static let conversions: [Overload] =
        numbers + texts + [
            identity("bool", Bool.self),
            .of("bool", "`true`, `t`, `1` and their opposites, in lower case, upper case or capitalised.") {
                (text: String) throws(Failure) in try bool(text)
            },
            identity("bytes", [UInt8].self),
            .of("bytes", "The UTF-8 of a string.", cost: Cost.linear) {
                (text: String) throws(Failure) in Array(text.utf8)
            },
            identity("timestamp", Timestamp.self),
            .of("timestamp", "A moment as RFC 3339 writes it: `timestamp('2026-11-23T09:00:00Z')`.") {
                (text: String) throws(Failure) in
                guard let timestamp = Timestamp(rfc3339: text) else {
                    throw Failure("invalid timestamp: \(excerpt(text))")
                }
                return timestamp
            },
            .of("timestamp", "A moment by its seconds since 1970.") { (seconds: Int64) throws(Failure) in
                guard Timestamp.valid.contains(seconds) else { throw Failure("timestamp out of range") }
                return Timestamp(seconds: seconds)
            },
            identity("duration", TimeSpan.self),
            .of("duration", "A span of time in h, m, s, ms, us, ns: `duration('1h30m')`, `duration('-1.5s')`.") {
                (text: String) throws(Failure) in
                guard let span = TimeSpan(text: text) else { throw Failure("invalid duration: \(excerpt(text))") }
                return span
            },
        ]

    private static let numbers: [Overload] = [
        identity("int", Int64.self),
        .of("int", "The same number; an error above 2⁶³ − 1.") { (number: UInt64) throws(Failure) in
            guard let int = Int64(exactly: number) else { throw Failure("int range") }
            return int
        },
        .of("int", "Rounded toward zero; an error outside −2⁶³ to 2⁶³, both ends excluded.") {
            (number: Double) throws(Failure) in
            // Doubles next to the ends may already have been rounded there, so that the ends tell nothing.
            guard number > -0x1p63, number < 0x1p63, let int = Int64(exactly: number.rounded(.towardZero)) else {
                throw Failure("int range")
            }
            return int
        },
        .of("int", "A number in decimal digits.") { (text: String) throws(Failure) in
            guard let int = Int64(text) else { throw Failure("invalid int: \(excerpt(text))") }
            return int
        },
        .of("int", "Whole seconds since 1970.") { (timestamp: Timestamp) throws(Failure) in timestamp.seconds },
        .of("int", "Bytes.") { (size: ByteSize) throws(Failure) in size.count },
        identity("uint", UInt64.self),
        .of("uint", "The same number; an error below zero.") { (number: Int64) throws(Failure) in
            guard let uint = UInt64(exactly: number) else { throw Failure("uint range") }
            return uint
        },
        .of("uint", "Rounded toward zero; an error outside 0 to 2⁶⁴, the end excluded.") {
            (number: Double) throws(Failure) in
            guard number >= 0, let uint = UInt64(exactly: number.rounded(.towardZero)) else {
                throw Failure("uint range")
            }
            return uint
        },
        .of("uint", "A number in decimal digits.") { (text: String) throws(Failure) in
            guard text.utf8.first != UInt8(ascii: "+"), text.utf8.first != UInt8(ascii: "-"), let uint = UInt64(text)
            else { throw Failure("invalid uint: \(excerpt(text))") }
            return uint
        },
        identity("double", Double.self),
        .of("double", "The nearest double.") { (number: Int64) throws(Failure) in Double(number) },
        .of("double", "The nearest double.") { (number: UInt64) throws(Failure) in Double(number) },
        .of("double", "A decimal number, `NaN`, `Infinity` or `-Infinity`.") { (text: String) throws(Failure) in
            guard let double = double(text) else { throw Failure("invalid double: \(excerpt(text))") }
            return double
        },
        .of("double", "Bytes.") { (size: ByteSize) throws(Failure) in Double(size.count) },
    ]

    private static let texts: [Overload] = [
        identity("string", String.self),
        .of("string", "`true` or `false`.") { (value: Bool) throws(Failure) in value ? "true" : "false" },
        .of("string", "Decimal digits.") { (number: Int64) throws(Failure) in String(number) },
        .of("string", "Decimal digits.") { (number: UInt64) throws(Failure) in String(number) },
        .of("string", "The shortest digits that read back as the same double.") {
            (number: Double) throws(Failure) in number.celText
        },
        .of("string", "The bytes as UTF-8; an error when they are not.", cost: Cost.linear) {
            (bytes: [UInt8]) throws(Failure) in
            guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure("invalid UTF-8") }
            return text
        },
        .of("string", "RFC 3339 in UTC, as `2026-11-23T09:00:00.5Z`.") {
            (timestamp: Timestamp) throws(Failure) in timestamp.description
        },
        .of("string", "Seconds, as `5400s` or `0.25s`.") { (span: TimeSpan) throws(Failure) in span.secondsText },
    ]

    private static func bool(_ text: String) throws(Failure) -> Bool {
        let bytes = Array(text.utf8)
        for (names, value) in [
            (["1", "t", "T", "true", "TRUE", "True"], true),
            (["0", "f", "F", "false", "FALSE", "False"], false),
        ] {
            if names.contains(where: { bytes.elementsEqual($0.utf8) }) { return value }
        }
        throw Failure("invalid bool: \(excerpt(text))")
    }

    /// Decimal and hexadecimal floating point as Go's ParseFloat reads them; nil for anything else and for what is
    /// finite but too large.
    private static func double(_ text: String) -> Double? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let word = rest.map { $0 | 0x20 }
        if word.elementsEqual("inf".utf8) || word.elementsEqual("infinity".utf8) {
            return isNegative ? -.infinity : .infinity
        }
        if word.elementsEqual("nan".utf8) { return .nan }
        // Leaves only the characters of a number to Swift, which also knows `nan(0x1)`.
        guard let first = rest.first, first == UInt8(ascii: ".") || (0x30...0x39).contains(first),
            let double = Double(text), double.isFinite
        else { return nil }
        return double
    }

    /// A text from outside as an error may show it: quoted, short, and without control characters.
    static func excerpt(_ text: String) -> String {
        let limit = 64
        let scalars = text.unicodeScalars.prefix(limit)
        let isWhole = scalars.endIndex == text.unicodeScalars.endIndex
        return "'" + String(String.UnicodeScalarView(scalars)).printable + (isWhole ? "'" : "…'")
    }
}
