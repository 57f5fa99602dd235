// SPDX-License-Identifier: GPL-3.0-or-later

/// Finds which of many strings stand in a line, in one pass that skips most of its bytes (Wu and Manber, "A fast
/// algorithm for multi-pattern searching", 1994, with blocks of two bytes).
struct LiteralSet {
    private let literals: [[UInt8]]
    /// Length of the shortest literal: the window that slides over the text.
    private let window: Int
    /// How far the window may slide, by the two bytes at its end; 0: a literal may end here.
    private let shifts: [UInt8]
    /// Literals by the two bytes that end their first `window` bytes.
    private let candidates: [UInt16: [Int]]

    /// Literals of at least two bytes; nil when one is shorter or there is none.
    init?(_ literals: [[UInt8]]) {
        guard let shortest = literals.map(\.count).min(), shortest >= 2 else { return nil }
        self.literals = literals
        window = min(shortest, 255)
        var shifts = [UInt8](repeating: UInt8(window - 1), count: 1 << 16)
        var candidates: [UInt16: [Int]] = [:]
        for (number, literal) in literals.enumerated() {
            for end in 1..<window {
                let block = UInt16(literal[end - 1]) << 8 | UInt16(literal[end])
                shifts[Int(block)] = min(shifts[Int(block)], UInt8(window - 1 - end))
                if end == window - 1 { candidates[block, default: []].append(number) }
            }
        }
        self.shifts = shifts
        self.candidates = candidates
    }

    /// Calls `found` with each literal that stands in the range, once or more; it answers false to stop.
    func search(_ bytes: [UInt8], _ range: Range<Int>, _ found: (Int) -> Bool) {
        var end = range.lowerBound + window - 1
        while end < range.upperBound {
            let block = UInt16(bytes[end - 1]) << 8 | UInt16(bytes[end])
            let shift = shifts[Int(block)]
            guard shift == 0 else {
                end += Int(shift)
                continue
            }
            let start = end - window + 1
            for number in candidates[block] ?? [] where matches(literals[number], bytes, start, range.upperBound) {
                if !found(number) { return }
            }
            end += 1
        }
    }

    private func matches(_ literal: [UInt8], _ bytes: [UInt8], _ start: Int, _ limit: Int) -> Bool {
        guard limit - start >= literal.count else { return false }
        for offset in literal.indices where bytes[start + offset] != literal[offset] { return false }
        return true
    }
}
