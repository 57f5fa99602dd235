// SPDX-License-Identifier: GPL-3.0-or-later

/// A program with one deliberate fault. The tests of a rule that cannot tell it from the original test too little.
public struct Mutant: Sendable {
    /// What was changed: "`<` at 1:14 becomes `<=`".
    public let description: String
    /// The faulty program.
    public let program: Program
}

extension Program {
    /// One mutant for each comparison, connective, quantifier, presence test and boolean literal.
    public func mutants() -> [Mutant] { code.tree.reachable.compactMap { mutant(at: $0) } }

    private func mutant(at id: Tree.ID) -> Mutant? {
        var tree = code.tree
        switch tree[id] {
        case .ordered(let order, let left, let right):
            tree[id] = .ordered(order.shifted, left, right)
            return mutant(tree, id, order.symbol, order.shifted.symbol)
        case .equal(let left, let right, let negated):
            tree[id] = .equal(left, right, negated: !negated)
            return mutant(tree, id, negated ? "!=" : "==", negated ? "==" : "!=")
        case .and(let left, let right):
            tree[id] = .or(left, right)
            return mutant(tree, id, "&&", "||")
        case .or(let left, let right):
            tree[id] = .and(left, right)
            return mutant(tree, id, "||", "&&")
        case .not(let operand):
            tree[id] = tree[operand]
            return mutant(tree, id, "!", "")
        case .contained:
            tree.negate(id)
            return mutant(tree, id, "in", "not in")
        case .hasVariable, .field(_, _, .test):
            tree.negate(id)
            return mutant(tree, id, "has", "!has", at: Int(tree.span(id).start))
        case .literal(let index):
            guard case .bool(let bool) = tree.literals[Int(index)].kind else { return nil }
            tree[id] = .literal(tree.addLiteral(Value(.bool(!bool))))
            return mutant(tree, id, "\(bool)", "\(!bool)")
        case .macro(let index):
            let macro = tree.macros[Int(index)]
            guard macro.kind == .all || macro.kind == .exists else { return nil }
            tree.macros[Int(index)].kind = macro.kind == .all ? .exists : .all
            return mutant(tree, id, "\(macro.kind)", macro.kind == .all ? "exists" : "all")
        default: return nil
        }
    }

    private func mutant(_ tree: Tree, _ id: Tree.ID, _ old: String, _ new: String, at offset: Int? = nil) -> Mutant {
        let place = TextPlace(of: offset ?? Int(tree.span(id).mark), in: text)
        let change = new.isEmpty ? "is dropped" : "becomes `\(new)`"
        let program = Program(text: text, type: type, staticCost: staticCost, tree: tree, costLimit: costLimit)
        return Mutant(description: "`\(old)` at \(place.line):\(place.column) \(change)", program: program)
    }
}

extension Tree {
    /// Puts a `!` before a node.
    fileprivate mutating func negate(_ id: ID) {
        let inner = append(self[id], span(id))
        self[id] = .not(inner)
    }
}

extension Tree.Order {
    /// With the boundary moved: `<` and `<=`, `>` and `>=`.
    fileprivate var shifted: Self {
        switch self {
        case .less: .lessEqual
        case .lessEqual: .less
        case .greater: .greaterEqual
        case .greaterEqual: .greater
        }
    }
}
