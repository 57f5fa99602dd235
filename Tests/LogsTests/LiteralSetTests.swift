// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport
import Testing

@testable import Logs

@Suite struct LiteralSetTests {
    private func found(_ literals: [String], _ text: String) -> [Int]? {
        guard let set = LiteralSet(literals.map { Array($0.utf8) }) else { return nil }
        let bytes = Array(text.utf8)
        var found: Set<Int> = []
        set.search(bytes, 0..<bytes.count) {
            found.insert($0)
            return true
        }
        return found.sorted()
    }

    @Test func literalsAreFoundWhereverTheyStand() {
        #expect(found(["ab"], "ab") == [0])
        #expect(found(["ab"], "xab") == [0])
        #expect(found(["ab"], "a b") == [])
        #expect(found(["abc", "bc", "cde"], "abcde") == [0, 1, 2])
        #expect(found(["needle"], "needl") == [])
        #expect(found(["needle"], "") == [])
        #expect(found(["aa"], "aaaa") == [0])
    }

    @Test func noSetOfTooShortLiterals() {
        #expect(found([], "x") == nil)
        #expect(found(["ab", "c"], "x") == nil)
        #expect(found([""], "x") == nil)
    }

    @Test func onlyTheRangeIsSearched() throws {
        let set = try #require(LiteralSet([Array("ab".utf8), Array("abcd".utf8)]))
        let bytes = Array("xxabcd".utf8)
        func all(_ range: Range<Int>) -> [Int] {
            var found: [Int] = []
            set.search(bytes, range) {
                found.append($0)
                return true
            }
            return found
        }
        #expect(all(0..<3) == [])
        #expect(all(0..<4) == [0])
        #expect(all(2..<6) == [0, 1])
        #expect(all(3..<6) == [])
    }

    @Test(arguments: [1 as UInt64, 7, 99, 1234])
    func theAnswerIsThatOfLookingForEach(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func word(_ length: Int) -> String {
            String((0..<length).map { _ in ["a", "b", "c"][Int(random.next() % 3)] }.joined())
        }
        for _ in 0..<300 {
            let literals = (0..<(1 + Int(random.next() % 5))).map { _ in word(2 + Int(random.next() % 5)) }
            let text = word(Int(random.next() % 40))
            let expected = literals.indices.filter { text.contains(literals[$0]) }
            #expect(found(literals, text) == expected, "seed \(seed): \(literals) in \(text)")
        }
    }
}
