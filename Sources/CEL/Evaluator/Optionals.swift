// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// Functions of optional values. `a.?b`, `a[?b]`, `optMap` and `optFlatMap` are the evaluator's own.
let optionalFunctions: [Overload] = {
    let any = ValueType.parameter("T")
    let optional = ValueType.optional(any)
    return [
        Overload("optional.of", [any], optional, "An optional with a value: `optional.of(1).value() == 1`.") {
            Value(.optional($1[0]))
        },
        Overload("optional.none", [], optional, "An optional without a value.") { _, _ in Value(.optional(nil)) },
        Overload(
            "optional.ofNonZeroValue", [any], optional, "An optional with the value, or none for 0, \"\", [] and such."
        ) { Value(.optional($1[0].isZero ? nil : $1[0])) },
        Overload("hasValue", method: true, [optional], .bool, "Whether there is a value.") {
            if case .optional(.some) = $1[0].kind { return .bool(true) }
            return .bool(false)
        },
        Overload("value", method: true, [optional], any, "The value; an error when there is none.") {
            context, arguments in
            if case .optional(let value?) = arguments[0].kind { return value }
            return context.error("this optional has no value")
        },
        Overload(
            "or", method: true, [optional, optional], optional, "The first of the two that has a value."
        ) { _, arguments in
            if case .optional(.some) = arguments[0].kind { return arguments[0] }
            return arguments[1]
        },
        Overload(
            "orValue", method: true, [optional, any], any, "The value, or another: `a.?b.orValue(0)`."
        ) { _, arguments in
            if case .optional(let value?) = arguments[0].kind { return value }
            return arguments[1]
        },
        Overload(
            "optional.unwrap", [.list(optional)], .list(any), "The values of those that have one.",
            cost: { $0.first.map(\.elementCount) ?? 1 }, unwrap),
        Overload(
            "unwrapOpt", method: true, [.list(optional)], .list(any), "The values of those that have one.",
            cost: { $0.first.map(\.elementCount) ?? 1 }, unwrap),
    ]
}()

private func unwrap(_ context: borrowing CallContext, _ arguments: [Value]) -> Value {
    guard case .list(let elements) = arguments[0].kind else { return context.error("unwrap wants a list") }
    var values: [Value] = []
    for element in elements {
        guard case .optional(let value) = element.kind else { return context.error("unwrap wants optionals") }
        if let value { values.append(value) }
    }
    return Value(.list(values))
}

extension Value {
    /// Elements of a list or map, 1 for the rest.
    var elementCount: Int {
        switch kind {
        case .list(let elements): max(1, elements.count)
        case .map(let map): max(1, map.count)
        default: 1
        }
    }

    /// The value a field has that nobody set.
    fileprivate var isZero: Bool {
        switch kind {
        case .null, .absent: true
        case .bool(let value): !value
        case .int(let value), .byteSize(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let text), .version(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.count == 0
        case .duration(let span): span.seconds == 0 && span.nanoseconds == 0
        case .optional(let inner): if case nil = inner { true } else { false }
        default: false
        }
    }
}
