// SPDX-License-Identifier: GPL-3.0-or-later

extension Library {
    /// The encoders extension.
    static let encoders: [Overload] = [
        .of("base64.encode", "As base64 with padding (RFC 4648 section 4).", cost: Cost.linear) {
            (bytes: [UInt8]) throws(Failure) in base64(bytes)
        },
        .of("base64.decode", "From base64, with its padding or without.", cost: Cost.linear) {
            (text: String) throws(Failure) in
            guard let bytes = bytes(base64: text) else { throw Failure("invalid base64") }
            return bytes
        },
    ]

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
            for digit in 0..<4 {
                result.append(
                    digit <= group.count ? alphabet[bits >> (18 - digit * 6) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil for other characters, padding in the wrong place, and a last group of one digit, which has no byte.
    private static func bytes(base64 text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        if digits.count.isMultiple(of: 4) {
            for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(digits.count * 3 / 4)
        var bits = 0
        var count = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x41...0x5A: value = digit - 0x41
            case 0x61...0x7A: value = digit - 0x61 + 26
            case 0x30...0x39: value = digit - 0x30 + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: return nil
            }
            bits = bits << 6 & 0x3FFF | Int(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(bits >> count & 0xFF))
            }
        }
        return result
    }
}
