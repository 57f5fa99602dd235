// SPDX-License-Identifier: GPL-3.0-or-later

extension Checker {
    mutating func inferBool(_ operands: [Tree.ID], _ symbol: String) -> ValueType {
        for operand in operands { requireBool(operand, "`\(symbol)` wants bool") }
        return .bool
    }

    /// Infers a node that has to be a bool.
    mutating func requireBool(_ id: Tree.ID, _ why: String) {
        let type = infer(id)
        if !inference.assign(type, to: .bool) { report("\(why), found \(name(type))", at: id) }
    }

    mutating func inferNegation(_ id: Tree.ID, _ operand: Tree.ID) -> ValueType {
        let type = inference.resolve(infer(operand))
        switch type {
        case .int, .double: return type
        case .dyn, .parameter: return .dyn
        default:
            report("`-` does not take \(name(type))", at: operand)
            return .dyn
        }
    }

    mutating func inferArithmetic(
        _ id: Tree.ID, _ operation: Tree.Arithmetic, _ left: Tree.ID, _ right: Tree.ID
    ) -> ValueType {
        let leftType = inference.resolve(infer(left))
        let rightType = inference.resolve(infer(right))
        if operation == .add, let list = listSum(leftType, rightType) { return list }
        if let result = OperatorTypes.result(operation, leftType, rightType) { return result }
        var hint: String?
        if leftType.isNumber && rightType.isNumber {
            hint = "numbers of different kinds do not mix: convert one with int() or double()"
        }
        report(
            "no `\(operation.symbol)` for \(name(leftType)) and \(name(rightType))", atMarkOf: id, length: 1, hint: hint
        )
        return .dyn
    }

    /// Lists are joined when their elements go together.
    private mutating func listSum(_ left: ValueType, _ right: ValueType) -> ValueType? {
        switch (left, right) {
        case (.list, .list): inference.assign(right, to: left) ? inference.join(left, right) : nil
        case (.list, _) where right.isOpen, (_, .list) where left.isOpen: .list(.dyn)
        default: nil
        }
    }

    mutating func inferOrder(_ id: Tree.ID, _ order: Tree.Order, _ left: Tree.ID, _ right: Tree.ID) -> ValueType {
        let leftType = inference.resolve(infer(left))
        let rightType = inference.resolve(infer(right))
        if !OperatorTypes.isOrdered(leftType, rightType) {
            reportUnlike(id, order.symbol, leftType, rightType)
        }
        return .bool
    }

    mutating func inferEquality(_ id: Tree.ID, _ left: Tree.ID, _ right: Tree.ID, _ negated: Bool) -> ValueType {
        let leftType = inference.resolve(infer(left))
        let rightType = inference.resolve(infer(right))
        if !areComparable(leftType, rightType) { reportUnlike(id, negated ? "!=" : "==", leftType, rightType) }
        return .bool
    }

    private mutating func reportUnlike(_ id: Tree.ID, _ symbol: String, _ left: ValueType, _ right: ValueType) {
        var hint: String?
        for (type, other) in [(left, right), (right, left)] where other == .string {
            switch type {
            case .mode, .version, .ip, .cidr, .duration, .timestamp: hint = "write `\(type.display)(\"…\")`"
            case .byteSize: hint = "write `bytesize(\"256MiB\")`"
            default: break
            }
        }
        report(
            "no `\(symbol)` for \(name(left)) and \(name(right))", atMarkOf: id, length: symbol.utf8.count, hint: hint)
    }

    /// Equality wants one type on both sides; numbers of all kinds are on one line.
    private mutating func areComparable(_ left: ValueType, _ right: ValueType) -> Bool {
        if left.isNumber && right.isNumber { return true }
        return inference.assign(left, to: right) || inference.assign(right, to: left)
    }

    mutating func inferContained(_ id: Tree.ID, _ left: Tree.ID, _ right: Tree.ID) -> ValueType {
        let leftType = inference.resolve(infer(left))
        let rightType = inference.resolve(infer(right))
        switch rightType {
        case .dyn, .parameter: break
        case .list(let element), .map(let element, _):
            if !areComparable(leftType, inference.resolve(element)) { reportUnlike(id, "in", leftType, rightType) }
        case .string:
            let hint = leftType == .string ? "write `b.contains(a)` for `a in b` on strings" : nil
            report("`in` wants a list or a map on its right, found string", at: right, hint: hint)
        default: report("`in` wants a list or a map on its right, found \(name(rightType))", at: right)
        }
        return .bool
    }

    mutating func inferConditional(
        _ id: Tree.ID, _ condition: Tree.ID, _ yes: Tree.ID, _ no: Tree.ID
    ) -> ValueType {
        requireBool(condition, "the condition of `?:` is a bool")
        let yesType = infer(yes)
        let noType = infer(no)
        guard inference.assign(noType, to: yesType) || inference.assign(yesType, to: noType) else {
            report("both sides of `:` are of one type, found \(name(yesType)) and \(name(noType))", at: id)
            return .dyn
        }
        return inference.join(yesType, noType)
    }
}
