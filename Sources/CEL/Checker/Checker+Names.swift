// SPDX-License-Identifier: GPL-3.0-or-later

extension Checker {
    /// A name: what a macro around it binds, else a variable of the environment, else a type.
    mutating func inferName(_ id: Tree.ID, _ name: String, _ absolute: Bool) -> ValueType {
        if !absolute, let local = scope.last(where: { $0.name == name }) {
            tree[id] = .local(local.slot)
            return local.type
        }
        if let type = resolveQualified(id, name, absolute) { return type }
        var known = environment.variableNames
        known.append(contentsOf: scope.map(\.name))
        let hint = environment.isFunction(name) ? "it is a function: call it" : suggest(name, among: known)
        report("undeclared name `\(name)`", at: id, hint: hint)
        tree.names.append(name)
        tree[id] = .unresolved(Tree.Index(tree.names.count - 1))
        return .dyn
    }

    /// A variable or a type of that name, looked up from the container outwards.
    private mutating func resolveQualified(_ id: Tree.ID, _ name: String, _ absolute: Bool) -> ValueType? {
        for candidate in environment.candidates(for: name, absolute: absolute) {
            if let type = environment.type(ofVariable: candidate) {
                tree[id] = .variable(variableIndex(candidate))
                return type
            }
            if let type = Environment.types[candidate] {
                tree[id] = .literal(tree.addLiteral(Value(.type(type))))
                return .type(type)
            }
        }
        return nil
    }

    private mutating func variableIndex(_ name: String) -> Tree.Index {
        if let index = tree.variables.firstIndex(of: name) { return Tree.Index(index) }
        tree.variables.append(name)
        return Tree.Index(tree.variables.count - 1)
    }

    mutating func inferHasVariable(_ id: Tree.ID) -> ValueType {
        _ = infer(id)
        switch tree[id] {
        case .variable, .unresolved, .invalid: break
        default: report("has() wants a fact or a field, as `has(sshd)` or `has(a.b)`", at: id)
        }
        return .bool
    }

    /// `a.b.c` as one name, when it is a chain of plain names that no macro binds.
    func qualifiedName(_ id: Tree.ID) -> (name: String, absolute: Bool)? {
        switch tree[id] {
        case .name(let index, let absolute):
            let name = tree.names[Int(index)]
            guard environment.mayQualify(name), absolute || !scope.contains(where: { $0.name == name }) else {
                return nil
            }
            return (name, absolute)
        case .field(let operand, let field, .plain):
            guard let prefix = qualifiedName(operand) else { return nil }
            return ("\(prefix.name).\(tree.fields[Int(field)].name)", prefix.absolute)
        default: return nil
        }
    }

    // MARK: Fields and elements

    mutating func inferField(
        _ id: Tree.ID, _ operand: Tree.ID, _ field: Tree.Index, _ access: Tree.Access
    ) -> ValueType {
        if access == .plain, let path = qualifiedName(id),
            let type = resolveQualified(id, path.name, path.absolute)
        {
            return type
        }
        let operandType = inference.resolve(infer(operand))
        let type = fieldType(id, field, of: operandType)
        switch access {
        case .test: return .bool
        case .optional: return .optional(unwrapped(type, operandType))
        case .plain: return type
        }
    }

    /// Selecting from an optional gives an optional already.
    private func unwrapped(_ type: ValueType, _ operand: ValueType) -> ValueType {
        if case .optional = operand, case .optional(let inner) = type { return inner }
        return type
    }

    private mutating func fieldType(_ id: Tree.ID, _ field: Tree.Index, of operand: ValueType) -> ValueType {
        let fieldName = tree.fields[Int(field)].name
        switch operand {
        case .dyn, .parameter, .opaque: return .dyn
        case .map(let key, let value):
            guard inference.assign(.string, to: key) else { return refuseField(id, fieldName, operand) }
            return value
        case .optional(let inner):
            return .optional(fieldType(id, field, of: inference.resolve(inner)))
        case .record(let schema):
            guard let position = schema.position(of: fieldName) else {
                let hint = suggest(fieldName, among: schema.fields.lazy.map(\.name))
                report(
                    "`\(schema.name)` has no field `\(fieldName)`", atMarkOf: id, length: fieldName.utf8.count,
                    hint: hint)
                return .dyn
            }
            tree.fields[Int(field)].schema = schema
            tree.fields[Int(field)].position = position
            return schema.fields[position].type
        default: return refuseField(id, fieldName, operand)
        }
    }

    private mutating func refuseField(_ id: Tree.ID, _ field: String, _ operand: ValueType) -> ValueType {
        var hint: String?
        if case .list = inference.resolve(operand) { hint = "take one element `[0]`, or use all(), exists(), map()" }
        if environment.isMethod(field) { hint = "`\(field)` is a method: write `.\(field)()`" }
        report("\(name(operand)) has no field `\(field)`", atMarkOf: id, length: field.utf8.count, hint: hint)
        return .dyn
    }

    mutating func inferElement(_ id: Tree.ID, _ operand: Tree.ID, _ index: Tree.ID, _ isOptional: Bool) -> ValueType {
        let operandType = inference.resolve(infer(operand))
        let indexType = infer(index)
        let type = elementType(id, operandType, indexType, index)
        guard isOptional else { return type }
        return .optional(unwrapped(type, operandType))
    }

    private mutating func elementType(
        _ id: Tree.ID, _ operand: ValueType, _ indexType: ValueType, _ index: Tree.ID
    ) -> ValueType {
        switch operand {
        case .dyn, .parameter, .opaque: return .dyn
        case .optional(let inner):
            return .optional(elementType(id, inference.resolve(inner), indexType, index))
        case .list(let element):
            if !inference.assign(indexType, to: .int) {
                report("a list is indexed by an int, not by \(name(indexType))", at: index)
            }
            return element
        case .map(let key, let value):
            if !inference.assign(indexType, to: key),
                !(inference.resolve(indexType).isNumber && inference.resolve(key).isNumber)
            {
                report("the keys of this map are \(name(key)), not \(name(indexType))", at: index)
            }
            return value
        default:
            report("\(name(operand)) has no elements", atMarkOf: id, length: 1)
            return .dyn
        }
    }
}
