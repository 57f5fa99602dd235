// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Formats
import Host
import Model
import Testing

@testable import Facts

@Suite struct UnitsTests {
    private func units(_ entries: [String: MemoryHost.Entry]) -> (collection: Collection, units: [Value]) {
        let collection = collect([MemoryCollector(), KernelLimitsCollector(), UnitsCollector()], MemoryHost(entries))
        return (collection, collection.facts["units"]?.elements ?? [])
    }

    private func service(_ text: String, dropIns: [String: String] = [:], mode: UInt16 = 0o644) -> (Collection, Value?)
    {
        var entries: [String: MemoryHost.Entry] = [
            "/usr/lib/systemd/system/a.service": .init(text, mode: FileMode(bits: mode)),
            "/etc/systemd/system/m.target.wants/a.service": .init(target: "/usr/lib/systemd/system/a.service"),
        ]
        for (name, text) in dropIns { entries["/etc/systemd/system/a.service.d/\(name)"] = .init(text) }
        let found = units(entries)
        return (found.collection, found.units.first)
    }

    @Test func noUnitsNoSystemd() {
        let found = units(["/etc/hostname": .init("x")]).collection.facts
        #expect(found["units"]?.isAbsent == true)
        #expect(found["systemd"]?.isAbsent == true)
    }

    @Test func defaultsAreThoseOfSystemd() {
        let (collection, unit) = service("[Service]\nExecStart=/bin/a\n[Install]\nWantedBy=m.target\n")
        #expect(unit?.field("state")?.text == "enabled")
        #expect(unit?.field("enabled")?.truth == true)
        #expect(unit?.field("administered")?.truth == false)
        #expect(unit?.field("Type")?.text == "simple")
        #expect(unit?.field("User")?.text == "root")
        #expect(unit?.field("LimitNOFILE")?.number == 1024)
        #expect(unit?.field("limit_nofile_hard")?.number == 524_288)
        #expect(unit?.field("Restart")?.text == "no")
        #expect(unit?.field("TasksMax")?.unknownReason != nil)
        #expect(unit?.field("MemoryMax")?.isAbsent == true)
        let source = unit?.field("Restart").flatMap { collection.sources[$0.source] }
        #expect(source?.means == .default)
        #expect(source?.origin == Origin(path: "/usr/lib/systemd/system/a.service"))
    }

    @Test func dropInsWinAndSayWhatTheyBeat() {
        let (collection, unit) = service(
            "[Service]\nExecStart=/bin/a\nExecStart=/bin/old\nLimitNOFILE=10\nMemoryMax=1G\nNoNewPrivileges=yes\n",
            dropIns: [
                "10.conf": "[Service]\nExecStart=\nExecStart=/bin/new %n\nLimitNOFILE=20:30\n",
                "20.conf": "[Service]\nMemoryMax=infinity\nNoNewPrivileges=perhaps\n",
            ])
        #expect(unit?.field("ExecStart")?.texts == ["/bin/new a.service"])
        #expect(unit?.field("LimitNOFILE")?.number == 20)
        #expect(unit?.field("limit_nofile_hard")?.number == 30)
        #expect(unit?.field("MemoryMax")?.isAbsent == true)
        #expect(unit?.field("NoNewPrivileges")?.truth == true)
        #expect(unit?.field("administered")?.truth == true)
        let source = unit?.field("LimitNOFILE").flatMap { collection.sources[$0.source] }
        #expect(source?.origin == Origin(path: "/etc/systemd/system/a.service.d/10.conf", line: 4, column: 1))
        #expect(source?.overrode.map(\.text) == ["LimitNOFILE=10"])
        #expect(unit?.field("settings", "Service.ExecStart")?.texts == ["/bin/new a.service"])
    }

    @Test func secretsOfTheEnvironmentStayWhereTheyAre() {
        let (collection, unit) = service(
            "[Service]\nExecStart=/bin/a\nEnvironment=\"DB_PASSWORD=hunter2 x\" MODE=fast\nSetCredential=k:hunter2\n")
        #expect(unit?.field("Environment")?.texts == ["DB_PASSWORD", "MODE"])
        #expect(unit?.field("settings", "Service.Environment") == nil)
        var everything = "\(String(describing: collection.facts))"
        for raw in UInt32(1)..<200 { everything += collection.sources[SourceID(raw: raw)].map { "\($0)" } ?? "" }
        #expect(!everything.contains("hunter2"))
    }

    @Test func sharesAreTakenOfWhatThereIs() {
        let entries: [String: MemoryHost.Entry] = [
            "/etc/systemd/system/a.service": .init("[Service]\nExecStart=/a\nMemoryMax=25%\nCPUQuota=150%\n"),
            "/etc/systemd/system.conf.d/x.conf": .init("[Manager]\nDefaultLimitNOFILE=5:6\nDefaultTasksMax=50%\n"),
            "/proc/meminfo": .init("MemTotal: 1000 kB\n"), "/proc/sys/kernel/pid_max": .init("1000"),
            "/proc/sys/kernel/threads-max": .init("2000"),
        ]
        let (collection, found) = units(entries)
        #expect(found.first?.field("MemoryMax")?.number == 256_000)
        #expect(found.first?.field("CPUQuota")?.number == 1.5)
        #expect(found.first?.field("TasksMax")?.number == 500)
        #expect(found.first?.field("LimitNOFILE")?.number == 5)
        let source = found.first?.field("LimitNOFILE").flatMap { collection.sources[$0.source] }
        #expect(source?.origin.path == "/etc/systemd/system.conf.d/x.conf")
    }

    @Test func masksTemplatesAndTriggers() {
        let lib = "/usr/lib/systemd/system"
        let (_, found) = units([
            "\(lib)/default.target": .init(target: "multi.target"),
            "\(lib)/multi.target": .init("[Unit]\nRequires=basic.target\n"),
            "\(lib)/basic.target": .init("[Unit]\nWants=s.socket\n"),
            "\(lib)/s.socket": .init("[Socket]\nListenStream=1\n"),
            "\(lib)/s.service": .init("[Service]\nExecStart=/bin/s\n"),
            "\(lib)/t@.service": .init("[Service]\nExecStart=/bin/t %i\n"),
            "/etc/systemd/system/multi.target.wants/t@one.service": .init(target: "\(lib)/t@.service"),
            "\(lib)/idle.service": .init("[Service]\nExecStart=/bin/idle\n"),
            "\(lib)/gone.service": .init("[Service]\nExecStart=/bin/gone\n"),
            "/etc/systemd/system/gone.service": .init(target: "/dev/null"),
            "\(lib)/multi.target.wants/gone.service": .init(target: "../gone.service"),
        ])
        let names = found.compactMap { $0.field("name")?.text }
        #expect(names == ["basic.target", "gone.service", "multi.target", "s.service", "s.socket", "t@one.service"])
        #expect(found.first { $0.field("name")?.text == "gone.service" }?.field("masked")?.truth == true)
        #expect(found.first { $0.field("name")?.text == "gone.service" }?.field("enabled")?.truth == false)
        #expect(found.first { $0.field("name")?.text == "s.service" }?.field("started_by")?.text == "s.socket")
        #expect(found.first { $0.field("name")?.text == "t@one.service" }?.field("ExecStart")?.texts == ["/bin/t one"])
    }

    @Test func whoCanChangeWhatAServiceRuns() {
        let unit =
            "[Service]\nExecStart=/opt/app/run --x\nExecStartPre=/usr/bin/python3 /srv/pre.py\nEnvironmentFile=-/etc/default/a\n"
        let (_, found) = units([
            "/etc/systemd/system/a.service": .init(unit, mode: FileMode(bits: 0o666)),
            "/opt/app": .init(mode: FileMode(bits: 0o755), owner: "app", group: "app", kind: .directory),
            "/opt/app/run": .init("", mode: FileMode(bits: 0o755)),
            "/srv/pre.py": .init("", mode: FileMode(bits: 0o644)),
            "/usr/bin/python3": .init("", mode: FileMode(bits: 0o755)),
            "/etc/default/a": .init("", mode: nil, owner: nil, group: nil),
        ])
        let files = found.first?.field("files")?.elements ?? []
        #expect(
            files.map { "\($0.field("path")?.text ?? "") \($0.field("kind")?.text ?? "")" } == [
                "/etc/systemd/system/a.service unit", "/usr/bin/python3 program", "/srv/pre.py program",
                "/opt/app/run program", "/etc/default/a environment",
            ])
        #expect(files.map { $0.field("root_only")?.truth } == [false, true, true, false, nil])
        #expect(files[0].field("changeable")?.text == "/etc/systemd/system/a.service is writable by everyone")
        #expect(files[3].field("changeable")?.text == "/opt/app is owned by app")
        #expect(files[4].field("root_only")?.unknownReason != nil)
    }

    @Test func aUnitThatCannotBeReadIsUnknownNotDefault() {
        let (_, found) = units([
            "/etc/systemd/system/a.service": .init("", failure: .permissionDenied),
            "/etc/systemd/system/a.service.d/x.conf": .init("[Service]\nUser=x\n"),
        ])
        #expect(found.first?.field("masked")?.truth == false)
        #expect(found.first?.field("User")?.unknownReason == "/etc/systemd/system/a.service: permission denied")
    }

    @Test func dropInsThatCannotBeListedAreUnknownToo() {
        let (_, found) = units([
            "/etc/systemd/system/a.service": .init("[Service]\nExecStart=/bin/a\n"),
            "/etc/systemd/system/a.service.d": .init(kind: .directory, failure: .permissionDenied),
        ])
        #expect(found.first?.field("User")?.unknownReason == "/etc/systemd/system/a.service.d: permission denied")
    }

    @Test func whatSystemdIgnoresIsReported() {
        let (collection, _) = service("[Service]\nExecStart=/bin/a\nnonsense\n")
        #expect(
            collection.problems.map(\.origin) == [Origin(path: "/usr/lib/systemd/system/a.service", line: 3, column: 1)]
        )
    }

    @Test func theCommandLineAServiceReallyRunsWith() throws {
        let host = MemoryHost([
            "/lib": .init(target: "usr/lib"),
            "/usr/lib/systemd/system/ssh.service": .init(
                "[Service]\nEnvironmentFile=-/etc/default/ssh\nExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n[Install]\nAlias=sshd.service\n"
            ),
            "/etc/systemd/system/sshd.service": .init(target: "/lib/systemd/system/ssh.service"),
            "/etc/default/ssh": .init("SSHD_OPTS=\"-p 2222\"\n"),
        ])
        let units = SystemdUnits(host)
        let unit = try #require(units.unit("sshd.service"))
        #expect(unit.name.text == "ssh.service")
        #expect(unit.names == ["ssh.service", "sshd.service"])
        let command = try #require(unit.commands("ExecStart").first?.command)
        #expect(command.arguments(in: units.environment(of: unit).variables) == ["-D", "-p", "2222"])
        #expect(units.state(of: "sshd.service") == .alias)
        #expect(units.state(of: "ssh.service") == .enabled)
    }
}
