// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Evaluator {
    /// `&&` (absorbing false) and `||` (absorbing true). A side that decides takes the other's reads back.
    mutating func logic(_ left: Tree.ID, _ right: Tree.ID, absorbing: Bool, _ id: Tree.ID) -> Value {
        let start = mark()
        let first = evaluate(left)
        consume(first)
        if case .bool(absorbing) = first.kind { return Value(.bool(absorbing)) }
        let middle = mark()
        let second = evaluate(right)
        consume(second)
        if case .bool(absorbing) = second.kind {
            trace.removeSubrange(start..<middle)
            return Value(.bool(absorbing))
        }
        if let obstacle = obstacle(first, second) { return obstacle }
        guard case .bool = first.kind, case .bool = second.kind else {
            return noOverload(absorbing ? "||" : "&&", [first, second], id)
        }
        return Value(.bool(!absorbing))
    }

    mutating func not(_ operand: Tree.ID, _ id: Tree.ID) -> Value {
        let value = evaluate(operand)
        consume(value)
        switch value.kind {
        case .bool(let bool): return Value(.bool(!bool))
        case .unknown, .error: return value
        default: return noOverload("!", [value], id)
        }
    }

    mutating func conditional(_ condition: Tree.ID, _ yes: Tree.ID, _ no: Tree.ID, _ id: Tree.ID) -> Value {
        let value = evaluate(condition)
        consume(value)
        switch value.kind {
        case .bool(let bool): return evaluate(bool ? yes : no)
        case .unknown, .error: return value
        default: return noOverload("?:", [value], id)
        }
    }

    mutating func ordered(_ order: Tree.Order, _ left: Tree.ID, _ right: Tree.ID, _ id: Tree.ID) -> Value {
        let first = evaluate(left)
        let second = evaluate(right)
        consume(first)
        consume(second)
        if let obstacle = obstacle(first, second) { return obstacle }
        charge(min(first.textLength, second.textLength) / 10)
        guard let comparison = celCompare(first, second) else {
            // NaN is neither less nor greater nor equal; other kinds have no order at all.
            let areNumbers = first.runtimeType.isNumber && second.runtimeType.isNumber
            return areNumbers ? Value(.bool(false)) : noOverload(order.symbol, [first, second], id)
        }
        let holds =
            switch order {
            case .less: comparison < 0
            case .lessEqual: comparison <= 0
            case .greater: comparison > 0
            case .greaterEqual: comparison >= 0
            }
        return Value(.bool(holds))
    }

    mutating func equal(_ left: Tree.ID, _ right: Tree.ID, _ negated: Bool, _ id: Tree.ID) -> Value {
        let first = evaluate(left)
        let second = evaluate(right)
        consume(first)
        consume(second)
        if let obstacle = obstacle(first, second) { return obstacle }
        var comparison = Comparison()
        let areEqual = comparison.areEqual(first, second)
        charge(comparison.work)
        if areEqual, !comparison.unknown.isEmpty { return Value(.unknown(comparison.unknown)) }
        return Value(.bool(areEqual != negated))
    }

    /// `x in list`, `key in map`.
    mutating func contained(_ left: Tree.ID, _ right: Tree.ID, _ id: Tree.ID) -> Value {
        let wanted = evaluate(left)
        let whole = evaluate(right)
        consume(wanted)
        if let obstacle = obstacle(wanted, whole) {
            consume(whole)
            return obstacle
        }
        switch whole.kind {
        case .list(let elements):
            var facts: [Unknown] = []
            for element in elements where !isExhausted {
                var comparison = Comparison()
                let isFound = comparison.areEqual(wanted, element)
                charge(comparison.work)
                if isFound, comparison.unknown.isEmpty {
                    consume(part(element, of: whole.source))
                    return Value(.bool(true))
                }
                if isFound { facts = merged(facts, comparison.unknown) }
            }
            consume(whole)
            return Value(facts.isEmpty ? .bool(false) : .unknown(facts))
        case .map(let map):
            charge(wanted.textLength / 10)
            let value = map[wanted]
            consume(value.map { part($0, of: whole.source) } ?? whole)
            return Value(.bool(value?.isPresent ?? false))
        default: return noOverload("in", [wanted, whole], id)
        }
    }

    mutating func arithmetic(
        _ operation: Tree.Arithmetic, _ left: Tree.ID, _ right: Tree.ID, _ id: Tree.ID
    ) -> Value {
        let first = evaluate(left)
        let second = evaluate(right)
        consume(first)
        consume(second)
        if let obstacle = obstacle(first, second) { return obstacle }
        charge((first.textLength + second.textLength) / 10)
        if case .list = first.kind { charge(first.elementCount + second.elementCount) }
        if isExhausted { return error("cost limit exceeded", id) }
        return Arithmetic.apply(operation, first, second, at: Int(code.tree.span(id).mark))
            ?? noOverload(operation.symbol, [first, second], id)
    }

    mutating func negate(_ operand: Tree.ID, _ id: Tree.ID) -> Value {
        let value = evaluate(operand)
        consume(value)
        switch value.kind {
        case .unknown, .error: return value
        default:
            return Arithmetic.negate(value, at: Int(code.tree.span(id).mark)) ?? noOverload("-", [value], id)
        }
    }
}

extension Value {
    /// Bytes of a text, 0 for the rest.
    var textLength: Int {
        switch kind {
        case .string(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        default: 0
        }
    }

    /// False for a field that is not set.
    var isPresent: Bool {
        if case .absent = kind { false } else { true }
    }
}
