// SPDX-License-Identifier: GPL-3.0-or-later

extension Timestamp {
    /// Microseconds since 1970, as the journal counts; clamped to what CEL can name.
    public var microseconds: Int64 {
        Self.clamped(seconds) * 1_000_000 + Int64(nanoseconds / 1000)
    }

    /// From microseconds since 1970.
    public init(microseconds: Int64) {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(
            seconds: rest < 0 ? seconds - 1 : seconds,
            nanoseconds: Int32(clamping: (rest < 0 ? rest + 1_000_000 : rest) * 1000))
    }
}
