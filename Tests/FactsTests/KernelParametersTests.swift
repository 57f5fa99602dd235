// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite struct KernelParametersTests {
    private func kernel(_ files: [String: String], keys: [String] = []) -> FactsProbe {
        FactsProbe(KernelParametersCollector(), MemoryHost(files: files), keys: ["kernel.parameters": keys])
    }
    private func running(_ files: [String: String], keys: [String] = []) -> FactsProbe {
        FactsProbe(
            KernelParametersCollector(), MemoryHost(files: files, isLive: true), keys: ["kernel.parameters": keys])
    }

    @Test func theLatestFileNameWinsWhateverItsDirectory() {
        let facts = kernel([
            "/etc/sysctl.d/10-a.conf": "kernel.sysrq = 1\n",
            "/usr/lib/sysctl.d/50-b.conf": "# vendor\nkernel.sysrq=0\n",
        ])
        #expect(facts["kernel", "parameters", "kernel.sysrq", "value"] == "0")
        #expect(facts["kernel", "parameters", "kernel.sysrq", "number"] == "0")
        let source = facts.source(facts.value("kernel", "parameters", "kernel.sysrq", "value"))
        #expect(source?.origin.description == "/usr/lib/sysctl.d/50-b.conf:2")
        #expect(source?.overrode.map(\.origin.description) == ["/etc/sysctl.d/10-a.conf:1"])
    }

    @Test(
        "the same name in a directory of higher precedence hides the file",
        arguments: [
            ("/etc/sysctl.d", "/run/sysctl.d"), ("/run/sysctl.d", "/usr/local/lib/sysctl.d"),
            ("/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"), ("/usr/lib/sysctl.d", "/lib/sysctl.d"),
        ])
    func hides(_ higher: String, _ lower: String) {
        let facts = kernel(["\(higher)/x.conf": "vm.swappiness=1", "\(lower)/x.conf": "vm.swappiness=2\nvm.panic=1"])
        #expect(facts["kernel", "parameters", "vm.swappiness", "value"] == "1")
        #expect(facts["kernel", "declared"] == "[record]")
    }

    @Test("a link to /dev/null, a link to nowhere and an empty file hide the vendor's file")
    func masks() {
        for entry in [
            MemoryHost.Entry(target: "/dev/null"), MemoryHost.Entry(target: "/nowhere"), MemoryHost.Entry(""),
        ] {
            let host = MemoryHost([
                "/etc/sysctl.d/x.conf": entry, "/usr/lib/sysctl.d/x.conf": .init("vm.swappiness=2"),
            ])
            let facts = FactsProbe(KernelParametersCollector(), host)
            #expect(facts["kernel", "declared"] == "[]")
        }
    }

    @Test func sysctlConfCountsOnlyThroughDebiansLink() {
        #expect(kernel(["/etc/sysctl.conf": "vm.swappiness=1"])["kernel", "declared"] == "[]")
        let linked = MemoryHost([
            "/etc/sysctl.conf": .init("\nvm.swappiness=1"),
            "/etc/sysctl.d/99-sysctl.conf": .init(target: "../sysctl.conf"),
            "/etc/sysctl.d/98-x.conf": .init("vm.swappiness=2"), "/etc/sysctl.d/zz.conf": .init("vm.laptop_mode=0"),
        ])
        let facts = FactsProbe(KernelParametersCollector(), linked)
        let value = facts.value("kernel", "parameters", "vm.swappiness", "value")
        #expect(FactsProbe.text(value) == "1")
        #expect(facts.source(value)?.origin.description == "/etc/sysctl.conf:2")
    }

    @Test func onlyVisibleNamesThatEndInConfAreRead() {
        let facts = kernel([
            "/etc/sysctl.d/.hidden.conf": "vm.a=1", "/etc/sysctl.d/x.conf.bak": "vm.b=1", "/etc/sysctl.d/x": "vm.c=1",
        ])
        #expect(facts["kernel", "declared"] == "[]")
    }

    @Test func patternsSetWhatNobodyNamed() {
        let facts = kernel(
            [
                "/etc/sysctl.d/1.conf": """
                net.ipv4.conf.*.rp_filter = 2
                -net.ipv4.conf.all.rp_filter
                net.ipv4.conf.hub0.rp_filter = 1
                """,
                "/proc/sys/net/ipv4/conf/all/rp_filter": "0\n", "/proc/sys/net/ipv4/conf/default/rp_filter": "2\n",
                "/proc/sys/net/ipv4/conf/hub0/rp_filter": "1\n", "/proc/sys/net/ipv4/conf/eth0.5/rp_filter": "0\n",
            ], keys: ["net.ipv4.conf.all.rp_filter"])
        #expect(facts["kernel", "parameters", "net.ipv4.conf.all.rp_filter", "declared"] == nil)
        #expect(facts["kernel", "parameters", "net.ipv4.conf.hub0.rp_filter", "declared"] == "1")
        #expect(facts["kernel", "parameters", "net.ipv4.conf.default.rp_filter", "declared"] == "2")
        #expect(facts["kernel", "parameters", "net.ipv4.conf.eth0/5.rp_filter", "differs"] == "true")
    }

    @Test func aPatternReachesAParameterAskedForWhereNothingRuns() {
        let facts = kernel(
            ["/etc/sysctl.d/1.conf": "net.ipv4.conf.*.rp_filter=1"], keys: ["net.ipv4.conf.default.rp_filter"])
        #expect(facts["kernel", "parameters", "net.ipv4.conf.default.rp_filter", "value"] == "1")
    }

    @Test func theRunningValueIsInForceAndTheDeclarationWhatItOverrode() {
        let facts = running([
            "/etc/sysctl.d/1.conf": "net.ipv4.ip_forward = 0\n", "/proc/sys/net/ipv4/ip_forward": "1\n",
        ])
        let path = "net.ipv4.ip_forward"
        #expect(facts["kernel", "parameters", path, "value"] == "1")
        #expect(facts["kernel", "parameters", path, "declared"] == "0")
        #expect(facts["kernel", "parameters", path, "differs"] == "true")
        let source = facts.source(facts.value("kernel", "parameters", path, "value"))
        #expect(source?.means == .live)
        #expect(source?.origin.path == "/proc/sys/net/ipv4/ip_forward")
        #expect(source?.overrode.map(\.origin.description) == ["/etc/sysctl.d/1.conf:1"])
        #expect(facts.source(facts.value("kernel", "declared", path, "differs"))?.origin.line == 1)
    }

    @Test(arguments: [
        ("32768 60999", "32768\t60999\n", "false"), ("0x10", "16\n", "false"), ("010", "8\n", "false"),
        ("10", "8\n", "true"), ("1", "1 2\n", "true"), ("core", "core\n", "false"), ("-1", "-1\n", "false"),
        ("9223372036854775808", "9223372036854775807\n", "true"),
    ])
    func declaredAndRunningAreComparedAsTheKernelReadsThem(_ declared: String, _ live: String, _ differs: String) {
        let facts = running(["/etc/sysctl.d/1.conf": "vm.x=\(declared)", "/proc/sys/vm/x": live])
        #expect(facts["kernel", "parameters", "vm.x", "differs"] == differs)
    }

    @Test func aParameterTheRunningKernelLacksIsNotInTheMap() {
        let facts = running(
            ["/etc/sysctl.d/1.conf": "kernel.typo = 1", "/proc/sys/kernel/sysrq": "1\n"], keys: ["kernel.yama.x"])
        #expect(facts["kernel", "parameters"] == "map of 0")
        #expect(facts["kernel", "declared", "kernel.typo", "exists"] == "false")
        #expect(facts["kernel", "declared", "kernel.typo", "differs"] == "false")
    }

    @Test func whatATreeDoesNotSayIsUnknown() {
        let facts = kernel([:], keys: ["kernel.sysrq", "../../etc/shadow"])
        #expect(
            facts["kernel", "parameters", "kernel.sysrq"]
                == "unknown: declared in no sysctl.d file, and there is no /proc/sys/kernel/sysrq in this tree")
        #expect(facts["kernel", "running"] == "false")
        #expect(facts["kernel", "release"] == "unknown: /proc/sys/kernel/osrelease: no such file or directory")
    }

    @Test func whatIsDeclaredInATreeIsInForceAndNobodyKnowsWhetherItRuns() {
        let facts = kernel(["/etc/sysctl.d/1.conf": "kernel.sysrq = 0"])
        #expect(facts["kernel", "parameters", "kernel.sysrq", "value"] == "0")
        #expect(
            facts["kernel", "parameters", "kernel.sysrq", "differs"]
                == "unknown: there is no /proc/sys/kernel/sysrq in this tree")
    }

    @Test func aFileThatCannotBeReadLeavesDeclarationsInDoubt() {
        let host = MemoryHost([
            "/etc/sysctl.d/1.conf": .init("vm.x = 1"), "/etc/sysctl.d/2.conf": .init(failure: .permissionDenied),
        ])
        let facts = FactsProbe(KernelParametersCollector(), host)
        #expect(facts["kernel", "parameters", "vm.x", "value"] == "unknown: /etc/sysctl.d/2.conf: permission denied")
        #expect(facts.collection.problems.map(\.message) == ["permission denied"])
    }

    @Test func aRunningValueThatCannotBeReadLeavesTheDeclaredOne() {
        let host = MemoryHost(
            [
                "/etc/sysctl.d/1.conf": .init("vm.x = 1\nvm.flush = 1"),
                "/proc/sys/vm/x": .init(mode: FileMode(bits: 0o600), failure: .permissionDenied),
                "/proc/sys/vm/flush": .init(mode: FileMode(bits: 0o200), failure: .permissionDenied),
            ], isLive: true)
        let facts = FactsProbe(KernelParametersCollector(), host)
        #expect(facts["kernel", "parameters", "vm.x", "value"] == "1")
        #expect(facts["kernel", "parameters", "vm.x", "differs"]?.hasPrefix("unknown") == true)
        #expect(facts["kernel", "parameters", "vm.flush", "differs"] == "false")
    }

    @Test func severalNumbersAreAList() {
        let facts = running(
            ["/proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n"], keys: ["net.ipv4.ip_local_port_range"])
        #expect(facts["kernel", "parameters", "net.ipv4.ip_local_port_range", "numbers"] == "[32768, 60999]")
        #expect(facts["kernel", "parameters", "net.ipv4.ip_local_port_range", "number"] == nil)
    }

    @Test(arguments: [
        ("/run/systemd/container", "lxc\n", "lxc"), ("/run/host/container-manager", "systemd-nspawn", "systemd-nspawn"),
        ("/.dockerenv", "", "docker"), ("/run/.containerenv", "engine=x", "podman"), ("/etc/hostname", "h", ""),
    ])
    func aContainerSaysSo(_ path: String, _ text: String, _ name: String) {
        #expect(kernel([path: text])["kernel", "container"] == name)
    }

    @Test func aVirtualMachineFromAnImageIsNoContainer() {
        let facts = kernel(["/.dockerenv": "", "/proc/mounts": "/dev/vda / ext4 rw 0 0\n"])
        #expect(facts["kernel", "container"] == "")
        #expect(
            kernel(["/.dockerenv": "", "/proc/mounts": "overlay / overlay rw 0 0\n"])["kernel", "container"] == "docker"
        )
    }
}
