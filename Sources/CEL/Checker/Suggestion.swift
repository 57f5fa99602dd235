// SPDX-License-Identifier: GPL-3.0-or-later

/// "did you mean `PermitRootLogin`?": the known name nearest to a misspelt one, nil when none is near.
func suggestion(for name: String, among known: some Sequence<String>) -> String? {
    let wanted = folded(name)
    let limit = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(wanted, folded(candidate), limit: limit)
        guard distance <= limit else { continue }
        // Of two as near, the first by bytes, so that the message is the same on every run.
        if let current = best,
            (current.distance, current.name) <= (distance, candidate)
        {
            continue
        }
        best = (candidate, distance)
    }
    return best.map { "did you mean `\($0.name)`?" }
}

private func folded(_ name: String) -> [UInt8] {
    name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
}

/// Insertions, deletions, substitutions and swaps of neighbours; `limit + 1` for anything beyond the limit.
private func editDistance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
    guard abs(left.count - right.count) <= limit, left.count <= 64, right.count <= 64 else { return limit + 1 }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var current = [row + 1]
        current.reserveCapacity(right.count + 1)
        for column in right.indices {
            let isSame = left[row] == right[column]
            var cost = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        beforeLast = last
        last = current
    }
    return last[right.count]
}
