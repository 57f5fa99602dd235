// SPDX-License-Identifier: GPL-3.0-or-later

/// A number of bytes, as people write it: `256MiB`, `1.5 GiB`, `4096`. KiB, MiB … count in 1024 (IEC 80000-13), kB, KB,
/// MB … in 1000.
public struct ByteSize: Sendable, Hashable {
    /// So many bytes.
    public let count: Int64

    /// So many bytes.
    public init(_ count: Int64) { self.count = count }

    private static let binary: [String] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    private static let decimal: [String] = ["kB", "MB", "GB", "TB", "PB", "EB"]

    /// A number, perhaps with a fraction, and perhaps a unit after it or after a space; nil for anything else, for
    /// what is no whole number of bytes, and beyond 2⁶³ − 1.
    public init?(text: String) {
        let bytes = Array(text.utf8)
        let number = bytes.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        var unit = bytes.dropFirst(number.count)
        if unit.first == UInt8(ascii: " ") {
            unit = unit.dropFirst()
            guard !unit.isEmpty else { return nil }
        }
        guard let factor = Self.factor(Array(unit)) else { return nil }
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, !whole.isEmpty, parts.last?.isEmpty == false,
            let count = Int64(String(decoding: whole, as: UTF8.self))
        else { return nil }
        var total = Int128(count) * factor
        if parts.count == 2 {
            guard parts[1].count <= 18, let fraction = Int64(String(decoding: parts[1], as: UTF8.self)) else {
                return nil
            }
            let scale = (0..<parts[1].count).reduce(Int128(1)) { scale, _ in scale * 10 }
            let (bytes, remainder) = (Int128(fraction) * factor).quotientAndRemainder(dividingBy: scale)
            guard remainder == 0 else { return nil }
            total += bytes
        }
        guard let size = Int64(exactly: total) else { return nil }
        self.count = size
    }

    /// Bytes of a unit by its name.
    private static func factor(_ unit: [UInt8]) -> Int128? {
        if unit.isEmpty || unit.elementsEqual("B".utf8) { return 1 }
        for (names, base) in [(binary, Int128(1024)), (decimal, Int128(1000)), (["KB"], Int128(1000))] {
            guard let power = names.firstIndex(where: { unit.elementsEqual($0.utf8) }) else { continue }
            return (0...power).reduce(Int128(1)) { factor, _ in factor * base }
        }
        return nil
    }

    /// The number in the largest unit of 1024 that is not above it, exactly: with up to two digits after the point
    /// where they suffice, else in the next smaller unit where they do. `256 MiB`, `1.5 KiB`, `1000 B`, `-1 GiB`.
    public var text: String {
        let magnitude = count.magnitude
        for power in stride(from: Self.binary.count, through: 1, by: -1) {
            let unit = UInt64(1) << UInt64(power * 10)
            guard magnitude >= unit else { continue }
            let (hundredths, remainder) = (UInt128(magnitude) * 100).quotientAndRemainder(dividingBy: UInt128(unit))
            guard remainder == 0 else { continue }
            var text = (count < 0 ? "-" : "") + String(hundredths / 100)
            let fraction = UInt64(hundredths % 100)
            if fraction != 0 {
                text += fraction % 10 == 0 ? ".\(fraction / 10)" : fraction < 10 ? ".0\(fraction)" : ".\(fraction)"
            }
            return text + " " + Self.binary[power - 1]
        }
        return "\(count) B"
    }
}
