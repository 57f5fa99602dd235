// SPDX-License-Identifier: GPL-3.0-or-later

/// A root name an expression may read.
public struct Variable: Sendable {
    /// `sshd`, or a qualified name as `com.example.x`.
    public let name: String
    /// Its type; `.dyn` when it is not known before evaluation.
    public let type: ValueType

    /// A variable.
    public init(_ name: String, _ type: ValueType) {
        self.name = name
        self.type = type
    }
}

/// What expressions are compiled against: variables, functions, limits. Made once and shared; copies are cheap.
public struct Environment: Sendable {
    private let base: Base
    /// Names added for one rule: few, so a list.
    private var added: [Variable] = []
    /// How large and costly an expression may be.
    public let limits: Limits

    private final class Base: Sendable {
        let variables: [String: ValueType]
        let functions: FunctionTable
        /// `a.b.` and `a.` for the container `a.b`.
        let prefixes: [String]
        /// First parts of the names with dots.
        let qualifiedRoots: Set<String>

        init(_ variables: [Variable], _ overloads: [Overload], _ container: String) {
            self.variables = Dictionary(variables.map { ($0.name, $0.type) }, uniquingKeysWith: { _, last in last })
            functions = FunctionTable(overloads + optionalFunctions)
            let parts = container.split(separator: ".")
            prefixes = parts.indices.reversed().map { parts[...$0].joined(separator: ".") + "." }
            let dotted = variables.lazy.map(\.name) + Environment.types.keys
            let roots = dotted.filter { $0.contains(".") }.map { String($0.prefix { $0 != "." }) }
            qualifiedRoots = functions.namespaces.union(roots)
        }
    }

    /// An environment. `container` is the namespace names are looked up from, as protocol buffer packages are.
    public init(
        variables: [Variable], overloads: [Overload] = Library.all, container: String = "", limits: Limits = .rule
    ) {
        base = Base(variables, overloads, container)
        self.limits = limits
    }

    /// The environment with more names, which hide others of the same name. Cheap.
    public func adding(_ variables: [Variable]) -> Environment {
        var copy = self
        copy.added.append(contentsOf: variables)
        return copy
    }

    /// Parses, checks and prepares an expression. `expecting` is the type its value must have; without `check`,
    /// what makes no sense fails when it is evaluated instead.
    public func compile(
        _ text: String, expecting: ValueType? = nil, check: Bool = true
    ) throws(CompileFailure) -> Program {
        let (parsed, problems) = Parser.parse(text, limits: limits)
        guard !parsed.nodes.isEmpty else { throw CompileFailure(diagnostics: problems) }
        var checker = Checker(parsed, self, insists: check)
        let type = checker.check(expecting: expecting)
        let diagnostics = problems + checker.diagnostics
        guard diagnostics.isEmpty else {
            throw CompileFailure(diagnostics: diagnostics.sorted { ($0.offset, $0.length) < ($1.offset, $1.length) })
        }
        let cost = StaticCost(checker.tree, limits).total
        guard cost <= limits.cost || !check else {
            let message = "this may cost \(cost) units, more than the \(limits.cost) an evaluation is allowed"
            throw CompileFailure(diagnostics: [Diagnostic(message, offset: 0, length: text.utf8.count)])
        }
        return Program(text: text, type: type, staticCost: cost, tree: checker.tree, costLimit: limits.cost)
    }

    // MARK: For the checker

    var functions: FunctionTable { base.functions }

    /// The names a written name may mean, the first that exists counts (language definition, "Name Resolution").
    func candidates(for name: String, absolute: Bool) -> [String] {
        absolute || base.prefixes.isEmpty ? [name] : base.prefixes.map { $0 + name } + [name]
    }

    func type(ofVariable name: String) -> ValueType? {
        added.last { $0.name == name }?.type ?? base.variables[name]
    }

    /// Whether a name may be the first part of a longer one.
    func mayQualify(_ name: String) -> Bool {
        !base.prefixes.isEmpty || base.qualifiedRoots.contains(name) || added.contains { $0.name.hasPrefix(name + ".") }
    }

    var variableNames: [String] { base.variables.keys + added.map(\.name) }

    func isFunction(_ name: String) -> Bool { base.functions.globals[name] != nil }

    func isMethod(_ name: String) -> Bool { base.functions.methods[name] != nil }

    /// Types that have a name in expressions.
    static let types: [String: ValueType] = {
        let named: [ValueType] = [
            .null, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .list(.dyn), .map(.dyn, .dyn),
            .optional(.dyn), .type(.dyn), .mode, .byteSize, .version, .ip, .cidr,
        ]
        return Dictionary(uniqueKeysWithValues: named.map { ($0.runtimeName, $0) })
    }()
}
