// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import TestSupport
import Testing

/// No text can trap, hang or run away. The seed is printed; `GUAITA_SEED` repeats a run.
struct FuzzTests {
    static let pieces = [
        "sshd", "nginx", "names", "raw", "files", "three", "yes", "unreadable", "now", "x", "y", ".contexts", ".Port",
        ".mode",
        ".memory", ".a", ".?b", "[0]", "[?1]", "['a']", "(", ")", "[", "]", "{", "}", "{'a': 1}", "?", ":", ",", "+",
        "-",
        "*", "/", "%", "!", "==", "!=", "<", "<=", ">", ">=", " in ", "&&", "||", "1", "0", "-1", "9223372036854775807",
        "1u", "18446744073709551615u", "1.5", "1e308", "0.0", "'a'", "'\\u00e9'", "b'\\xff'", "r'\\d'", "null", "true",
        "false",
        "[1, 2, 3]", ".all(x, ", ".exists(x, ", ".map(x, ", ".filter(x, ", ".exists_one(x, ", ".all(x, y, ",
        ".transformMap(x, y, ", ".transformList(x, y, ", ".transformMapEntry(x, y, ", "cel.bind(x, ", "has(", "size(",
        ".size()", ".sum()", "string(", "int(", "double(", "uint(", "bytes(", "dyn(", "type(", "duration('1h')",
        "timestamp('2026-11-23T00:00:00Z')", "mode('0640')", "bytesize('1GiB')", "version('1.0-1')", "optional.of(",
        "optional.none()", ".optMap(x, ", ".optFlatMap(x, ", ".orValue(", ".value()", ".matches('a+')", ".split('')",
        ".substring(", ".indexOf(", ".repeat(", "math.greatest(", "math.bitShiftLeft(", "lists.range(", ".slice(",
        ".format([", "]", "%s", "//", "\n", "é", "日", "\u{0}", "'''", "\"", "`a-b`", ".`a-b`", "@", "if", "0x", "''",
    ]

    @Test func `token soup`() {
        let seed = SeededGenerator.seed()
        print("cel: token soup with GUAITA_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        var limits = Limits.rule
        limits.cost = 20_000
        let checked = Environment(variables: Sample.variables, limits: limits)
        var compiled = 0
        for round in 0..<6000 {
            let count = Int.random(in: 1...(round % 3 == 0 ? 40 : 10), using: &generator)
            let soup = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
            // Closing what was opened makes more of the soup edible.
            let open = soup.utf8.reduce(0) { $0 + ($1 == 0x28 ? 1 : $1 == 0x29 ? -1 : 0) }
            let text = soup + String(repeating: ")", count: max(0, open))
            do {
                let program = try checked.compile(text, check: round % 2 == 0)
                compiled += 1
                let (evaluation, observations) = program.evaluateObserving(Sample.bindings)
                #expect(evaluation.cost <= limits.cost)
                for part in observations { #expect(part.offset >= 0 && part.offset + part.length <= text.utf8.count) }
                if round % 8 == 0 {
                    for mutant in program.mutants().prefix(4) { _ = mutant.program.evaluate(Sample.bindings) }
                }
            } catch {
                #expect(!error.diagnostics.isEmpty)
                for diagnostic in error.diagnostics {
                    #expect((0...text.utf8.count).contains(diagnostic.offset), "\(text)")
                    _ = diagnostic.rendered(in: text)
                }
            }
        }
        #expect(compiled > 100)
    }

    @Test func `bytes that are no text`() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = Sample.problems(String(decoding: bytes, as: UTF8.self))
        }
    }
}
