// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

/// The facts of APT.
@Suite struct APTTests {
    private func probe(_ files: [String: String], release: String = "bookworm", id: String = "debian") -> FactsProbe {
        let all = [
            "/etc/os-release": "ID=\(id)\nVERSION_ID=12\nVERSION_CODENAME=\(release)\n",
            "/var/lib/dpkg/status":
                "Package: unattended-upgrades\nStatus: install ok installed\nVersion: 2\nArchitecture: all\n",
        ].merging(files, uniquingKeysWith: { $1 })
        return FactsProbe(
            APTCollector(), MemoryHost(files: all), after: [OperatingSystemCollector(), PackagesCollector()])
    }

    @Test func noAPTIsAbsent() { #expect(probe([:])["apt"] == nil) }

    @Test func aFileThatCannotBeReadMakesItUnknown() {
        let host = MemoryHost(["/etc/apt/apt.conf.d/1": .init(failure: .permissionDenied)])
        #expect(FactsProbe(APTCollector(), host)["apt"]?.hasPrefix("unknown: /etc/apt/apt.conf.d/1") == true)
    }

    @Test func aMissingSemicolonDropsTheEntryBeforeIt() {
        let text = """
            Unattended-Upgrade::Origins-Pattern {
              "origin=Debian,codename=${distro_codename}-security,label=Debian-Security"
              "o=UbuntuESM,a=${distro_codename}";
            };
            """
        #expect(probe(["/etc/apt/apt.conf.d/50u": text])["apt", "unattended", "security"] == "false")
    }

    @Test func debiansOwnPatternMatches() {
        let text = """
            Unattended-Upgrade::Origins-Pattern {
              "origin=Debian,codename=${distro_codename}-security,label=Debian-Security";
            };
            """
        let probe = probe(["/etc/apt/apt.conf.d/50u": text])
        #expect(probe["apt", "unattended", "security"] == "true")
        #expect(
            probe.source(probe.value("apt", "unattended", "security"))?.origin.description
                == "/etc/apt/apt.conf.d/50u:2")
    }

    @Test func ubuntusAllowedOriginsMatch() {
        let text = "Unattended-Upgrade::Allowed-Origins { \"${distro_id}:${distro_codename}-security\"; };\n"
        let probe = probe(["/etc/apt/apt.conf.d/50u": text], release: "jammy", id: "ubuntu")
        #expect(probe["apt", "unattended", "origins"] == "[o=Ubuntu,a=jammy-security]")
        #expect(probe["apt", "unattended", "security"] == "true")
    }

    @Test func whatHangsOnTheNameOfTodayIsUnknown() {
        let text = "Unattended-Upgrade::Origins-Pattern { \"o=Debian,a=oldstable-security\"; };\n"
        #expect(probe(["/etc/apt/apt.conf.d/50u": text])["apt", "unattended", "security"]?.hasPrefix("unknown") == true)
    }

    @Test(arguments: ["keyword", "o=${other}", "x=Debian"])
    func aPatternItDoesNotUnderstandEndsIt(_ pattern: String) {
        let probe = probe(["/etc/apt/apt.conf.d/50u": "Unattended-Upgrade::Origins-Pattern:: \"\(pattern)\";\n"])
        #expect(probe["apt", "unattended", "valid"] == "false")
    }

    @Test(arguments: [
        ("always", "0"), ("1", "86400"), ("2h", "7200"), ("30m", "1800"), ("7d", "604800"), ("5s", "5"), ("0", nil),
    ])
    func intervals(_ text: String, _ seconds: String?) {
        let probe = probe(["/etc/apt/apt.conf": "APT::Periodic::Unattended-Upgrade \"\(text)\";\n"])
        #expect(probe["apt", "periodic", "upgrade_every"] == seconds)
    }

    @Test func theLaterFileWinsAndIncludesAreRead() {
        let probe = probe([
            "/etc/apt/apt.conf.d/10a": "APT::Periodic::Enable \"1\";\n#include \"/etc/extra\";\n",
            "/etc/extra": "apt::periodic::enable \"0\";\n", "/etc/apt/apt.conf.d/20b.bak": "#clear APT;\n",
        ])
        #expect(probe["apt", "periodic", "enabled"] == "false")
        let source = probe.source(probe.value("apt", "periodic", "enabled"))
        #expect(source?.origin.description == "/etc/extra:1")
        #expect(source?.overrode.map(\.origin.description) == ["/etc/apt/apt.conf.d/10a:1"])
        #expect(probe["apt", "files"] == "[/etc/apt/apt.conf.d/10a, /etc/extra]")
    }

    @Test func sourcesOfThisReleaseAndOfOthers() {
        let probe = probe([
            "/etc/apt/sources.list": """
            deb http://deb.debian.org/debian bookworm-security main
            deb http://deb.debian.org/debian trixie main
            deb [trusted=yes] https://user:secret@packages.example.org/x stable main
            deb http://deb.debian.org/debian stable main
            # deb http://deb.debian.org/debian sid main

            """
        ])
        func column(_ name: String) -> [String?] { (0..<4).map { probe["apt", "sources", String($0), name] } }
        #expect(column("security") == ["true", "false", "false", "false"])
        #expect(column("foreign_release") == ["false", "true", "false", "false"])
        #expect(column("trusted") == ["false", "false", "true", "false"])
        #expect(column("moving") == ["false", "false", "false", "true"])
        #expect(probe["apt", "sources", "2", "uri"] == "https://packages.example.org/x/")
    }

    @Test func differingKeysForOneRepositoryAreRefused() {
        let probe = probe([
            "/etc/apt/sources.list": "deb [signed-by=/a.gpg] http://x.org/ a main\ndeb http://x.org/ a contrib\n"
        ])
        #expect(probe["apt", "valid"] == "false")
        #expect(probe["apt", "errors"]?.contains("/etc/apt/sources.list:2: signed-by differs") == true)
    }
}
