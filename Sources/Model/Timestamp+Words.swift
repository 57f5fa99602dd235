// SPDX-License-Identifier: GPL-3.0-or-later

extension Timestamp {
    /// Day and time of day for people: `2026-11-23 09:14 UTC`.
    public var minute: String {
        let text = description.utf8
        return "\(Substring(text.prefix(10))) \(Substring(text.dropFirst(11).prefix(5))) UTC"
    }

    /// The time from an earlier moment to this one, in its largest unit: `3 days`. A clock that was set back makes it
    /// an unknown time.
    public func span(since earlier: Timestamp) -> String {
        let (seconds, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
        guard !overflow, seconds >= 0 else { return "an unknown time" }
        func some(_ number: Int64, _ unit: String) -> String { "\(number) \(unit)\(number == 1 ? "" : "s")" }
        switch seconds {
        case ..<60: return some(seconds, "second")
        case ..<3600: return some(seconds / 60, "minute")
        case ..<86_400: return some(seconds / 3600, "hour")
        default: return some(seconds / 86_400, "day")
        }
    }
}
