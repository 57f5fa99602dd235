// SPDX-License-Identifier: GPL-3.0-or-later

/// All overloads of one name in one style of call.
final class Function: Sendable {
    let name: String
    let overloads: [Overload]

    init(_ name: String, _ overloads: [Overload]) {
        self.name = name
        self.overloads = overloads
    }
}

/// The functions an environment knows, by name and style.
final class FunctionTable: Sendable {
    /// `f(x)` and `name.space.f(x)`.
    let globals: [String: Function]
    /// `x.f()`.
    let methods: [String: Function]
    /// First parts of the names with dots: `math`, `ip`.
    let namespaces: Set<String>

    init(_ overloads: [Overload]) {
        func table(_ overloads: [Overload]) -> [String: Function] {
            Dictionary(grouping: overloads, by: \.name).reduce(into: [:]) { $0[$1.key] = Function($1.key, $1.value) }
        }
        globals = table(overloads.filter { !$0.isMethod })
        methods = table(overloads.filter(\.isMethod))
        namespaces = Set(globals.keys.filter { $0.contains(".") }.map { String($0.prefix { $0 != "." }) })
    }
}
