// SPDX-License-Identifier: GPL-3.0-or-later

/// How large an expression may be and how much work it may do.
public struct Limits: Sendable {
    /// Bytes of text.
    public var textBytes: Int
    /// Nodes of the syntax tree.
    public var nodes: Int
    /// Height of the syntax tree, and how deep brackets nest.
    public var nesting: Int
    /// How deep comprehensions nest.
    public var comprehensionNesting: Int
    /// Cost units of one evaluation, and of the static estimate.
    public var cost: Int
    /// Elements the static estimate takes a list of unknown length to have.
    public var assumedElements: Int
    /// Whether a literal that its function can never accept, as `duration("7 days")`, is refused when compiling.
    public var checksLiterals: Bool

    /// Limits.
    public init(
        textBytes: Int, nodes: Int, nesting: Int, comprehensionNesting: Int, cost: Int, assumedElements: Int,
        checksLiterals: Bool
    ) {
        self.textBytes = textBytes
        self.nodes = nodes
        self.nesting = nesting
        self.comprehensionNesting = comprehensionNesting
        self.cost = cost
        self.assumedElements = assumedElements
        self.checksLiterals = checksLiterals
    }

    /// For the conditions of rules.
    public static let rule = Limits(
        textBytes: 8192, nodes: 2000, nesting: 64, comprehensionNesting: 3, cost: 1_000_000, assumedElements: 32,
        checksLiterals: true)

    /// The language with no more bounds than safety asks for.
    public static let unrestricted = Limits(
        textBytes: 1_048_576, nodes: 100_000, nesting: 200, comprehensionNesting: 16, cost: 100_000_000,
        assumedElements: 1, checksLiterals: false)
}
