// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// What all sysctl.d files together declare, by the rules of systemd-sysctl(8): the last assignment of a key wins, a
/// key that is named itself (set or excluded) is never set by a pattern, and patterns are applied in order.
public struct SysctlSettings: Sendable {
    /// What is declared for one parameter.
    public struct Declaration: Sendable, Hashable {
        /// The value, as written.
        public var value: String
        /// The line that won.
        public var origin: Origin
        /// That line.
        public var text: String
        /// What lost, in the order it was read.
        public var overrode: [Source.Overridden]
        /// True when failing to set it does not matter.
        public var mayFail: Bool
    }

    private struct Setting {
        var value: String?
        var order: Int
        var origin: Origin
        var text: String
        var overrode: [Source.Overridden]
        var mayFail: Bool
    }

    /// The most losing lines remembered for one key.
    private static let overriddenLimit = 32
    /// The most patterns applied: more would make a hostile file cost the scan. The stock files of Debian hold none.
    private static let patternLimit = 1024
    private var settings: [String: Setting] = [:]
    private var patternKeys: Set<String> = []
    private var next = 0
    /// The first pattern beyond the limit, which is not applied; nil when all are.
    public private(set) var firstPatternLeftOut: Origin?

    /// Nothing declared.
    public init() {}

    /// Applies a file, after all files before it.
    public mutating func apply(_ configuration: SysctlConfiguration, from file: String) {
        for assignment in configuration.assignments where SysctlName.isNormalized(assignment.path) {
            let origin = Origin(path: file, line: assignment.line, column: assignment.column)
            if GlobPattern.isPattern(assignment.path), !patternKeys.contains(assignment.path) {
                guard patternKeys.count < Self.patternLimit else {
                    firstPatternLeftOut = firstPatternLeftOut ?? origin
                    continue
                }
                patternKeys.insert(assignment.path)
            }
            var setting = Setting(
                value: assignment.value, order: next, origin: origin, text: assignment.text, overrode: [],
                mayFail: assignment.mayFail)
            if let earlier = settings[assignment.path] {
                setting.overrode = earlier.overrode
                if setting.overrode.count < Self.overriddenLimit {
                    setting.overrode.append(Source.Overridden(origin: earlier.origin, text: earlier.text))
                }
                // Said again with the same value, an option keeps its turn: it matters for patterns that overlap.
                if earlier.value == assignment.value {
                    setting.order = earlier.order
                    setting.mayFail = setting.mayFail || earlier.mayFail
                }
            }
            next += 1
            settings[assignment.path] = setting
        }
    }

    /// Keys that name one parameter and set it, sorted.
    public var keys: [String] {
        settings.filter { $0.value.value != nil && !patternKeys.contains($0.key) }.map(\.key)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Patterns that set what they match, sorted by text.
    public var patterns: [String] {
        patternKeys.filter { settings[$0]?.value != nil }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// What is declared for a path below /proc/sys; nil when nothing sets it. A parameter excluded by name is not set.
    public func declaration(of path: String) -> Declaration? {
        if let setting = settings[path] { return Self.declaration(setting) }
        let inTurn = patternKeys.lazy.filter { GlobPattern.matches($0, path: path) }
            .compactMap { settings[$0] }.filter { $0.value != nil }.sorted { $0.order < $1.order }
        guard let last = inTurn.last, var winner = Self.declaration(last) else { return nil }
        winner.overrode += inTurn.dropLast().map { Source.Overridden(origin: $0.origin, text: $0.text) }
        return winner
    }

    private static func declaration(_ setting: Setting) -> Declaration? {
        guard let value = setting.value else { return nil }
        return Declaration(
            value: value, origin: setting.origin, text: setting.text, overrode: setting.overrode,
            mayFail: setting.mayFail)
    }
}
