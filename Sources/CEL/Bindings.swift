// SPDX-License-Identifier: GPL-3.0-or-later

/// Values for the variables of a program.
public struct Bindings: Sendable {
    private let base: [String: Value]
    /// Names added later, the last one counts: an element of a loop over thousands does not copy the rest.
    private var added: [(name: String, value: Value)] = []

    /// Values by name.
    public init(_ values: [String: Value]) { base = values }

    /// With one more name, which hides another of the same name. Cheap.
    public func adding(_ name: String, _ value: Value) -> Bindings {
        var copy = self
        copy.added.append((name, value))
        return copy
    }

    /// The value of a name, nil when there is none.
    public subscript(name: String) -> Value? {
        for entry in added.reversed() where entry.name == name { return entry.value }
        return base[name]
    }
}
