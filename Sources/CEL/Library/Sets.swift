// SPDX-License-Identifier: GPL-3.0-or-later

extension Library {
    /// The sets extension: lists taken as sets.
    static let sets: [Overload] = [
        .of("sets.contains", "Is each element of the second list in the first?", cost: ValueSet.cost) {
            (left: Elements, right: Elements) throws(Failure) in
            let set = ValueSet(left.values)
            return right.values.allSatisfy { set.contains($0) }
        },
        .of("sets.equivalent", "Are the elements of each list in the other?", cost: ValueSet.cost) {
            (left: Elements, right: Elements) throws(Failure) in
            let first = ValueSet(left.values)
            let second = ValueSet(right.values)
            return right.values.allSatisfy { first.contains($0) } && left.values.allSatisfy { second.contains($0) }
        },
        .of("sets.intersects", "Is any element of one list in the other?", cost: ValueSet.cost) {
            (left: Elements, right: Elements) throws(Failure) in
            let set = ValueSet(left.values)
            return right.values.contains { set.contains($0) }
        },
    ]
}
