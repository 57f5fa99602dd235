// SPDX-License-Identifier: GPL-3.0-or-later

/// Every id of a framework. One file a framework; an id that is in none of them is an error of `guaita rules check`.
struct ReferenceCatalogue: Sendable {
    private let ids: Set<String>

    /// The ids in a text of words: `5.1.20` is one id, `5.1.1-22` are the twenty-two from 5.1.1 to 5.1.22, and
    /// `21.2.a-j` the ten from 21.2.a to 21.2.j. `prefix` stands before each.
    init(_ words: String, prefix: String = "") {
        var ids: Set<String> = []
        for word in words.split(whereSeparator: \.isWhitespace) {
            for id in Self.expanded(word) { ids.insert(prefix + id) }
        }
        self.ids = ids
    }

    private init(ids: Set<String>) { self.ids = ids }

    /// True when the framework has this id.
    func contains(_ id: String) -> Bool { ids.contains(id) }

    static func + (left: ReferenceCatalogue, right: ReferenceCatalogue) -> ReferenceCatalogue {
        ReferenceCatalogue(ids: left.ids.union(right.ids))
    }

    private static func expanded(_ word: Substring) -> [String] {
        let ends = word.split(separator: "-", maxSplits: 1)
        guard ends.count == 2, let first = ends[0].split(separator: ".").last else { return [String(word)] }
        let stem = ends[0].dropLast(first.count)
        if let low = Int(first), let high = Int(ends[1]), low <= high { return (low...high).map { "\(stem)\($0)" } }
        guard let low = first.utf8.first, let high = ends[1].utf8.first, low <= high else { return [] }
        return (low...high).map { "\(stem)\(Character(Unicode.Scalar($0)))" }
    }
}
