// SPDX-License-Identifier: GPL-3.0-or-later

/// Making nodes, taking tokens, reporting problems.
extension Parser {
    // MARK: Nodes

    mutating func add(
        _ node: Tree.Node, start: Int? = nil, mark: Int, over operands: Tree.ID...
    ) -> Tree.ID {
        var height: Int32 = 0
        for operand in operands { height = max(height, tree.span(operand).height) }
        let first = operands.first.map { Int(tree.span($0).start) } ?? mark
        return append(node, start ?? first, mark, height)
    }

    mutating func add(
        _ node: Tree.Node, start: Int, mark: Int, overRun run: Tree.Children
    ) -> Tree.ID {
        var height: Int32 = 0
        for operand in tree.ids(run) { height = max(height, tree.span(operand).height) }
        return append(node, start, mark, height)
    }

    mutating func append(_ node: Tree.Node, _ start: Int, _ mark: Int, _ below: Int32) -> Tree.ID {
        if tree.nodes.count >= limits.nodes { stop("an expression has at most \(limits.nodes) parts") }
        if below >= limits.nesting { stop("an expression nests at most \(limits.nesting) deep") }
        let span = Tree.Span(start: Int32(start), end: Int32(previousEnd), mark: Int32(mark), height: below + 1)
        return tree.append(node, span)
    }

    mutating func addLiteral(_ value: Value, _ token: Token, start: Int? = nil) -> Tree.ID {
        let index = tree.addLiteral(value)
        return add(.literal(index), start: start ?? token.start, mark: token.start)
    }

    mutating func invalid() -> Tree.ID {
        tree.append(
            .invalid, Tree.Span(start: Int32(token.start), end: Int32(token.start), mark: Int32(token.start), height: 1)
        )
    }

    mutating func takePending(from base: Int) -> Tree.Children {
        let run = Tree.Children(start: Int32(tree.children.count), count: Int32(pending.count - base))
        tree.children.append(contentsOf: pending[base...])
        pending.removeSubrange(base...)
        return run
    }

    // MARK: Tokens

    @discardableResult
    mutating func advance() -> Token {
        let current = token
        previousEnd = current.end
        if !hasStopped { token = lexer.next() }
        return current
    }

    func text(of token: Token) -> String {
        String(decoding: lexer.bytes[token.start..<token.end], as: UTF8.self)
    }

    func describe(_ token: Token) -> String {
        token.kind == .end ? "the end" : "`\(text(of: token))`"
    }

    mutating func enter() -> Bool {
        depth += 1
        if depth > limits.nesting {
            depth -= 1
            stop("an expression nests at most \(limits.nesting) deep")
            return false
        }
        return !hasStopped
    }

    /// A comma that another element may follow; false at the end of the sequence.
    mutating func separate(before close: Token.Kind) -> Bool {
        if token.kind == .comma {
            advance()
            return true
        }
        if token.kind == close { return false }
        fail("`,` or the closing bracket is missing before \(describe(token))")
        guard token.kind == .comma else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind, _ what: String) -> Bool {
        if token.kind == kind {
            advance()
            return true
        }
        fail("\(what) is missing before \(describe(token))")
        guard token.kind == kind else { return false }
        advance()
        return true
    }

    // MARK: Errors

    mutating func report(_ message: String, _ start: Int, _ end: Int, hint: String? = nil) {
        guard !hasStopped else { return }
        diagnostics.append(Diagnostic(message, offset: start, length: end - start, hint: hint))
        if diagnostics.count == Self.maximumProblems { halt() }
    }

    /// Reports the current token, unless something is wrong at the same place already, and goes on at the next comma,
    /// colon or closing bracket that belongs to what surrounds it.
    mutating func fail(_ message: String, hint: String? = nil) {
        if !diagnostics.contains(where: { $0.offset >= token.start }) {
            report(message, token.start, token.end, hint: hint)
        }
        recover()
    }

    mutating func recover() {
        var open = 0
        while token.kind != .end, !hasStopped {
            switch token.kind {
            case .leftParenthesis, .leftBracket, .leftBrace: open += 1
            case .rightParenthesis, .rightBracket, .rightBrace:
                if open == 0 { return }
                open -= 1
            case .comma, .colon: if open == 0 { return }
            default: break
            }
            advance()
        }
    }

    /// Goes on behind the bracket that closes what the current token opens.
    mutating func skip(past close: Token.Kind) {
        advance()
        while token.kind != .end, token.kind != close {
            recover()
            guard token.kind != close else { break }
            guard token.kind == .comma || token.kind == .colon else { return }
            advance()
        }
        if token.kind == close { advance() }
    }

    mutating func stop(_ message: String) {
        guard !hasStopped else { return }
        report(message, token.start, token.end)
        halt()
    }

    private mutating func halt() {
        hasStopped = true
        token = Token(kind: .end, start: token.start, end: token.start)
    }
}
