// SPDX-License-Identifier: GPL-3.0-or-later

public import YAML

/// A file of rules as it was read.
public struct RuleFile: Sendable {
    /// Its path, for messages.
    public var path: String
    /// Its bytes.
    public var bytes: [UInt8]

    /// A file of rules.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// Something wrong in a file of rules.
public struct RuleProblem: Sendable {
    /// The file.
    public var file: RuleFile
    /// What, where in it.
    public var problem: Problem

    /// Something wrong in a file.
    public init(file: RuleFile, problem: Problem) {
        self.file = file
        self.problem = problem
    }

    /// True where it kept something from being loaded.
    public var isError: Bool { problem.severity == .error }

    /// For people, with the line and a caret.
    public var rendered: String { problem.rendered(file: file.path, source: file.bytes) }
}

/// Rules that can be evaluated, and what is wrong with those that cannot: one bad rule never hides the others.
public struct RuleSet: Sendable {
    /// The valid rules, by id.
    public var rules: [Rule] = []
    /// Everything that is wrong, in the order of the files. Rules with an error are not among `rules`.
    public var problems: [RuleProblem] = []

    /// An empty set.
    public init() {}

    /// Problems that kept a rule from being loaded.
    public var errors: [RuleProblem] { problems.filter(\.isError) }
}
