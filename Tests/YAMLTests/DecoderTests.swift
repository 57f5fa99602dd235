// SPDX-License-Identifier: GPL-3.0-or-later

import Testing
import YAML

@Suite("Typed decoding")
struct DecoderTests {
    private enum Colour: String, CaseIterable { case red, green, no }

    private func decode<T>(_ text: String, _ body: (inout Decoder, Node) -> T?) throws -> (T?, [String]) {
        let (documents, problems) = parse(text)
        #expect(problems.isEmpty)
        var decoder = Decoder()
        let value = body(&decoder, try #require(documents.first))
        return (value, decoder.problems.map { "\($0.severity) \($0.code) \($0.line):\($0.column) \($0.message)" })
    }

    @Test(
        "a text field takes what is written; plain no and 0644 are taken with a warning",
        arguments: [
            ("abc", "abc", nil), ("'no'", "no", nil), ("1.10", "1.10", nil), ("true", "true", nil), ("''", "", nil),
            ("no", "no", "warning Y011"), ("Yes", "Yes", "warning Y011"), ("off", "off", "warning Y011"),
            ("0644", "0644", "warning Y012"), ("0689", "0689", nil), ("0", "0", nil), ("\"0644\"", "0644", nil),
            ("~", nil, "error Y030"), ("null", nil, "error Y030"), ("[a]", nil, "error Y030"),
            ("{a: b}", nil, "error Y030"),
            ("|\n no\n", "no\n", nil),
        ] as [(String, String?, String?)])
    func string(text: String, expected: String?, problem: String?) throws {
        let (value, problems) = try decode(text) { $0.string($1) }
        #expect(value == expected)
        #expect(problems.map { String($0.prefix { $0 != ":" }.dropLast(2)) } == (problem.map { [$0] } ?? []))
    }

    @Test(
        "a boolean field takes true and false only",
        arguments: [
            ("true", true), ("false", false), ("yes", nil), ("no", nil), ("True", nil), ("'true'", nil), ("1", nil),
            ("[true]", nil), ("true#x", nil),
        ] as [(String, Bool?)])
    func bool(text: String, expected: Bool?) throws {
        let (value, problems) = try decode(text) { $0.bool($1) }
        #expect(value == expected)
        #expect(problems.count == (expected == nil ? 1 : 0))
    }

    @Test(
        "a number field takes decimal whole numbers inside its range",
        arguments: [
            ("0", 0), ("5", 5), ("-3", -3), ("100", 100), ("101", nil), ("-4", nil), ("05", nil), ("0x5", nil),
            ("1_0", nil),
            ("+5", nil), ("5.0", nil), ("'5'", nil), ("-", nil), ("99999999999999999999", nil), ("٣", nil),
            ("5#x", nil),
        ] as [(String, Int?)])
    func int(text: String, expected: Int?) throws {
        let (value, problems) = try decode("[\(text)]") { decoder, node in
            decoder.list(node) { $0.int($1, in: -3...100) }
        }
        #expect(value == (expected.map { [$0] } ?? []))
        #expect(problems.count == (expected == nil ? 1 : 0))
    }

    @Test("an enumeration names what it knows and the nearest")
    func enumeration() throws {
        for colour in [Colour.red, .no] {
            let (value, problems) = try decode(colour.rawValue) { $0.enumeration($1, of: Colour.self) }
            #expect(value == colour && problems == [])
        }
        let (value, problems) = try decode("grene") { $0.enumeration($1, of: Colour.self) }
        #expect(value == nil && problems == ["error Y033 1:1 expected one of red, green, no, found grene"])
    }

    @Test("all problems of a mapping are found in one pass, in order")
    func mapping() throws {
        var decoder = Decoder()
        let document = try #require(parse("idd: x\nage: old\ntags: [a, [b], no]\nextra: 1\n").documents.first)
        let decoded = decoder.mapping(document, known: ["id", "age", "tags"])
        let mapping = try #require(decoded)
        let id = decoder.required("id", of: mapping) { $0.string($1) }
        let age = decoder.field("age", of: mapping) { $0.int($1) }
        let tags = decoder.field("tags", of: mapping) { $0.strings($1) }
        let none = decoder.field("none", of: mapping) { $0.string($1) }
        #expect(id == nil && age == nil && tags == ["a", "no"] && none == nil)
        #expect(
            decoder.problems.map { "\($0.code) \($0.line):\($0.column) \($0.message) | \($0.hint ?? "")" } == [
                "Y031 1:1 unknown key \"idd\" | did you mean id?",
                "Y031 4:1 unknown key \"extra\" | known here: id, age, tags",
                "Y032 1:1 the key \"id\" is missing | ",
                "Y030 2:6 expected a whole number, found old | ",
                "Y030 3:11 expected a text, found a list | ",
                "Y011 3:16 plain no is a boolean to other YAML readers | quote it: \"no\"",
            ])
        #expect(decoder.hasErrors)
    }

    @Test(
        "a missing space is suspected where a text stands for a mapping or a list",
        arguments: [
            ("a:b", "put a space after the colon"), ("-a", "put a space after the -"),
            ("true#x", "put a space before the #"),
        ])
    func spaces(text: String, hint: String) throws {
        var decoder = Decoder()
        let node = try #require(parse(text).documents.first)
        switch text.utf8.first {
        case UInt8(ascii: "a"): _ = decoder.mapping(node, known: [])
        case UInt8(ascii: "-"): _ = decoder.strings(node)
        default: _ = decoder.bool(node)
        }
        #expect(decoder.problems.map(\.hint) == [hint])
    }

    @Test("a mapping with any keys becomes a dictionary; a warning alone is no error")
    func dictionary() throws {
        var decoder = Decoder()
        let node = try #require(parse("no: a\nb: no\n").documents.first)
        let strings = decoder.stringsByKey(node)
        #expect(strings == ["no": "a", "b": "no"])
        #expect(decoder.problems.map(\.code) == ["Y011"])
        #expect(!decoder.hasErrors)
    }
}
