// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

/// `+ - * / %`: checked, so that what does not fit is an error and never a trap or a wrong number.
enum Arithmetic {
    /// The result, nil when the operator does not take such values. A `.error` says what went wrong.
    static func apply(_ operation: Tree.Arithmetic, _ left: Value, _ right: Value, at offset: Int) -> Value? {
        let result: Result
        switch (left.kind, right.kind) {
        case (.int(let a), .int(let b)): result = integer(operation, a, b).map { .int($0) }
        case (.uint(let a), .uint(let b)): result = integer(operation, a, b).map { .uint($0) }
        case (.double(let a), .double(let b)): result = double(operation, a, b)
        case (.string(let a), .string(let b)) where operation == .add: result = .value(.string(a + b))
        case (.bytes(let a), .bytes(let b)) where operation == .add: result = .value(.bytes(a + b))
        case (.list(let a), .list(let b)) where operation == .add: result = .value(.list(a + b))
        case (.byteSize, _), (_, .byteSize): result = byteSize(operation, left.kind, right.kind)
        default: result = time(operation, left.kind, right.kind)
        }
        switch result {
        case .value(let kind): return Value(kind)
        case .failure(let message): return Value(.error(EvaluationError(message, offset: offset)))
        case .noOverload: return nil
        }
    }

    /// `-x` of an int or a double.
    static func negate(_ value: Value, at offset: Int) -> Value? {
        switch value.kind {
        case .int(let a):
            let (negative, overflow) = Int64(0).subtractingReportingOverflow(a)
            return overflow
                ? Value(.error(EvaluationError("integer overflow", offset: offset))) : Value(.int(negative))
        case .double(let a): return Value(.double(-a))
        default: return nil
        }
    }

    private enum Result {
        case value(Value.Kind)
        case failure(String)
        case noOverload
    }

    private enum Checked<Number> {
        case value(Number)
        case failure(String)

        func map(_ kind: (Number) -> Value.Kind) -> Result {
            switch self {
            case .value(let number): .value(kind(number))
            case .failure(let message): .failure(message)
            }
        }
    }

    private static func integer<I: FixedWidthInteger>(_ operation: Tree.Arithmetic, _ a: I, _ b: I) -> Checked<I> {
        let (value, overflow): (I, Bool)
        switch operation {
        case .add: (value, overflow) = a.addingReportingOverflow(b)
        case .subtract: (value, overflow) = a.subtractingReportingOverflow(b)
        case .multiply: (value, overflow) = a.multipliedReportingOverflow(by: b)
        case .divide:
            if b == 0 { return .failure("division by zero") }
            (value, overflow) = a.dividedReportingOverflow(by: b)
        case .remainder:
            if b == 0 { return .failure("remainder of a division by zero") }
            (value, overflow) = a.remainderReportingOverflow(dividingBy: b)
        }
        return overflow ? .failure("integer overflow") : .value(value)
    }

    private static func double(_ operation: Tree.Arithmetic, _ a: Double, _ b: Double) -> Result {
        switch operation {
        case .add: .value(.double(a + b))
        case .subtract: .value(.double(a - b))
        case .multiply: .value(.double(a * b))
        case .divide: .value(.double(a / b))
        case .remainder: .noOverload
        }
    }

    private static func byteSize(_ operation: Tree.Arithmetic, _ left: Value.Kind, _ right: Value.Kind) -> Result {
        switch (operation, left, right) {
        case (.add, .byteSize(let a), .byteSize(let b)), (.subtract, .byteSize(let a), .byteSize(let b)),
            (.multiply, .byteSize(let a), .int(let b)), (.multiply, .int(let a), .byteSize(let b)),
            (.divide, .byteSize(let a), .int(let b)):
            integer(operation, a, b).map { .byteSize($0) }
        case (.divide, .byteSize(let a), .byteSize(let b)): .value(.double(Double(a) / Double(b)))
        default: .noOverload
        }
    }

    // MARK: Time

    private static func time(_ operation: Tree.Arithmetic, _ left: Value.Kind, _ right: Value.Kind) -> Result {
        switch (operation, left, right) {
        case (.add, .timestamp(let moment), .duration(let span)), (.add, .duration(let span), .timestamp(let moment)):
            timestamp(moment, span.seconds, Int64(span.nanoseconds))
        case (.subtract, .timestamp(let moment), .duration(let span)):
            span.seconds == .min
                ? .failure("timestamp out of range")
                : timestamp(moment, -span.seconds, -Int64(span.nanoseconds))
        case (.subtract, .timestamp(let a), .timestamp(let b)):
            duration(a.seconds, Int64(a.nanoseconds), minus: b.seconds, Int64(b.nanoseconds))
        case (.subtract, .duration(let a), .duration(let b)):
            duration(a.seconds, Int64(a.nanoseconds), minus: b.seconds, Int64(b.nanoseconds))
        case (.add, .duration(let a), .duration(let b)):
            b.seconds == .min
                ? .failure("duration out of range")
                : duration(a.seconds, Int64(a.nanoseconds), minus: -b.seconds, -Int64(b.nanoseconds))
        default: .noOverload
        }
    }

    private static let billion: Int64 = 1_000_000_000

    private static func timestamp(_ moment: Timestamp, _ seconds: Int64, _ nanoseconds: Int64) -> Result {
        var nanoseconds = Int64(moment.nanoseconds) + nanoseconds
        let carry = nanoseconds < 0 ? -1 : nanoseconds >= billion ? 1 : 0 as Int64
        nanoseconds -= carry * billion
        let (sum, overflow) = moment.seconds.addingReportingOverflow(seconds)
        let (total, carryOverflow) = sum.addingReportingOverflow(carry)
        guard !overflow, !carryOverflow, Timestamp.valid.contains(total), let small = Int32(exactly: nanoseconds) else {
            return .failure("timestamp out of range")
        }
        return .value(.timestamp(Timestamp(seconds: total, nanoseconds: small)))
    }

    /// The difference of two points on a line; a duration is within an int64 of nanoseconds ("Overflow").
    private static func duration(
        _ seconds: Int64, _ nanoseconds: Int64, minus otherSeconds: Int64, _ otherNanoseconds: Int64
    ) -> Result {
        let (difference, overflow) = seconds.subtractingReportingOverflow(otherSeconds)
        let (scaled, scaleOverflow) = difference.multipliedReportingOverflow(by: billion)
        let (total, sumOverflow) = scaled.addingReportingOverflow(nanoseconds - otherNanoseconds)
        guard !overflow, !scaleOverflow, !sumOverflow, let small = Int32(exactly: total % billion) else {
            return .failure("duration out of range")
        }
        return .value(.duration(TimeSpan(seconds: total / billion, nanoseconds: small)))
    }
}
