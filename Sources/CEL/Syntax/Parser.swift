// SPDX-License-Identifier: GPL-3.0-or-later

/// Tokens to a tree: precedence climbing over the grammar of the language definition. Errors are collected; after one
/// the parser goes on behind the next comma or closing bracket. Bounded in nodes, height and recursion.
struct Parser {
    private var lexer: Lexer
    private var token: Token
    private(set) var tree = Tree()
    private var diagnostics: [Diagnostic] = []
    private let limits: Limits
    private var depth = 0
    /// Children of the lists and calls being parsed.
    private var pending: [Tree.ID] = []
    /// Set once a limit is exceeded: nothing more is parsed.
    private var hasStopped = false
    /// How far the previous token reached.
    private var previousEnd = 0

    /// A tree from text; what is wrong with it in the order of the text.
    static func parse(_ text: String, limits: Limits) -> (tree: Tree, diagnostics: [Diagnostic]) {
        let bytes = Array(text.utf8)
        guard bytes.count <= limits.textBytes else {
            let message = "an expression has at most \(limits.textBytes) bytes, this one has \(bytes.count)"
            return (Tree(), [Diagnostic(message, offset: 0, length: 0)])
        }
        var parser = Parser(bytes, limits)
        parser.tree.root = parser.parseExpression()
        if parser.token.kind != .end { parser.fail("unexpected \(parser.describe(parser.token))") }
        let diagnostics = parser.lexer.diagnostics + parser.diagnostics
        return (parser.tree, diagnostics.sorted { $0.offset < $1.offset })
    }

    private init(_ bytes: [UInt8], _ limits: Limits) {
        self.limits = limits
        lexer = Lexer(bytes)
        token = lexer.next()
        tree.nodes.reserveCapacity(bytes.count / 4)
        tree.spans.reserveCapacity(bytes.count / 4)
    }

    // MARK: Operators

    /// `Expr = ConditionalOr ["?" ConditionalOr ":" Expr]`
    private mutating func parseExpression() -> Tree.ID {
        guard enter() else { return invalid() }
        defer { depth -= 1 }
        let condition = parseBinary(minimum: 1)
        guard token.kind == .question else { return condition }
        let mark = advance().start
        let yes = parseBinary(minimum: 1)
        guard expect(.colon, "`:` and what to take when the condition is false") else { return invalid() }
        let no = parseExpression()
        return add(.conditional(condition, yes, no), mark: mark, over: condition, yes, no)
    }

    private static func precedence(_ kind: Token.Kind) -> Int {
        switch kind {
        case .or: 1
        case .and: 2
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual, .in: 3
        case .plus, .minus: 4
        case .star, .slash, .percent: 5
        default: 0
        }
    }

    private mutating func parseBinary(minimum: Int) -> Tree.ID {
        var left = parseUnary()
        while true {
            let kind = token.kind
            let precedence = Self.precedence(kind)
            guard precedence >= minimum else { return left }
            if kind == .and || kind == .or {
                left = parseChain(of: kind, precedence, first: left)
                continue
            }
            let mark = advance().start
            let right = parseBinary(minimum: precedence + 1)
            left = add(Self.binary(kind, left, right), mark: mark, over: left, right)
        }
    }

    private static func binary(_ kind: Token.Kind, _ left: Tree.ID, _ right: Tree.ID) -> Tree.Node {
        switch kind {
        case .less: .ordered(.less, left, right)
        case .lessEqual: .ordered(.lessEqual, left, right)
        case .greater: .ordered(.greater, left, right)
        case .greaterEqual: .ordered(.greaterEqual, left, right)
        case .equal: .equal(left, right, negated: false)
        case .notEqual: .equal(left, right, negated: true)
        case .in: .contained(left, right)
        case .plus: .arithmetic(.add, left, right)
        case .minus: .arithmetic(.subtract, left, right)
        case .star: .arithmetic(.multiply, left, right)
        case .slash: .arithmetic(.divide, left, right)
        default: .arithmetic(.remainder, left, right)
        }
    }

    /// `a && b && …` as a balanced tree: the operators are associative, and a long chain stays flat.
    private mutating func parseChain(of kind: Token.Kind, _ precedence: Int, first: Tree.ID) -> Tree.ID {
        var operands = [first]
        var marks: [Int] = []
        while token.kind == kind {
            marks.append(advance().start)
            operands.append(parseBinary(minimum: precedence + 1))
        }
        return balance(kind, operands[...], marks[...])
    }

    private mutating func balance(
        _ kind: Token.Kind, _ operands: ArraySlice<Tree.ID>, _ marks: ArraySlice<Int>
    ) -> Tree.ID {
        if operands.count == 1 { return operands[operands.startIndex] }
        let half = (operands.count + 1) / 2
        let middle = marks.startIndex + half - 1
        let left = balance(kind, operands.prefix(half), marks[..<middle])
        let right = balance(kind, operands.dropFirst(half), marks[(middle + 1)...])
        return add(kind == .and ? .and(left, right) : .or(left, right), mark: marks[middle], over: left, right)
    }

    private mutating func parseUnary() -> Tree.ID {
        guard token.kind == .not || token.kind == .minus else { return parsePostfix(parsePrimary()) }
        guard enter() else { return invalid() }
        defer { depth -= 1 }
        let sign = advance()
        if sign.kind == .minus, token.kind == .int || token.kind == .double {
            return parsePostfix(parseNumber(startingAt: sign.start, negative: true))
        }
        let operand = parseUnary()
        let node: Tree.Node = sign.kind == .not ? .not(operand) : .negate(operand)
        return add(node, start: sign.start, mark: sign.start, over: operand)
    }

    // MARK: Members

    private mutating func parsePostfix(_ first: Tree.ID) -> Tree.ID {
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
    private mutating func parseSelection(of operand: Tree.ID) -> Tree.ID {
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

    private mutating func parseFieldName() -> String? {
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
    private mutating func parseElement(of operand: Tree.ID) -> Tree.ID {
        let mark = advance().start
        let isOptional = token.kind == .question
        if isOptional { advance() }
        let index = parseExpression()
        guard expect(.rightBracket, "`]`") else { return invalid() }
        return add(.element(operand, index, optional: isOptional), mark: mark, over: operand, index)
    }

    private func isTypeName(_ id: Tree.ID) -> Bool {
        switch tree[id] {
        case .name: true
        case .field(let operand, _, .plain): isTypeName(operand)
        default: false
        }
    }

    /// `Type{field: value}`: there are no message types here.
    private mutating func refuseMessage(_ operand: Tree.ID) -> Tree.ID {
        let span = tree.span(operand)
        let name = String(decoding: lexer.bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
        report("no message type `\(name)`", Int(span.start), Int(span.end))
        skip(past: .rightBrace)
        return invalid()
    }

    // MARK: Primaries

    private mutating func parsePrimary() -> Tree.ID {
        let current = token
        switch current.kind {
        case .identifier: return parseName(absolute: false, start: current.start)
        case .dot:
            advance()
            guard token.kind == .identifier else {
                fail("a name is missing after `.`, found \(describe(token))")
                return invalid()
            }
            return parseName(absolute: true, start: current.start)
        case .int, .uint, .double: return parseNumber(startingAt: current.start, negative: false)
        case .string, .bytes: return parseQuoted()
        case .true, .false: return addLiteral(Value(.bool(current.kind == .true)), advance())
        case .null: return addLiteral(Value(.null), advance())
        case .leftParenthesis: return parseParenthesized()
        case .leftBracket: return parseList()
        case .leftBrace: return parseMap()
        case .invalid:
            advance()
            return invalid()
        case .reserved:
            fail("`\(text(of: current))` is a reserved word", hint: "a field of that name is written after a dot")
            return invalid()
        default:
            fail("an expression is missing here, found \(describe(current))")
            return invalid()
        }
    }

    private mutating func parseName(absolute: Bool, start: Int) -> Tree.ID {
        let nameToken = advance()
        let name = text(of: nameToken)
        if token.kind == .leftParenthesis { return parseCall(name, nameToken, receiver: nil, absolute: absolute) }
        tree.names.append(name)
        return add(.name(Tree.Index(tree.names.count - 1), absolute: absolute), start: start, mark: nameToken.start)
    }

    private mutating func parseParenthesized() -> Tree.ID {
        let start = advance().start
        let inner = parseExpression()
        guard expect(.rightParenthesis, "`)`") else { return invalid() }
        tree.spans[Int(inner)].start = Int32(start)
        tree.spans[Int(inner)].end = Int32(previousEnd)
        return inner
    }

    private mutating func parseNumber(startingAt start: Int, negative: Bool) -> Tree.ID {
        let current = advance()
        let digits = lexer.bytes[current.start..<current.end]
        switch current.kind {
        case .int:
            if let magnitude = parseMagnitude(digits), let value = Self.int(magnitude, negative) {
                return addLiteral(Value(.int(value)), current, start: start)
            }
        case .uint:
            if let magnitude = parseMagnitude(digits.dropLast()) {
                return addLiteral(Value(.uint(magnitude)), current, start: start)
            }
        default:
            if let magnitude = Double(text(of: current)), magnitude.isFinite {
                return addLiteral(Value(.double(negative ? -magnitude : magnitude)), current, start: start)
            }
        }
        report("the number `\(text(of: current))` is out of range", current.start, current.end)
        return invalid()
    }

    private static func int(_ magnitude: UInt64, _ negative: Bool) -> Int64? {
        if !negative { return Int64(exactly: magnitude) }
        return magnitude == Int64.min.magnitude ? Int64.min : Int64(exactly: magnitude).map { -$0 }
    }

    private mutating func parseQuoted() -> Tree.ID {
        let current = advance()
        let literal = QuotedLiteral(current, in: lexer.bytes)
        if let problem = literal.problem {
            report(problem.message, problem.offset, problem.offset + problem.length)
            return invalid()
        }
        if current.kind == .bytes { return addLiteral(Value(.bytes(literal.content)), current) }
        return addLiteral(Value(.string(String(decoding: literal.content, as: UTF8.self))), current)
    }

    private mutating func parseList() -> Tree.ID {
        let start = advance().start
        let base = pending.count
        while token.kind != .rightBracket, !hasStopped {
            pending.append(parseOptionalElement())
            if !separate(before: .rightBracket) { break }
        }
        let complete = expect(.rightBracket, "`,` or `]`")
        let run = takePending(from: base)
        return complete ? add(.list(run), start: start, mark: start, overRun: run) : invalid()
    }

    /// `{key: value}`, `{?key: optional}`
    private mutating func parseMap() -> Tree.ID {
        let start = advance().start
        let base = pending.count
        while token.kind != .rightBrace, !hasStopped {
            let mark = token.start
            let isOptional = token.kind == .question
            if isOptional { advance() }
            pending.append(parseExpression())
            guard expect(.colon, "`:` and the value") else { break }
            let value = parseExpression()
            pending.append(isOptional ? add(.optionalElement(value), mark: mark, over: value) : value)
            if !separate(before: .rightBrace) { break }
        }
        let complete = expect(.rightBrace, "`,` or `}`")
        let run = takePending(from: base)
        return complete ? add(.map(run), start: start, mark: start, overRun: run) : invalid()
    }

    private mutating func parseOptionalElement() -> Tree.ID {
        guard token.kind == .question else { return parseExpression() }
        let mark = advance().start
        let value = parseExpression()
        return add(.optionalElement(value), start: mark, mark: mark, over: value)
    }

    // MARK: Calls

    private mutating func parseCall(
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
    private mutating func expandMacro(
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
    private mutating func expandHas(_ argument: Tree.ID, _ nameToken: Token) -> Tree.ID {
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

    // MARK: Nodes

    private mutating func add(
        _ node: Tree.Node, start: Int? = nil, mark: Int, over operands: Tree.ID...
    ) -> Tree.ID {
        var height: Int32 = 0
        for operand in operands { height = max(height, tree.span(operand).height) }
        let first = operands.first.map { Int(tree.span($0).start) } ?? mark
        return append(node, start ?? first, mark, height)
    }

    private mutating func add(
        _ node: Tree.Node, start: Int, mark: Int, overRun run: Tree.Children
    ) -> Tree.ID {
        var height: Int32 = 0
        for operand in tree.ids(run) { height = max(height, tree.span(operand).height) }
        return append(node, start, mark, height)
    }

    private mutating func append(_ node: Tree.Node, _ start: Int, _ mark: Int, _ below: Int32) -> Tree.ID {
        if tree.nodes.count >= limits.nodes { stop("an expression has at most \(limits.nodes) parts") }
        if below >= limits.nesting { stop("an expression nests at most \(limits.nesting) deep") }
        let span = Tree.Span(start: Int32(start), end: Int32(previousEnd), mark: Int32(mark), height: below + 1)
        return tree.append(node, span)
    }

    private mutating func addLiteral(_ value: Value, _ token: Token, start: Int? = nil) -> Tree.ID {
        let index = tree.addLiteral(value)
        return add(.literal(index), start: start ?? token.start, mark: token.start)
    }

    private mutating func invalid() -> Tree.ID {
        tree.append(
            .invalid, Tree.Span(start: Int32(token.start), end: Int32(token.start), mark: Int32(token.start), height: 1)
        )
    }

    private mutating func takePending(from base: Int) -> Tree.Children {
        let run = Tree.Children(start: Int32(tree.children.count), count: Int32(pending.count - base))
        tree.children.append(contentsOf: pending[base...])
        pending.removeSubrange(base...)
        return run
    }

    // MARK: Tokens

    @discardableResult
    private mutating func advance() -> Token {
        let current = token
        previousEnd = current.end
        if !hasStopped { token = lexer.next() }
        return current
    }

    private func text(of token: Token) -> String {
        String(decoding: lexer.bytes[token.start..<token.end], as: UTF8.self)
    }

    private func describe(_ token: Token) -> String {
        token.kind == .end ? "the end" : "`\(text(of: token))`"
    }

    private mutating func enter() -> Bool {
        depth += 1
        if depth > limits.nesting {
            depth -= 1
            stop("an expression nests at most \(limits.nesting) deep")
            return false
        }
        return !hasStopped
    }

    /// A comma that another element may follow; false at the end of the sequence.
    private mutating func separate(before close: Token.Kind) -> Bool {
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

    private mutating func expect(_ kind: Token.Kind, _ what: String) -> Bool {
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

    private mutating func report(_ message: String, _ start: Int, _ end: Int, hint: String? = nil) {
        guard !hasStopped else { return }
        diagnostics.append(Diagnostic(message, offset: start, length: end - start, hint: hint))
    }

    /// Reports the current token, unless something is wrong at the same place already, and goes on at the next comma,
    /// colon or closing bracket that belongs to what surrounds it.
    private mutating func fail(_ message: String, hint: String? = nil) {
        if !diagnostics.contains(where: { $0.offset >= token.start }) {
            report(message, token.start, token.end, hint: hint)
        }
        recover()
    }

    private mutating func recover() {
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

    private mutating func skip(past close: Token.Kind) {
        advance()
        recoverUntil(close)
    }

    private mutating func recoverUntil(_ close: Token.Kind) {
        while token.kind != .end, token.kind != close, !hasStopped {
            recover()
            if token.kind == .comma || token.kind == .colon { advance() } else if token.kind != close { return }
        }
        if token.kind == close { advance() }
    }

    private mutating func stop(_ message: String) {
        guard !hasStopped else { return }
        report(message, token.start, token.end)
        hasStopped = true
        token = Token(kind: .end, start: token.start, end: token.start)
    }
}
