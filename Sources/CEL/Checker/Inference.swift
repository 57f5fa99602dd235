// SPDX-License-Identifier: GPL-3.0-or-later

/// Type variables and what they stand for. `[]` is a list of something not known yet; the first use that says more
/// binds it. `dyn` goes with everything: the check is then left to run time.
struct Inference {
    private var bound: [String: ValueType] = [:]
    private var count = 0

    /// A type variable that stands for nothing yet.
    mutating func fresh() -> ValueType {
        count += 1
        return .parameter("%\(count)")
    }

    /// What a type variable stands for; the type itself when it is none.
    func resolve(_ type: ValueType) -> ValueType {
        var type = type
        while case .parameter(let name) = type, let next = bound[name] { type = next }
        return type
    }

    /// With every variable replaced; what stays open is `dyn`.
    func finished(_ type: ValueType) -> ValueType {
        switch resolve(type) {
        case .parameter: .dyn
        case .list(let element): .list(finished(element))
        case .map(let key, let value): .map(finished(key), finished(value))
        case .optional(let inner): .optional(finished(inner))
        case .type(let inner): .type(finished(inner))
        case let other: other
        }
    }

    /// A signature's type with its parameters made fresh; the same parameter gets the same variable.
    mutating func instantiate(_ type: ValueType, _ names: inout [String: ValueType]) -> ValueType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let variable = fresh()
            names[name] = variable
            return variable
        case .list(let element): return .list(instantiate(element, &names))
        case .map(let key, let value): return .map(instantiate(key, &names), instantiate(value, &names))
        case .optional(let inner): return .optional(instantiate(inner, &names))
        case .type(let inner): return .type(instantiate(inner, &names))
        default: return type
        }
    }

    /// Whether a value of `source` may stand where `target` is asked for. Binds variables; takes them back on failure.
    mutating func assign(_ source: ValueType, to target: ValueType) -> Bool {
        let before = bound
        if unify(source, target) { return true }
        bound = before
        return false
    }

    private mutating func unify(_ source: ValueType, _ target: ValueType) -> Bool {
        let source = resolve(source)
        let target = resolve(target)
        switch (source, target) {
        case (.parameter(let a), .parameter(let b)):
            if a != b { bound[b] = source }
            return true
        case (_, .parameter(let name)):
            guard !mentions(name, source) else { return false }
            bound[name] = source
            return true
        case (.parameter(let name), _):
            guard !mentions(name, target) else { return false }
            bound[name] = target
            return true
        case (.dyn, _), (_, .dyn): return true
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): return unify(a, b)
        case (.map(let aKey, let aValue), .map(let bKey, let bValue)): return unify(aKey, bKey) && unify(aValue, bValue)
        case (.type, .type): return true
        case (.null, .timestamp), (.null, .duration), (.null, .record), (.null, .opaque), (.null, .optional):
            return true
        default: return source == target
        }
    }

    private func mentions(_ name: String, _ type: ValueType) -> Bool {
        switch resolve(type) {
        case .parameter(let other): other == name
        case .list(let element): mentions(name, element)
        case .map(let key, let value): mentions(name, key) || mentions(name, value)
        case .optional(let inner), .type(let inner): mentions(name, inner)
        default: false
        }
    }

    /// The type of a place that holds the one or the other: the more general of two that go together, else `dyn`.
    mutating func join(_ left: ValueType, _ right: ValueType) -> ValueType {
        guard assign(right, to: left) else { return .dyn }
        return generality(of: right) > generality(of: left) ? right : left
    }

    private func generality(of type: ValueType) -> Int {
        switch resolve(type) {
        case .dyn: 1
        case .list(let element): generality(of: element)
        case .map(let key, let value): generality(of: key) + generality(of: value)
        case .optional(let inner): generality(of: inner)
        default: 0
        }
    }
}

extension ValueType {
    /// Whether nothing is known before evaluation.
    var isOpen: Bool {
        switch self {
        case .dyn, .parameter: true
        default: false
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .uint, .double: true
        default: false
        }
    }

    /// The type as a message names it: `list(string)`.
    public var display: String {
        switch self {
        case .null: "null"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .ip: "ip"
        case .cidr: "cidr"
        case .parameter: "dyn"
        case .list(let element): "list(\(element.display))"
        case .map(let key, let value): "map(\(key.display), \(value.display))"
        case .optional(let inner): "optional(\(inner.display))"
        case .type(let inner): "type(\(inner.display))"
        case .record(let schema): schema.name
        default: runtimeName
        }
    }
}
