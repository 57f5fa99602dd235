// SPDX-License-Identifier: GPL-3.0-or-later

/// What follows an operand: fields, elements, calls of methods.
extension Parser {
    mutating func parsePostfix(_ first: Tree.ID) -> Tree.ID {
        var operand = first
        while !hasStopped {
            switch token.kind {
            case .dot: operand = parseSelection(of: operand)
            case .leftBracket: operand = parseElement(of: operand)
            case .leftBrace where isTypeName(operand): operand = refuseMessage(operand)
            default: return operand
            }
        }
        return operand
    }

    /// `.field`, `.?field`, `.method(…)`
    mutating func parseSelection(of operand: Tree.ID) -> Tree.ID {
        advance()
        var access = Tree.Access.plain
        if token.kind == .question {
            advance()
            access = .optional
        }
        let nameToken = token
        guard let name = parseFieldName() else { return invalid() }
        if token.kind == .leftParenthesis, access == .plain, nameToken.kind != .quotedIdentifier {
            return parseCall(name, nameToken, receiver: operand)
        }
        tree.fields.append(Tree.Field(name: name))
        let node = Tree.Node.field(operand, Tree.Index(tree.fields.count - 1), access)
        return add(node, mark: nameToken.start, over: operand)
    }

    mutating func parseFieldName() -> String? {
        let current = token
        switch current.kind {
        case .identifier, .reserved:
            advance()
            return text(of: current)
        case .quotedIdentifier:
            advance()
            return String(text(of: current).dropFirst().dropLast())
        default:
            fail("a field's name is missing after `.`, found \(describe(current))")
            return nil
        }
    }

    /// `[index]`, `[?index]`
    mutating func parseElement(of operand: Tree.ID) -> Tree.ID {
        let mark = advance().start
        let isOptional = token.kind == .question
        if isOptional { advance() }
        let index = parseExpression()
        guard expect(.rightBracket, "`]`") else { return invalid() }
        return add(.element(operand, index, optional: isOptional), mark: mark, over: operand, index)
    }

    func isTypeName(_ id: Tree.ID) -> Bool {
        switch tree[id] {
        case .name: true
        case .field(let operand, _, .plain): isTypeName(operand)
        default: false
        }
    }

    /// `Type{field: value}`: there are no message types here.
    mutating func refuseMessage(_ operand: Tree.ID) -> Tree.ID {
        let span = tree.span(operand)
        let name = String(decoding: lexer.bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
        report("no message type `\(name)`", Int(span.start), Int(span.end))
        skip(past: .rightBrace)
        return invalid()
    }
}
