// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

/// The sources of an evaluation are the places of the facts that decided it, each once, in the order they were read.
struct ProvenanceTests {
    @Test(arguments: [
        // A leaf that is the whole condition; one that an operator or a function uses.
        ("yes", [1]), ("!yes", [1]), ("three < four", [3, 4]), ("three + four == 7", [3, 4]), ("-three < 0", [3]),
        ("string(three) == '3'", [3]), ("three < three", [3]),
        // The side that decides keeps its reads, the other does not.
        ("yes && no", [2]), ("no && yes", [2]), ("yes && yes", [1]), ("three == 3 && no", [2]),
        ("yes || no", [1]), ("no || yes", [1]), ("no || four == 3", [2, 4]),
        ("yes && three == 3 && four == 4", [1, 3, 4]),
        ("no ? three == 3 : four == 4", [2, 4]), ("yes ? three == 3 : four == 4", [1, 3]),
        // Fields carry their own line; one without has its record's; an absent one too.
        ("sshd.contexts[1].PermitRootLogin == 'no'", [21]), ("has(sshd.contexts[0].scope)", [10]),
        ("has(sshd.contexts[1].Banner)", [20]), ("!has(files['/etc/shadow'].Banner)", [50]),
        ("has(nginx)", [0]),
        // Membership names what was found, or everything that was looked at.
        ("2222 in sshd.Port", [42]), ("80 in sshd.Port", [41, 42]), ("'root' in names", [5]),
        ("'/etc/shadow' in files", [50]), ("'/etc/none' in files", [49]),
    ])
    func `the leaves that decided`(text: String, sources: [UInt32]) throws {
        #expect(try Sample.evaluate(text).sources.map(\.raw) == sources.filter { $0 != 0 })
    }

    @Test(arguments: [
        // Every failing element is named, and only those.
        ("sshd.contexts.all(c, c.PermitRootLogin == 'no')", [21, 31]),
        ("sshd.contexts.all(c, c.MaxAuthTries < 9)", [32]),
        ("sshd.contexts.all(c, c.MaxAuthTries < 10)", [12, 22, 32]),
        ("sshd.contexts.exists(c, c.PermitRootLogin == 'yes')", [21]),
        ("sshd.contexts.exists(c, c.MaxAuthTries > 10)", [12, 22, 32]),
        ("!sshd.contexts.exists(c, c.MaxAuthTries > 6)", [32]),
        ("sshd.contexts.exists_one(c, c.MaxAuthTries > 3)", [22, 32]),
        ("sshd.contexts.exists_one(c, c.MaxAuthTries > 6)", [32]),
        ("sshd.contexts.filter(c, c.MaxAuthTries > 3).size() == 0", [22, 32, 20, 30]),
        ("sshd.contexts.filter(c, c.MaxAuthTries > 3).all(c, c.PermitRootLogin == 'no')", [22, 32, 21, 31]),
        ("sshd.contexts.map(c, c.MaxAuthTries).max() < 5", [12, 22, 32]),
        ("sshd.contexts.filter(c, c.MaxAuthTries > 99).size() == 0", [12, 22, 32]),
        ("sshd.Port.all(p, p == 22)", [42]), ("sshd.Port.all(i, p, p == 22)", [42]),
        ("cel.bind(t, three, t == four)", [3, 4]),
        // A nested loop stops at the first element that decides.
        ("sshd.Port.all(p, sshd.contexts.all(c, c.MaxAuthTries < 4))", [22]),
    ])
    func `loops`(text: String, sources: [UInt32]) throws {
        #expect(try Sample.evaluate(text).sources.map(\.raw) == sources)
    }

    @Test func `two failing elements on one line are one place, and passing neighbours do not hide them`() throws {
        let list = Value.list([.int(1, Sample.source(7)), .int(2, Sample.source(7)), .int(3, Sample.source(8))])
        let environment = Environment(variables: [Variable("list", .list(.int))])
        let program = try environment.compile("list.all(x, x != 2)")
        #expect(program.evaluate(Bindings(["list": list])).sources == [Sample.source(7)])
    }

    @Test func `unknown facts say where they should have been`() throws {
        #expect(try Sample.evaluate("sshd.UsePAM").sources == [Sample.source(47)])
    }
}
