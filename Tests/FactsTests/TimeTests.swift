// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Host
import Model
import Testing

@Suite struct TimeTests {
    private static let units = "/usr/lib/systemd/system/"

    /// A host with enabled services and files.
    private func probe(_ services: [String: String], _ files: [String: String] = [:]) -> FactsProbe {
        var entries: [String: MemoryHost.Entry] = [:]
        for (name, text) in services {
            entries[Self.units + name] = .init(text + "[Install]\nWantedBy=multi-user.target\n")
            entries["/etc/systemd/system/multi-user.target.wants/\(name)"] = .init(target: Self.units + name)
        }
        for (path, text) in files { entries[path] = .init(text) }
        return FactsProbe(TimeCollector(), MemoryHost(entries))
    }

    private let chrony = ["chrony.service": "[Service]\nExecStart=!/usr/sbin/chronyd $DAEMON_OPTS\n"]

    @Test func chronyWithAllItIncludes() {
        let found = probe(
            chrony,
            [
                "/etc/chrony/chrony.conf": """
                confdir /etc/chrony/conf.d
                Pool 2.debian.pool.ntp.org   iburst
                sourcedir /etc/chrony/sources.d
                makestep 1 3
                rtcsync

                """,
                "/etc/chrony/conf.d/a.conf": "server ntp.example nts\nmakestep 2 -1\n",
                "/etc/chrony/sources.d/b.sources": "server b.example key 1\nmakestep 3 3\nserver cut off",
            ])
        #expect(found["time", "active"] == "[chrony]")
        let names = (0..<4).map { found["time", "sources", "\($0)", "name"] }
        #expect(names == ["ntp.example", "2.debian.pool.ntp.org", "b.example", nil])
        #expect(found["time", "sources", "ntp.example", "nts"] == "true")
        #expect(found["time", "sources", "b.example", "key"] == "true")
        #expect(found["time", "makestep_limit"] == "3")
        #expect(found["time", "rtcsync"] == "true")
        #expect(found.source(found.value("time", "makestep_limit"))?.origin.line == 4)
    }

    @Test func theFileIsThatOfTheCommandLine() {
        let found = probe(
            [
                "chrony.service":
                    "[Service]\nEnvironmentFile=-/etc/default/chrony\nExecStart=!/usr/sbin/chronyd $DAEMON_OPTS\n"
            ],
            ["/etc/default/chrony": "DAEMON_OPTS=\"-F 1 -f /etc/c.conf\"\n", "/etc/c.conf": "server x\n"])
        #expect(found["time", "sources", "0", "name"] == "x")
    }

    @Test func whatChronydRefusesIsSaid() {
        let found = probe(chrony, ["/etc/chrony/chrony.conf": "server a\nbogus 1\nserver b\n"])
        #expect(found["time", "errors", "0"] == "/etc/chrony/chrony.conf:2: bogus 1: no such directive")
        #expect(found["time", "sources", "1", "name"] == nil)
    }

    @Test func noConfigurationIsAnError() {
        #expect(probe(chrony)["time", "errors", "0"]?.contains("there is no /etc/chrony/chrony.conf") == true)
    }

    @Test func timesyncdRestsInContainersAndWhereAnotherServes() {
        let unit = """
            [Unit]
            ConditionVirtualization=!container
            ConditionPathExists=!/usr/sbin/ntpd
            [Service]
            ExecStart=/x

            """
        let services = ["systemd-timesyncd.service": unit]
        #expect(probe(services)["time", "active"] == "[timesyncd]")
        let contained = probe(services, ["/.dockerenv": ""])
        #expect(contained["time", "active"] == "[]")
        #expect(contained["time", "container"] == "true")
        #expect(contained["time", "services", "timesyncd", "reason"] == "ConditionVirtualization=!container")
        let second = probe(services, ["/usr/sbin/ntpd": ""])
        #expect(second["time", "services", "timesyncd", "reason"] == "ConditionPathExists=!/usr/sbin/ntpd")
    }

    @Test(
        arguments: [
            ("allow\n", "true"), ("allow 10.0.0.0/8\n", "false"), ("allow\ndeny all\n", "false"),
            ("allow ::/0\n", "true"),
            ("deny\nallow 0/0\n", "true"), ("allow\nport 0\n", "false"),
            ("allow 0/0\nbindaddress 127.0.0.1\n", "false"),
            ("allow\nbindaddress 127.0.0.1\n", "true"), ("", "false"),
        ])
    func whoMayAsk(_ text: String, _ answer: String) {
        #expect(probe(chrony, ["/etc/chrony/chrony.conf": text])["time", "serves_everyone"] == answer)
    }

    @Test func ntpsecAndItsClocks() {
        let found = probe(
            ["ntpsec.service": "[Service]\nExecStart=/x\n"],
            ["/etc/ntpsec/ntp.conf": "# x\npool 0.debian.pool.ntp.org iburst\nserver 127.127.28.0 # SHM\n"])
        #expect(found["time", "sources", "0", "kind"] == "pool")
        #expect(found["time", "sources", "1", "kind"] == "refclock")
    }

    @Test func nothingWithoutSystemd() {
        #expect(FactsProbe(TimeCollector(), MemoryHost(files: [:])).value("time") == nil)
    }
}
