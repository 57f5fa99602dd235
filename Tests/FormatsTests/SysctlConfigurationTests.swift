// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Model
import Testing

@Suite struct SysctlConfigurationTests {
    private func read(_ text: String) -> [String] {
        SysctlConfiguration(Array(text.utf8)).assignments.map {
            "\($0.line):\($0.column) \($0.mayFail ? "-" : "")\($0.path)=\($0.value ?? "(excluded)")"
        }
    }

    @Test(arguments: [
        ("net.ipv4.ip_forward = 1", "1:1 net/ipv4/ip_forward=1"),
        ("  net/ipv4/ip_forward\t=\t1 2 ", "1:3 net/ipv4/ip_forward=1 2"),
        ("-kernel.x=1", "1:2 -kernel/x=1"), ("-kernel.x", "1:2 -kernel/x=(excluded)"),
        ("- kernel.x = 1", "1:3 -kernel/x=1"), ("kernel.x=", "1:1 kernel/x="), ("kernel.x==1", "1:1 kernel/x==1"),
        ("kernel.x = 1 # 2", "1:1 kernel/x=1 # 2"), ("/kernel//x=1", "1:1 kernel/x=1"),
    ])
    func lines(_ text: String, _ expected: String) { #expect(read(text) == [expected]) }

    @Test(arguments: ["", "\n", "# kernel.x=1", " ; kernel.x=1", "\u{0}", "   "])
    func linesThatSayNothing(_ text: String) {
        let file = SysctlConfiguration(Array(text.utf8))
        #expect(file.assignments.isEmpty)
        #expect(file.problems.isEmpty)
    }

    @Test(arguments: ["kernel.x 1", "=1", "-=1", "-", "/=1"])
    func linesThatMeanNothing(_ text: String) {
        let file = SysctlConfiguration(Array(text.utf8))
        #expect(file.assignments.isEmpty)
        #expect(file.problems.count == 1)
    }

    @Test func lineEndsAreSystemds() {
        #expect(
            read("a.b=1\r\nc.d=2\re.f=3\n\ng.h=4\0i.j=5") == [
                "1:1 a/b=1", "2:1 c/d=2", "3:1 e/f=3", "5:1 g/h=4", "6:1 i/j=5",
            ])
    }

    @Test func aLineTooLongEndsTheFile() {
        let long = "a.b=1\nc.d=" + String(repeating: "x", count: 1 << 20) + "\ne.f=1\n"
        #expect(read(long) == ["1:1 a/b=1"])
        #expect(SysctlConfiguration(Array(long.utf8)).problems.map(\.line) == [2])
    }

    @Test func bytesThatAreNoTextAreRepaired() {
        #expect(SysctlConfiguration([0x61, 0x2E, 0x62, 0x3D, 0xFF]).assignments.first?.value == "\u{FFFD}")
    }

    @Test(arguments: [
        ("net.ipv4.conf.eth0/5.forwarding", "net/ipv4/conf/eth0.5/forwarding"),
        ("net/ipv4/conf/eth0.5/forwarding", "net/ipv4/conf/eth0.5/forwarding"), ("plain", "plain"), ("", ""),
    ])
    func theFirstSeparatorDecides(_ name: String, _ path: String) { #expect(SysctlName.path(name) == path) }

    @Test func aPatternSaidAgainWithItsValueKeepsItsTurn() {
        func settings(_ text: String) -> SysctlSettings {
            var settings = SysctlSettings()
            settings.apply(SysctlConfiguration(Array(text.utf8)), from: "/f")
            return settings
        }
        #expect(settings("k.a*=1\nk.ab*=2\nk.a*=1").declaration(of: "k/abc")?.value == "2")
        #expect(settings("k.a*=1\nk.ab*=2\nk.a*=3").declaration(of: "k/abc")?.value == "3")
        let winner = settings("k.a*=1\nk.ab*=2").declaration(of: "k/abc")
        #expect(winner?.origin == Origin(path: "/f", line: 2, column: 1))
        #expect(winner?.overrode.map(\.text) == ["k.a*=1"])
    }

    @Test func patternsBeyondTheLimitAreNamed() {
        var settings = SysctlSettings()
        let text = (0..<1100).map { "k.a\($0)*=1" }.joined(separator: "\n")
        settings.apply(SysctlConfiguration(Array(text.utf8)), from: "/f")
        #expect(settings.patterns.count == 1024)
        #expect(settings.firstPatternLeftOut?.line == 1025)
    }
}

@Suite struct GlobPatternTests {
    @Test(arguments: [
        ("*", "eth0", true), ("*", ".x", false), (".*", ".x", true), ("eth?", "eth0", true), ("eth?", "eth", false),
        ("[a-c]x", "bx", true), ("[a-c]x", "dx", false), ("[!a-c]x", "dx", true), ("[^a]x", "ax", false),
        ("[]]", "]", true), ("[a", "[a", true), ("a\\*", "a*", true), ("a\\*", "ab", false), ("*a*b", "xaxb", true),
        ("*a*b", "xaxc", false), ("", "", true), ("a", "", false), ("**", "x", true), ("[a-]", "-", true),
    ])
    func components(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(GlobPattern(pattern.utf8).matches(name.utf8) == matches)
    }

    @Test func aStarStaysInItsComponent() {
        #expect(GlobPattern.matches("net/*/x", path: "net/a/x"))
        #expect(!GlobPattern.matches("net/*", path: "net/a/x"))
    }

    @Test func onlyTheBytesGivenNegate() {
        #expect(GlobPattern("[^a]".utf8, negations: "!").matches("a".utf8))
        #expect(!GlobPattern("[!a]".utf8, negations: "!").matches("a".utf8))
    }

    @Test func pathsAreFollowedComponentByComponent() {
        let tree = ["/": ["a", ".b"], "/a": ["x1", "x2", "y"], "/a/x1": ["c"], "/a/x2": ["c", "d"]]
        func paths(_ pattern: String, limit: Int = .max) -> [String] {
            GlobPattern.paths(matching: pattern, limit: limit) { tree[$0] ?? [] }
        }
        #expect(paths("/*/x?/*") == ["/a/x1/c", "/a/x2/c", "/a/x2/d"])
        #expect(paths("/*/x?/*", limit: 2) == ["/a/x1/c", "/a/x2/c"])
        #expect(paths("/a/x*/not-there") == ["/a/x1/not-there", "/a/x2/not-there"])
        #expect(paths("/a\\*/x") == [] && paths("/n\\o/x") == ["/no/x"] && paths("/none/*") == [])
    }

    @Test func manyStarsEndInTime() {
        let pattern = String(repeating: "*a", count: 200) + "b"
        #expect(!GlobPattern(pattern.utf8).matches(String(repeating: "a", count: 4000).utf8))
    }
}
