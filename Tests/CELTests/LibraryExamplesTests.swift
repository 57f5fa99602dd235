// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

/// The functions as expressions call them, through the checker and the evaluator.
@Suite("Functions in expressions")
struct LibraryExamplesTests {
    @Test(
        "hold",
        arguments: [
            "size('fiance\u{301}') == 7 && 'x'.size() == 1 && {'a': 1}.size() == 1 && size([1, 2]) == 2 && b'abc'.size() == 3",
            "matches('hubba', 'ubb') && 'hubba'.matches('^h') && !'hubba'.matches('^u')",
            "timestamp('2023-12-25T00:00:00Z').getDate('-08:00') == 24 && duration('1.234s').getMilliseconds() == 234",
            "timestamp('2023-12-25T12:00:00.500Z').getMilliseconds('+01:00') == 500",
            "int(timestamp('1970-01-01T00:01:00Z')) == 60 && timestamp(60) == timestamp('1970-01-01T00:01:00Z')",
            "string(duration('1m1ms')) == '60.001s' && duration('-1.5h') == duration('-90m') && duration('0') == duration('0s')",
            "bytes('ÿ') == b'\\303\\277' && string(b'hello') == 'hello' && int('-5') == -5 && uint(3.9) == 3u && double('1e3') == 1000.0",
            "base64.decode('aGVsbG8') == b'hello' && base64.encode(b'hello') == 'aGVsbG8='",
            "math.greatest(1u, 2u) == 2u && math.greatest([-42.0, -21.5, -100.0]) == -21.5 && math.least(dyn(3), 2.5) == 2.5",
            "math.bitAnd(-3, -5) == -7 && math.bitOr(-2, -4) == -2 && math.bitShiftLeft(-1, 2) == -4 && math.sqrt(81) == 9.0",
            "math.isNaN(math.sqrt(-15)) && math.sign(-42) == -1 && math.abs(-1) == 1 && math.trunc(-1.3) == -1.0",
            "[1, 2, 2, 3, 3, 3].distinct() == [1, 2, 3] && [1, 'b', 2, 'b'].distinct() == [1, 'b', 2]",
            "[1, [2, 3], [4]].flatten() == [1, 2, 3, 4] && [1, [2, [3, [4]]]].flatten(2) == [1, 2, 3, [4]] && [[1], [2]].flatten().sum() == 3",
            "lists.range(5) == [0, 1, 2, 3, 4] && [5, 3].reverse() == [3, 5] && 'gums'.reverse() == 'smug'",
            "[1, 2, 3, 4].slice(1, 3) == [2, 3] && [3, 2, 1].sort() == [1, 2, 3] && ['b', 'c', 'a'].sort() == ['a', 'b', 'c']",
            "[1, 2, 3].last().value() == 3 && [].last().orValue('test') == 'test' && [].first().orValue('test') == 'test'",
            "[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && [duration('1m'), duration('1s')].sum() == duration('61s') && [].sum() == 0",
            "[1, 3].min() == 1 && [1, 3].max() == 3 && ['a', 'b'].indexOf('b') == 1 && ['a', 'a'].lastIndexOf('a') == 1",
            "[1, 2, 3].isSorted() && [].isSorted() && ['a'].includes('a') && [bytesize('1KiB'), bytesize(1024)].sum() == bytesize('2KiB')",
            "sets.contains([1, 2.0, 3u], [1.0, 2u, 3]) && sets.equivalent([1], [1u, 1.0]) && sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])",
            "'hello mellow'.indexOf('') == 0 && 'hello mellow'.indexOf('ello', 2) == 7 && 'hello mellow'.lastIndexOf('') == 12",
            "['hello', 'mellow'].join() == 'hellomellow' && [].join() == '' && [].join('/') == ''",
            "'hello hello'.replace('he', 'we', -1) == 'wello wello' && 'hello hello hello'.split(' ', 2) == ['hello', 'hello hello']",
            "'TacoCÆt Xii'.lowerAscii() == 'tacocÆt xii' && '  \\ttrim\\n    '.trim() == 'trim'",
            "'%s: %d %.2f %x'.format(['a', 1, 2.5, 255]) == 'a: 1 2.50 ff' && '%d'.format([3u]) == '3' && '%s'.format([[1, 'a']]) == '[1, a]'",
            "'user root from 1.2.3.4'.find('[0-9.]+') == '1.2.3.4' && 'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1b22'.findAll('[0-9]+', 1) == ['1']",
            "ip('2001:db8::1') == ip('2001:DB8::1') && cidr('10.0.0.0/8').containsIP('10.1.2.3') && ip.isCanonical('127.0.0.1') && cidr('::1/128').ip().isLoopback()",
            "type(ip('1.2.3.4')) == net.IP && string(ip('1.2.3.4')) == '1.2.3.4' && isCIDR('10.0.0.0/8') && !isIP('x')",
            "mode('0640').within(mode('0644')) && mode('0640').within('0640') && mode('0646').allows('o+w') && string(mode('640')) == '0640'",
            "bytesize('256MiB') > bytesize('256MB') && string(bytesize('1536')) == '1.5 KiB' && int(bytesize('1kB')) == 1000",
            "version('1:9.2p1-2') < version('1:9.2p1-10') && version('1.0~rc1') < version('1.0') && string(version('1-1')) == '1-1'",
            "type(1) == int && type(type(1)) == type && dyn(1) == 1 && type(timestamp(0)) == google.protobuf.Timestamp",
        ])
    func hold(expression: String) throws {
        let program = try Environment(variables: []).compile(expression)
        #expect(
            same(program.evaluate(Bindings([:])).value.kind, .bool(true)), "\(program.evaluate(Bindings([:])).value)")
    }

    @Test(
        "are errors, when checked or when evaluated",
        arguments: [
            "math.greatest()", "math.greatest('a')", "math.greatest(dyn('a'))", "math.least([])",
            "math.bitShiftLeft(1, -1)", "[1, dyn('b')].sort()", "[[1]].sort()", "[].max()", "[1].flatten(-1)",
            "'hello'.charAt(-1)", "'tacocat'.substring(2, 1)", "42.charAt(0)", "'a'.replace('a', 1)",
            "'%d'.format(['a'])", "'a'.matches('(')", "ip('fe80::1%en0')", "cidr('10.0.0.0')",
            "isIP(cidr('10.0.0.0/8'))", "mode('9')",
            "bytesize('1 mile')", "version('')", "int('x')", "timestamp('x')", "duration('1d')",
            "timestamp(0).getHours('Mars/Olympus')", "base64.decode('?')", "string(b'\\xff')", "bool('maybe')",
            "[1, 2].join(',')",
        ])
    func errors(expression: String) {
        guard let program = try? Environment(variables: []).compile(expression) else { return }
        #expect(same(program.evaluate(Bindings([:])).value.kind, failure), "\(expression)")
    }
}
