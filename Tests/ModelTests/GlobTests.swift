// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

@Suite("A pattern with stars")
struct GlobTests {
    @Test(
        "globs",
        arguments: [
            ("*", "", true), ("a*c", "abbbc", true), ("a*c", "abbbd", false), ("?", "x", true), ("?", "", false),
            ("*a*b*", "xxaxxbxx", true), ("ssh.*", "ssh.root-login", true), ("ssh.*", "tls.x", false),
            ("****************b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] as [(String, String, Bool)])
    func glob(pattern: String, text: String, matches: Bool) { #expect(Glob(pattern).matches(text) == matches) }
}
