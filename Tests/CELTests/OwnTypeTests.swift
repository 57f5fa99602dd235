// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

/// Byte sizes, modes, versions, and time with operators.
struct OwnTypeTests {
    @Test(arguments: [
        "sshd.memory + bytesize('256MiB') == bytesize('512MiB')",
        "sshd.memory - bytesize('6MiB') == bytesize('250MiB')",
        "sshd.memory * 2 == bytesize('512MiB')", "2 * sshd.memory == bytesize('512MiB')",
        "sshd.memory / 2 == bytesize('128MiB')", "sshd.memory / bytesize('512MiB') == 0.5",
        "sshd.memory > bytesize('255MiB') && sshd.memory <= bytesize('256MiB')",
        "sshd.mode == mode('0644') && sshd.mode != mode('0640')",
        "sshd.version < version('1:9.2p1-2+deb12u10') && sshd.version >= version('1:9.2p1-2+deb12u3')",
        "sshd.version > version('9.9')", "version('1.0~rc1') < version('1.0')", "version('1.0-0') == version('1.0')",
        "sshd.LoginGraceTime == duration('2m')", "now + duration('1h') - now == duration('3600s')",
        "now - duration('1ns') < now",
        "timestamp('1970-01-01T00:00:00Z') + duration('-1ns') < timestamp('1970-01-01T00:00:00Z')",
        "dyn(sshd.memory) * 2 == bytesize('512MiB')", "[sshd.mode] == [mode('0644')]", "mode('0644') in [sshd.mode]",
        "null != now",
    ])
    func `hold`(text: String) throws {
        #expect(try Sample.outcome(text) == "true")
    }

    @Test(arguments: [
        ("sshd.memory / 0 == sshd.memory", "division by zero"),
        ("sshd.memory * 9223372036854775807 > sshd.memory", "integer overflow"),
        ("9223372036854775807 + three > 0", "integer overflow"),
        ("(-9223372036854775807 - 1) / -1 == 0", "integer overflow"),
        ("(-9223372036854775807 - 1) % -1 == 0", "integer overflow"),
        ("three % 0 == 0", "remainder of a division by zero"),
        ("timestamp('9999-12-31T23:59:59Z') + duration('1s') > now", "timestamp out of range"),
        ("dyn(sshd.mode) < dyn(sshd.mode)", "no such overload: `<` for mode and mode"),
        ("dyn(sshd.memory) % 2 == 0", "no such overload: `%` for bytesize and int"),
        ("dyn(names) + 1 == 1", "no such overload: `+` for list(dyn) and int"),
        ("raw.number && true", "no such overload: `&&` for int and bool"),
        ("raw.list[2] == 1", "index 2 is out of range: there are 2 elements"),
        ("raw.list[-1] == 1", "index -1 is out of range: there are 2 elements"),
        ("raw.number.x == 1", "no such field: int has no `x`"),
        ("raw.list.all(x, x)", "no such overload: `all` for int"),
        ("raw.number.size() == 1", "no such overload: `size` for int"),
        ("raw.none.size() == 1", "no such key: `none`"),
        ("{'a': 1, raw.k: 2} == {}", "no such key: `k`"), ("{'a': 1, 'a': 2} == {}", "the same key twice"),
        ("{1: 1, 1u: 2} == {}", "the same key twice"), ("optional.none().value() == 1", "this optional has no value"),
    ])
    func `fail in words`(text: String, message: String) throws {
        let environment = Environment(variables: Sample.variables)
        let result = try environment.compile(text).evaluate(Sample.bindings).value
        guard case .error(let error) = result.kind else {
            Issue.record("no error: \(result.kind)")
            return
        }
        #expect(error.message.hasPrefix(message), "\(error.message)")
    }

    @Test func `an error knows its place`() throws {
        guard case .error(let error) = try Sample.evaluate("yes && three / 0 == 1").value.kind else {
            Issue.record("no error")
            return
        }
        #expect(error.offset == 13)
    }
}
