// SPDX-License-Identifier: GPL-3.0-or-later

/// "Did you mean": the known name a misspelt one was probably meant to be.
public enum Spelling {
    /// The nearest of `candidates`, or nil when none is near: at most one edit for every three letters, by the optimal
    /// string alignment distance over bytes (insert, delete, replace, swap two neighbours); case does not count.
    /// Of equally near ones the first in byte order. Names above 64 bytes are not compared.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = folded(word)
        guard (1...64).contains(wanted.count) else { return nil }
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let name = folded(candidate)
            let allowed = max(1, max(wanted.count, name.count) / 3)
            guard (1...64).contains(name.count), abs(name.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, name)
            guard distance <= allowed else { continue }
            if let known = best {
                if distance > known.distance { continue }
                if distance == known.distance, !candidate.utf8.lexicographicallyPrecedes(known.name.utf8) { continue }
            }
            best = (distance, candidate)
        }
        return best?.name
    }

    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { $0.asciiLowercased }
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            current.reserveCapacity(right.count + 1)
            for column in 1...right.count {
                let differs = left[row - 1] == right[column - 1] ? 0 : 1
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + differs)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
