// SPDX-License-Identifier: GPL-3.0-or-later

/// Which types the operators take and give.
enum OperatorTypes {
    private typealias Rule = (left: ValueType, right: ValueType, result: ValueType)

    private static let add: [Rule] = [
        (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.string, .string, .string),
        (.bytes, .bytes, .bytes), (.timestamp, .duration, .timestamp), (.duration, .timestamp, .timestamp),
        (.duration, .duration, .duration), (.byteSize, .byteSize, .byteSize),
    ]
    private static let subtract: [Rule] = [
        (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.timestamp, .timestamp, .duration),
        (.timestamp, .duration, .timestamp), (.duration, .duration, .duration), (.byteSize, .byteSize, .byteSize),
    ]
    private static let multiply: [Rule] = [
        (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.byteSize, .int, .byteSize),
        (.int, .byteSize, .byteSize),
    ]
    private static let divide: [Rule] = [
        (.int, .int, .int), (.uint, .uint, .uint), (.double, .double, .double), (.byteSize, .int, .byteSize),
        (.byteSize, .byteSize, .double),
    ]
    private static let remainder: [Rule] = [(.int, .int, .int), (.uint, .uint, .uint)]

    private static func rules(_ operation: Tree.Arithmetic) -> [Rule] {
        switch operation {
        case .add: add
        case .subtract: subtract
        case .multiply: multiply
        case .divide: divide
        case .remainder: remainder
        }
    }

    /// The result type; `dyn` when several are possible, nil when the operator does not take such operands.
    /// Lists are the checker's own affair.
    static func result(_ operation: Tree.Arithmetic, _ left: ValueType, _ right: ValueType) -> ValueType? {
        if left == right, operation != .multiply || left != .byteSize {
            switch left {
            case .int: return .int
            case .double where operation != .remainder: return .double
            default: break
            }
        }
        var result: ValueType?
        for rule in rules(operation) {
            guard left.isOpen || rule.left == left, right.isOpen || rule.right == right else { continue }
            if result == nil { result = rule.result } else if result != rule.result { return .dyn }
        }
        return result
    }

    /// Whether `<` and its like take such operands: the same ordered type, or numbers of any kind.
    static func isOrdered(_ left: ValueType, _ right: ValueType) -> Bool {
        if left.isOpen { return right.isOpen || isOrdered(right, right) }
        if right.isOpen { return isOrdered(left, left) }
        if left.isNumber && right.isNumber { return true }
        guard left == right else { return false }
        switch left {
        case .string, .bytes, .bool, .timestamp, .duration, .byteSize, .version: return true
        default: return false
        }
    }
}

extension Tree.Arithmetic {
    /// As it is written.
    var symbol: String {
        switch self {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .remainder: "%"
        }
    }
}

extension Tree.Order {
    /// As it is written.
    var symbol: String {
        switch self {
        case .less: "<"
        case .lessEqual: "<="
        case .greater: ">"
        case .greaterEqual: ">="
        }
    }
}
