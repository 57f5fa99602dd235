// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Daemon

@Suite("Interests: who cares about which name in which directory")
struct InterestsTests {
    @Test("a path concerns each of its names in the directory above it")
    func ancestors() {
        var interests = Interests()
        #expect(
            interests.note("/etc/ssh/sshd_config", isList: false, by: "sshd", unwatched: [])
                == ["/", "/etc", "/etc/ssh"])
        #expect(interests.note("/etc/ssh/moduli", isList: false, by: "sshd", unwatched: []).isEmpty)
        #expect(interests.collectors("/etc/ssh", "sshd_config", isEntry: false) == ["sshd"])
        #expect(interests.collectors("/etc", "ssh", isEntry: true) == ["sshd"])
        #expect(interests.collectors("/", "etc", isEntry: false) == ["sshd"])
        #expect(interests.collectors("/etc/ssh", "ssh_config", isEntry: true).isEmpty)
    }

    @Test("a list concerns names that come and go, not what is written into files")
    func lists() {
        var interests = Interests()
        #expect(
            interests.note("/etc/ssh/sshd_config.d", isList: true, by: "sshd", unwatched: []).last
                == "/etc/ssh/sshd_config.d")
        #expect(interests.collectors("/etc/ssh/sshd_config.d", "50-new.conf", isEntry: true) == ["sshd"])
        #expect(interests.collectors("/etc/ssh/sshd_config.d", "50-new.conf", isEntry: false).isEmpty)
        #expect(interests.collectors("/etc/ssh/sshd_config.d") == ["sshd"])
    }

    @Test("two collectors, one file")
    func shared() {
        var interests = Interests()
        _ = interests.note("/etc/passwd", isList: false, by: "accounts", unwatched: [])
        _ = interests.note("/etc/passwd", isList: false, by: "sshd", unwatched: [])
        #expect(interests.collectors("/etc", "passwd", isEntry: true) == ["accounts", "sshd"])
    }

    @Test(
        "kernel interfaces, own directories and paths with .. are not watched",
        arguments: [
            "/proc/meminfo", "/sys/kernel", "/proc", "/run/guaita/status.json", "/etc/../proc/1", "relative/..",
        ])
    func unwatched(_ path: String) {
        var interests = Interests()
        let none = interests.note(
            path, isList: false, by: "x", unwatched: Interests.unwatched + ["/run/guaita"])
        #expect(none.isEmpty)
        #expect(Array(interests.watched).isEmpty)
    }

    @Test("a directory whose name begins like an unwatched one is watched")
    func prefix() {
        var interests = Interests()
        #expect(interests.note("/processes/x", isList: false, by: "x", unwatched: ["/proc"]).count == 2)
    }
}

@Suite("InotifyEvent: what the kernel writes")
struct InotifyEventTests {
    @Test("events with and without names, and a length that lies")
    func events() {
        let first: [UInt8] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0] + Array("a.conf".utf8) + [0, 0]
        let second: [UInt8] = [2, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let lying: [UInt8] = [3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]
        let events = InotifyEvent.events(first + second + lying)
        #expect(events.map(\.watch) == [1, 2])
        #expect(events.map(\.name) == ["a.conf", ""])
        #expect(events.map(\.mask) == [0x100, 0x400])
        #expect(InotifyEvent.events([1, 2, 3]).isEmpty)
    }
}
