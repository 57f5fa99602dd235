// SPDX-License-Identifier: GPL-3.0-or-later

/// Tokens to a tree: precedence climbing over the grammar of the language definition. Errors are collected; after one
/// the parser goes on behind the next comma or closing bracket. Bounded in nodes, height and recursion.
struct Parser {
    var lexer: Lexer
    var token: Token
    var tree = Tree()
    var diagnostics: [Diagnostic] = []
    let limits: Limits
    var depth = 0
    /// Children of the lists and calls being parsed.
    var pending: [Tree.ID] = []
    /// Set once a limit is exceeded: nothing more is parsed.
    var hasStopped = false
    /// How far the previous token reached.
    var previousEnd = 0

    /// After so many problems the rest of a text is not worth reading.
    static let maximumProblems = 20

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

    init(_ bytes: [UInt8], _ limits: Limits) {
        self.limits = limits
        lexer = Lexer(bytes)
        token = lexer.next()
        tree.nodes.reserveCapacity(bytes.count / 4)
        tree.spans.reserveCapacity(bytes.count / 4)
    }

    // MARK: Operators

    /// `Expr = ConditionalOr ["?" ConditionalOr ":" Expr]`
    mutating func parseExpression() -> Tree.ID {
        guard enter() else { return invalid() }
        defer { depth -= 1 }
        let condition = parseBinary(minimum: 1)
        guard token.kind == .question else { return condition }
        let mark = advance().start
        let yes = parseBinary(minimum: 1)
        let isComplete = token.kind == .colon
        guard expect(.colon, "`:` and what to take when the condition is false") else { return invalid() }
        let no = parseExpression()
        guard isComplete else { return invalid() }
        return add(.conditional(condition, yes, no), mark: mark, over: condition, yes, no)
    }

    static func precedence(_ kind: Token.Kind) -> Int {
        switch kind {
        case .or: 1
        case .and: 2
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual, .in: 3
        case .plus, .minus: 4
        case .star, .slash, .percent: 5
        default: 0
        }
    }

    mutating func parseBinary(minimum: Int) -> Tree.ID {
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

    static func binary(_ kind: Token.Kind, _ left: Tree.ID, _ right: Tree.ID) -> Tree.Node {
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
    mutating func parseChain(of kind: Token.Kind, _ precedence: Int, first: Tree.ID) -> Tree.ID {
        var operands = [first]
        var marks: [Int] = []
        while token.kind == kind {
            marks.append(advance().start)
            operands.append(parseBinary(minimum: precedence + 1))
        }
        return balance(kind, operands[...], marks[...])
    }

    mutating func balance(
        _ kind: Token.Kind, _ operands: ArraySlice<Tree.ID>, _ marks: ArraySlice<Int>
    ) -> Tree.ID {
        if operands.count == 1 { return operands[operands.startIndex] }
        let half = (operands.count + 1) / 2
        let middle = marks.startIndex + half - 1
        let left = balance(kind, operands.prefix(half), marks[..<middle])
        let right = balance(kind, operands.dropFirst(half), marks[(middle + 1)...])
        return add(kind == .and ? .and(left, right) : .or(left, right), mark: marks[middle], over: left, right)
    }

    mutating func parseUnary() -> Tree.ID {
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
}
