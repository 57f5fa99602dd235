// SPDX-License-Identifier: GPL-3.0-or-later

/// The most an expression may cost: every branch taken, every loop run to its end. Saturates instead of overflowing.
struct StaticCost {
    /// Units.
    private(set) var total = 0
    private let tree: Tree
    private let assumedElements: Int

    init(_ tree: Tree, _ limits: Limits) {
        self.tree = tree
        assumedElements = limits.assumedElements
        total = cost(of: tree.root)
    }

    private func cost(of id: Tree.ID) -> Int {
        switch tree[id] {
        case .invalid, .literal, .name, .variable, .local, .unresolved, .hasVariable: 1
        case .field(let operand, _, _), .optionalElement(let operand), .not(let operand), .negate(let operand):
            add(1, cost(of: operand))
        case .element(let left, let right, _), .arithmetic(_, let left, let right), .ordered(_, let left, let right),
            .equal(let left, let right, _), .and(let left, let right), .or(let left, let right):
            add(1, add(cost(of: left), cost(of: right)))
        case .contained(let left, let right): add(elements(of: right), add(cost(of: left), cost(of: right)))
        case .conditional(let condition, let yes, let no):
            add(1, add(cost(of: condition), max(cost(of: yes), cost(of: no))))
        case .call(let index): add(1, cost(of: tree.calls[Int(index)].arguments))
        case .list(let run), .map(let run): add(1, cost(of: run))
        case .macro(let index): cost(of: tree.macros[Int(index)])
        }
    }

    private func cost(of run: Tree.Children) -> Int {
        tree.ids(run).reduce(0) { add($0, cost(of: $1)) }
    }

    private func cost(of macro: Tree.Macro) -> Int {
        let body = add(macro.filter.map { cost(of: $0) } ?? 0, cost(of: macro.body))
        let rounds = macro.kind.bindsOnce ? 1 : elements(of: macro.range)
        let (product, overflow) = rounds.multipliedReportingOverflow(by: add(body, 1))
        return add(1, add(cost(of: macro.range), overflow ? Int.max : product))
    }

    /// How many elements a list or map may have.
    private func elements(of id: Tree.ID) -> Int {
        switch tree[id] {
        case .literal:
            if case .list(let values)? = tree.literal(id)?.kind { return max(1, values.count) }
            return 1
        case .list(let run): return max(1, Int(run.count))
        case .map(let run): return max(1, Int(run.count) / 2)
        case .macro(let index):
            let macro = tree.macros[Int(index)]
            return macro.kind.bindsOnce ? assumedElements : elements(of: macro.range)
        case .arithmetic(.add, let left, let right): return add(elements(of: left), elements(of: right))
        default: return assumedElements
        }
    }

    private func add(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? Int.max : sum
    }
}
