// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers for the same seed on every machine, so that a test that
/// prints its seed can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The sequence of a seed, from its start.
    public init(seed: UInt64) { state = seed }

    /// The seed that `GUAITA_SEED` names; without it the usual one, or one by chance.
    public static func seed(usually usual: UInt64 = .random(in: 0...UInt64.max)) -> UInt64 {
        ProcessInfo.processInfo.environment["GUAITA_SEED"].flatMap { UInt64($0) } ?? usual
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` - 1.
    public mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// One of the elements.
    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
