// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Evaluator {
    // MARK: Fields

    /// A field of a record or a map, or of what an optional holds (language definition, "Field Selection").
    mutating func select(_ whole: Value, _ field: Tree.Index, _ access: Tree.Access, _ id: Tree.ID) -> Value {
        switch whole.kind {
        case .record(let record):
            guard let value = value(of: field, in: record) else {
                return error("`\(record.schema.name)` has no field `\(code.tree.fields[Int(field)].name)`", id)
            }
            return selected(value, whole.source, field, access, id)
        case .map(let map):
            let name = code.tree.fields[Int(field)].name
            charge(name.utf8.count / 10)
            let value = map[name] ?? .absent
            if access == .plain, !value.isPresent { return missing(whole, .string(name), id) }
            return selected(value, whole.source, field, access, id)
        case .optional(let inner):
            guard let inner else {
                return access == .test ? Value(.bool(false)) : Value(.optional(nil), source: whole.source)
            }
            return select(part(inner, of: whole.source), field, access == .test ? .test : .optional, id)
        case .unknown, .error: return whole
        default:
            let name = code.tree.fields[Int(field)].name
            return error("no such field: \(whole.runtimeType.display) has no `\(name)`", id)
        }
    }

    /// The checker has found the position where it knows the record's kind.
    private func value(of field: Tree.Index, in record: Record) -> Value? {
        if let schema = code.tree.fields[Int(field)].schema, schema === record.schema {
            return record.values[code.tree.fields[Int(field)].position]
        }
        return record[code.tree.fields[Int(field)].name]
    }

    private mutating func selected(
        _ value: Value, _ whole: SourceID, _ field: Tree.Index, _ access: Tree.Access, _ id: Tree.ID
    ) -> Value {
        let value = part(value, of: whole)
        switch (value.kind, access) {
        case (.unknown, _): return named(value, id)
        case (.absent, .plain):
            consume(value)
            let name = code.tree.fields[Int(field)].name
            return error("`\(name)` is not set: ask has() first, or write `.?\(name).orValue(…)`", id)
        case (.absent, .optional): return Value(.optional(nil), source: value.source)
        case (_, .plain): return value
        case (_, .optional): return Value(.optional(value), source: value.source)
        case (_, .test):
            consume(value)
            return Value(.bool(value.isPresent))
        }
    }

    // MARK: Elements

    /// `a[b]`, `a[?b]`
    mutating func element(_ operand: Tree.ID, _ index: Tree.ID, _ isOptional: Bool, _ id: Tree.ID) -> Value {
        let whole = evaluate(operand)
        let key = evaluate(index)
        consume(key)
        if let obstacle = obstacle(whole, key) { return obstacle }
        return element(whole, key, isOptional, id)
    }

    private mutating func element(_ whole: Value, _ key: Value, _ isOptional: Bool, _ id: Tree.ID) -> Value {
        let found: Value?
        switch whole.kind {
        case .list(let elements):
            guard let position = key.wholeNumber else { return noOverload("[]", [whole, key], id) }
            found = elements.indices.contains(position) ? elements[position] : nil
        case .map(let map):
            charge(key.textLength / 10)
            guard let value = map[key] else {
                guard key.isMapKey else { return noOverload("[]", [whole, key], id) }
                found = nil
                break
            }
            found = value.isPresent ? value : nil
        case .optional(let inner):
            guard let inner else { return whole }
            return element(part(inner, of: whole.source), key, true, id)
        default: return noOverload("[]", [whole, key], id)
        }
        guard let found else {
            return isOptional ? Value(.optional(nil), source: whole.source) : missing(whole, key, id)
        }
        let value = part(found, of: whole.source)
        if case .unknown = value.kind { return named(value, id) }
        return isOptional ? Value(.optional(value), source: value.source) : value
    }

    private mutating func missing(_ whole: Value, _ key: Value, _ id: Tree.ID) -> Value {
        consume(Value(.null, source: whole.source))
        if case .list(let elements) = whole.kind {
            return error("index \(key.wholeNumber ?? 0) is out of range: there are \(elements.count) elements", id)
        }
        if case .string(let text) = key.kind { return error("no such key: `\(text)`", id) }
        return error("no such key", id)
    }

    // MARK: Aggregates

    mutating func list(_ run: Tree.Children, _ id: Tree.ID) -> Value {
        var elements: [Value] = []
        elements.reserveCapacity(Int(run.count))
        var obstacle: Value?
        for child in code.tree.ids(run) {
            guard let value = entry(child) else { continue }
            switch value.kind {
            case .unknown, .error:
                consume(value)
                obstacle = self.obstacle(obstacle ?? value, value)
            default: elements.append(value)
            }
        }
        return obstacle ?? Value(.list(elements))
    }

    mutating func map(_ run: Tree.Children, _ id: Tree.ID) -> Value {
        var pairs: [(Value, Value)] = []
        pairs.reserveCapacity(Int(run.count) / 2)
        var keys: Set<MapValue.Key> = []
        var obstacle: Value?
        let ids = code.tree.ids(run)
        for position in stride(from: ids.startIndex, to: ids.endIndex - 1, by: 2) {
            let key = evaluate(ids[position])
            consume(key)
            guard let value = entry(ids[position + 1]) else { continue }
            if let found = self.obstacle(key, value) {
                consume(value)
                obstacle = self.obstacle(obstacle ?? found, found)
                continue
            }
            guard key.isMapKey, let identity = MapValue.Key(key) else {
                return error("\(key.runtimeType.display) cannot be a key of a map", ids[position])
            }
            guard keys.insert(identity).inserted else { return error("the same key twice", ids[position]) }
            pairs.append((key, value))
        }
        return obstacle ?? Value(.map(MapValue(pairs)))
    }

    /// The value of an element or an entry; nil for `?x` without a value.
    private mutating func entry(_ id: Tree.ID) -> Value? {
        guard case .optionalElement(let operand) = code.tree[id] else { return evaluate(operand: id) }
        let value = evaluate(operand)
        switch value.kind {
        case .optional(nil):
            consume(value)
            return nil
        case .optional(let inner?): return part(inner, of: value.source)
        case .unknown, .error: return value
        default: return noOverload("?", [value], id)
        }
    }

    private mutating func evaluate(operand id: Tree.ID) -> Value { evaluate(id) }
}

extension Value {
    /// An index: an int, or another number that is one.
    fileprivate var wholeNumber: Int? {
        switch kind {
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// Whether it may be written as a key.
    var isMapKey: Bool {
        switch kind {
        case .bool, .int, .uint, .string: true
        default: false
        }
    }
}
