// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a function has no result for its arguments, in words.
struct Failure: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// The cost of arguments, in units. Sums and products stop at the greatest number instead of overflowing.
enum Cost {
    /// The same for all arguments.
    static let constant: @Sendable ([Value]) -> Int = { _ in 1 }

    /// One, and one for each ten bytes or element of each argument.
    static let linear: @Sendable ([Value]) -> Int = { values in
        values.reduce(1) { add($0, size($1)) }
    }

    /// The sizes of the arguments multiplied: searches that may start over at every position.
    static let product: @Sendable ([Value]) -> Int = { values in
        values.reduce(1) { multiply($0, add(1, size($1))) }
    }

    /// What a walk over a value costs, at any depth down to eight.
    static func size(_ value: Value, depth: Int = 8) -> Int {
        switch value.kind {
        case .string(let text), .version(let text): (text.utf8.count + 9) / 10
        case .bytes(let bytes): (bytes.count + 9) / 10
        case .list(let values) where depth > 0:
            values.reduce(values.count) { add($0, size($1, depth: depth - 1)) }
        case .map(let map) where depth > 0:
            map.pairs.reduce(map.count) { add($0, size($1.value, depth: depth - 1)) }
        default: 0
        }
    }

    private static func add(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }

    private static func multiply(_ left: Int, _ right: Int) -> Int {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        return overflow ? .max : product
    }
}

extension Overload {
    /// The failure of an argument of another kind; the checker and the evaluator let none pass.
    private static func mismatch(_ name: String) -> Failure { Failure("no such overload: \(name)") }

    private static func result<Result: Argument>(
        _ context: borrowing CallContext, _ body: () throws(Failure) -> Result
    ) -> Value {
        do throws(Failure) {
            return Value(try body().kind)
        } catch {
            return context.error(error.message)
        }
    }

    private static func argument<A: Argument>(_ values: [Value], _ index: Int, of name: String) throws(Failure) -> A {
        guard values.indices.contains(index), let argument = A(values[index].kind) else { throw mismatch(name) }
        return argument
    }

    /// A function of one argument; the Swift types are the types of CEL.
    static func of<A: Argument, Result: Argument>(
        _ name: String, method: Bool = false, _ documentation: String,
        cost: @escaping @Sendable ([Value]) -> Int = Cost.constant,
        _ body: @escaping @Sendable (A) throws(Failure) -> Result
    ) -> Overload {
        Overload(name, method: method, [A.type], Result.type, documentation, cost: cost) { context, values in
            result(context) { () throws(Failure) in try body(argument(values, 0, of: name)) }
        }
    }

    /// A function of two arguments.
    static func of<A: Argument, B: Argument, Result: Argument>(
        _ name: String, method: Bool = false, _ documentation: String,
        cost: @escaping @Sendable ([Value]) -> Int = Cost.constant,
        _ body: @escaping @Sendable (A, B) throws(Failure) -> Result
    ) -> Overload {
        Overload(name, method: method, [A.type, B.type], Result.type, documentation, cost: cost) { context, values in
            result(context) { () throws(Failure) in
                try body(argument(values, 0, of: name), argument(values, 1, of: name))
            }
        }
    }

    /// A function of three arguments.
    static func of<A: Argument, B: Argument, C: Argument, Result: Argument>(
        _ name: String, method: Bool = false, _ documentation: String,
        cost: @escaping @Sendable ([Value]) -> Int = Cost.constant,
        _ body: @escaping @Sendable (A, B, C) throws(Failure) -> Result
    ) -> Overload {
        Overload(name, method: method, [A.type, B.type, C.type], Result.type, documentation, cost: cost) {
            context, values in
            result(context) { () throws(Failure) in
                try body(argument(values, 0, of: name), argument(values, 1, of: name), argument(values, 2, of: name))
            }
        }
    }

    /// A function of four arguments.
    static func of<A: Argument, B: Argument, C: Argument, D: Argument, Result: Argument>(
        _ name: String, method: Bool = false, _ documentation: String,
        cost: @escaping @Sendable ([Value]) -> Int = Cost.constant,
        _ body: @escaping @Sendable (A, B, C, D) throws(Failure) -> Result
    ) -> Overload {
        Overload(name, method: method, [A.type, B.type, C.type, D.type], Result.type, documentation, cost: cost) {
            context, values in
            result(context) { () throws(Failure) in
                try body(
                    argument(values, 0, of: name), argument(values, 1, of: name), argument(values, 2, of: name),
                    argument(values, 3, of: name))
            }
        }
    }
}
