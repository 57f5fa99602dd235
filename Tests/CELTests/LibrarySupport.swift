// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model

/// A call of a function by name, as the evaluator would pick it: the first overload whose parameters fit.
struct Call {
    var context = CallContext()

    func callAsFunction(_ name: String, _ arguments: Value.Kind..., method: Bool? = nil) -> Value.Kind {
        let values = arguments.map { Value($0) }
        let overload = Library.all.first { overload in
            overload.name == name && method.map { $0 == overload.isMethod } ?? true
                && overload.parameters.count == values.count
                && zip(overload.parameters, values).allSatisfy { fits($0, $1) }
        }
        guard let overload else { return .error(EvaluationError("no such overload: \(name)")) }
        _ = overload.cost(values)
        return overload.call(context, values).kind
    }

    /// Does a value have a type, as far as a value shows?
    func fits(_ type: ValueType, _ value: Value) -> Bool {
        switch (type, value.kind) {
        case (.dyn, _), (.parameter, _): true
        case (.list(let element), .list(let values)): values.allSatisfy { fits(element, $0) }
        case (.map, .map), (.optional, .optional), (.type, .type): true
        default: type == value.runtimeType
        }
    }
}

let call = Call()

func list(_ kinds: Value.Kind...) -> Value.Kind { .list(kinds.map { Value($0) }) }

func strings(_ texts: String...) -> Value.Kind { .list(texts.map { Value(.string($0)) }) }

func moment(_ text: String) -> Value.Kind {
    Timestamp(rfc3339: text).map { .timestamp($0) } ?? .error(EvaluationError("bad test: \(text)"))
}

func span(_ text: String) -> Value.Kind {
    TimeSpan(text: text).map { .duration($0) } ?? .error(EvaluationError("bad test: \(text)"))
}

/// Same kind and, by CEL's equality, same value; NaN is NaN and −0 is 0.
func same(_ left: Value.Kind, _ right: Value.Kind) -> Bool {
    if case .error = right, case .error = left { return true }
    if case .double(let a) = left, case .double(let b) = right, a.isNaN, b.isNaN { return true }
    return Value(left).runtimeType == Value(right).runtimeType && celEquals(Value(left), Value(right))
}

/// Any failure.
let failure = Value.Kind.error(EvaluationError(""))
