// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// Finds what names and calls mean and the type of every part (language definition, "Gradual Type Checking"). Puts
/// resolved nodes in the tree: variables, slots, fields of records, overloads. When it does not insist, types are
/// still inferred but nothing is refused: what has no meaning fails when it is evaluated.
struct Checker {
    var tree: Tree
    let environment: Environment
    /// Whether problems are reported.
    let insists: Bool
    var diagnostics: [Diagnostic] = []
    var inference = Inference()
    /// Names bound by macros around the current node, innermost last.
    var scope: [Binding] = []
    var loopDepth = 0

    struct Binding {
        let name: String
        let slot: Int32
        let type: ValueType
    }

    init(_ tree: Tree, _ environment: Environment, insists: Bool) {
        self.tree = tree
        self.environment = environment
        self.insists = insists
    }

    /// Resolves the whole tree; the type of its value.
    mutating func check(expecting expected: ValueType?) -> ValueType {
        let type = infer(tree.root)
        if let expected, !inference.assign(type, to: expected) {
            report("this is \(name(type)), but \(expected.display) is wanted here", at: tree.root)
        }
        return inference.finished(type)
    }

    /// The type of a node. Recursion is as deep as the tree is high, which the parser bounds.
    mutating func infer(_ id: Tree.ID) -> ValueType {
        switch tree[id] {
        case .invalid, .unresolved: return .dyn
        case .literal(let index): return literalType(tree.literals[Int(index)])
        case .name(let index, let absolute): return inferName(id, tree.names[Int(index)], absolute)
        case .variable, .local: return .dyn
        case .hasVariable(let name): return inferHasVariable(name)
        case .field(let operand, let field, let access): return inferField(id, operand, field, access)
        case .element(let operand, let index, let isOptional): return inferElement(id, operand, index, isOptional)
        case .call(let call): return inferCall(id, call)
        case .list(let run): return inferList(id, run)
        case .map(let run): return inferMap(run)
        case .optionalElement(let inner): return inferOptionalElement(inner)
        case .not(let operand): return inferBool([operand], "!")
        case .and(let left, let right): return inferBool([left, right], "&&")
        case .or(let left, let right): return inferBool([left, right], "||")
        case .negate(let operand): return inferNegation(id, operand)
        case .arithmetic(let operation, let left, let right): return inferArithmetic(id, operation, left, right)
        case .ordered(let order, let left, let right): return inferOrder(id, order, left, right)
        case .equal(let left, let right, let negated): return inferEquality(id, left, right, negated)
        case .contained(let left, let right): return inferContained(id, left, right)
        case .conditional(let condition, let yes, let no): return inferConditional(id, condition, yes, no)
        case .macro(let macro): return inferMacro(id, macro)
        }
    }

    private func literalType(_ value: Value) -> ValueType {
        if case .type(let type) = value.kind { return .type(type) }
        return value.runtimeType
    }

    // MARK: Aggregates

    private mutating func inferList(_ id: Tree.ID, _ run: Tree.Children) -> ValueType {
        guard run.count > 0 else { return .list(inference.fresh()) }
        var element: ValueType?
        for child in tree.ids(run) {
            let type = infer(child)
            element = element.map { inference.join($0, type) } ?? type
        }
        foldList(id, run)
        return .list(element ?? .dyn)
    }

    /// A list of literals is a literal; one with booleans stays, so that each can be flipped (see `mutants`).
    private mutating func foldList(_ id: Tree.ID, _ run: Tree.Children) {
        var values: [Value] = []
        values.reserveCapacity(Int(run.count))
        for child in tree.ids(run) {
            guard let value = tree.literal(child) else { return }
            if case .bool = value.kind { return }
            values.append(value)
        }
        tree[id] = .literal(tree.addLiteral(Value(.list(values))))
    }

    private mutating func inferMap(_ run: Tree.Children) -> ValueType {
        guard run.count > 0 else { return .map(inference.fresh(), inference.fresh()) }
        var key: ValueType?
        var value: ValueType?
        for (position, child) in tree.ids(run).enumerated() {
            let type = infer(child)
            if position % 2 == 0 {
                checkKey(type, child)
                key = key.map { inference.join($0, type) } ?? type
            } else {
                value = value.map { inference.join($0, type) } ?? type
            }
        }
        return .map(key ?? .dyn, value ?? .dyn)
    }

    private mutating func checkKey(_ type: ValueType, _ id: Tree.ID) {
        switch inference.resolve(type) {
        case .int, .uint, .bool, .string, .dyn, .parameter: break
        default: report("a map's key is a string, an int, a uint or a bool, not \(name(type))", at: id)
        }
    }

    private mutating func inferOptionalElement(_ inner: Tree.ID) -> ValueType {
        switch inference.resolve(infer(inner)) {
        case .optional(let type): return type
        case .dyn, .parameter: return .dyn
        case let other:
            report("`?` wants an optional here, found \(name(other))", at: inner)
            return .dyn
        }
    }

    // MARK: Messages

    /// A hint with the known name nearest to a misspelt one.
    func suggest(_ name: String, among known: some Sequence<String>) -> String? {
        Spelling.nearest(to: name, among: known).map { "did you mean `\($0)`?" }
    }

    /// A type as a message names it.
    func name(_ type: ValueType) -> String { inference.finished(type).display }

    /// Reports a problem with a node.
    mutating func report(_ message: String, at id: Tree.ID, hint: String? = nil) {
        let span = tree.span(id)
        report(message, from: Int(span.start), to: Int(span.end), hint: hint)
    }

    /// Reports a problem with an operator or a name of `length` bytes.
    mutating func report(_ message: String, atMarkOf id: Tree.ID, length: Int, hint: String? = nil) {
        let mark = Int(tree.span(id).mark)
        report(message, from: mark, to: mark + length, hint: hint)
    }

    private mutating func report(_ message: String, from start: Int, to end: Int, hint: String?) {
        guard insists else { return }
        diagnostics.append(Diagnostic(message, offset: start, length: end - start, hint: hint))
    }
}
