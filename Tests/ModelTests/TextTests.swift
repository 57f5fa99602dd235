// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

@Suite("Text")
struct TextTests {
    @Test(
        "what could steer a terminal is written out",
        arguments: [
            ("", ""), ("plain", "plain"), ("clau d'accés", "clau d'accés"), ("\u{1B}[31m", "\\u{1b}[31m"),
            ("a\nb", "a\\u{a}b"), ("\u{202E}gpj", "\\u{202e}gpj"), ("\u{85}", "\\u{85}"), ("\u{200B}", "\\u{200b}"),
            ("\u{2028}", "\\u{2028}"), ("日本語", "日本語"),
        ])
    func printable(text: String, shown: String) { #expect(text.printable == shown) }

    @Test("only ASCII letters change their case")
    func lowercased() { #expect("ÀB@[Zz\u{130}".asciiLowercased == "Àb@[zz\u{130}") }

    @Test("bytes as two digits each")
    func hexadecimal() {
        #expect([0x00, 0x0A, 0xFF].hexadecimal() == "000aff")
        #expect([0xAB].hexadecimal(uppercase: true) == "AB")
        #expect([UInt8]().hexadecimal() == "")
    }
}
