// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads the fields of one line from left to right. Nothing is read past the end, and a failed read moves nothing.
struct ByteReader {
    let bytes: [UInt8]
    var position: Int
    let end: Int

    /// The line that is `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    var isAtEnd: Bool { position >= end }
    var next: UInt8? { position < end ? bytes[position] : nil }
    var rest: Range<Int> { min(position, end)..<end }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func skipAll(_ byte: UInt8) {
        while position < end, bytes[position] == byte { position += 1 }
    }

    /// A number of exactly `count` digits (at most 9).
    mutating func digits(_ count: Int) -> Int? {
        guard end - position >= count else { return nil }
        var value = 0
        for index in position..<(position + count) {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        position += count
        return value
    }

    /// A number of one to 18 digits.
    mutating func number() -> Int64? {
        var value: Int64 = 0
        var index = position
        while index < end, bytes[index] &- 0x30 < 10 {
            guard index - position < 18 else { return nil }
            value = value * 10 + Int64(bytes[index] &- 0x30)
            index += 1
        }
        guard index > position else { return nil }
        position = index
        return value
    }

    /// `HH:MM:SS` as a second of the day; a leap second is the next minute's first.
    mutating func clockTime() -> Int? {
        let start = position
        guard let hour = digits(2), hour < 24, skip(0x3A), let minute = digits(2), minute < 60, skip(0x3A),
            let second = digits(2), second <= 60
        else {
            position = start
            return nil
        }
        return hour * 3600 + minute * 60 + second
    }

    /// `Jan` to `Dec` as 1 to 12.
    mutating func monthName() -> Int? {
        guard end - position >= 3 else { return nil }
        let name =
            UInt32(bytes[position]) << 16 | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2])
        guard let month = Self.months.firstIndex(of: name) else { return nil }
        position += 3
        return month + 1
    }

    private static let months: [UInt32] = [
        0x4A616E, 0x466562, 0x4D6172, 0x417072, 0x4D6179, 0x4A756E, 0x4A756C, 0x417567, 0x536570, 0x4F6374, 0x4E6F76,
        0x446563,
    ]

    /// `.123456` or `,123` as nanoseconds; 0 when there is none.
    mutating func fraction() -> Int32 {
        guard let mark = next, mark == 0x2E || mark == 0x2C else { return 0 }
        var index = position + 1
        var value: Int32 = 0
        var scale: Int32 = 100_000_000
        while index < end, bytes[index] &- 0x30 < 10 {
            value += Int32(bytes[index] &- 0x30) * scale
            scale /= 10
            index += 1
        }
        guard index > position + 1 else { return 0 }
        position = index
        return value
    }

    /// `Z`, `+01:00`, `+0100` as seconds east of UTC.
    mutating func zone() -> Int64? {
        if skip(0x5A) { return 0 }
        let start = position
        guard let sign = next, sign == 0x2B || sign == 0x2D else { return nil }
        position += 1
        guard let hours = digits(2), hours < 24 else {
            position = start
            return nil
        }
        _ = skip(0x3A)
        guard let minutes = digits(2), minutes < 60 else {
            position = start
            return nil
        }
        return Int64(hours * 3600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
    }

    /// Where `byte` stands next, nil when it does not.
    func index(of byte: UInt8, from start: Int? = nil) -> Int? {
        var index = start ?? position
        while index < end {
            if bytes[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The bytes up to `byte`, which is skipped.
    mutating func token(until byte: UInt8) -> Range<Int>? {
        guard let end = index(of: byte) else { return nil }
        defer { position = end + 1 }
        return position..<end
    }

    /// True when `text` stands at `index`.
    func holds(_ text: StaticString, at index: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard index >= 0, end - index >= count else { return false }
        // A StaticString's pointer is valid for ever and holds `count` bytes.
        for offset in 0..<count where unsafe bytes[index + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Where `text` stands next.
    func index(of text: StaticString, from start: Int) -> Int? {
        var index = start
        while end - index >= text.utf8CodeUnitCount {
            if holds(text, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// Text, with bytes that are not UTF-8 replaced by U+FFFD.
    func text(_ range: Range<Int>) -> String { String(repairing: bytes.span.extracting(range)) }

    /// Text, nil for `-` and for nothing.
    func optionalText(_ range: Range<Int>) -> String? {
        range.isEmpty || (range.count == 1 && bytes[range.lowerBound] == 0x2D) ? nil : text(range)
    }
}

extension String {
    /// Text from bytes, those that are not UTF-8 replaced by U+FFFD.
    init(repairing bytes: Span<UInt8>) {
        do {
            self = String(copying: try UTF8Span(validating: bytes))
        } catch {
            var copy: [UInt8] = []
            copy.reserveCapacity(bytes.count)
            for index in bytes.indices { copy.append(bytes[index]) }
            self = String(decoding: copy, as: UTF8.self)
        }
    }
}
