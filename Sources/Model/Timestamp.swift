// SPDX-License-Identifier: GPL-3.0-or-later

/// A moment: seconds and nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
/// CEL's range is 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z; keep values inside `valid`.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Whole seconds, negative before 1970.
    public var seconds: Int64
    /// 0 to 999,999,999, always counted forwards.
    public var nanoseconds: Int32

    /// A moment.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The seconds CEL and RFC 3339 can name.
    public static let valid: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The nearest seconds inside `valid`.
    public static func clamped(_ seconds: Int64) -> Int64 { min(max(seconds, valid.lowerBound), valid.upperBound) }

    /// By time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// A span of time in seconds and nanoseconds of the same sign. (CEL's `duration`; named to leave Swift's own alone.)
public struct TimeSpan: Sendable, Hashable, Comparable {
    /// Whole seconds.
    public var seconds: Int64
    /// −999,999,999 to 999,999,999, of the sign of `seconds`.
    public var nanoseconds: Int32

    /// A span.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// By length.
    public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}
