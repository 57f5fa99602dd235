// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Testing

/// `all`, the interface's own value and what they come to.
@Suite struct KernelInterfacesTests {
    private func facts(_ values: [String: Int], declared: String? = nil) -> FactsProbe {
        var files: [String: String] = [:]
        for (path, value) in values { files["/proc/sys/net/" + path] = "\(value)\n" }
        if let declared { files["/etc/sysctl.d/1.conf"] = declared }
        return FactsProbe(KernelParametersCollector(), MemoryHost(files: files))
    }
    private func field(_ name: String, _ values: [String: Int], _ interface: String = "eth0") -> String? {
        facts(values)["kernel", "interfaces", interface, name]
    }

    @Test(arguments: [
        (0, 0, 0, "false"), (0, 0, 1, "true"), (0, 1, 0, "true"), (0, 1, 1, "true"),
        (1, 0, 0, "false"), (1, 0, 1, "false"), (1, 1, 0, "false"), (1, 1, 1, "true"),
    ])
    func redirectsAreAcceptedByAndWhereItForwardsElseByOr(_ forwarding: Int, _ all: Int, _ own: Int, _ expected: String)
    {
        #expect(
            field(
                "ipv4_accept_redirects",
                [
                    "ipv4/conf/eth0/forwarding": forwarding, "ipv4/conf/all/accept_redirects": all,
                    "ipv4/conf/eth0/accept_redirects": own,
                ]) == expected)
    }

    @Test(arguments: [(0, 1, 1, "false"), (1, 0, 0, "false"), (1, 0, 1, "true"), (1, 1, 0, "true")])
    func redirectsAreSentOnlyByAForwarder(_ forwarding: Int, _ all: Int, _ own: Int, _ expected: String) {
        #expect(
            field(
                "ipv4_send_redirects",
                [
                    "ipv4/conf/eth0/forwarding": forwarding, "ipv4/conf/all/send_redirects": all,
                    "ipv4/conf/eth0/send_redirects": own,
                ]) == expected)
    }

    @Test(arguments: [(0, 0, "0"), (0, 1, "1"), (1, 0, "1"), (2, 1, "2"), (1, 2, "2")])
    func theSourceCheckIsTheLarger(_ all: Int, _ own: Int, _ expected: String) {
        #expect(
            field("ipv4_rp_filter", ["ipv4/conf/all/rp_filter": all, "ipv4/conf/eth0/rp_filter": own]) == expected)
    }

    @Test(arguments: [(0, 1, "false"), (1, 0, "false"), (1, 1, "true")])
    func sourceRoutesNeedBoth(_ all: Int, _ own: Int, _ expected: String) {
        let values = ["ipv4/conf/all/accept_source_route": all, "ipv4/conf/eth0/accept_source_route": own]
        #expect(field("ipv4_accept_source_route", values) == expected)
    }

    @Test func oneSideThatDecidesIsEnough() {
        #expect(field("ipv4_accept_source_route", ["ipv4/conf/all/accept_source_route": 0]) == nil)
        let declared = facts(
            [:], declared: "net.ipv4.conf.all.accept_source_route = 0\nnet.ipv4.conf.all.log_martians=1")
        #expect(declared["kernel", "interfaces", "default", "ipv4_accept_source_route"] == "false")
        #expect(declared["kernel", "interfaces", "default", "ipv4_log_martians"] == "true")
        #expect(declared["kernel", "interfaces", "default", "ipv4_rp_filter"]?.hasPrefix("unknown") == true)
    }

    @Test func inATreeAnInterfaceHasWhatDefaultDeclares() {
        let declared = facts(
            [:],
            declared: """
                net.ipv4.conf.all.rp_filter = 0
                net.ipv4.conf.default.rp_filter = 1
                net.ipv4.conf.eth7.accept_redirects = 0
                net.ipv4.ip_forward = 1
                """)
        #expect(declared["kernel", "interfaces", "eth7", "ipv4_rp_filter"] == "1")
        #expect(declared["kernel", "interfaces", "eth7", "ipv4_forwarding"] == "true")
        #expect(declared["kernel", "interfaces", "eth7", "ipv4_accept_redirects"] == "false")
    }

    @Test func forIPv6OnlyTheInterfaceCounts() {
        let values = [
            "ipv6/conf/all/accept_redirects": 0, "ipv6/conf/eth0/accept_redirects": 1, "ipv6/conf/eth0/forwarding": 0,
        ]
        #expect(field("ipv6_accept_redirects", values) == "true")
        #expect(field("ipv6_accept_redirects", values.merging(["ipv6/conf/eth0/forwarding": 1]) { $1 }) == "false")
    }

    @Test func whereIPv6IsOffNothingIsSaidOfIt() {
        #expect(
            field("ipv6_accept_redirects", ["ipv6/conf/eth0/disable_ipv6": 1, "ipv6/conf/eth0/accept_redirects": 1])
                == nil)
        let host = MemoryHost(
            files: [
                "/proc/sys/net/ipv4/conf/eth0/rp_filter": "1\n", "/proc/sys/net/ipv4/conf/all/rp_filter": "1\n",
            ], isLive: true)
        let facts = FactsProbe(KernelParametersCollector(), host)
        #expect(facts["kernel", "interfaces", "eth0", "ipv6_accept_redirects"] == nil)
        #expect(facts["kernel", "interfaces", "eth0", "ipv4_rp_filter"] == "1")
    }

    @Test func allAndLoopbackAreNoInterfaces() {
        let facts = facts(["ipv4/conf/all/rp_filter": 1, "ipv4/conf/lo/rp_filter": 1, "ipv4/conf/eth0/rp_filter": 1])
        #expect(facts["kernel", "interfaces", "all"] == nil)
        #expect(facts["kernel", "interfaces", "lo"] == nil)
        #expect(facts["kernel", "interfaces", "default"] == "record")
    }
}
