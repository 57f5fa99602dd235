// SPDX-License-Identifier: GPL-3.0-or-later

/// Notes what every part of an expression came to.
struct Observer {
    private let tree: Tree
    private var values: [Value?]
    private var sawTrue: [Bool]
    private var sawFalse: [Bool]

    init(_ tree: Tree) {
        self.tree = tree
        values = Array(repeating: nil, count: tree.nodes.count)
        sawTrue = Array(repeating: false, count: tree.nodes.count)
        sawFalse = sawTrue
    }

    mutating func saw(_ value: Value, at id: Tree.ID) {
        values[Int(id)] = value
        guard case .bool(let bool) = value.kind else { return }
        if bool { sawTrue[Int(id)] = true } else { sawFalse[Int(id)] = true }
    }

    /// One for each part, in the order of the text.
    var observations: [Observation] {
        tree.reachable.map { id in
            let span = tree.span(id)
            let index = Int(id)
            return Observation(
                offset: Int(span.start), length: Int(span.end - span.start), value: values[index],
                isBoolean: isCondition(id) || sawTrue[index] || sawFalse[index], sawTrue: sawTrue[index],
                sawFalse: sawFalse[index])
        }
    }

    private func isCondition(_ id: Tree.ID) -> Bool {
        switch tree[id] {
        case .and, .or, .not, .ordered, .equal, .contained, .hasVariable, .field(_, _, .test): true
        case .macro(let index): [.all, .exists, .existsOne].contains(tree.macros[Int(index)].kind)
        default: false
        }
    }
}
