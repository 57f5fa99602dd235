// SPDX-License-Identifier: GPL-3.0-or-later

internal import Model

extension Evaluator {
    mutating func macro(_ index: Tree.Index, _ id: Tree.ID) -> Value {
        let macro = code.tree.macros[Int(index)]
        let range = evaluate(macro.range)
        switch macro.kind {
        case .bind:
            locals[Int(macro.slot)] = range
            return evaluate(macro.body)
        case .optionalMap, .optionalFlatMap: return optionalMacro(macro, range, id)
        default: return loop(macro, range, id)
        }
    }

    /// `a.optMap(x, f(x))`, `a.optFlatMap(x, a.?b)`
    private mutating func optionalMacro(_ macro: Tree.Macro, _ range: Value, _ id: Tree.ID) -> Value {
        switch range.kind {
        case .optional(nil), .unknown, .error: return range
        case .optional(let inner?):
            locals[Int(macro.slot)] = part(inner, of: range.source)
            let value = evaluate(macro.body)
            switch (value.kind, macro.kind) {
            case (.unknown, _), (.error, _): return value
            case (_, .optionalMap): return Value(.optional(value), source: value.source)
            case (.optional, _): return value
            default: return noOverload("optFlatMap", [value], id)
            }
        default: return noOverload(macro.kind == .optionalMap ? "optMap" : "optFlatMap", [range], id)
        }
    }

    private mutating func loop(_ macro: Tree.Macro, _ range: Value, _ id: Tree.ID) -> Value {
        let loop: Loop
        switch range.kind {
        case .list(let elements): loop = Loop(elements: elements, source: range.source)
        case .map(let map): loop = Loop(map: map, source: range.source)
        case .unknown, .error: return range
        default: return noOverload("a loop", [range], id)
        }
        if loop.count == 0 { consume(range) }
        loopDepth += 1
        defer { loopDepth -= 1 }
        switch macro.kind {
        case .all: return quantify(macro, loop, absorbing: false, id)
        case .exists: return quantify(macro, loop, absorbing: true, id)
        case .existsOne: return existsOne(macro, loop, id)
        default: return collect(macro, loop, id)
        }
    }

    /// What a loop goes over.
    private struct Loop {
        let count: Int
        private let elements: [Value]
        private let map: MapValue?
        private let source: SourceID

        init(elements: [Value], source: SourceID) {
            self.elements = elements
            self.source = source
            map = nil
            count = elements.count
        }

        init(map: MapValue, source: SourceID) {
            self.map = map
            self.source = source
            elements = []
            count = map.count
        }

        /// The key of an element, its index in a list.
        func key(_ position: Int) -> Value {
            guard let map else { return Value(.int(Int64(position))) }
            return inherit(map.pairs[position].key)
        }

        /// The value of an element.
        func value(_ position: Int) -> Value {
            inherit(map?.pairs[position].value ?? elements[position])
        }

        var isMap: Bool { map != nil }

        private func inherit(_ value: Value) -> Value {
            value.source.isNone && !source.isNone ? Value(value.kind, source: source) : value
        }
    }

    /// Gives the macro's names an element; false once the cost limit is reached.
    private mutating func enter(_ position: Int, of loop: borrowing Loop, _ macro: borrowing Tree.Macro) -> Bool {
        charge(1)
        if isExhausted { return false }
        let slot = Int(macro.slot)
        if macro.second != nil {
            locals[slot] = loop.key(position)
            locals[slot + 1] = loop.value(position)
        } else {
            locals[slot] = loop.isMap ? loop.key(position) : loop.value(position)
        }
        return true
    }

    /// `all` (absorbing false) and `exists` (absorbing true). An outermost `all` looks at every element, so that a
    /// finding names each one that fails; only the reads of those are kept.
    private mutating func quantify(
        _ macro: Tree.Macro, _ loop: Loop, absorbing: Bool, _ id: Tree.ID
    ) -> Value {
        let looksAtAll = !absorbing && loopDepth == 1
        let start = mark()
        var decisive: [SourceID]?
        var obstacle: Value?
        for position in 0..<loop.count {
            guard enter(position, of: loop, macro) else { break }
            let mark = mark()
            let value = evaluate(macro.body)
            consume(value)
            switch value.kind {
            case .bool(absorbing):
                decisive = (decisive ?? []) + trace[mark...]
                if !looksAtAll {
                    trace.replaceSubrange(start..., with: decisive ?? [])
                    return Value(.bool(absorbing))
                }
            case .bool: break
            case .unknown, .error: obstacle = self.obstacle(obstacle ?? value, value)
            default:
                let failure = noOverload(absorbing ? "exists" : "all", [value], id)
                obstacle = self.obstacle(obstacle ?? failure, failure)
            }
        }
        if let decisive {
            trace.replaceSubrange(start..., with: decisive)
            return Value(.bool(absorbing))
        }
        return obstacle ?? Value(.bool(!absorbing))
    }

    private mutating func existsOne(_ macro: Tree.Macro, _ loop: Loop, _ id: Tree.ID) -> Value {
        let start = mark()
        var matches = 0
        var decisive: [SourceID] = []
        var obstacle: Value?
        for position in 0..<loop.count {
            guard enter(position, of: loop, macro) else { break }
            let mark = mark()
            switch condition(macro.body, "exists_one", id) {
            case .success(true):
                matches += 1
                decisive.append(contentsOf: trace[mark...])
            case .success(false): break
            case .failure(let failure): obstacle = self.obstacle(obstacle ?? failure.value, failure.value)
            }
        }
        if let obstacle { return obstacle }
        if matches > 0 { trace.replaceSubrange(start..., with: decisive) }
        return Value(.bool(matches == 1))
    }

    /// `map`, `filter` and the transforming forms. Of elements a filter drops, the reads are dropped too, as long as
    /// any is left.
    private mutating func collect(_ macro: Tree.Macro, _ loop: Loop, _ id: Tree.ID) -> Value {
        let start = mark()
        var kept: [SourceID] = []
        var values: [Value] = []
        var pairs = PairCollector()
        var obstacle: Value?
        var taken = 0
        for position in 0..<loop.count {
            guard enter(position, of: loop, macro) else { break }
            let mark = mark()
            if let filter = macro.kind == .filter ? macro.body : macro.filter {
                switch condition(filter, "a filter", id) {
                case .success(true): break
                case .success(false): continue
                case .failure(let failure):
                    obstacle = self.obstacle(obstacle ?? failure.value, failure.value)
                    continue
                }
            }
            taken += 1
            let result = macro.kind == .filter ? locals[Int(macro.slot)] : evaluate(macro.body)
            switch result.kind {
            case .unknown where macro.kind != .filter, .error:
                consume(result)
                obstacle = self.obstacle(obstacle ?? result, result)
            default:
                switch macro.kind {
                case .transformMap: pairs.add(loop.key(position), result)
                case .transformMapEntry: pairs.add(entries: result)
                default: values.append(result)
                }
            }
            kept.append(contentsOf: trace[mark...])
        }
        if let obstacle { return obstacle }
        if let problem = pairs.problem { return error(problem, id) }
        if taken > 0 { trace.replaceSubrange(start..., with: kept) }
        let makesMap = macro.kind == .transformMap || macro.kind == .transformMapEntry
        return Value(makesMap ? .map(MapValue(pairs.pairs)) : .list(values))
    }

    private struct Obstacle: Error {
        let value: Value
    }

    private mutating func condition(_ body: Tree.ID, _ what: String, _ id: Tree.ID) -> Result<Bool, Obstacle> {
        let value = evaluate(body)
        consume(value)
        switch value.kind {
        case .bool(let bool): return .success(bool)
        case .unknown, .error: return .failure(Obstacle(value: value))
        default: return .failure(Obstacle(value: noOverload(what, [value], id)))
        }
    }

    /// Entries of a map under construction; no key twice.
    private struct PairCollector {
        var pairs: [(Value, Value)] = []
        var problem: String?
        private var keys: Set<MapValue.Key> = []

        mutating func add(_ key: Value, _ value: Value) {
            guard let identity = MapValue.Key(key), keys.insert(identity).inserted else {
                problem = "the same key twice"
                return
            }
            pairs.append((key, value))
        }

        mutating func add(entries: Value) {
            guard case .map(let map) = entries.kind else {
                problem = "transformMapEntry wants a map, found \(entries.runtimeType.display)"
                return
            }
            for pair in map.pairs { add(pair.key, pair.value) }
        }
    }
}
