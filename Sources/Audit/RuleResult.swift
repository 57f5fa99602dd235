// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
public import Model

/// What one rule says of a host.
public struct RuleResult: Sendable, Hashable {
    /// fail, error, unknown, pass in that order of precedence over the elements; or not applicable.
    public var outcome: Outcome
    /// Elements that failed; elements with the same cause are one.
    public var failing: [Element] = []
    /// Elements that could not be judged (unknown or error).
    public var unjudged: [Element] = []
    /// How many elements passed.
    public var passing = 0

    /// One element, or the host as a whole.
    public struct Element: Sendable, Hashable {
        /// Kind of element, for the fingerprint.
        public var kind: String
        /// What tells it from its siblings.
        public var key: String
        /// Why it could not be judged; empty for a failure.
        public var reasons: [String] = []
        /// True when the rule itself is at fault.
        public var isError = false
        /// What was found; empty for what could not be judged.
        public var message = LocalizedText()
        /// The lines that decided.
        public var places: [Origin] = []

        /// An element.
        public init(
            kind: String, key: String, reasons: [String] = [], isError: Bool = false,
            message: LocalizedText = LocalizedText(), places: [Origin] = []
        ) {
            self.kind = kind
            self.key = key
            self.reasons = reasons
            self.isError = isError
            self.message = message
            self.places = places
        }
    }

    /// A result.
    public init(outcome: Outcome, failing: [Element] = [], unjudged: [Element] = [], passing: Int = 0) {
        self.outcome = outcome
        self.failing = failing
        self.unjudged = unjudged
        self.passing = passing
    }

    static func notApplicable() -> RuleResult { RuleResult(outcome: .notApplicable) }

    /// A rule that could not be judged as a whole.
    static func unjudged(kind: String, _ value: Value) -> RuleResult {
        let element = Element(kind: kind, key: "", value: value)
        return RuleResult(outcome: element.isError ? .error : .unknown, unjudged: [element])
    }
}

extension RuleResult.Element {
    /// An element whose judgement gave no bool.
    init(kind: String, key: String, value: Value) {
        self.init(kind: kind, key: key)
        switch value.kind {
        case .unknown(let unknowns):
            // A fact's own path says more than its name where the reason does not.
            reasons = Set(unknowns.map { $0.fact.isEmpty ? $0.reason : "\($0.fact): \($0.reason)" }).sorted()
        case .error(let error):
            reasons = [error.message]
            isError = true
        default:
            reasons = ["the condition is no bool"]
            isError = true
        }
    }
}
