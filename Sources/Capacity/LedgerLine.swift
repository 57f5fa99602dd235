// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// One resource of a host: how much there is, how much is promised, how much is taken. Findings about capacity come
/// from five formulas over it and from nothing else, so each can be explained in a sentence.
public struct LedgerLine: Sendable, Hashable {
    /// What is counted, as `memory` or `disk:/var`.
    public var resource: String
    /// Bytes, or things.
    public var unit: Unit
    /// How much there is at most; nil where nothing limits it or the limit is not known.
    public var limit: Double?
    /// The worst case the configuration allows; nil where it allows any amount.
    public var committed: Double?
    /// Taken now.
    public var used: Double?
    /// The most that was ever seen taken; nil where nobody looked.
    public var peak: Double?
    /// True where running out stops the host's work instead of slowing it.
    public var isFatal: Bool
    /// Why limit or use cannot be told; nil where they can.
    public var whyNot: String?

    /// What is counted.
    public enum Unit: String, Sendable, Hashable {
        case bytes, count
    }

    /// A line.
    public init(
        resource: String, unit: Unit, limit: Double? = nil, committed: Double? = nil, used: Double? = nil,
        peak: Double? = nil, isFatal: Bool = false, whyNot: String? = nil
    ) {
        self.resource = resource
        self.unit = unit
        self.limit = limit
        self.committed = committed
        self.used = used
        self.peak = peak
        self.isFatal = isFatal
        self.whyNot = whyNot
    }

    /// Limit and use are both known. What cannot be observed is never "ok".
    public var isObservable: Bool { usedRatio != nil && whyNot == nil }

    /// Use as a share of the limit.
    public var usedRatio: Double? { share(of: used) }

    /// Overcommit, W / L: the worst case the configuration allows, as a share of the limit.
    public var overcommit: Double? { share(of: committed) }

    /// Headroom, 1 − P / L: the share of the limit that was still free at the worst moment seen, 0 when none was.
    public var headroom: Double? {
        worstShare.map { max(0, 1 - $0) }
    }

    private var worstShare: Double? { share(of: [peak, used].compactMap { $0 }.max()) }

    private func share(of amount: Double?) -> Double? {
        guard let amount, let limit, limit > 0, limit.isFinite, amount.isFinite, amount >= 0 else { return nil }
        return amount / limit
    }

    /// What the formulas say of this line, worst first.
    public var verdicts: [Verdict] {
        guard isObservable else {
            let reason = whyNot ?? (limit == nil ? "no limit is known" : "use cannot be told")
            return [Verdict(formula: .unobservable, severity: .info, value: nil, reason: reason)]
        }
        var found: [Verdict] = []
        if let overcommit, overcommit > 1 {
            found.append(Verdict(formula: .overcommit, severity: isFatal ? .high : .medium, value: overcommit))
        }
        if let headroom, let worstShare, let severity = Self.severity(used: worstShare) {
            found.append(Verdict(formula: .headroom, severity: severity, value: headroom))
        }
        return found.sorted { $0.severity > $1.severity }
    }

    /// Less than 5 % left is critical, less than 20 % high, less than 40 % medium.
    private static func severity(used: Double) -> Severity? {
        if used > 0.95 { return .critical }
        if used > 0.8 { return .high }
        return used > 0.6 ? .medium : nil
    }

    /// Runway, (L − U) / g: when growth fills what is left, against the days it takes to get more.
    public func runway(_ growth: Growth, leadDays: Double = 14) -> Verdict? {
        guard let limit, let used, isObservable else { return nil }
        let left = max(0, limit - used)
        func days(_ perDay: Double) -> Double { perDay > 0 ? left / perDay : .infinity }
        let (latest, middle, earliest) = (days(growth.low), days(growth.median), days(growth.high))
        if latest < leadDays { return Verdict(formula: .runway, severity: .critical, value: middle) }
        if middle < leadDays { return Verdict(formula: .runway, severity: .high, value: middle) }
        return earliest < 3 * leadDays ? Verdict(formula: .runway, severity: .medium, value: middle) : nil
    }

    /// How fast use grows, a day, with the band the data supports.
    public struct Growth: Sendable, Hashable {
        /// Lower edge of the band.
        public var low: Double
        /// The middle.
        public var median: Double
        /// Upper edge.
        public var high: Double

        /// Growth a day.
        public init(low: Double, median: Double, high: Double) {
            self.low = low
            self.median = median
            self.high = high
        }
    }

    /// Mismatch: consumers may ask for more than the provider has. Nil where they cannot, or where either side is
    /// unlimited.
    public static func mismatch(consumers: [Double], provider: Double, isFatal: Bool = false) -> Verdict? {
        let asked = consumers.reduce(0, +)
        guard asked.isFinite, provider.isFinite, provider >= 0, asked > provider else { return nil }
        return Verdict(
            formula: .mismatch, severity: isFatal ? .high : .medium, value: provider > 0 ? asked / provider : nil)
    }
}

/// What one formula says.
public struct Verdict: Sendable, Hashable {
    /// Which of the five.
    public var formula: Formula
    /// How much it matters.
    public var severity: Severity
    /// The formula's result: a share, or days for a runway; nil where there is none.
    public var value: Double?
    /// In words, where the number does not say it.
    public var reason: String?

    /// The five formulas.
    public enum Formula: String, Sendable, Hashable, CaseIterable {
        case overcommit, headroom, runway, mismatch, unobservable
    }

    /// A verdict.
    public init(formula: Formula, severity: Severity, value: Double?, reason: String? = nil) {
        self.formula = formula
        self.severity = severity
        self.value = value
        self.reason = reason
    }
}
