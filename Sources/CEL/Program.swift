// SPDX-License-Identifier: GPL-3.0-or-later

public import Model

/// A compiled expression. Evaluating it changes nothing, so one program serves all threads.
public struct Program: Sendable {
    /// The expression as written.
    public let text: String
    /// The type of its value; parts that are not known before evaluation are `dyn`.
    public let type: ValueType
    /// The most it may cost, with lists of unknown length taken as long as the limits assume.
    public let staticCost: Int
    let code: Code
    let costLimit: Int

    /// The tree behind a reference: it is many tables, and programs are copied around.
    final class Code: Sendable {
        let tree: Tree

        init(_ tree: Tree) { self.tree = tree }
    }

    init(text: String, type: ValueType, staticCost: Int, tree: Tree, costLimit: Int) {
        self.text = text
        self.type = type
        self.staticCost = staticCost
        self.costLimit = costLimit
        code = Code(tree)
    }

    /// The root variables it reads.
    public var variables: Set<String> { Set(code.tree.variables) }

    /// The literal strings a root, or a field of one by its dotted path, is indexed with, sorted:
    /// `files["/etc/shadow"]` and `"/etc/shadow" in files`.
    public func literalKeys(of path: String) -> [String] {
        let tree = code.tree
        var keys: Set<String> = []
        for node in tree.nodes {
            switch node {
            case .element(let operand, let key, _) where tree.path(operand) == path,
                .contained(let key, let operand) where tree.path(operand) == path:
                if case .string(let text)? = tree.literal(key)?.kind { keys.insert(text) }
            case .field(let operand, let field, _) where tree.path(operand) == path:
                keys.insert(tree.fields[Int(field)].name)
            default: break
            }
        }
        return keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The value for these bindings, where it comes from and what it cost. `zoneFile` hands over the TZif file
    /// (RFC 8536) of a time zone by name.
    public func evaluate(
        _ bindings: Bindings, zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) -> Evaluation {
        var evaluator = Evaluator(self, bindings, zoneFile, observing: false)
        return evaluator.run()
    }

    /// As `evaluate`, with what every part of the expression came to, in the order of the text.
    public func evaluateObserving(
        _ bindings: Bindings, zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) -> (Evaluation, [Observation]) {
        var evaluator = Evaluator(self, bindings, zoneFile, observing: true)
        let evaluation = evaluator.run()
        return (evaluation, evaluator.observations)
    }
}

/// What an expression came to.
public struct Evaluation: Sendable {
    /// The value; `.error` and `.unknown` are values too.
    public var value: Value
    /// The places of the facts that decided, each once, in the order they were read.
    public var sources: [SourceID]
    /// Cost units spent.
    public var cost: Int
}

/// What one part of an expression came to.
public struct Observation: Sendable {
    /// Where the part starts, in UTF-8 bytes.
    public var offset: Int
    /// How many bytes it spans.
    public var length: Int
    /// The last value it had; nil when it was never evaluated.
    public var value: Value?
    /// Whether it is a condition: a part whose value was, or can only be, a bool.
    public var isBoolean: Bool
    /// Whether it was true at least once.
    public var sawTrue: Bool
    /// Whether it was false at least once.
    public var sawFalse: Bool
}
