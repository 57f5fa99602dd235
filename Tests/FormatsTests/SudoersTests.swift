// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

/// sudoers(5) as sudo 1.9.13 reads it.
@Suite struct SudoersTests {
    private func specifications(_ text: String) -> [Sudoers.Specification] {
        Sudoers(Array(text.utf8)).entries.compactMap { entry in
            if case .specification(let specification) = entry.content { return specification }
            return nil
        }
    }

    private func commands(_ text: String) -> [Sudoers.CommandSpecification] {
        specifications(text).flatMap { $0.privileges.flatMap(\.commands) }
    }

    @Test func tagsAndRunAsListsHoldForWhatFollows() {
        let found = commands("alice ALL = (bob) NOPASSWD: /bin/ls, /bin/id, (root) PASSWD: /bin/cat\n")
        #expect(found.map { $0.tags["PASSWD"] } == [false, false, true])
        #expect(found.map { $0.runasUsers?.map(\.text) } == [["bob"], ["bob"], ["root"]])
    }

    @Test func argumentsAreJoinedByOneBlank() {
        let found = commands("alice ALL = /bin/ls  a\\,b   c=d \\\n  e, /bin/id \"\", /bin/\n")
        #expect(found.map(\.command.arguments) == ["a,b c=d e", "\"\"", nil])
    }

    @Test func aNumberIsNoComment() {
        let found = specifications("#1000 ALL = ALL # a comment\n#include nothing\n")
        #expect(found.map { $0.users.map(\.text) } == [["#1000"]])
    }

    @Test(arguments: [
        ("alice ALL = id", 1, 13), ("alice ALL\n", 1, 10), ("User_Alias lower = a\n", 1, 12),
        ("\n\n%: ALL = ALL\n", 3, 1),
        ("Defaults env_keep += \"A\n", 1, 24), ("User_Alias ALL = bob\n", 1, 12),
    ])
    func anEntryThatIsNotUnderstoodIsLeftOut(_ text: String, _ line: Int, _ column: Int) {
        let document = Sudoers(Array((text + (text.hasSuffix("\n") ? "" : "\n") + "bob ALL = ALL\n").utf8))
        #expect(document.problems.first.map { [$0.line, $0.column] } == [line, column])
        #expect(document.entries.count == 1)
        #expect(!document.isAborted)
    }

    @Test func anAliasCountsAlthoughTheLineGoesOnWrongly() {
        #expect(Sudoers(Array("User_Alias A = bob : B = carol junk\n".utf8)).entries.count == 2)
    }

    @Test func aFileThatEndsInsideAnEntryIsRefused() {
        #expect(Sudoers(Array("alice ALL = ALL \\\n".utf8)).isAborted)
        #expect(!Sudoers(Array("alice ALL = ALL".utf8)).isAborted)
    }

    @Test func badBytesAreReadToTheEnd() {
        for bytes in [[], [0xFF, 0xFE], [0x41, 0x00, 0x42, 0x0A], Array(repeating: UInt8(ascii: "("), count: 10_000)] {
            _ = Sudoers(bytes)
        }
        let many = String(repeating: "alice ALL = /bin/ls\n", count: 5000)
        #expect(specifications(many).count == 5000)
    }
}

/// fnmatch(3) in the C locale.
@Suite struct FileNamePatternTests {
    @Test(arguments: [
        ("/usr/bin/*", "/usr/bin/id", true), ("/usr/*", "/usr/bin/id", false), ("a*", "a b/c", true),
        ("[!a]", "b", true),
        ("[[:digit:]]", "7", true), ("\\*", "*", true), ("\\*", "x", false), ("[", "[", true), ("a\\", "a", false),
        ("*a*b*", "xaxxbx", true), ("", "", true), ("?", "", false),
    ])
    func pathsMatch(_ pattern: String, _ text: String, _ matches: Bool) {
        let isPath = pattern.hasPrefix("/")
        #expect(FileNamePattern(pattern, isPath: isPath).matches(text) == matches)
    }

    @Test func caseMayBeIgnored() { #expect(FileNamePattern("WEB*", ignoresCase: true).matches("web1")) }
}
