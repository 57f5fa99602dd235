// SPDX-License-Identifier: GPL-3.0-or-later

public import CEL
public import Model

/// A test a rule carries: a host in a few lines, and what the rule must say of it.
public struct RuleTest: Sendable {
    /// What it shows.
    public var name: String
    /// The host's files.
    public var files: [String: File]
    /// Facts given instead of files, by root, already typed by the catalogue.
    public var facts: [String: Value]
    /// Roots that are not on the host, whatever the files say.
    public var absent: [String]
    /// Facts that could not be had, by path (`kernel`, `kernel.parameters`), with the reason.
    public var unknown: [String: String]
    /// Log lines by source, templates expanded.
    public var logs: [String: [String]]
    /// The moment of the scan.
    public var now: Timestamp
    /// What the rule must say.
    public var outcome: Outcome
    /// `path:line` of places the finding must name, and it may name no others when this is not empty.
    public var places: [String]
    /// Where the test is written.
    public var origin: Origin

    /// One path of the test's host.
    public struct File: Sendable, Hashable {
        /// Content of a regular file.
        public var content: String
        /// Permission bits.
        public var mode: FileMode?
        /// Owner's name.
        public var owner: String
        /// Group's name.
        public var group: String
        /// Last change.
        public var modified: Timestamp?
        /// Where a symbolic link points.
        public var link: String?
        /// Reading it is refused.
        public var isUnreadable: Bool
        /// It is a directory.
        public var isDirectory: Bool
    }

    /// The moment a test without `now` is set at.
    public static let defaultMoment = Timestamp(seconds: 1_767_225_600)  // 2026-01-01T00:00:00Z
}
