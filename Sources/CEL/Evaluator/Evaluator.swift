// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// Walks a resolved tree. Errors and unknown facts are values: `&&` and `||` absorb them when the other side decides,
/// everything else hands them on, unknown before error. Recursion is as deep as the tree is high.
struct Evaluator {
    let code: Program.Code
    var locals: [Value]
    /// The places of the facts consumed so far; parts that turn out not to decide are taken back.
    var trace: [SourceID] = []
    /// See `mark()`.
    var lastMark = 0
    var loopDepth = 0
    private(set) var cost = 0
    private let costLimit: Int
    private let text: String
    private let variables: [Value?]
    private var context: CallContext
    private var observer: Observer?

    init(
        _ program: Program, _ bindings: Bindings, _ zoneFile: @escaping @Sendable (String) -> [UInt8]?, observing: Bool
    ) {
        code = program.code
        costLimit = program.costLimit
        text = program.text
        variables = program.code.tree.variables.map { bindings[$0] }
        locals = Array(repeating: Value(.null), count: Int(program.code.tree.localCount))
        context = CallContext(zoneFile: zoneFile)
        if observing { observer = Observer(program.code.tree) }
    }

    /// The value of the whole.
    mutating func run() -> Evaluation {
        var value = evaluate(code.tree.root)
        consume(value)
        if isExhausted { value = error("cost limit of \(costLimit) units exceeded", code.tree.root) }
        return Evaluation(value: value, sources: distinctSources(), cost: min(cost, costLimit))
    }

    /// What was observed.
    var observations: [Observation] { observer?.observations ?? [] }

    /// The value of a node.
    mutating func evaluate(_ id: Tree.ID) -> Value {
        charge(1)
        if isExhausted { return error("cost limit exceeded", id) }
        let value = step(id)
        observer?.saw(value, at: id)
        return value
    }

    private mutating func step(_ id: Tree.ID) -> Value {
        switch code.tree[id] {
        case .literal(let index): return code.tree.literals[Int(index)]
        case .variable(let index): return variable(index, id)
        case .local(let slot): return locals[Int(slot)]
        case .field(let operand, let field, let access): return select(evaluate(operand), field, access, id)
        case .and(let left, let right): return logic(left, right, absorbing: false, id)
        case .or(let left, let right): return logic(left, right, absorbing: true, id)
        case .not(let operand): return not(operand, id)
        case .ordered(let order, let left, let right): return ordered(order, left, right, id)
        case .equal(let left, let right, let negated): return equal(left, right, negated, id)
        case .contained(let left, let right): return contained(left, right, id)
        case .call(let index): return call(index, id)
        case .macro(let index): return macro(index, id)
        case .element(let operand, let index, let isOptional): return element(operand, index, isOptional, id)
        case .conditional(let condition, let yes, let no): return conditional(condition, yes, no, id)
        case .arithmetic(let operation, let left, let right): return arithmetic(operation, left, right, id)
        case .negate(let operand): return negate(operand, id)
        case .list(let run): return list(run, id)
        case .map(let run): return map(run, id)
        case .hasVariable(let operand): return hasVariable(operand, id)
        case .name(let index, _), .unresolved(let index):
            return error("undeclared name `\(code.tree.names[Int(index)])`", id)
        case .invalid, .optionalElement: return error("`?` stands only before elements", id)
        }
    }

    // MARK: Cost

    /// Whether the evaluation has used up what it may cost.
    var isExhausted: Bool { cost > costLimit }

    /// Adds to the cost.
    mutating func charge(_ units: Int) {
        let (sum, overflow) = cost.addingReportingOverflow(max(0, units))
        cost = overflow ? Int.max : sum
    }

    // MARK: Failures

    func error(_ message: String, _ id: Tree.ID) -> Value {
        Value(.error(EvaluationError(message, offset: Int(code.tree.span(id).mark))))
    }

    func noOverload(_ symbol: String, _ operands: [Value], _ id: Tree.ID) -> Value {
        let types = operands.map(\.runtimeType.display).joined(separator: " and ")
        return error("no such overload: `\(symbol)` for \(types)", id)
    }

    /// The unknown or the error that stands in the way of using two values; unknown before error.
    func obstacle(_ left: Value, _ right: Value) -> Value? {
        switch (left.kind, right.kind) {
        case (.unknown(let a), .unknown(let b)): Value(.unknown(merged(a, b)))
        case (.unknown(let facts), _), (_, .unknown(let facts)): Value(.unknown(facts))
        case (.error(let failure), _), (_, .error(let failure)): Value(.error(failure))
        default: nil
        }
    }

    /// The facts that are not known somewhere inside values, nil when there are none.
    func unknown(within values: [Value]) -> Value? {
        let facts = values.reduce([]) { merged($0, $1.unknownParts(depth: 8)) }
        return facts.isEmpty ? nil : Value(.unknown(facts))
    }

    func merged(_ left: [Unknown], _ right: [Unknown]) -> [Unknown] {
        left + right.filter { !left.contains($0) }
    }

    // MARK: Names

    private func variable(_ index: Tree.Index, _ id: Tree.ID) -> Value {
        let name = code.tree.variables[Int(index)]
        guard let value = variables[Int(index)] else { return error("no value for `\(name)`", id) }
        if case .absent = value.kind { return error("there is no `\(name)`: ask has(\(name)) first", id) }
        return named(value, id)
    }

    private mutating func hasVariable(_ operand: Tree.ID, _ id: Tree.ID) -> Value {
        guard case .variable(let index) = code.tree[operand], let value = variables[Int(index)] else {
            return evaluate(operand)
        }
        consume(value)
        switch value.kind {
        case .absent: return Value(.bool(false))
        case .unknown: return named(value, operand)
        default: return Value(.bool(true))
        }
    }

    /// An unknown without a name gets the one the expression calls it by.
    func named(_ value: Value, _ id: Tree.ID) -> Value {
        guard case .unknown(let facts) = value.kind, facts.contains(where: \.fact.isEmpty) else { return value }
        let span = code.tree.span(id)
        let written = text.utf8.dropFirst(Int(span.start)).prefix(Int(span.end - span.start))
        let name = code.tree.path(id) ?? String(decoding: written, as: UTF8.self)
        return Value(
            .unknown(facts.map { $0.fact.isEmpty ? Unknown(fact: name, reason: $0.reason) : $0 }), source: value.source)
    }

    // MARK: Calls

    private mutating func call(_ index: Tree.Index, _ id: Tree.ID) -> Value {
        let run = code.tree.calls[Int(index)].arguments
        var arguments: [Value] = []
        arguments.reserveCapacity(Int(run.count))
        var obstacle: Value?
        for child in code.tree.ids(run) {
            let argument = evaluate(child)
            consume(argument)
            switch argument.kind {
            case .unknown, .error: obstacle = self.obstacle(obstacle ?? argument, argument)
            default: arguments.append(argument)
            }
        }
        if let obstacle { return obstacle }
        guard let overload = overload(index, arguments) else {
            return noOverload(code.tree.calls[Int(index)].name, arguments, id)
        }
        charge(overload.cost(arguments))
        if isExhausted { return error("cost limit exceeded", id) }
        context.offset = Int(code.tree.span(id).mark)
        let value = overload.call(context, arguments)
        // What a function makes of an element that is not known is no error of the rule.
        if case .error = value.kind { return unknown(within: arguments) ?? value }
        return value
    }

    private func overload(_ index: Tree.Index, _ arguments: [Value]) -> Overload? {
        guard let function = code.tree.calls[Int(index)].function else { return nil }
        if let only = code.tree.calls[Int(index)].only { return function.overloads[only] }
        return function.overloads.first { overload in
            overload.parameters.count == arguments.count
                && zip(overload.parameters, arguments).allSatisfy { $0.admits($1) }
        }
    }
}

extension Value {
    /// The unknowns inside lists, maps, records and optionals, down to a depth.
    fileprivate func unknownParts(depth: Int) -> [Unknown] {
        guard depth > 0 else { return [] }
        switch kind {
        case .unknown(let facts): return facts
        case .list(let elements): return elements.flatMap { $0.unknownParts(depth: depth - 1) }
        case .map(let map): return map.pairs.flatMap { $0.value.unknownParts(depth: depth - 1) }
        case .record(let record): return record.values.flatMap { $0.unknownParts(depth: depth - 1) }
        case .optional(let inner): return inner?.unknownParts(depth: depth - 1) ?? []
        default: return []
        }
    }
}

extension ValueType {
    /// Whether a value is of this type, as far as types exist at run time: all lists are one type.
    func admits(_ value: Value) -> Bool {
        switch (self, value.kind) {
        case (.dyn, _), (.parameter, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint),
            (.double, .double), (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp),
            (.duration, .duration), (.mode, .mode), (.byteSize, .byteSize), (.version, .version), (.ip, .ip),
            (.cidr, .cidr), (.list, .list), (.map, .map), (.optional, .optional), (.type, .type):
            true
        case (.record(let schema), .record(let record)): schema == record.schema
        default: false
        }
    }
}
