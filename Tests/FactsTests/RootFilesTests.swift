// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite("Files that root's programs act on")
struct RootFilesTests {
    private func told(_ entries: [String: MemoryHost.Entry]) -> [String] {
        let facts = FactsProbe(RootFilesCollector(), MemoryHost(entries))
        guard case .list(let files) = facts.value("root_files")?.kind else { return ["no list"] }
        return files.map { file in
            ["path", "area", "root_only", "job"].compactMap { FactsProbe.text(FactsProbe.step(file, $0)) }
                .joined(separator: " ")
        }
    }

    @Test("by path, whatever the directory")
    func order() {
        #expect(
            told(["/etc/sudoers.d/a": .init(""), "/etc/cron.d/b": .init(""), "/etc/passwd": .init("")])
                == ["/etc/cron.d/b cron true", "/etc/sudoers.d/a sudo true"])
        #expect(told([:]) == [])
    }

    @Test("a mask is a link to a device, and none of root's files")
    func mask() {
        #expect(
            told([
                "/etc/sysctl.d/a.conf": .init(target: "/dev/null"),
                "/dev/null": .init(mode: FileMode(bits: 0o666), kind: .characterDevice),
            ]) == [])
    }

    @Test("a program is judged with the directories above it, a drop-in alone")
    func above() {
        #expect(
            told([
                "/opt": .init(mode: FileMode(bits: 0o777), kind: .directory), "/opt/a": .init(""),
                "/etc/crontab": .init("0 3 * * * root /opt/a; /none\n"),
                "/etc/cron.d": .init(mode: FileMode(bits: 0o777), kind: .directory), "/etc/cron.d/b": .init(""),
            ]) == ["/etc/cron.d/b cron true", "/opt/a cron false /etc/crontab:1"])
    }

    @Test("root's own table names no user")
    func ownTable() {
        #expect(
            told(["/var/spool/cron/crontabs/root": .init("0 3 * * * /opt/a\n"), "/opt/a": .init("")])
                == ["/opt/a cron true /var/spool/cron/crontabs/root:1"])
    }
}
