// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

/// The facts of sudo.
@Suite struct SudoTests {
    private static let accounts = [
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n",
        "/etc/group": "root:x:0:\nsudo:x:27:alice\n", "/etc/hostname": "web1\n",
    ]

    private func probe(_ files: [String: String]) -> FactsProbe {
        FactsProbe(SudoCollector(), MemoryHost(files: Self.accounts.merging(files, uniquingKeysWith: { $1 })))
    }

    private func answer(_ question: [String: String], _ text: String) throws -> FactsProbe {
        let probe = probe(["/etc/sudoers": text])
        _ = try SudoCollector().answer(question, probe.collection)
        return probe
    }

    @Test func noSudoIsAbsent() {
        #expect(FactsProbe(SudoCollector(), MemoryHost(files: ["/etc/passwd": ""]))["sudo"] == nil)
    }

    @Test func anUnreadableFileIsUnknown() {
        let host = MemoryHost(["/etc/sudoers": .init(failure: .permissionDenied)])
        #expect(FactsProbe(SudoCollector(), host)["sudo"]?.hasPrefix("unknown: /etc/sudoers") == true)
    }

    @Test func theLastSettingWinsAndNamesTheOthers() {
        let probe = probe([
            "/etc/sudoers": "Defaults use_pty\n@includedir /etc/sudoers.d\n", "/etc/sudoers.d/a": "Defaults !use_pty\n",
        ])
        #expect(probe["sudo", "defaults", "use_pty"] == "false")
        let source = probe.source(probe.value("sudo", "defaults", "use_pty"))
        #expect(source?.origin.description == "/etc/sudoers.d/a:1")
        #expect(source?.overrode.map(\.origin.description) == ["/etc/sudoers:1"])
    }

    @Test func filesAreIgnoredByTheirName() {
        let probe = probe([
            "/etc/sudoers": "@includedir /etc/sudoers.d\n", "/etc/sudoers.d/a.conf": "alice ALL=ALL\n",
            "/etc/sudoers.d/b~": "", "/etc/sudoers.d/c": "bob ALL=ALL\n",
        ])
        #expect(probe["sudo", "files"] == "[/etc/sudoers, /etc/sudoers.d/c]")
        #expect(probe["sudo", "ignored_files", "0", "path"] == "/etc/sudoers.d/a.conf")
        #expect(probe["sudo", "ignored_files", "1", "leftover"] == "true")
        #expect(probe["sudo", "grants", "0", "accounts"] == "[bob]")
    }

    @Test func aliasesAreOpenedAndDenialsToldWithThem() {
        let probe = probe([
            "/etc/sudoers": "Cmnd_Alias SU = /bin/su, /bin/sh\n%sudo ALL = (ALL) NOPASSWD: ALL, !SU\n"
        ])
        #expect(probe["sudo", "grants", "0", "exceptions"] == "[/bin/su, /bin/sh]")
        #expect(probe["sudo", "grants", "0", "nopasswd"] == "true")
        #expect(probe["sudo", "grants", "2", "command"] == "/bin/sh")
        #expect(probe["sudo", "grants", "2", "negated"] == "true")
    }

    @Test func aFileOthersMayWriteIsRefused() {
        let host = MemoryHost(["/etc/sudoers": .init("alice ALL=ALL\n", mode: FileMode(bits: 0o666))])
        let probe = FactsProbe(SudoCollector(), host)
        #expect(probe["sudo", "refused"] == "true")
        #expect(probe["sudo", "grants"] == "[]")
    }

    @Test func aQuestionIsAnsweredWithTheLineThatDecides() throws {
        let collection = Collection(
            host: MemoryHost(
                files: Self.accounts.merging(
                    ["/etc/sudoers": "alice ALL = ALL\nalice ALL = NOPASSWD: /bin/id\nalice ALL = !/bin/sh\n"],
                    uniquingKeysWith: { $1 })), now: Timestamp(seconds: 0))
        func told(_ command: String) throws -> [String?] {
            let value = try #require(try SudoCollector().answer(["user": "alice", "command": command], collection))[0]
            return ["allowed", "nopasswd", "decided_by"].map { FactsProbe.text(FactsProbe.step(value, $0)) }
        }
        #expect(try told("/bin/id -u") == ["true", "true", "/etc/sudoers:2"])
        #expect(try told("/bin/sh") == ["false", "false", "/etc/sudoers:3"])
        #expect(try told("/bin/ls") == ["true", "false", "/etc/sudoers:1"])
    }

    @Test func whatCannotBeAskedIsSaid() {
        for question in [[:], ["user": "nobody-here"], ["user": "alice", "host": "web1"]] {
            #expect(throws: QuestionError.self) { try answer(question, "alice ALL=ALL\n") }
        }
    }

    @Test func netgroupsAreUnknown() {
        let probe = probe(["/etc/sudoers": "+admins ALL = ALL\n"])
        #expect(probe["sudo", "grants", "0", "accounts"]?.hasPrefix("unknown: netgroup +admins") == true)
    }

    @Test func aLaterEntryForEverythingDecides() {
        let probe = probe([
            "/etc/sudoers": """
            alice ALL = (ALL) NOPASSWD: ALL
            alice, bob ALL = (ALL) NOPASSWD: /usr/bin/vi
            %sudo ALL = (root) ALL
            alice ALL = (bob) ALL
            alice web2 = (ALL) ALL

            """
        ])
        let told = (0..<5).map { probe["sudo", "grants", "\($0)", "overridden"] }
        #expect(told == ["true", "false", "false", "false", "false"])
    }

    @Test(arguments: [
        ("/usr/bin/", "shell"), ("/usr/bin/*", "shell"), ("/bin/b*h", "shell"), ("/usr/*/vi[m]", "editor"),
        ("/usr/bin/python3.11", "interpreter"), ("/usr/bin/php8.2", "interpreter"), ("/usr/bin/id*", nil),
        ("/opt/tools/", nil), ("/opt/*/sh", nil), ("/usr/bin/apt-get update", nil),
        ("/usr/bin/less /var/log/x", "pager"),
    ])
    func whatAPathGivesAway(_ command: String, _ kind: String?) {
        let probe = probe(["/etc/sudoers": "alice ALL = \(command)\n"])
        #expect(probe["sudo", "grants", "0", "escape"] == kind)
    }
}
