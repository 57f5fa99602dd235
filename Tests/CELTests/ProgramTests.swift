// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Testing

struct ProgramTests {
    @Test func `a program knows what it reads`() throws {
        let program = try Sample.environment.compile(
            "has(sshd) && (files['/etc/shadow'].scope == 'x' || '/etc/b' in files || has(files.a) || files[?'/c'].hasValue()) && [1].all(now, now > 0)"
        )
        #expect(program.variables == ["sshd", "files"])
        #expect(program.literalKeys(of: "files") == ["/c", "/etc/b", "/etc/shadow", "a"])
        #expect(program.literalKeys(of: "sshd") == [])
        #expect(program.literalKeys(of: "nginx") == [])
    }

    @Test func `every part is observed`() throws {
        let text = "three == 3 || sshd.contexts.all(c, c.MaxAuthTries > 3)"
        let program = try Sample.environment.compile(text)
        let (evaluation, parts) = program.evaluateObserving(Sample.bindings.adding("three", .int(2)))
        #expect(!evaluation.value.isTrue)
        func part(_ wanted: String) throws -> Observation {
            try #require(
                parts.first {
                    String(decoding: text.utf8.dropFirst($0.offset).prefix($0.length), as: UTF8.self) == wanted
                })
        }
        let comparison = try part("c.MaxAuthTries > 3")
        #expect(comparison.isBoolean && comparison.sawTrue && comparison.sawFalse)
        let first = try part("three == 3")
        #expect(first.isBoolean && !first.sawTrue && first.sawFalse)
        #expect(try part("three").value?.isSame(as: .int(2)) == true)
        let (_, skipped) = program.evaluateObserving(Sample.bindings)
        #expect(skipped.contains { $0.isBoolean && $0.value == nil && $0.offset == 14 })
        #expect(skipped.map(\.offset) == skipped.map(\.offset).sorted())
    }

    @Test func `mutants change one thing each`() throws {
        let text =
            "!(three < 4) && four >= 4 || has(sshd) && has(sshd.mode) && 22 in sshd.Port\n && names.all(n, n != '') && true"
        let program = try Sample.environment.compile(text)
        #expect(
            Set(program.mutants().map(\.description)) == [
                "`!` at 1:1 is dropped", "`<` at 1:9 becomes `<=`", "`&&` at 1:14 becomes `||`",
                "`>=` at 1:22 becomes `>`", "`||` at 1:27 becomes `&&`", "`has` at 1:30 becomes `!has`",
                "`&&` at 1:40 becomes `||`", "`has` at 1:43 becomes `!has`", "`&&` at 1:58 becomes `||`",
                "`in` at 1:64 becomes `not in`", "`&&` at 2:2 becomes `||`", "`all` at 2:11 becomes `exists`",
                "`!=` at 2:20 becomes `==`", "`&&` at 2:27 becomes `||`", "`true` at 2:30 becomes `false`",
            ])
    }

    @Test(arguments: [
        "three <= 3", "four >= 4", "three == 3", "three != 4", "yes && no || yes", "!no", "3 in [3]", "has(sshd)",
        "has(sshd.mode)", "true", "[3].all(x, x == three)",
    ])
    func `the first mutant of a condition on its boundary decides otherwise`(text: String) throws {
        let program = try Sample.environment.compile(text)
        #expect(program.evaluate(Sample.bindings).value.isTrue)
        let mutants = program.mutants().filter { !$0.description.contains("all") }
        let mutant = try #require(mutants.first)
        #expect(!mutant.program.evaluate(Sample.bindings).value.isTrue, "\(mutant.description)")
    }

    @Test func `a program may be evaluated on many threads`() async throws {
        let program = try Sample.environment.compile(
            "sshd.contexts.all(c, c.MaxAuthTries > 0) && now > timestamp('2020-01-01T00:00:00Z')")
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { program.evaluate(Sample.bindings).value.isTrue } }
            for await result in group { #expect(result) }
        }
    }
}
