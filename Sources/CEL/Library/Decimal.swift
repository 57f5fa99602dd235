// SPDX-License-Identifier: GPL-3.0-or-later

/// A finite double in decimal: 0.d₁d₂d₃… × 10^point. Exact, or the shortest digits that read back as the same double.
struct Decimal {
    var isNegative: Bool
    /// Digits 0 to 9, the first not 0; empty for zero.
    var digits: [UInt8]
    /// Where the decimal point stands, from before the first digit.
    var point: Int

    /// The shortest digits that read back as `value`; nil when it is not finite.
    init?(shortest value: Double) {
        guard value.isFinite else { return nil }
        isNegative = value.sign == .minus
        digits = []
        point = 0
        // `description` has the shortest digits, with a point, an exponent or both.
        var beforePoint = 0
        var seenPoint = false
        var exponent = 0
        let text = Array(value.magnitude.description.utf8)
        for (offset, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(offset + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte &- UInt8(ascii: "0"))
                if !seenPoint { beforePoint += 1 }
            }
        }
        point = beforePoint + exponent
        normalize()
    }

    /// All digits of `value`, at most about 770; nil when it is not finite.
    init?(exact value: Double) {
        guard value.isFinite else { return nil }
        isNegative = value.sign == .minus
        guard value != 0 else {
            digits = []
            point = 0
            return
        }
        // |value| = significand × 2^exponent with a whole significand of 53 bits.
        let isSubnormal = value.exponentBitPattern == 0
        let significand = value.significandBitPattern | (isSubnormal ? 0 : 1 << 52)
        let exponent = max(1, Int(value.exponentBitPattern)) - 1075
        // Limbs of nine decimal digits, the least first. 2^-n is 5^n / 10^n.
        var limbs: [UInt64] = [
            significand % 1_000_000_000, significand / 1_000_000_000 % 1_000_000_000,
        ]
        let factor: UInt64 = exponent < 0 ? 5 : 2
        for _ in 0..<abs(exponent) {
            var carry: UInt64 = 0
            for index in limbs.indices {
                let product = limbs[index] * factor + carry
                limbs[index] = product % 1_000_000_000
                carry = product / 1_000_000_000
            }
            if carry > 0 { limbs.append(carry) }
        }
        digits = []
        for var limb in limbs {
            for _ in 0..<9 {
                digits.append(UInt8(limb % 10))
                limb /= 10
            }
        }
        digits.reverse()
        point = digits.count + min(0, exponent)
        normalize()
    }

    /// Rounded to the digits before `position` from the point, halves to even.
    func rounded(toFraction places: Int) -> Decimal {
        let keep = point + places
        guard keep < digits.count else { return self }
        var result = self
        guard keep >= 0 else {
            result.digits = []
            result.point = 0
            return result
        }
        let isHalf = digits[keep] == 5 && digits[(keep + 1)...].allSatisfy { $0 == 0 }
        let isUp = isHalf ? keep > 0 && digits[keep - 1] % 2 == 1 : digits[keep] >= 5
        result.digits = Array(digits[..<keep])
        if isUp {
            var index = keep - 1
            while index >= 0, result.digits[index] == 9 {
                result.digits[index] = 0
                index -= 1
            }
            if index >= 0 {
                result.digits[index] += 1
            } else {
                result.digits.insert(1, at: 0)
                result.point += 1
            }
        }
        result.normalize()
        return result
    }

    /// `123.450`, with exactly `places` digits after the point, or all there are when nil.
    func fixed(_ places: Int? = nil) -> String {
        var text = isNegative ? "-" : ""
        for index in 0..<max(1, point) { text.append(digit(index + min(0, point - 1))) }
        let places = places ?? max(0, digits.count - point)
        if places > 0 {
            text.append(".")
            for index in 0..<places { text.append(digit(point + index)) }
        }
        return text
    }

    /// `1.2345e+02`, with exactly `places` digits after the point, or all there are when nil.
    func scientific(_ places: Int? = nil) -> String {
        var text = isNegative ? "-" : ""
        text.append(digit(0))
        let places = places ?? max(0, digits.count - 1)
        if places > 0 {
            text.append(".")
            for index in 0..<places { text.append(digit(1 + index)) }
        }
        let exponent = digits.isEmpty ? 0 : point - 1
        return text + (exponent < 0 ? "e-" : "e+") + (abs(exponent) < 10 ? "0" : "") + String(abs(exponent))
    }

    private func digit(_ index: Int) -> Character {
        digits.indices.contains(index) ? Character(Unicode.Scalar(UInt8(ascii: "0") + digits[index])) : "0"
    }

    private mutating func normalize() {
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == 0 { digits.removeLast() }
        if digits.isEmpty { point = 0 }
    }
}

extension Double {
    /// As CEL's `string()` writes it: the shortest digits, with an exponent below 10⁻⁴ and from 10⁶ on (Go's `%g`).
    var celText: String {
        if isNaN { return "NaN" }
        guard let decimal = Decimal(shortest: self) else { return self < 0 ? "-Inf" : "+Inf" }
        let exponent = decimal.point - 1
        return self != 0 && (exponent < -4 || exponent >= 6) ? decimal.scientific() : decimal.fixed()
    }
}
