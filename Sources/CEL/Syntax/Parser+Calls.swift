// SPDX-License-Identifier: GPL-3.0-or-later

/// Calls, and the macros that look like them.
extension Parser {
    mutating func parseCall(
        _ name: String, _ nameToken: Token, receiver: Tree.ID?, absolute: Bool = false
    ) -> Tree.ID {
        let start = receiver.map { Int(tree.span($0).start) } ?? nameToken.start
        let base = pending.count
        if let receiver { pending.append(receiver) }
        advance()
        while token.kind != .rightParenthesis, !hasStopped {
            pending.append(parseExpression())
            if !separate(before: .rightParenthesis) { break }
        }
        let complete = expect(.rightParenthesis, "`,` or `)`")
        let arguments = takePending(from: base)
        guard complete else { return invalid() }
        let ids = tree.ids(arguments)
        if let macro = expandMacro(name, nameToken, receiver, receiver == nil ? ids : ids.dropFirst()) { return macro }
        tree.calls.append(
            Tree.Call(name: name, isMethod: receiver != nil, isAbsolute: absolute, arguments: arguments))
        let node = Tree.Node.call(Tree.Index(tree.calls.count - 1))
        return add(node, start: start, mark: nameToken.start, overRun: arguments)
    }

    /// The node a macro stands for; nil when this is an ordinary call.
    mutating func expandMacro(
        _ name: String, _ nameToken: Token, _ receiver: Tree.ID?, _ arguments: ArraySlice<Tree.ID>
    ) -> Tree.ID? {
        guard let receiver else {
            return name == "has" && arguments.count == 1 ? expandHas(arguments[arguments.startIndex], nameToken) : nil
        }
        guard let form = MacroForm(name, argumentCount: arguments.count) else { return nil }
        var operands = Array(arguments)
        var range = receiver
        if form.kind == .bind {
            guard case .name(let index, false) = tree[receiver], tree.names[Int(index)] == "cel" else { return nil }
            range = operands.remove(at: 1)
        }
        var names: [String] = []
        for operand in operands.prefix(form.nameCount) {
            let span = tree.span(operand)
            guard case .name(let index, false) = tree[operand] else {
                report("`\(name)` wants a plain name here, which it gives a value", Int(span.start), Int(span.end))
                return invalid()
            }
            guard !names.contains(tree.names[Int(index)]) else {
                report("`\(name)` wants two different names", Int(span.start), Int(span.end))
                return invalid()
            }
            names.append(tree.names[Int(index)])
        }
        let body = operands[operands.count - 1]
        let filter = form.hasFilter ? operands[operands.count - 2] : nil
        tree.macros.append(
            Tree.Macro(
                kind: form.kind, range: range, first: names[0], second: names.count > 1 ? names[1] : nil,
                filter: filter, body: body))
        let start = Int(tree.span(receiver).start)
        let node = Tree.Node.macro(Tree.Index(tree.macros.count - 1))
        return add(node, start: start, mark: nameToken.start, over: range, body, filter ?? body)
    }

    /// `has(a.b)`, and `has(a)` for a root variable.
    mutating func expandHas(_ argument: Tree.ID, _ nameToken: Token) -> Tree.ID {
        switch tree[argument] {
        case .field(let operand, let field, .plain):
            let mark = Int(tree.span(argument).mark)
            return add(.field(operand, field, .test), start: nameToken.start, mark: mark, over: operand)
        case .name: return add(.hasVariable(argument), start: nameToken.start, mark: nameToken.start, over: argument)
        default:
            let span = tree.span(argument)
            report("has() wants a name or a field, as `has(a.b)`", Int(span.start), Int(span.end))
            return invalid()
        }
    }
}
