// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport
import Testing

@testable import Logs

@Suite struct LineSplitterTests {
    private func split(_ chunks: [[UInt8]]) -> (lines: [[UInt8]], truncated: Int) {
        var splitter = LineSplitter()
        var lines: [[UInt8]] = []
        for chunk in chunks { splitter.feed(chunk) { bytes, line, _ in lines.append(Array(bytes[line])) } }
        splitter.finish { bytes, line, _ in lines.append(Array(bytes[line])) }
        #expect(splitter.lines == lines.count)
        return (lines, splitter.truncated)
    }

    private func texts(_ text: String) -> [String] {
        split([Array(text.utf8)]).lines.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func linesEndAtLineFeeds() {
        #expect(texts("one\ntwo\n") == ["one", "two"])
        #expect(texts("one\n\nthree") == ["one", "", "three"])
        #expect(texts("one\r\ntwo\r\n") == ["one", "two"])
        #expect(texts("").isEmpty)
        #expect(texts("\n") == [""])
    }

    @Test func nulsAtALineStartAreWhatCopytruncateLeaves() {
        #expect(texts("\0\0\0one\ntwo\0\n") == ["one", "two\0"])
        #expect(split([[0, 0], [0, 0x61, 0x0A]]).lines == [[0x61]])
        #expect(split([[0, 0]]).lines.isEmpty)
    }

    @Test func bytesThatAreNotUTF8StayAsTheyAre() {
        #expect(split([[0xFF, 0xFE, 0x0A, 0xC3]]).lines == [[0xFF, 0xFE], [0xC3]])
    }

    @Test func longLinesAreCutAndCounted() {
        let long = [UInt8](repeating: 0x78, count: 100_000)
        for size in [1000, 65_536, 200_000] {
            let bytes = long + [0x0A, 0x79, 0x0A]
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            let (lines, truncated) = split(chunks)
            #expect(lines.map(\.count) == [LineSplitter.longest, 1])
            #expect(truncated == 1)
        }
        let whole = split([[UInt8](repeating: 0x78, count: LineSplitter.longest) + [0x0A]])
        #expect(whole.lines.map(\.count) == [LineSplitter.longest])
        #expect(whole.truncated == 0)
    }

    @Test(arguments: [1 as UInt64, 20, 300, 4000])
    func chunksDoNotMatter(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [UInt8] = [0x0A, 0x0A, 0x61, 0x62, 0x0D, 0x00, 0xFF]
        let bytes = (0..<500).map { _ in alphabet[Int(random.next() % 7)] }
        var chunks: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + 1 + Int(random.next() % 20))
            chunks.append(Array(bytes[start..<end]))
            start = end
        }
        #expect(split(chunks).lines == split([bytes]).lines, "seed \(seed)")
    }
}
