// SPDX-License-Identifier: GPL-3.0-or-later

/// Where a value comes from: a small number that indexes a `SourceTable`. It travels with every value, so that
/// nothing later in the chain has to go back to the text.
public struct SourceID: Sendable, Hashable, Comparable {
    /// Index into the table; 0 means "computed, no place of its own".
    public let raw: UInt32

    /// An index into a table.
    public init(raw: UInt32) { self.raw = raw }

    /// A value without a place.
    public static let none = SourceID(raw: 0)

    /// By index.
    public static func < (left: SourceID, right: SourceID) -> Bool { left.raw < right.raw }
}

/// Everything known about where a value comes from.
public struct Source: Sendable, Hashable {
    /// How the value came to be in force.
    public enum Means: String, Sendable, Hashable, CaseIterable {
        /// Written in the configuration, at `origin`.
        case set
        /// Written nowhere: the packaged program's default. `origin` is the file where it would be set.
        case `default`
        /// What the running kernel or program says (proc, sys).
        case live
        /// A property of the file itself: its mode, owner, presence or content as a whole.
        case file
        /// Computed from other values.
        case computed
    }

    /// Where.
    public var origin: Origin
    /// How it came to be in force.
    public var means: Means
    /// What stands there, as written (never a secret: leave it empty for those).
    public var text: String
    /// The places that set the same thing and lost, in the order they were read.
    public var overrode: [Overridden]

    /// A losing place and what it says.
    public struct Overridden: Sendable, Hashable {
        /// Where the loser stands.
        public var origin: Origin
        /// What it says.
        public var text: String

        /// A losing place.
        public init(origin: Origin, text: String) {
            self.origin = origin
            self.text = text
        }
    }

    /// A source.
    public init(_ origin: Origin, means: Means = .set, text: String = "", overrode: [Overridden] = []) {
        self.origin = origin
        self.means = means
        self.text = text
        self.overrode = overrode
    }
}

/// The sources of one scan. Append-only.
public struct SourceTable: Sendable {
    private var sources: [Source] = []

    /// An empty table.
    public init() {}

    /// Remembers a source and names it. After 2³² − 2 sources the answer is `.none`.
    public mutating func add(_ source: Source) -> SourceID {
        guard let raw = UInt32(exactly: sources.count + 1) else { return .none }
        sources.append(source)
        return SourceID(raw: raw)
    }

    /// The source an id names; nil for `.none` and for ids of another table.
    public subscript(id: SourceID) -> Source? {
        let index = Int(id.raw) - 1
        return sources.indices.contains(index) ? sources[index] : nil
    }
}
