// SPDX-License-Identifier: GPL-3.0-or-later

extension Checker {
    mutating func inferCall(_ id: Tree.ID, _ index: Tree.Index) -> ValueType {
        let call = tree.calls[Int(index)]
        if call.isMethod, let function = namespacedFunction(call) {
            let arguments = Tree.Children(start: call.arguments.start + 1, count: call.arguments.count - 1)
            tree.calls[Int(index)].isMethod = false
            tree.calls[Int(index)].name = function.name
            tree.calls[Int(index)].arguments = arguments
            return resolve(id, index, function, tree.ids(arguments).map { infer($0) })
        }
        if call.isMethod, environment.functions.methods[call.name] == nil, let form = MacroForm(named: call.name) {
            reportMacroForm(id, call, form)
            return .dyn
        }
        let types = tree.ids(call.arguments).map { infer($0) }
        let function =
            call.isMethod ? environment.functions.methods[call.name] : globalFunction(call.name, call.isAbsolute)
        guard let function else {
            reportUnknownFunction(id, call)
            return .dyn
        }
        return resolve(id, index, function, types)
    }

    /// `math.greatest(…)`: a function whose name has dots, when the part before the last is no value.
    private func namespacedFunction(_ call: Tree.Call) -> Function? {
        guard let receiver = tree.ids(call.arguments).first, let path = qualifiedName(receiver) else { return nil }
        return globalFunction("\(path.name).\(call.name)", path.absolute)
    }

    private func globalFunction(_ name: String, _ absolute: Bool) -> Function? {
        for candidate in environment.candidates(for: name, absolute: absolute) {
            if let function = environment.functions.globals[candidate] { return function }
        }
        return nil
    }

    private mutating func reportUnknownFunction(_ id: Tree.ID, _ call: Tree.Call) {
        let table = call.isMethod ? environment.functions.methods : environment.functions.globals
        let other = call.isMethod ? environment.functions.globals : environment.functions.methods
        var hint = suggest(call.name, among: table.keys)
        if other[call.name] != nil { hint = call.isMethod ? "write `\(call.name)(x)`" : "write `x.\(call.name)()`" }
        let kind = call.isMethod ? "method" : "function"
        report("unknown \(kind) `\(call.name)`", atMarkOf: id, length: call.name.utf8.count, hint: hint)
    }

    /// A macro with the wrong number of arguments; its names cannot be looked up.
    private mutating func reportMacroForm(_ id: Tree.ID, _ call: Tree.Call, _ form: MacroForm) {
        let names = form.nameCount == 1 ? "a name" : "two names"
        report(
            "`\(call.name)` takes \(names) and an expression, as `list.\(call.name)(x, …)`", atMarkOf: id,
            length: call.name.utf8.count)
    }

    /// Picks the overloads that fit the argument types; the call's type.
    private mutating func resolve(
        _ id: Tree.ID, _ index: Tree.Index, _ function: Function, _ types: [ValueType]
    ) -> ValueType {
        tree.calls[Int(index)].function = function
        var result: ValueType?
        var matches = 0
        for (position, overload) in function.overloads.enumerated() {
            guard let type = match(overload, types) else { continue }
            matches += 1
            tree.calls[Int(index)].only = position
            if let previous = result { result = previous == type ? previous : .dyn } else { result = type }
        }
        guard let result else {
            reportNoOverload(id, function, types)
            return .dyn
        }
        if matches > 1 || types.contains(where: { inference.resolve($0).isOpen }) {
            tree.calls[Int(index)].only = nil
        } else {
            foldCall(id, index)
        }
        return result
    }

    /// The result type when the overload takes such arguments.
    private mutating func match(_ overload: Overload, _ types: [ValueType]) -> ValueType? {
        guard overload.parameters.count == types.count else { return nil }
        var names: [String: ValueType] = [:]
        let before = inference
        for (type, parameter) in zip(types, overload.parameters) {
            let wanted = inference.instantiate(parameter, &names)
            guard inference.assign(type, to: wanted) else {
                inference = before
                return nil
            }
        }
        return inference.instantiate(overload.result, &names)
    }

    private mutating func reportNoOverload(_ id: Tree.ID, _ function: Function, _ types: [ValueType]) {
        func list(_ types: ArraySlice<ValueType>) -> String { types.map { name($0) }.joined(separator: ", ") }
        let isMethod = function.overloads.contains(where: \.isMethod)
        let given = isMethod ? list(types.dropFirst()) : list(types[...])
        let on = isMethod ? " of \(types.first.map { name($0) } ?? "")" : ""
        let forms = function.overloads.prefix(4).map { overload in
            let parameters = overload.parameters.map(\.display)
            let arguments = (isMethod ? parameters.dropFirst() : parameters[...]).joined(separator: ", ")
            return isMethod
                ? "\(parameters.first ?? "").\(overload.name)(\(arguments))" : "\(overload.name)(\(arguments))"
        }
        let bare = function.name.split(separator: ".").last.map(String.init) ?? function.name
        report(
            "no `\(function.name)`\(on) takes (\(given))", atMarkOf: id, length: bare.utf8.count,
            hint: "there is \(forms.joined(separator: ", "))")
    }

    // MARK: Literals

    /// Functions of literals alone are evaluated once; they read nothing.
    private static let foldable: Set<String> = [
        "duration", "timestamp", "mode", "bytesize", "version", "ip", "cidr",
    ]

    private mutating func foldCall(_ id: Tree.ID, _ index: Tree.Index) {
        let call = tree.calls[Int(index)]
        guard let function = call.function, let only = call.only else { return }
        let overload = function.overloads[only]
        let arguments = tree.ids(call.arguments).map { tree.literal($0) }
        if overload.name == "matches", environment.limits.checksLiterals, let pattern = arguments.last ?? nil {
            let trial = overload.call(CallContext(offset: Int(tree.span(id).mark)), [.string(""), pattern])
            reportLiteral(trial, call)
        }
        let known = arguments.compactMap { $0 }
        guard Self.foldable.contains(overload.name), known.count == arguments.count else { return }
        let value = overload.call(CallContext(offset: Int(tree.span(id).mark)), known)
        switch value.kind {
        case .error: if environment.limits.checksLiterals { reportLiteral(value, call) }
        default: tree[id] = .literal(tree.addLiteral(value))
        }
    }

    private mutating func reportLiteral(_ value: Value, _ call: Tree.Call) {
        guard case .error(let error) = value.kind, let last = tree.ids(call.arguments).last else { return }
        report(error.message, at: last)
    }
}
