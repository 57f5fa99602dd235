// SPDX-License-Identifier: GPL-3.0-or-later
import CEL
import Model
import Testing

@Suite("Values as a message shows them")
struct LibraryRenderingTests {
    static let schema = RecordSchema(
        "site", "A site.", identity: ["name", "port"],
        fields: [.init("name", .string, "Name."), .init("port", .int, "Port."), .init("root", .string, "Root.")])

    @Test(
        "short and exact",
        arguments: [
            (.null, "null"), (.bool(true), "true"), (.int(-1), "-1"), (.double(0.5), "0.5"),
            (.double(1e21), "1000000000000000000000"), (.string("no"), "no"), (.string(""), ""),
            (span("300h"), "12d 12h"), (span("90m"), "1h 30min"), (span("72h"), "3d"), (span("72h5s"), "3d"),
            (span("61s"), "1min 1s"), (span("1.55s"), "1.5s"), (span("250ms"), "250ms"),
            (span("5us"), "5000ns"), (span("0"), "0s"), (span("-36h"), "-1d 12h"), (.byteSize(268_435_456), "256 MiB"),
            (.byteSize(1_500_000_001), "1.4 GiB"), (.byteSize(1000), "1000 B"),
            (.byteSize(.max), "8 EiB"), (moment("2026-11-23T09:00:00Z"), "2026-11-23T09:00:00Z"),
            (.mode(FileMode(bits: 0o644)), "0644"), (.version("1:2-3"), "1:2-3"),
            (strings("a", "b"), "a, b"), (list(), ""),
            (.list((1...12).map { Value(.int($0)) }), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, … (12)"), (.optional(nil), "–"),
            (.absent, "–"),
            (.map(MapValue([(Value(.string("a")), Value(.int(1)))])), "a: 1"),
            (.record(Record(schema, ["name": .string("www"), "port": .int(Int64(443))])), "www 443"),
            (.record(Record(schema, ["port": .int(Int64(80))])), "80"), (.record(Record(schema, [:])), "site"),
            (.type(.int), "int"),
            (.unknown([Unknown(fact: "a", reason: "permission denied")]), "? (permission denied)"),
        ] as [(Value.Kind, String)])
    func values(kind: Value.Kind, text: String) { #expect(rendered(Value(kind)) == text) }

    @Test(
        "never with characters that steer a terminal or hide text",
        arguments: [
            ("a\u{1B}[31mb", #"a\u{1b}[31mb"#), ("a\nb", #"a\u{a}b"#), ("\0", #"\u{0}"#),
            ("\u{7F}\u{9B}", #"\u{7f}\u{9b}"#), ("a\u{202E}b", #"a\u{202e}b"#),
            ("\u{200B}\u{2028}", #"\u{200b}\u{2028}"#),
            ("l·l à ñ 🐱", "l·l à ñ 🐱"),
        ])
    func escapes(text: String, shown: String) {
        #expect(rendered(.string(text)) == shown)
        #expect(rendered(.list([.string(text)])) == shown)
        #expect(rendered(Value(.error(EvaluationError(text)))) == "! (\(shown))")
        #expect(rendered(.unknown("fact", text)) == "? (\(shown))")
        #expect(rendered(Value(.version(text))) == shown)
    }

    @Test("and never long")
    func long() {
        #expect(rendered(.string(String(repeating: "x", count: 100_000))).unicodeScalars.count == 501)
        #expect(rendered(.string(String(repeating: "\u{1B}", count: 100_000))).unicodeScalars.count == 501)
        var nested = Value.list([])
        for _ in 0..<5000 { nested = .list([nested, nested]) }
        #expect(rendered(nested).hasPrefix("…"))
    }
}
