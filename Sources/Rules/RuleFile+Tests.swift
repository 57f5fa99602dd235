// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

extension RuleFile {
    /// The file without its rules' tests, which most of its bytes are and which a scan does not need. Every line that
    /// remains keeps its number. A file of an unusual form (flow mappings, anchors inside tests, problems of its own)
    /// is answered as it is.
    public var withoutTests: RuleFile {
        let (documents, problems) = YAML.parse(bytes)
        guard problems.isEmpty else { return self }
        let starts = lineStarts
        var shortened = bytes
        for document in documents.reversed() {
            guard let lines = testLines(document, starts) else { continue }
            let end = lines.upperBound < starts.count ? starts[lines.upperBound] : bytes.count
            let range = starts[lines.lowerBound]..<end
            guard !Self.hasAnchor(bytes[range]) else { return self }
            shortened.replaceSubrange(range, with: repeatElement(0x0A, count: lines.count))
        }
        // What was cut was the value of one key and nothing else: the rest is YAML by itself.
        let (rest, complaints) = YAML.parse(shortened)
        return complaints.isEmpty && rest.count == documents.count ? RuleFile(path: path, bytes: shortened) : self
    }

    /// The lines from the key `tests` to the next key or the end of the document, counted from 0.
    private func testLines(_ document: Node, _ starts: [Int]) -> Range<Int>? {
        guard case .mapping(let entries) = document.content,
            let index = entries.firstIndex(where: { $0.key.text == "tests" }), entries[index].key.column == 1
        else { return nil }
        let first = entries[index].key.line - 1
        guard starts.indices.contains(first) else { return nil }
        let next = entries.index(after: index)
        if next < entries.endIndex {
            // A key in the same line, or not at its beginning, is not of the form that rules are written in.
            guard entries[next].key.column == 1, entries[next].key.line - 1 > first else { return nil }
            return first..<(entries[next].key.line - 1)
        }
        // Three dashes or dots at the beginning of a line end a document wherever they are (YAML 1.2.2, 9.1.2).
        let marks: [[UInt8]] = [Array("---".utf8), Array("...".utf8)]
        let last = starts.indices.dropFirst(first + 1).first { line in
            marks.contains { bytes[starts[line]...].starts(with: $0) }
        }
        return first..<(last ?? starts.count)
    }

    /// Where each line begins.
    private var lineStarts: [Int] {
        var starts = [0]
        for index in bytes.indices where bytes[index] == 0x0A && index + 1 < bytes.count { starts.append(index + 1) }
        return starts
    }

    /// True where a later alias could mean something in these bytes: an `&` that could begin a node, with a name.
    private static func hasAnchor(_ bytes: ArraySlice<UInt8>) -> Bool {
        let before: Set<UInt8> = [0x20, 0x09, 0x0A, 0x5B, 0x7B, 0x2C]
        let notNames: Set<UInt8> = [0x20, 0x09, 0x0A, 0x26]
        return bytes.indices.dropFirst().dropLast().contains { index in
            bytes[index] == 0x26 && before.contains(bytes[index - 1]) && !notNames.contains(bytes[index + 1])
        }
    }
}
