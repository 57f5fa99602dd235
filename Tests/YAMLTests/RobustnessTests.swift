// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import TestSupport
import Testing
import YAML

@Suite("No bytes can hurt", .timeLimit(.minutes(2)))
struct RobustnessTests {
    /// Parses, shows every problem and decodes every document: what must hold of any input.
    private func exercise(_ bytes: [UInt8], _ name: String) {
        let (documents, problems) = YAML.parse(bytes)
        #expect(problems.count <= 102, "\(name)")
        for problem in problems {
            #expect(problem.line >= 1 && problem.column >= 1, "\(name)")
            #expect(!problem.rendered(file: "f", source: bytes).isEmpty, "\(name)")
        }
        for document in documents {
            var decoder = Decoder()
            if let mapping = decoder.mapping(document, known: ["a"]) {
                _ = decoder.field("a", of: mapping) { $0.strings($1) }
            }
            _ = decoder.list(document) { $0.int($1) }
        }
    }

    @Test("random bytes", arguments: 0..<8 as Range<UInt64>)
    func randomBytes(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let count = Int.random(in: 0...400, using: &numbers)
            exercise((0..<count).map { _ in .random(in: 0...255, using: &numbers) }, "seed \(seed) round \(round)")
        }
    }

    @Test("random pieces of YAML", arguments: 0..<8 as Range<UInt64>)
    func randomPieces(seed: UInt64) {
        let pieces = [
            "a", "b: ", "- ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", ": ", "? ", "&a ", "*a", "!!str ",
            "!x ",
            "'", "\"", "|", ">-", "\t", "#", " # c\n", "---\n", "...\n", "%YAML 1.2\n", "<<: ", "\\", "é", "\u{85}",
            "\u{2028}",
            "\r", "no", "0644", "~",
        ]
        var numbers = SeededGenerator(seed: seed)
        for round in 0..<500 {
            let count = Int.random(in: 0...60, using: &numbers)
            let text = (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
            exercise(Array(text.utf8), "seed \(seed) round \(round) \(text.debugDescription)")
        }
    }

    @Test("oddities that YAML allows and people do not expect")
    func oddities() {
        let texts = [
            "? |\n  block key\n: - one\n", "!<tag:yaml.org,2002:str> a", "a: !!str\n", "- !!str\n- !!str ''\n",
            "--- >\n x\n...\n",
            "{a, b: , ? c}", "[a: b, {c: d}, ]", "\"a\\\n  b\": c", "'a\n\n  b'", "a: |1\n  x\n", "&a : *a", "? ", "-",
            "- -",
            "{? ? a}", "%TAG ! tag:x,2000:\n--- !y z\n", "--- |\n%x\n", "a:\n- b\n- c\n", "'' : ''", ": a", "[[[]]]",
            "{}",
            "---\n...\n---\n...\n", "# c", "\u{85}a", "a\u{2029}b: c", "!", "! a", "&", "*", "|", ">", "@", "`", "%",
            "\"\\u12",
            "\"\\UFFFFFFFF\"", "\"\\ud800\"", "\"\\x", "a: 'b''c'", "---a", "...a", "- |+\n\n\n- x", "{\"a\":b}",
            "{\"a\"b}",
        ]
        for text in texts { exercise(Array(text.utf8), text.debugDescription) }
    }

    @Test("inputs that fuzzing found, and its seeds")
    func fuzzed() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fuzz/YAML").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(!names.isEmpty)
        for name in names { exercise([UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))), name) }
    }
}

@Suite("Speed")
struct SpeedTests {
    private static let folder = ProcessInfo.processInfo.environment["GUAITA_CORPORA"].map { $0 + "/sigma" }
    private static let isWanted = ProcessInfo.processInfo.environment["GUAITA_BENCH"] == "1" && folder != nil

    /// Prints CPU time; asserts none. In a release build:
    /// `GUAITA_BENCH=1 GUAITA_CORPORA=… swift test -c release -Xswiftc -enable-testing --filter SpeedTests`
    @Test("megabytes of rules a second", .enabled(if: isWanted, "wants GUAITA_BENCH=1 and GUAITA_CORPORA"))
    func speed() throws {
        let folder = try #require(Self.folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yml") }
        let files = try names.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + $0))) }
        let size = files.reduce(0) { $0 + $1.count }
        var best = 0.0
        var problems = 0
        for _ in 0..<10 {
            let start = clock()
            for _ in 0..<20 { for file in files { problems += YAML.parse(file).problems.count } }
            best = max(best, Double(size * 20) / (Double(clock() - start) / Double(CLOCKS_PER_SEC)) / 1e6)
        }
        print("yaml: \(files.count) files, \(size) bytes, \(Int(best)) MB/s of CPU time, \(problems) problems")
    }
}
