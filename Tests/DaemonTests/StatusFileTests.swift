// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Jobs
import Model
import Testing

@testable import Daemon

@Suite("What the daemon tells of itself")
struct StatusFileTests {
    private func status() -> DaemonStatus {
        var status = DaemonStatus(version: "0.1.0", pid: 1234, processStart: 98_765, started: Scans.moment(0))
        var book = Watchbook()
        let summary = Scans.summary(
            at: 60, [Scans.finding("a.a", .critical), Scans.finding("b.b", isWaived: true)],
            unjudged: [Scans.unjudged("c.c", reason: "/etc/shadow: permission denied")], low: 821, high: 1000)
        _ = book.record(summary, scanID: "1")
        status.take(book)
        status.take(summary)
        status.rejectedRules = 1
        status.ruleProblems = ["/etc/guaita/rules.d/x.yaml:3: \"\u{1B}[31m"]
        status.casualties = [
            Casualty(.path("/etc/ssl/private/x.key"), .crashed), Casualty(.rule("a.a"), .hung),
        ].map(\.anonymous)
        status.lastScan = Scans.moment(60)
        status.nextScan = Scans.moment(3660)
        status.sandboxHides = ["other users' processes"]
        status.watches = 312
        status.activity = .watching
        return status
    }

    @Test("is read back as it was written")
    func roundTrip() throws { #expect(try StatusFile.decode(status().json.text) == status()) }

    @Test("holds nothing that was found, and no path that was read")
    func secrets() {
        let text = String(decoding: status().json.text, as: UTF8.self)
        for secret in ["/etc/shadow", "/etc/ssl", "/etc/ssh", "is wrong", "sshd.context"] {
            #expect(!text.contains(secret))
        }
        #expect(text.contains(#""unjudged": ["#) && text.contains("crashed while reading a file"))
    }

    @Test(
        "what is no status of this version is refused in words",
        arguments: [
            ("", StatusFile.Failure.damaged("it is empty")), ("{}", .damaged("it is no status of guaita")),
            ("[1]", .damaged("it is no status of guaita")),
            (#"{"schema": "guaita-status/2"}"#, .otherVersion),
            (#"{"schema": "guaita-status/1"}"#, .damaged(#"line 1: the key "version" is missing"#)),
        ])
    func refused(text: String, failure: StatusFile.Failure) {
        #expect(throws: failure) { try StatusFile.decode(Array(text.utf8)) }
    }

    @Test("every cut and every changed byte is refused or read, and none traps")
    func damaged() {
        let bytes = status().json.text
        for cut in 0..<bytes.count { _ = try? StatusFile.decode(Array(bytes.prefix(cut))) }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x11
            _ = try? StatusFile.decode(other)
        }
    }

    @Test("a file that is not there, not readable, or endless")
    func unreadable() throws {
        let host = try LiveHost()
        #expect(throws: StatusFile.Failure.absent) { try StatusFile.read("/run/nowhere/status.json", from: host) }
        #expect(throws: StatusFile.Failure.unreadable("is a character_device")) {
            try StatusFile.read("/dev/zero", from: host)
        }
    }

    @Test("a process is told by its number and its start, whatever it calls itself")
    func life() throws {
        let line = "1234 (a ) b (c) S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1 1"
        func host(_ files: [String: String]) -> MemoryHost { MemoryHost(files: files) }
        let init1 = "1 (systemd) S 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 2 1 1"
        #expect(StatusFile.isRunning(status(), on: host(["/proc/1234/stat": line])) == true)
        let other = line.replacing("98765", with: "98766")
        #expect(StatusFile.isRunning(status(), on: host(["/proc/1234/stat": other, "/proc/1/stat": init1])) == false)
        #expect(StatusFile.isRunning(status(), on: host(["/proc/1/stat": init1])) == false)
        #expect(StatusFile.isRunning(status(), on: host([:])) == nil)
        #expect(StatusFile.processStart(of: 1234, on: host(["/proc/1234/stat": "no parenthesis"])) == nil)
        #expect(StatusFile.processStart(of: 1234, on: host(["/proc/1234/stat": "1 (x) S"])) == nil)
    }

    @Test("only what is amiss with the daemon is a concern")
    func concerns() {
        var status = DaemonStatus(version: "0.1.0", pid: 1, processStart: nil, started: Scans.moment(0))
        #expect(status.concerns(at: Scans.moment(0)) == [.notScanned])
        status.lastScan = Scans.moment(0)
        status.nextScan = Scans.moment(3600)
        #expect(status.concerns(at: Scans.moment(3600 + 900)) == [])
        #expect(status.concerns(at: Scans.moment(3600 + 901)) == [.overdue(Scans.moment(3600))])
        #expect(status.concerns(at: Scans.moment(-400 * 86_400)) == [], "a clock that was set back is no fault")
        status.journalPending = 2
        status.isPrivileged = false
        #expect(status.concerns(at: Scans.moment(0)) == [.unprivileged, .journalPending(2)])
    }
}
