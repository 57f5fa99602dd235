// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

extension TimeSpan {
    /// What CEL and protobuf allow: about ten thousand years either way.
    public static let valid: ClosedRange<Int64> = -315_576_000_000...315_576_000_000

    /// A span as Go's ParseDuration reads it: an optional sign, then numbers with units (`1h2m3.5s`), or `0`. Nil for
    /// anything else and for what is not `valid`.
    public init?(text: String) {
        var rest = QuantityReader(text)
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
        self.init(nanoseconds: isNegative ? -nanoseconds : nanoseconds)
    }

    /// A span of so many nanoseconds; nil when it is not `valid`.
    init?(nanoseconds: Int128) {
        let limit = Int128(Self.valid.upperBound) * 1_000_000_000
        guard (-limit...limit).contains(nanoseconds),
            let seconds = Int64(exactly: nanoseconds / 1_000_000_000),
            let remainder = Int32(exactly: nanoseconds % 1_000_000_000)
        else { return nil }
        self.init(seconds: seconds, nanoseconds: remainder)
    }

    /// Seconds with a fraction where there is one: `5400s`, `-0.25s`.
    public var secondsText: String {
        var text = (seconds < 0 || nanoseconds < 0 ? "-" : "") + String(seconds.magnitude)
        if nanoseconds != 0 {
            var fraction = Array(String(1_000_000_000 + UInt64(nanoseconds.magnitude)).utf8.dropFirst())
            while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
            text += "." + String(decoding: fraction, as: UTF8.self)
        }
        return text + "s"
    }
}

/// Reads numbers with units.
private struct QuantityReader {
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
