// SPDX-License-Identifier: GPL-3.0-or-later

/// Values by CEL's equality: hashed where a value can be a key, else compared with each of the others.
struct ValueSet {
    private var keys: Set<MapValue.Key> = []
    private var others: [Value] = []

    init(_ values: [Value] = []) {
        for value in values { insert(value) }
    }

    /// False when an equal value is there already.
    @discardableResult
    mutating func insert(_ value: Value) -> Bool {
        if let key = MapValue.Key(value) { return keys.insert(key).inserted }
        guard !contains(value) else { return false }
        others.append(value)
        return true
    }

    func contains(_ value: Value) -> Bool {
        if let key = MapValue.Key(value) { return keys.contains(key) }
        return others.contains { celEquals($0, value) }
    }

    /// What sets of these lists cost: the values that are no keys are compared with each other.
    static let cost: @Sendable ([Value]) -> Int = { values in
        var size = 1
        var others = 1
        for case .list(let elements) in values.lazy.map(\.kind) {
            for element in elements {
                let cost = 1 + Cost.size(element)
                size = size.addingReportingOverflow(cost).overflow ? .max : size + cost
                if MapValue.Key(element) == nil { others += cost }
            }
        }
        let (product, overflow) = others.multipliedReportingOverflow(by: others)
        let (sum, overflown) = size.addingReportingOverflow(product)
        return overflow || overflown ? .max : sum
    }
}
