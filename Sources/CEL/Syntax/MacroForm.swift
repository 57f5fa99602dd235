// SPDX-License-Identifier: GPL-3.0-or-later

/// The shape of a receiver macro: how many of its arguments are names it binds, and whether a filter stands before
/// the last. (Language definition, "Macros"; the two-variable forms and `cel.bind` are the usual extensions.)
struct MacroForm {
    let kind: Tree.Macro.Kind
    let nameCount: Int
    let hasFilter: Bool

    /// Nil when a call of this name with so many arguments is no macro.
    init?(_ name: String, argumentCount: Int) {
        guard (2...4).contains(argumentCount) else { return nil }
        switch (name, argumentCount) {
        case ("all", 2), ("all", 3): self.init(.all, argumentCount - 1)
        case ("exists", 2), ("exists", 3): self.init(.exists, argumentCount - 1)
        case ("exists_one", 2), ("existsOne", 2), ("existsOne", 3), ("exists_one", 3):
            self.init(.existsOne, argumentCount - 1)
        case ("map", 2), ("map", 3): self.init(.map, 1, hasFilter: argumentCount == 3)
        case ("filter", 2): self.init(.filter, 1)
        case ("transformList", 3), ("transformList", 4): self.init(.transformList, 2, hasFilter: argumentCount == 4)
        case ("transformMap", 3), ("transformMap", 4): self.init(.transformMap, 2, hasFilter: argumentCount == 4)
        case ("transformMapEntry", 3), ("transformMapEntry", 4):
            self.init(.transformMapEntry, 2, hasFilter: argumentCount == 4)
        case ("bind", 3): self.init(.bind, 1)
        case ("optMap", 2): self.init(.optionalMap, 1)
        case ("optFlatMap", 2): self.init(.optionalFlatMap, 1)
        default: return nil
        }
    }

    /// The shortest form of a macro; nil when there is no macro of that name.
    init?(named name: String) {
        guard name != "bind", let form = Self(name, argumentCount: 2) ?? Self(name, argumentCount: 3) else {
            return nil
        }
        self = form
    }

    private init(_ kind: Tree.Macro.Kind, _ nameCount: Int, hasFilter: Bool = false) {
        self.kind = kind
        self.nameCount = nameCount
        self.hasFilter = hasFilter
    }
}
