// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Model
import Testing

@Suite struct SystemdProgramsTests {
    private func probe(_ files: [String: String]) -> FactsProbe {
        FactsProbe(SystemdProgramsCollector(), MemoryHost(files: files))
    }

    @Test func defaultsAreThoseOfDebian12() {
        let found = probe(["/etc/systemd/journald.conf": "", "/etc/systemd/logind.conf": "[Login]\n", "/var/log/x": ""])
        #expect(found["journald", "Storage"] == "auto")
        #expect(found["journald", "persistent"] == "false")
        #expect(found["journald", "MaxFileSec"] == "2629800")
        #expect(found["journald", "SystemMaxUse"] == nil)
        #expect(found["logind", "KillExcludeUsers"] == "[root]")
        #expect(found["timesyncd"] == nil)
        let source = found.source(found.value("journald", "Storage"))
        #expect(source?.means == .default)
        #expect(source?.origin.path == "/etc/systemd/journald.conf")
    }

    @Test func dropInsWinByNameAndSayWhatTheyBeat() {
        let found = probe([
            "/etc/systemd/journald.conf": "[Journal]\nStorage=volatile\nSystemMaxUse=1G\n",
            "/usr/lib/systemd/journald.conf.d/90-z.conf": "[Journal]\nStorage=persistent\n",
            "/usr/lib/systemd/journald.conf.d/10-a.conf": "[Journal]\nStorage=none\n",
            "/etc/systemd/journald.conf.d/10-a.conf": "[Journal]\nSystemMaxUse=2G\nStorage=perhaps\n",
        ])
        #expect(found["journald", "Storage"] == "persistent")
        #expect(found["journald", "persistent"] == "true")
        #expect(found["journald", "max_use"] == "\(2 << 30)")
        let source = found.source(found.value("journald", "Storage"))
        #expect(source?.origin == Origin(path: "/usr/lib/systemd/journald.conf.d/90-z.conf", line: 2, column: 1))
        #expect(source?.overrode.map(\.text) == ["Storage=volatile"])
        #expect(found.collection.problems.map(\.origin.line) == [3])
    }

    @Test func aHeaderThatIsNoneEndsAllReading() {
        let found = probe([
            "/etc/systemd/resolved.conf": "[Resolve]\nLLMNR=no\n[Resolve\nDNSSEC=yes\n",
            "/etc/systemd/resolved.conf.d/a.conf": "[Resolve]\nMulticastDNS=no\n",
        ])
        #expect(found["resolved", "LLMNR"] == "no")
        #expect(found["resolved", "DNSSEC"] == "no")
        #expect(found["resolved", "MulticastDNS"] == "yes")
    }

    @Test func listsAddUpAndAreEmptied() {
        let found = probe([
            "/etc/systemd/timesyncd.conf":
                "[Time]\nNTP=a b a\nNTP=\nNTP=c\nNTP=d\nFallbackNTP=\nPollIntervalMinSec=3\n",
            "/etc/systemd/logind.conf": "[Login]\nKillExcludeUsers=odoo\n",
        ])
        #expect(found["timesyncd", "NTP"] == "[c, d]")
        // timesyncd 252 keeps what is built in, whatever the manual says.
        #expect(found["timesyncd", "FallbackNTP"]?.contains("0.debian.pool.ntp.org") == true)
        #expect(found["timesyncd", "PollIntervalMinSec"] == "32")
        #expect(found["logind", "KillExcludeUsers"] == "[root, odoo]")
    }

    @Test func vendorFilesCountFrom254On() throws {
        let files = ["/usr/lib/systemd/coredump.conf": "[Coredump]\nStorage=none\n"]
        #expect(probe(files)["coredump"] == nil)
        let status = "Package: systemd\nStatus: install ok installed\nArchitecture: amd64\nVersion: 257.5-2\n"
        let collection = collect(
            [PackagesCollector(), SystemdProgramsCollector()],
            MemoryHost(files: files.merging(["/var/lib/dpkg/status": status]) { $1 }))
        #expect(collection.facts["coredump"]?.field("Storage")?.text == "none")
    }

    @Test func whatCannotBeReadIsNotKnown() {
        let host = MemoryHost([
            "/etc/systemd/journald.conf": .init("[Journal]\n"),
            "/etc/systemd/journald.conf.d/a.conf": .init(failure: .permissionDenied),
        ])
        #expect(
            FactsProbe(SystemdProgramsCollector(), host)["journald"]?
                .contains("/etc/systemd/journald.conf.d/a.conf: ") == true)
    }
}
