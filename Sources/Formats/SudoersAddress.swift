// SPDX-License-Identifier: GPL-3.0-or-later

extension SudoersPattern {
    /// An address or a network, in either family; 0 for none. sudoers(5), Host: "a network number … or IP address".
    func network(at start: Int) -> Int {
        for address in [Self.ipv4, Self.ipv6] {
            let lengths = address(self, start)
            guard let longest = lengths.max() else { continue }
            var best = longest
            for length in lengths where byte(start + length) == UInt8(ascii: "/") {
                let mask = start + length + 1
                if let other = address(self, mask).max() { best = max(best, length + 1 + other) }
                let bits = prefixLength(at: mask, upTo: isFourth(start) ? 32 : 128)
                if bits > 0 { best = max(best, length + 1 + bits) }
            }
            return best
        }
        return 0
    }

    private func isFourth(_ start: Int) -> Bool { !Self.ipv4(self, start).isEmpty }

    /// Digits of a number up to a limit, the longest that fits.
    private func prefixLength(at start: Int, upTo limit: Int) -> Int {
        var (value, length) = (0, 0)
        for count in 1...3 {
            let digit = byte(start + count - 1)
            guard Self.isDigit(digit) else { break }
            value = value * 10 + Int(digit - 0x30)
            guard count == 1 || byte(start) != UInt8(ascii: "0"), value <= limit else { break }
            length = count
        }
        return length
    }

    /// Possible lengths of four numbers with dots.
    private static func ipv4(_ text: SudoersPattern, _ start: Int) -> [Int] {
        var ends = [start]
        for part in 0..<4 {
            var next: [Int] = []
            for end in ends {
                var first = end
                if part > 0 {
                    guard text.byte(end) == UInt8(ascii: ".") else { continue }
                    first += 1
                }
                for count in 1...3 {
                    guard isDigit(text.byte(first + count - 1)) else { break }
                    let value = (0..<count).reduce(0) { $0 * 10 + Int(text.byte(first + $1) - 0x30) }
                    // 1?[0-9]{1,2}, 2[0-4][0-9], 25[0-5]
                    if count < 3 || (value >= 100 && value <= 255) { next.append(first + count) }
                }
            }
            ends = next
            if ends.isEmpty { return [] }
        }
        return Set(ends).map { $0 - start }.sorted()
    }

    /// Possible lengths of groups with colons; whether `::` stands once is looked at later.
    private static func ipv6(_ text: SudoersPattern, _ start: Int) -> [Int] {
        var lengths: Set<Int> = []
        var end = start
        for group in 1...7 {
            var digits = 0
            while digits < 4, isHexadecimal(text.byte(end + digits)) { digits += 1 }
            guard text.byte(end + digits) == UInt8(ascii: ":") else { break }
            end += digits + 1
            guard group >= 2 else { continue }
            lengths.insert(end - start)
            var last = 0
            while last < 4, isHexadecimal(text.byte(end + last)) {
                last += 1
                lengths.insert(end + last - start)
            }
            if group <= 6, text.byte(end) == UInt8(ascii: ":") {
                for length in ipv4(text, end + 1) { lengths.insert(end + 1 + length - start) }
            }
        }
        return lengths.sorted()
    }
}
