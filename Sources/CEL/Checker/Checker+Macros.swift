// SPDX-License-Identifier: GPL-3.0-or-later

extension Checker {
    mutating func inferMacro(_ id: Tree.ID, _ index: Tree.Index) -> ValueType {
        let macro = tree.macros[Int(index)]
        let range = inference.resolve(infer(macro.range))
        let names = boundTypes(id, macro, range)
        let outerScope = scope.count
        let isLoop = !macro.kind.bindsOnce
        tree.macros[Int(index)].slot = bind(macro.first, names.first)
        if let second = macro.second { _ = bind(second, names.second) }
        if isLoop {
            loopDepth += 1
            let limit = environment.limits.comprehensionNesting
            if loopDepth == limit + 1 {
                report("loops nest at most \(limit) deep", atMarkOf: id, length: 1)
            }
        }
        defer {
            scope.removeSubrange(outerScope...)
            if isLoop { loopDepth -= 1 }
        }
        if let filter = macro.filter { requireBool(filter, "the filter is a bool") }
        return inferBody(macro, range, names.first)
    }

    private mutating func bind(_ name: String, _ type: ValueType) -> Int32 {
        let slot = Int32(scope.count)
        scope.append(Binding(name: name, slot: slot, type: type))
        tree.localCount = max(tree.localCount, slot + 1)
        return slot
    }

    /// Types of the names a macro binds for one element.
    private mutating func boundTypes(
        _ id: Tree.ID, _ macro: Tree.Macro, _ range: ValueType
    ) -> (first: ValueType, second: ValueType) {
        switch (macro.kind, range) {
        case (.bind, _): return (range, .dyn)
        case (.optionalMap, .optional(let inner)), (.optionalFlatMap, .optional(let inner)): return (inner, .dyn)
        case (_, .dyn), (_, .parameter): return (.dyn, .dyn)
        case (.optionalMap, _), (.optionalFlatMap, _):
            report("this works on an optional, found \(name(range))", at: macro.range)
        case (_, .list(let element)): return macro.second == nil ? (element, .dyn) : (.int, element)
        case (_, .map(let key, let value)): return (key, value)
        default:
            report("a loop goes over a list or a map, found \(name(range))", at: macro.range)
        }
        return (.dyn, .dyn)
    }

    private mutating func inferBody(_ macro: Tree.Macro, _ range: ValueType, _ first: ValueType) -> ValueType {
        switch macro.kind {
        case .all, .exists, .existsOne, .filter:
            requireBool(macro.body, "the condition of a loop is a bool")
            return macro.kind == .filter ? .list(first) : .bool
        case .map, .transformList: return .list(infer(macro.body))
        case .transformMap: return .map(first, infer(macro.body))
        case .transformMapEntry:
            let type = inference.resolve(infer(macro.body))
            if case .map = type { return type }
            if !type.isOpen { report("transformMapEntry wants a map, found \(name(type))", at: macro.body) }
            return .map(.dyn, .dyn)
        case .bind: return infer(macro.body)
        case .optionalMap: return .optional(infer(macro.body))
        case .optionalFlatMap:
            let type = inference.resolve(infer(macro.body))
            if case .optional = type { return type }
            if !type.isOpen { report("optFlatMap wants an optional, found \(name(type))", at: macro.body) }
            return .optional(.dyn)
        }
    }
}

extension Tree.Macro.Kind {
    /// Whether the body is evaluated at most once.
    var bindsOnce: Bool {
        switch self {
        case .bind, .optionalMap, .optionalFlatMap: true
        default: false
        }
    }
}
