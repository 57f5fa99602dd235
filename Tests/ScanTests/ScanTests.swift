// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Model
import Rules
import Scan
import Testing

/// A host whose one file never holds still.
private struct RestlessHost: Host {
    let still = MemoryHost(files: ["/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian 12\"\n"])
    let description = "restless"
    let isLive = false

    func read(_ path: String, limit: Int) throws(HostError) -> FileContent {
        let content = try still.read(path, limit: limit)
        return FileContent(bytes: content.bytes, status: content.status, changedWhileReading: true)
    }
    func stream(_ path: String, from offset: Int64, limit: Int64, _ body: ([UInt8]) -> Bool)
        throws(HostError) -> FileStatus
    { try still.stream(path, from: offset, limit: limit, body) }
    func open(_ path: String) throws(HostError) -> OpenFile { try still.open(path) }
    func list(_ path: String) throws(HostError) -> [DirectoryEntry] { try still.list(path) }
    func status(_ path: String, followLinks: Bool) throws(HostError) -> FileStatus {
        try still.status(path, followLinks: followLinks)
    }
    func linkTarget(_ path: String) throws(HostError) -> String { try still.linkTarget(path) }
    func usage(ofFilesystemAt path: String) throws(HostError) -> FilesystemUsage {
        try still.usage(ofFilesystemAt: path)
    }
}

@Suite("A scan as a whole")
struct ScanTests {
    private func scan(_ host: any Host) -> Report {
        Scan(host: host, rules: ShippedRulesTests.set.rules, now: Timestamp(seconds: 1_795_424_401)).run(
            Scan.Identity(version: "0", ruleSet: Report.RuleSetSummary(count: 0, sha256: ""), rejectedRules: []))
    }

    @Test("an empty host is not green: nothing passes for want of anything to see")
    func empty() {
        let report = scan(MemoryHost(files: [:]))
        // This one asks for nothing but the absence of a file, and it is absent.
        let passed = report.outcomes.filter { $0.outcome == .pass && $0.rule != "files.ld-so-preload" }.map(\.rule)
        #expect(report.findings.filter { $0.severity >= .high }.isEmpty)
        #expect(passed.isEmpty, "\(passed)")
    }

    @Test("a file that changes while it is read is used, and said")
    func changes() {
        let report = scan(RestlessHost())
        #expect(report.host.system == "Debian 12")
        #expect(report.problems.contains { $0.origin.path == "/etc/os-release" && $0.message.contains("changed") })
    }

    @Test("files full of noise stop nothing", arguments: [1, 2, 3] as [UInt64])
    func noise(seed: UInt64) {
        var state = seed
        func noise(_ count: Int) -> String {
            var text = ""
            for _ in 0..<count {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.unicodeScalars.append(Unicode.Scalar(UInt8(truncatingIfNeeded: state >> 33)))
            }
            return text
        }
        let paths = [
            "/etc/ssh/sshd_config", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/os-release",
            "/var/lib/dpkg/status",
            "/etc/sysctl.d/10-a.conf", "/etc/systemd/system/a.service", "/proc/meminfo", "/proc/mounts",
            "/proc/cpuinfo",
            "/proc/pressure/cpu", "/etc/nginx/nginx.conf", "/var/log/auth.log", "/etc/ssl/private/a.pem", "/etc/fstab",
        ]
        var files: [String: String] = [:]
        for path in paths { files[path] = noise(4000) }
        let report = scan(MemoryHost(files: files))
        #expect(report.outcomes.count == ShippedRulesTests.set.rules.count, "seed \(seed)")
        #expect(report.outcomes.allSatisfy { $0.outcome != .error }, "seed \(seed)")
    }

    @Test("the same host gives the same report twice")
    func deterministic() {
        let host = MemoryHost(files: [
            "/etc/ssh/sshd_config": "PermitRootLogin yes\n", "/etc/passwd": "toor:x:0:0::/:\n",
        ])
        let (first, second) = (scan(host), scan(host))
        #expect(first.findings == second.findings)
        #expect(first.notEvaluated == second.notEvaluated)
        #expect(first.outcomes == second.outcomes)
    }
}
