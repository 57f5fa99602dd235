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
        var loop: Loop
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
        case .all: return quantify(macro, &loop, absorbing: false, id)
        case .exists: return quantify(macro, &loop, absorbing: true, id)
        case .existsOne: return existsOne(macro, &loop, id)
        default: return collect(macro, &loop, id)
        }
    }

    /// What a loop goes over.
    private struct Loop {
        let count: Int
        private let elements: [Value]
        private let map: MapValue?
        private let source: SourceID
        private var position = 0

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

        /// Key (or index) and value of the next element.
        mutating func next() -> (key: Value, value: Value)? {
            guard position < count else { return nil }
            defer { position += 1 }
            guard let map else { return (Value(.int(Int64(position))), inherit(elements[position])) }
            let pair = map.pairs[position]
            return (inherit(pair.key), inherit(pair.value))
        }

        var isMap: Bool { map != nil }

        private func inherit(_ value: Value) -> Value {
            value.source == .none && source != .none ? Value(value.kind, source: source) : value
        }
    }

    /// Gives the macro's names the next element; nil at the end, or when the cost limit is reached.
    private mutating func advance(_ loop: inout Loop, _ macro: Tree.Macro) -> (key: Value, value: Value)? {
        guard !isExhausted, let element = loop.next() else { return nil }
        charge(1)
        let slot = Int(macro.slot)
        if macro.second != nil {
            locals[slot] = element.key
            locals[slot + 1] = element.value
        } else {
            locals[slot] = loop.isMap ? element.key : element.value
        }
        return element
    }

    /// `all` (absorbing false) and `exists` (absorbing true). An outermost `all` looks at every element, so that a
    /// finding names each one that fails; only the reads of those are kept.
    private mutating func quantify(
        _ macro: Tree.Macro, _ loop: inout Loop, absorbing: Bool, _ id: Tree.ID
    ) -> Value {
        let looksAtAll = !absorbing && loopDepth == 1
        let start = trace.count
        var decisive: [SourceID]?
        var obstacle: Value?
        while advance(&loop, macro) != nil {
            let mark = trace.count
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

    private mutating func existsOne(_ macro: Tree.Macro, _ loop: inout Loop, _ id: Tree.ID) -> Value {
        let start = trace.count
        var matches = 0
        var decisive: [SourceID] = []
        var obstacle: Value?
        while advance(&loop, macro) != nil {
            let mark = trace.count
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
    private mutating func collect(_ macro: Tree.Macro, _ loop: inout Loop, _ id: Tree.ID) -> Value {
        let start = trace.count
        var kept: [SourceID] = []
        var values: [Value] = []
        var pairs = PairCollector()
        var obstacle: Value?
        var taken = 0
        while let element = advance(&loop, macro) {
            let mark = trace.count
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
                case .transformMap: pairs.add(element.key, result)
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
