// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// Where an offset of an expression stands in its file, so that the caret points at the word that is wrong.
struct ExpressionPlace {
    let file: RuleFile
    let node: Node
    let text: String

    /// A node at the place. Where folding or escapes hide it, the node the expression is in.
    func node(at offset: Int) -> Node {
        let expression = Array(text.utf8)
        let offset = min(max(0, offset), expression.count)
        let newline = UInt8(ascii: "\n")
        let start = expression[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = expression[offset...].firstIndex(of: newline) ?? expression.count
        let fragment = Array(expression[start..<end])
        let lines = file.bytes.split(separator: newline, omittingEmptySubsequences: false)
        let span = expression.count { $0 == newline } + 2
        for number in max(0, node.line - 1)..<max(max(0, node.line - 1), min(lines.count, node.line + span)) {
            guard !fragment.isEmpty, let found = Self.find(fragment, in: lines[number]) else { continue }
            let before = lines[number].prefix(found + offset - start)
            let column = String(decoding: before, as: UTF8.self).count + 1
            return Node(line: number + 1, column: column, content: node.content)
        }
        return node
    }

    private static func find(_ needle: [UInt8], in line: ArraySlice<UInt8>) -> Int? {
        guard needle.count <= line.count else { return nil }
        return (0...(line.count - needle.count)).first { line.dropFirst($0).starts(with: needle) }
    }
}
