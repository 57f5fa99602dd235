// SPDX-License-Identifier: GPL-3.0-or-later

extension Score {
    /// `82.1`, or `82.1–90.0` where something is not known.
    public var range: String { Self.range(lowTenths, highTenths) }

    /// The range with its letters: `82.1–90.0 (B–A)`.
    public var told: String { Self.told(lowTenths, highTenths) }

    /// The same of two numbers of tenths.
    public static func told(_ low: Int, _ high: Int) -> String {
        let (grade, best) = (Grade(tenths: low), Grade(tenths: high))
        return "\(range(low, high)) (\(grade == best ? grade.rawValue : "\(grade.rawValue)–\(best.rawValue)"))"
    }

    private static func range(_ low: Int, _ high: Int) -> String {
        func decimal(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }
        return low == high ? decimal(low) : "\(decimal(low))–\(decimal(high))"
    }
}
