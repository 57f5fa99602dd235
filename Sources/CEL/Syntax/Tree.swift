// SPDX-License-Identifier: GPL-3.0-or-later

/// An expression as flat tables: nodes refer to each other by index. The parser makes it, the checker puts resolved
/// nodes in the place of names and calls, the evaluator walks it. Flat, because ten thousand rules are compiled at
/// start and an object for each node would cost more than the parsing.
struct Tree: Sendable {
    /// Index of a node.
    typealias ID = Int32
    /// Index into one of the other tables.
    typealias Index = Int32

    /// A run of `children`.
    struct Children: Sendable {
        var start: Int32
        var count: Int32
    }

    /// How a field is asked for.
    enum Access: UInt8, Sendable {
        /// `a.b`: an error when it is not there.
        case plain
        /// `a.?b`: an optional.
        case optional
        /// `has(a.b)`: whether it is there.
        case test
    }

    enum Arithmetic: UInt8, Sendable { case add, subtract, multiply, divide, remainder }

    enum Order: UInt8, Sendable { case less, lessEqual, greater, greaterEqual }

    enum Node: Sendable {
        /// Where the parser gave up; reported already.
        case invalid
        case literal(Index)
        /// A name as written; `absolute` with a leading dot.
        case name(Index, absolute: Bool)
        /// A root variable.
        case variable(Index)
        /// A name a macro bound.
        case local(Index)
        /// A name nothing declares, in a tree that was not checked.
        case unresolved(Index)
        /// `has(x)` of a root variable.
        case hasVariable(ID)
        case field(ID, Index, Access)
        case element(ID, ID, optional: Bool)
        case call(Index)
        case list(Children)
        /// Keys and values in turn.
        case map(Children)
        /// `?x` as an element of a list or a value of a map.
        case optionalElement(ID)
        case not(ID)
        case negate(ID)
        case arithmetic(Arithmetic, ID, ID)
        case ordered(Order, ID, ID)
        case equal(ID, ID, negated: Bool)
        case contained(ID, ID)
        case and(ID, ID)
        case or(ID, ID)
        case conditional(ID, ID, ID)
        case macro(Index)
    }

    /// Where a node stands in the text, and how tall the tree below it is.
    struct Span: Sendable {
        var start: Int32
        var end: Int32
        /// The operator, the field's name, the function's name: what a message points at.
        var mark: Int32
        var height: Int32
    }

    /// A field's name; where it stands in a record when the checker knows the record's kind.
    struct Field: Sendable {
        var name: String
        var schema: RecordSchema?
        var position = 0
    }

    /// A call; the receiver, if any, is the first of `arguments`.
    struct Call: Sendable {
        var name: String
        var isMethod: Bool
        var isAbsolute: Bool
        var arguments: Children
        /// The overloads of that name; nil when there are none, in a tree that was not checked.
        var function: Function?
        /// The one overload that fits, where the types leave no doubt.
        var only: Int?
    }

    /// A macro that names values: `range.all(first, second, body)` and its like.
    struct Macro: Sendable {
        enum Kind: UInt8, Sendable {
            case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry
            case bind, optionalMap, optionalFlatMap
        }

        var kind: Kind
        var range: ID
        var first: String
        /// The second name of the two-variable forms.
        var second: String?
        var filter: ID?
        var body: ID
        /// Where the evaluator keeps `first`; `second` is next to it.
        var slot: Int32 = 0
    }

    var nodes: [Node] = []
    var spans: [Span] = []
    var children: [ID] = []
    var literals: [Value] = []
    var names: [String] = []
    var fields: [Field] = []
    var calls: [Call] = []
    var macros: [Macro] = []
    /// Names of the root variables read, in the order of `Node.variable`.
    var variables: [String] = []
    /// Slots for names that macros bind.
    var localCount: Int32 = 0
    var root: ID = 0

    subscript(id: ID) -> Node {
        get { nodes[Int(id)] }
        set { nodes[Int(id)] = newValue }
    }

    func span(_ id: ID) -> Span { spans[Int(id)] }

    func ids(_ run: Children) -> ArraySlice<ID> {
        children[Int(run.start)..<Int(run.start) + Int(run.count)]
    }

    func literal(_ id: ID) -> Value? {
        if case .literal(let index) = self[id] { return literals[Int(index)] }
        return nil
    }

    /// `a.b` for the field of a root variable, in a tree that is resolved; nil for what is no such chain.
    func path(_ id: ID) -> String? {
        switch self[id] {
        case .variable(let index): variables[Int(index)]
        case .field(let operand, let field, _): path(operand).map { "\($0).\(fields[Int(field)].name)" }
        default: nil
        }
    }

    /// The parts of a node.
    func parts(of id: ID) -> [ID] {
        switch self[id] {
        case .invalid, .literal, .name, .variable, .local, .unresolved: []
        case .hasVariable(let operand), .field(let operand, _, _), .optionalElement(let operand), .not(let operand),
            .negate(let operand):
            [operand]
        case .element(let left, let right, _), .arithmetic(_, let left, let right), .ordered(_, let left, let right),
            .equal(let left, let right, _), .contained(let left, let right), .and(let left, let right),
            .or(let left, let right):
            [left, right]
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .call(let index): Array(ids(calls[Int(index)].arguments))
        case .list(let run), .map(let run): Array(ids(run))
        case .macro(let index):
            [macros[Int(index)].range] + (macros[Int(index)].filter.map { [$0] } ?? []) + [macros[Int(index)].body]
        }
    }

    /// The nodes the root is made of, in the order of the text, larger ones first.
    var reachable: [ID] {
        var found: [ID] = []
        var open = [root]
        while let id = open.popLast() {
            found.append(id)
            open.append(contentsOf: parts(of: id))
        }
        return found.sorted { left, right in
            let (a, b) = (span(left), span(right))
            return (a.start, -a.end, left) < (b.start, -b.end, right)
        }
    }

    mutating func append(_ node: Node, _ span: Span) -> ID {
        nodes.append(node)
        spans.append(span)
        return ID(nodes.count - 1)
    }

    mutating func addLiteral(_ value: Value) -> Index {
        literals.append(value)
        return Index(literals.count - 1)
    }
}
