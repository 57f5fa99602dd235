// SPDX-License-Identifier: GPL-3.0-or-later

/// One way to call a function: its signature for the checker, its cost for the budget, its meaning for the evaluator.
/// Operators and macros are the evaluator's own; everything with a name is an overload in `Library`.
public struct Overload: Sendable {
    /// `startsWith`, `math.greatest`, `ip.isCanonical` (a name with dots is a namespaced global function).
    public let name: String
    /// True for `receiver.name(arguments)`: the receiver is then `parameters[0]`.
    public let isMethod: Bool
    /// Types of the arguments, the receiver first. `.parameter("T")` stands for any one type.
    public let parameters: [ValueType]
    /// Type of the result.
    public let result: ValueType
    /// Meaning and example, for the documentation of the language.
    public let documentation: String
    /// Cost in units for these arguments: 1 for constant work, plus one for each ten bytes or each element it walks.
    public let cost: @Sendable ([Value]) -> Int
    /// The meaning. Arguments are never `.unknown`, `.error` or `.absent` and, at run time, already match `parameters`
    /// by kind. Failure is a `.error` value, never a trap.
    public let call: @Sendable (borrowing CallContext, [Value]) -> Value

    /// An overload.
    public init(
        _ name: String, method: Bool = false, _ parameters: [ValueType], _ result: ValueType,
        _ documentation: String = "", cost: @escaping @Sendable ([Value]) -> Int = { _ in 1 },
        _ call: @escaping @Sendable (borrowing CallContext, [Value]) -> Value
    ) {
        self.name = name
        self.isMethod = method
        self.parameters = parameters
        self.result = result
        self.documentation = documentation
        self.cost = cost
        self.call = call
    }
}

/// What a function may ask of its surroundings.
public struct CallContext: Sendable {
    /// Rules of an IANA time zone by name (`Europe/Madrid`), nil when there is none of that name. CEL reads no file
    /// itself: the caller hands over the bytes of a TZif file (RFC 8536).
    public var zoneFile: @Sendable (String) -> [UInt8]?
    /// Where the call stands in the expression, for errors.
    public var offset: Int

    /// A context.
    public init(zoneFile: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }, offset: Int = 0) {
        self.zoneFile = zoneFile
        self.offset = offset
    }

    /// A failure at the place of the call.
    public func error(_ message: String) -> Value { Value(.error(EvaluationError(message, offset: offset))) }
}
