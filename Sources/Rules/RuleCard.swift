// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// What a report needs of a rule, and what decides whether it must be evaluated again: everything but its expressions
/// and tests.
public struct RuleCard: Sendable, Hashable {
    /// `<area>.<name>`, for ever of one meaning.
    public var id: String
    /// Which score it belongs to.
    public var posture: Posture
    /// What one open finding means by itself.
    public var severity: Severity
    /// How surely a failure is a real weakness.
    public var confidence: Confidence
    /// Who can reach it.
    public var exposure: Exposure
    /// What holds where the rule passes, in a few words.
    public var title: LocalizedText
    /// The lesson.
    public var why: LocalizedText
    /// What to do.
    public var fix: LocalizedText
    /// Minutes the fix takes.
    public var effortMinutes: Int
    /// Ids in frameworks, by framework.
    public var references: [String: [String]]
    /// The roots of the catalogue its expressions read.
    public var roots: Set<String>
    /// What it says may change with the clock alone.
    public var readsNow: Bool
    /// Its elements are groups of log events.
    public var isOverLogs: Bool
    /// Where it is written.
    public var origin: Origin

    /// A card.
    public init(
        id: String, posture: Posture, severity: Severity, confidence: Confidence, exposure: Exposure,
        title: LocalizedText, why: LocalizedText, fix: LocalizedText, effortMinutes: Int,
        references: [String: [String]], roots: Set<String> = [], readsNow: Bool = false, isOverLogs: Bool = false,
        origin: Origin
    ) {
        self.id = id
        self.posture = posture
        self.severity = severity
        self.confidence = confidence
        self.exposure = exposure
        self.title = title
        self.why = why
        self.fix = fix
        self.effortMinutes = effortMinutes
        self.references = references
        self.roots = roots
        self.readsNow = readsNow
        self.isOverLogs = isOverLogs
        self.origin = origin
    }
}

extension RuleCard {
    /// The first part of the id.
    public var area: String { id.firstIndex(of: ".").map { String(id[..<$0]) } ?? id }
}
