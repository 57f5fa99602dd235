// SPDX-License-Identifier: GPL-3.0-or-later

import Model
import Testing

@Suite("Did you mean")
struct SpellingTests {
    @Test(
        "the nearest known name is offered, or none",
        arguments: [
            ("PermitRootLgoin", "PermitRootLogin"), ("permitrootlogin", "PermitRootLogin"), ("tittle", "title"),
            ("mode", nil), ("x", nil), ("", nil), ("on", "no"), (String(repeating: "a", count: 100), nil),
        ] as [(String, String?)])
    func nearest(word: String, expected: String?) {
        let known = ["title", "PermitRootLogin", "tests", "no", String(repeating: "a", count: 99)]
        #expect(Spelling.nearest(to: word, among: known) == expected)
    }

    @Test("of equally near names the first in byte order, whatever order they come in")
    func ties() {
        #expect(Spelling.nearest(to: "bar", among: ["baz", "bat"]) == "bat")
        #expect(Spelling.nearest(to: "bar", among: ["bat", "baz"]) == "bat")
    }
}
