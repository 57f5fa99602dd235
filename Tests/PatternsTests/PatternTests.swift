// SPDX-License-Identifier: GPL-3.0-or-later
import Patterns
import TestSupport
import Testing

@Suite("Patterns")
struct PatternTests {
    @Test(
        "match anywhere unless anchored",
        arguments: [
            ("ubb", "hubba", true), ("^h", "hubba", true), ("^u", "hubba", false), ("", "", true), ("", "x", true),
            ("a$", "hubba", true), (#"\d+"#, "12", true), ("(a|😀){2}", "🐱😀😀", true), ("^.$", "ñ", true),
            ("(?i)SSHD", "sshd", true), ("SSHD", "sshd", false), (#"\bfoo\b"#, "a foo b", true),
            ("^a.b$", "a\nb", false), ("(?s)^a.b$", "a\nb", true), ("a\0b", "xa\0bx", true), (#"\pL"#, "à", true),
        ])
    func matches(text: String, subject: String, matches: Bool) throws {
        let pattern = try Pattern(text)
        #expect(pattern.matches(subject) == matches)
        #expect(pattern.matches(Array(subject.utf8)) == matches)
        #expect((pattern.captures(in: subject) != nil) == matches)
    }

    @Test("give the bytes of each group")
    func captures() throws {
        let pattern = try Pattern("from (?P<address>[0-9.]+)( via (?P<proxy>[a-z]+))? port ([0-9]+)")
        #expect(pattern.groupNames == [nil, "address", nil, "proxy", nil])
        let groups = try #require(pattern.captures(in: "ñ from 1.2.3.4 port 22"))
        #expect(groups == [3..<22, 8..<15, nil, nil, 21..<23].map { $0 == 3..<22 ? 3..<23 : $0 })
        #expect(pattern.captures(in: "nothing") == nil)
    }

    @Test("go on where told, with what lies before as context")
    func from() throws {
        let pattern = try Pattern(#"\b[0-9]"#)
        let bytes = Array("12 3".utf8)
        #expect(pattern.captures(in: bytes) == [0..<1])
        #expect(pattern.captures(in: bytes, from: 1) == [3..<4])
        #expect(pattern.captures(in: bytes, from: 4) == nil)
        #expect(pattern.captures(in: bytes, from: 5) == nil)
        #expect(pattern.captures(in: bytes, from: -1) == nil)
        #expect(try Pattern("^").captures(in: bytes, from: 1) == nil)
        #expect(try Pattern("x*").captures(in: [], from: 0) == [0..<0])
        #expect(try Pattern("x*").captures(in: bytes, from: 4) == [4..<4])
    }

    @Test("with more groups than most")
    func manyGroups() throws {
        let pattern = try Pattern(String(repeating: "(a)", count: 40))
        let groups = try #require(pattern.captures(in: String(repeating: "a", count: 40)))
        #expect(groups.count == 41)
        #expect(groups[40] == 39..<40)
    }

    @Test("read bytes that are no UTF-8 when told")
    func bytes() throws {
        let line: [UInt8] = [0x61, 0xFF, 0xE9, 0x62]
        #expect(try !Pattern("^a..b$").matches(line))
        #expect(try Pattern("^a..b$", .init(bytes: true)).matches(line))
        #expect(try Pattern("b$").matches(line))
        #expect(try Pattern("A.", .init(bytes: true, ignoresCase: true)).captures(in: line) == [0..<2])
    }

    @Test(
        "have errors with a place",
        arguments: [
            ("a(b", 0, "missing )"), ("ab)c", 0, "unexpected )"), ("a[b", 1, "missing ]"), ("ab**", 2, "repetition"),
            ("(?=x)", 0, "perl operator"), (#"a\1"#, 1, "escape sequence"), ("x{2000}", 1, "repetition size"),
            ("a\\", 0, "trailing"),
        ])
    func errors(text: String, offset: Int, word: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(text) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.offset == offset, "\(error?.message ?? "")")
    }

    @Test("are bounded in text, program and time")
    func bounds() throws {
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "a", count: Pattern.maximumTextBytes + 1)) }
        #expect(throws: PatternError.self) { try Pattern("((a{30}){30}){30}") }
        #expect(throws: PatternError.self) { try Pattern(#"(\pL{100}){10}"#) }
        _ = try Pattern(String(repeating: "a", count: Pattern.maximumTextBytes))
        let text = [UInt8](repeating: 0x61, count: 1 << 16) + [0x62]
        for hostile in ["^(a+)+$", "^(a|a)*$", "^(a*)*$", "(.*.*.*.*.*)c", "[ab]*a[ab]{15}c"] {
            let pattern = try Pattern(hostile)
            #expect(!pattern.matches(text))
            #expect(pattern.captures(in: text) == nil)
        }
    }

    @Test("may be used by many tasks at once")
    func threads() async throws {
        let pattern = try Pattern("([a-z]+)([0-9]+)")
        let counts = await withTaskGroup(of: Int.self) { group in
            for task in 0..<16 {
                group.addTask {
                    (0..<500).reduce(0) { $0 + (pattern.captures(in: "-- task\($1)x\(task) --")?[2]?.count ?? 0) }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(counts == 16 * (10 * 1 + 90 * 2 + 400 * 3))
    }

    @Test("no text traps", arguments: [8] as [UInt64])
    func fuzz(seed: UInt64) {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "a", "(", ")", "[", "]", "*", "+", "?", "{2}", "{0,3}", "|", "^", "$", ".", "\\", "\\b", "\\pN", "(?P<n>",
            "(?i)", "ñ", "🐱", "\0", "-", "\\Q", "\\x{10FFFF}",
        ]
        for _ in 0..<3000 {
            let text = (0..<random.below(12)).map { _ in random.pick(pieces) }.joined()
            guard let pattern = try? Pattern(text) else { continue }
            let subject = (0..<random.below(20)).map { _ in UInt8(random.below(256)) }
            if let groups = pattern.captures(in: subject, from: random.below(3)) {
                #expect(groups.count == pattern.groupNames.count)
                for case let group? in groups { #expect(group.upperBound <= subject.count) }
            }
        }
    }
}
