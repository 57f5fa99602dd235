// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

struct TextSearchTests {
    @Test(arguments: [
        ("a://b", "://", 1), ("://", "://", 0), ("a:/:/://", "://", 5), ("aab", "ab", 1), ("", "a", nil),
        ("a", "ab", nil),
        ("a", "", nil), ("él·lida", "l·l", 2), ("e\u{301}", "é", nil),
    ])
    func aTextIsFoundWhereItStandsFirst(text: String, sought: String, offset: Int?) {
        let range = text.firstRange(of: sought)
        #expect(range.map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) } == offset)
        #expect(range.map { String(text[$0]) } == offset.map { _ in sought })
        #expect(text.contains(sought) == (offset != nil || sought.isEmpty))
    }

    @Test(arguments: [
        ("%d and %d", "%d", "1", "1 and 1"), ("aaa", "aa", "b", "ba"), ("ab", "", "x", "ab"), ("aa", "a", "aa", "aaaa"),
        ("", "a", "b", ""), ("ac", "a", "", "c"),
    ])
    func eachIsReplacedOnce(text: String, sought: String, other: String, result: String) {
        #expect(text.replacing(sought, with: other) == result)
        var changed = text
        changed.replace(sought, with: other)
        #expect(changed == result)
    }
}
