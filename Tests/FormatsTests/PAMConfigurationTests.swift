// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

/// pam.d(5) and its control field.
@Suite struct PAMConfigurationTests {
    private func words(_ text: String) -> [[String]] { PAMConfiguration(Array(text.utf8)).lines.map(\.words) }

    @Test(arguments: [
        ("auth required a.so x=1\n", [["auth", "required", "a.so", "x=1"]]),
        ("# nothing\n\n \t\n", []),
        ("auth required a.so # b\nx", [["auth", "required", "a.so"], ["x"]]),
        ("auth \\\n required \\\n# here\n a.so\n", [["auth", "required", "a.so"]]),
        ("auth [success=1 default=ignore]a.so [x y\\]z]\n", [["auth", "success=1 default=ignore", "a.so", "x y]z"]]),
        ("auth required [open #]\n", [["auth", "required", "open "]]),
        ("auth required a.so\r\n", [["auth", "required", "a.so\r"]]), ("", []),
        ("auth\0 required\nnext\n", [["auth"], ["next"]]),
    ])
    func wordsAsLibpamTakesThem(_ text: String, _ expected: [[String]]) {
        #expect(words(text) == expected)
    }

    @Test func aLineHasTheFirstPlaceItHolds() {
        let document = PAMConfiguration(Array("# a\n  auth \\\n required b.so\nsession x\n".utf8))
        #expect(document.lines.map(\.line) == [2, 4])
        #expect(document.lines.first?.column == 3)
        #expect(document.lines.first?.text == "auth required b.so")
    }

    @Test func aFileThatEndsAfterABackslashIsGivenUp() {
        let document = PAMConfiguration(Array("auth required a.so\nauth \\\n".utf8))
        #expect(document.lines.count == 1)
        #expect(document.failure?.line == 2)
    }

    @Test func aLongLineIsCutWhereTheBufferEnds() {
        let lines = words("auth required a.so " + String(repeating: "x", count: 1100) + "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.last?.utf8.count == 1023 - 19)
    }

    @Test func aLineWithoutEndIsGivenUp() {
        let text = "auth " + String(repeating: "x", count: 1017) + "\\\nmore\n"
        #expect(PAMConfiguration(Array(text.utf8)).failure != nil)
    }

    @Test(arguments: [
        ("required", PAMControl.Action.ok, PAMControl.Action.bad), ("Requisite", .ok, .die), ("optional", .ok, .ignore),
        ("sufficient", .done, .ignore), ("success=2 default=ignore", .jump(2), .ignore),
        ("default=die success=ok", .ok, .die),
        ("success=ok", .ok, .bad), ("success = okdefault=reset", .ok, .reset), ("", .bad, .bad),
    ])
    func controls(_ text: String, _ success: PAMControl.Action, _ refusal: PAMControl.Action) {
        let control = PAMControl(text)
        #expect(control.problem == nil)
        #expect(control.actions[PAMResult.success] == success)
        #expect(control.actions[PAMResult.authenticationError] == refusal)
    }

    @Test(arguments: ["mandatory", "success", "success=", "success=0", "success=often", "sucess=ok", "success=ok x"])
    func whatCannotBeReadIsBadThroughout(_ text: String) {
        let control = PAMControl(text)
        #expect(control.problem != nil)
        #expect(control.actions.allSatisfy { $0 == .bad })
    }
}
