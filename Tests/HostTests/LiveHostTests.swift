// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Host
import Model
import Testing

@Suite("The running machine", .timeLimit(.minutes(1)))
struct LiveHostTests {
    @Test("proc and sys are read to their end though they say they are empty")
    func proc() throws {
        let host = try LiveHost()
        #expect(host.isLive)
        let content = try host.read("/proc/self/status")
        #expect(content.status.size == 0 && content.bytes.count > 100)
        #expect(try host.read("/proc/sys/kernel/ostype").bytes == Array("Linux\n".utf8))
        #expect(throws: HostError.tooLarge(limit: 10)) { try host.read("/proc/cpuinfo", limit: 10) }
        #expect(try host.list("/proc/self").contains { $0.name == "status" })
    }

    @Test("devices are told and not opened", arguments: ["/dev/null", "/dev/zero", "/dev/tty"])
    func devices(path: String) throws {
        #expect(throws: HostError.wrongKind(.characterDevice)) { try LiveHost().read(path) }
    }

    @Test("owners have names and filesystems have room")
    func rest() throws {
        let host = try LiveHost()
        #expect(try host.status("/etc").owner == "root")
        let usage = try host.usage(ofFilesystemAt: "/")
        #expect(usage.bytes > 0 && usage.bytesAvailable <= usage.bytes && usage.inodesAvailable <= usage.inodes)
    }

    @Test("what this account may not read is permission denied", .enabled(if: getuid() == 0, "needs root, to leave it"))
    func denied() async {
        await #expect(processExitsWith: .success) {
            // In a process of its own, which gives up root: root may read everything.
            guard setgid(65534) == 0, setuid(65534) == 0 else { fatalError("cannot leave root") }
            var hosts: [any Host] = try HostKind.allCases.map { try $0.host("/") }
            hosts.append(try LiveHost())
            for host in hosts {
                let failures: [HostError?] = [
                    failure { () throws(HostError) in _ = try host.read("/etc/shadow") },
                    failure { () throws(HostError) in _ = try host.open("/etc/shadow") },
                    failure { () throws(HostError) in _ = try host.list("/root") },
                    failure { () throws(HostError) in _ = try host.status("/root/x") },
                ]
                guard failures == [.permissionDenied, .permissionDenied, .permissionDenied, .permissionDenied] else {
                    fatalError("\(failures)")
                }
            }
        }
    }
}

/// What a body throws.
private func failure(_ body: () throws(HostError) -> Void) -> HostError? {
    do throws(HostError) {
        try body()
        return nil
    } catch {
        return error
    }
}
