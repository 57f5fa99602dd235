// SPDX-License-Identifier: GPL-3.0-or-later

extension Library {
    /// The math extension.
    static let math: [Overload] =
        extremes("math.greatest", "The greatest of its arguments, or of a list.") { $0 > 0 }
        + extremes("math.least", "The least of its arguments, or of a list.") { $0 < 0 }
        + doubles + signs + bits

    /// Most arguments `math.greatest` and `math.least` take; longer ones are lists.
    private static let maximumArguments = 10

    private static func extremes(
        _ name: String, _ documentation: String, _ isBetter: @escaping @Sendable (Int) -> Bool
    ) -> [Overload] {
        func overload(_ parameters: [ValueType], _ result: ValueType) -> Overload {
            Overload(name, parameters, result, documentation, cost: Cost.linear) { context, values in
                if values.count == 1, case .list(let elements) = values[0].kind {
                    return extreme(elements, isBetter) ?? context.error("\(name) takes numbers, and one at least")
                }
                return extreme(values, isBetter) ?? context.error("\(name) takes numbers")
            }
        }
        let types: [ValueType] = [.int, .uint, .double]
        return [overload([.list(.parameter("T"))], .parameter("T"))] + types.map { overload([$0], $0) }
            + (2...maximumArguments).flatMap { count in
                types.map { overload(Array(repeating: $0, count: count), $0) }
                    + [overload(Array(repeating: .dyn, count: count), .dyn)]
            }
    }

    /// The first of the best numbers; nil when there is none, or something that cannot be ordered.
    private static func extreme(_ values: [Value], _ isBetter: (Int) -> Bool) -> Value? {
        guard var best = values.first, isNumber(best) else { return nil }
        for value in values.dropFirst() {
            guard isNumber(value), let order = celCompare(value, best) else { return nil }
            if isBetter(order) { best = value }
        }
        return best
    }

    private static func isNumber(_ value: Value) -> Bool {
        switch value.kind {
        case .int, .uint, .double: true
        default: false
        }
    }

    private static let doubles: [Overload] = [
        .of("math.ceil", "The whole number not below.") { (number: Double) throws(Failure) in number.rounded(.up) },
        .of("math.floor", "The whole number not above.") {
            (number: Double) throws(Failure) in number.rounded(.down)
        },
        .of("math.round", "The nearest whole number, halves away from zero.") {
            (number: Double) throws(Failure) in number.rounded(.toNearestOrAwayFromZero)
        },
        .of("math.trunc", "The whole number towards zero.") {
            (number: Double) throws(Failure) in number.rounded(.towardZero)
        },
        .of("math.isNaN", "Is it not a number?") { (number: Double) throws(Failure) in number.isNaN },
        .of("math.isInf", "Is it infinite, either way?") { (number: Double) throws(Failure) in number.isInfinite },
        .of("math.isFinite", "Is it neither infinite nor NaN?") {
            (number: Double) throws(Failure) in number.isFinite
        },
        .of("math.sqrt", "The square root; NaN below zero.") {
            (number: Double) throws(Failure) in number.squareRoot()
        },
        .of("math.sqrt", "The square root; NaN below zero.") {
            (number: Int64) throws(Failure) in Double(number).squareRoot()
        },
        .of("math.sqrt", "The square root.") { (number: UInt64) throws(Failure) in Double(number).squareRoot() },
    ]

    private static let signs: [Overload] = [
        .of("math.abs", "Without its sign.") { (number: Double) throws(Failure) in number.magnitude },
        .of("math.abs", "Without its sign; an error for −2⁶³.") { (number: Int64) throws(Failure) in
            guard let result = Int64(exactly: number.magnitude) else { throw Failure("integer overflow") }
            return result
        },
        .of("math.abs", "The same number.") { (number: UInt64) throws(Failure) in number },
        .of("math.sign", "−1, 0, 1 or NaN.") { (number: Double) throws(Failure) in
            number > 0 ? 1.0 : number < 0 ? -1.0 : number.isNaN ? number : 0.0
        },
        .of("math.sign", "−1, 0 or 1.") { (number: Int64) throws(Failure) in number.signum() },
        .of("math.sign", "0 or 1.") { (number: UInt64) throws(Failure) in number.signum() },
    ]

    private static let bits: [Overload] = [
        .of("math.bitAnd", "The bits both have.") { (left: Int64, right: Int64) throws(Failure) in left & right },
        .of("math.bitAnd", "The bits both have.") { (left: UInt64, right: UInt64) throws(Failure) in left & right },
        .of("math.bitOr", "The bits either has.") { (left: Int64, right: Int64) throws(Failure) in left | right },
        .of("math.bitOr", "The bits either has.") { (left: UInt64, right: UInt64) throws(Failure) in left | right },
        .of("math.bitXor", "The bits one has.") { (left: Int64, right: Int64) throws(Failure) in left ^ right },
        .of("math.bitXor", "The bits one has.") { (left: UInt64, right: UInt64) throws(Failure) in left ^ right },
        .of("math.bitNot", "The bits it does not have.") { (number: Int64) throws(Failure) in ~number },
        .of("math.bitNot", "The bits it does not have.") { (number: UInt64) throws(Failure) in ~number },
        .of("math.bitShiftLeft", "Shifted to the left; 0 from 64 places on.") {
            (number: Int64, places: Int64) throws(Failure) in number << (try shift(places))
        },
        .of("math.bitShiftLeft", "Shifted to the left; 0 from 64 places on.") {
            (number: UInt64, places: Int64) throws(Failure) in number << (try shift(places))
        },
        .of("math.bitShiftRight", "Shifted to the right, zeros from the left; 0 from 64 places on.") {
            (number: Int64, places: Int64) throws(Failure) in
            Int64(bitPattern: UInt64(bitPattern: number) >> (try shift(places)))
        },
        .of("math.bitShiftRight", "Shifted to the right; 0 from 64 places on.") {
            (number: UInt64, places: Int64) throws(Failure) in number >> (try shift(places))
        },
    ]

    private static func shift(_ places: Int64) throws(Failure) -> Int64 {
        guard places >= 0 else { throw Failure("negative shift: \(places)") }
        return min(places, 64)
    }
}
