// SPDX-License-Identifier: GPL-3.0-or-later

/// A posture's score as an interval, in tenths of a point: `low` counts what is unknown as failed, `high` as passed.
public struct Score: Sendable, Hashable {
    /// Unknown counted as failed. Gates and grades use this.
    public var lowTenths: Int
    /// Unknown counted as passed.
    public var highTenths: Int
    /// Letter of the low end.
    public var grade: Grade
    /// Letter of the high end.
    public var gradeHigh: Grade
    /// The worst severity open, which caps the score; nil when nothing is open.
    public var cap: Severity?
    /// Open risk in points.
    public var points: Double
    /// The same score with accepted risks left out, its cap lifted by at most one step; in tenths.
    public var managedTenths: Int

    /// A score.
    public init(
        lowTenths: Int, highTenths: Int, grade: Grade, gradeHigh: Grade, cap: Severity?, points: Double,
        managedTenths: Int
    ) {
        self.lowTenths = lowTenths
        self.highTenths = highTenths
        self.grade = grade
        self.gradeHigh = gradeHigh
        self.cap = cap
        self.points = points
        self.managedTenths = managedTenths
    }
}

/// A letter for people: A ≥ 90, B ≥ 75, C ≥ 60, D ≥ 40, E ≥ 20, F below.
public enum Grade: String, Sendable, Hashable, CaseIterable {
    case a = "A", b = "B", c = "C", d = "D", e = "E", f = "F"

    /// The letter of a score in tenths of a point.
    public init(tenths: Int) {
        switch tenths {
        case 900...: self = .a
        case 750...: self = .b
        case 600...: self = .c
        case 400...: self = .d
        case 200...: self = .e
        default: self = .f
        }
    }
}
