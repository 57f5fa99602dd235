// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Library {
    /// Longest list a function makes out of a number.
    private static let maximumRange: Int64 = 100_000

    /// The lists extension and what Kubernetes adds to it.
    static let lists: [Overload] =
        shapes + searches + orders + [
            sum(.int, .int(0)), sum(.uint, .uint(0)), sum(.double, .double(0)),
            sum(.duration, .duration(TimeSpan(seconds: 0))), sum(.byteSize, .byteSize(0)),
        ]

    private static let shapes: [Overload] = [
        .of("distinct", method: true, "Each element once, in the order of their first.", cost: ValueSet.cost) {
            (list: Elements) throws(Failure) in
            var seen = ValueSet()
            return Elements(list.values.filter { seen.insert($0) })
        },
        Overload(
            "flatten", method: true, [.list(.list(.parameter("T")))], .list(.parameter("T")),
            "The elements of the lists in the list: `[[1], [2, 3]].flatten() == [1, 2, 3]`.", cost: Cost.linear
        ) { context, values in flattened(values, depth: 1, context) },
        Overload(
            "flatten", method: true, [.list(.dyn)], .list(.dyn), "The elements of the lists in the list.",
            cost: Cost.linear
        ) { context, values in flattened(values, depth: 1, context) },
        Overload(
            "flatten", method: true, [.list(.dyn), .int], .list(.dyn), "As many levels of lists opened as told.",
            cost: Cost.linear
        ) { context, values in
            guard values.count == 2, case .int(let depth) = values[1].kind, depth >= 0 else {
                return context.error("flatten: level must be non-negative")
            }
            return flattened(values, depth: Int(clamping: depth), context)
        },
        .of(
            "lists.range", "The numbers from 0 up to one, which is left out: `lists.range(3) == [0, 1, 2]`.",
            cost: { values in
                guard case .int(let count)? = values.first?.kind else { return 1 }
                return 1 + Int(clamping: min(max(count, 0), maximumRange))
            }
        ) { (count: Int64) throws(Failure) in
            guard count <= maximumRange else { throw Failure("lists.range: at most \(maximumRange)") }
            return Numbers((0..<max(0, count)).map { $0 })
        },
        .of("reverse", method: true, "The elements from last to first.", cost: Cost.linear) {
            (list: Elements) throws(Failure) in Elements(list.values.reversed())
        },
        .of("slice", method: true, "From a position up to another, which is left out.", cost: Cost.linear) {
            (list: Elements, start: Int64, end: Int64) throws(Failure) in
            guard start >= 0, start <= end, end <= list.values.count else {
                throw Failure("cannot slice(\(start), \(end)) a list of \(list.values.count)")
            }
            return Elements(Array(list.values[Int(start)..<Int(end)]))
        },
        Overload(
            "first", method: true, [.list(.parameter("T"))], .optional(.parameter("T")),
            "The first element, or none: `[].first().orValue(0)`."
        ) { context, values in
            guard case .list(let elements)? = values.first?.kind else {
                return context.error("no such overload: first")
            }
            return Value(.optional(elements.first))
        },
        Overload(
            "last", method: true, [.list(.parameter("T"))], .optional(.parameter("T")), "The last element, or none."
        ) { context, values in
            guard case .list(let elements)? = values.first?.kind else { return context.error("no such overload: last") }
            return Value(.optional(elements.last))
        },
    ]

    private static func flattened(_ values: [Value], depth: Int, _ context: borrowing CallContext) -> Value {
        guard case .list(let elements)? = values.first?.kind else { return context.error("no such overload: flatten") }
        // Deeper than any value may be nested anyway.
        return Value(.list(flattened(elements, depth: min(depth, 64))))
    }

    private static func flattened(_ elements: [Value], depth: Int) -> [Value] {
        elements.flatMap { element -> [Value] in
            guard depth > 0, case .list(let inner) = element.kind else { return [element] }
            return flattened(inner, depth: depth - 1)
        }
    }

    private static let searches: [Overload] = [
        .of("indexOf", method: true, "Where the element first stands, or −1.", cost: Cost.linear) {
            (list: Elements, element: Element) throws(Failure) in
            list.values.firstIndex { celEquals($0, element.value) }.map { Int64($0) } ?? -1
        },
        .of("lastIndexOf", method: true, "Where the element last stands, or −1.", cost: Cost.linear) {
            (list: Elements, element: Element) throws(Failure) in
            list.values.lastIndex { celEquals($0, element.value) }.map { Int64($0) } ?? -1
        },
        .of("includes", method: true, "Is the element in the list?", cost: Cost.linear) {
            (list: Elements, element: Element) throws(Failure) in
            list.values.contains { celEquals($0, element.value) }
        },
    ]

    private static let orders: [Overload] = [
        .of("sort", method: true, "In order; the elements must be of one type that has one.", cost: sortCost) {
            (list: Elements) throws(Failure) in
            try checkOrder(list.values)
            // Stable, so that equal versions keep their order.
            return Elements(list.values.sorted { (celCompare($0, $1) ?? 0) < 0 })
        },
        .of("isSorted", method: true, "Is each element not below the one before?", cost: Cost.linear) {
            (list: Elements) throws(Failure) in
            try checkOrder(list.values)
            return zip(list.values, list.values.dropFirst()).allSatisfy { (celCompare($0, $1) ?? 0) <= 0 }
        },
        .of("min", method: true, "The least element; an error for none.", cost: Cost.linear) {
            (list: Elements) throws(Failure) in try extreme(list.values, "min") { $0 < 0 }
        },
        .of("max", method: true, "The greatest element; an error for none.", cost: Cost.linear) {
            (list: Elements) throws(Failure) in try extreme(list.values, "max") { $0 > 0 }
        },
    ]

    private static let sortCost: @Sendable ([Value]) -> Int = { values in
        let size = Cost.linear(values)
        let (cost, overflow) = size.multipliedReportingOverflow(by: Int.bitWidth - size.leadingZeroBitCount)
        return overflow ? .max : cost
    }

    /// Elements that have an order among each other: of one type, each equal to itself (NaN is not).
    private static func checkOrder(_ values: [Value]) throws(Failure) {
        guard let first = values.first else { return }
        let type = first.runtimeType
        for value in values {
            guard value.runtimeType == type else { throw Failure("list elements must have the same type") }
            guard celCompare(value, value) != nil else {
                throw Failure("values of type \(type.runtimeName) have no order")
            }
        }
    }

    private static func extreme(
        _ values: [Value], _ name: String, _ isBetter: (Int) -> Bool
    ) throws(Failure) -> Element {
        guard var best = values.first else { throw Failure("\(name) of an empty list") }
        for value in values.dropFirst() {
            guard let order = celCompare(value, best) else { throw Failure("\(name): the elements have no order") }
            if isBetter(order) { best = value }
        }
        return Element(best)
    }

    /// The elements of a list are known to be of one type only where the checker saw it: the sum looks at each.
    private static func sum(_ type: ValueType, _ zero: Value.Kind) -> Overload {
        Overload(
            "sum", method: true, [.list(type)], type, "The sum of the elements: `[1, 2].sum() == 3`.",
            cost: Cost.linear
        ) { context, values in
            guard case .list(let elements)? = values.first?.kind else { return context.error("no such overload: sum") }
            guard var total = elements.first else { return Value(zero) }
            for element in elements.dropFirst() {
                do throws(Failure) {
                    total = Value(try added(total.kind, element.kind))
                } catch {
                    return context.error(error.message)
                }
            }
            do throws(Failure) {
                return Value(try added(total.kind, nil))
            } catch {
                return context.error(error.message)
            }
        }
    }

    /// The sum of two of a kind; of one, that one.
    private static func added(_ left: Value.Kind, _ right: Value.Kind?) throws(Failure) -> Value.Kind {
        switch (left, right) {
        case (.int(let a), .int(let b)): return .int(try checked(a.addingReportingOverflow(b)))
        case (.uint(let a), .uint(let b)): return .uint(try checked(a.addingReportingOverflow(b)))
        case (.double(let a), .double(let b)): return .double(a + b)
        case (.byteSize(let a), .byteSize(let b)): return .byteSize(try checked(a.addingReportingOverflow(b)))
        case (.duration(let a), .duration(let b)):
            let billion: Int128 = 1_000_000_000
            let total =
                Int128(a.seconds) * billion + Int128(a.nanoseconds) + Int128(b.seconds) * billion
                + Int128(b.nanoseconds)
            guard let span = TimeSpan(nanoseconds: total) else { throw Failure("duration out of range") }
            return .duration(span)
        case (.int, nil), (.uint, nil), (.double, nil), (.byteSize, nil), (.duration, nil): return left
        default: throw Failure("sum: the elements must be numbers, byte sizes or durations of one type")
        }
    }

    private static func checked<N: FixedWidthInteger>(
        _ result: (partialValue: N, overflow: Bool)
    ) throws(Failure) -> N {
        guard !result.overflow else { throw Failure("integer overflow") }
        return result.partialValue
    }
}

/// A list of ints.
struct Numbers: Argument {
    let numbers: [Int64]
    init(_ numbers: [Int64]) { self.numbers = numbers }
    static var type: ValueType { .list(.int) }
    init?(_ kind: Value.Kind) {
        guard case .list(let values) = kind else { return nil }
        var numbers: [Int64] = []
        for value in values {
            guard case .int(let number) = value.kind else { return nil }
            numbers.append(number)
        }
        self.numbers = numbers
    }
    var kind: Value.Kind { .list(numbers.map { Value(.int($0)) }) }
}
