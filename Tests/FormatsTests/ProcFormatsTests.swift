// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

@Suite struct ProcFormatsTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func meminfoIsBytes() {
        let info = Meminfo(
            bytes("MemTotal:  2 kB\nHugePages_Total:  3\nbroken\nNegative: -1 kB\nHuge: 9223372036854775807 kB\n"))
        #expect(info["MemTotal"] == 2048)
        #expect(info["HugePages_Total"] == 3)
        #expect(info.entries["HugePages_Total"]?.line == 2)
        #expect(info["Negative"] == nil)
        #expect(info["Huge"] == nil)
        #expect(Meminfo([0xFF, 0x0A]).entries.isEmpty)
    }

    @Test func countersComeInPairsOfLines() {
        let table = Meminfo(pairs: bytes("TcpExt: A B\nTcpExt: 1 2\nIpExt: C\nOther: 3\n"))
        #expect(table["TcpExt.B"] == 2)
        #expect(table.entries["TcpExt.A"]?.line == 2)
        #expect(table["IpExt.C"] == nil)
        #expect(Meminfo(pairs: bytes("TcpExt: A\n")).entries.isEmpty)
    }

    @Test func mountsHaveOctalEscapes() {
        let text = #"/dev/sda1 /mnt/a\040b ext4 rw,nosuid 0 0"# + "\nshort /x\n" + #"srv:/e /\134 nfs ro 0 0"#
        let entries = Mounts(bytes(text)).entries
        #expect(entries.map(\.mountPoint) == ["/mnt/a b", #"/\"#])
        #expect(entries.map(\.line) == [1, 3])
        #expect(entries.first?.options == ["rw", "nosuid"])
    }

    @Test func fstabHasCommentsAndShortLines() {
        let table = Fstab(
            bytes("# comment\n\n  # another\nUUID=1\t/data/\text4\nbroken line\n/dev/b none swap sw 0 0\r\n"))
        #expect(table.entries.map(\.mountPoint) == ["/data", "none"])
        #expect(table.entries.first?.options == ["defaults"])
        #expect(table.malformed == [5])
    }

    @Test func pressure() {
        let text = "some avg10=1.50 avg60=0.25 avg300=0.00 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=x\n"
        let found = Pressure(bytes(text))
        #expect(found.some?.average10 == 1.5)
        #expect(found.some?.totalMicroseconds == 12)
        #expect(found.full == nil)
        #expect(Pressure(bytes("some avg10=nan avg60=0 avg300=0 total=1")).some == nil)
        #expect(Pressure([]).some == nil)
    }

    @Test func processors() {
        let info = CPUInfo(bytes("processor\t: 0\nmodel name\t: Xeon\n\nprocessor\t: 1\nmodel name\t: Other\n"))
        #expect(info.count == 2)
        #expect(info.model == "Xeon")
        #expect(CPUInfo([]).count == 0)
    }

    @Test(arguments: [("0\n", 1), ("0-3,5", 5), ("0-1", 2)])
    func lists(text: String, count: Int) { #expect(CPUInfo.count(ofList: bytes(text)) == count) }

    @Test(arguments: ["", "x", "3-1", "0-99999999", "-1"])
    func notLists(text: String) { #expect(CPUInfo.count(ofList: bytes(text)) == nil) }

    @Test func load() {
        #expect(CPUInfo.Load(bytes("0.22 0.09 1.5 1/95 7926\n"))?.averages == [0.22, 0.09, 1.5])
        #expect(CPUInfo.Load(bytes("0.22 0.09 1.5 1/95 7926\n"))?.tasks == 95)
        #expect(CPUInfo.Load(bytes("0.22 0.09")) == nil)
        #expect(CPUInfo.Load(bytes("inf 0 0 1/2 3")) == nil)
        #expect(CPUInfo.uptime(bytes("350735.47 234388.90")) == 350_735)
        #expect(CPUInfo.uptime([]) == nil)
    }

    @Test func listeners() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        let text =
            head + "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000 0 1 1\n"
            + "   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0 0 1 1\n"
            + "   2: 0100007F:1F91 0100007F:0016 01 00000000:00000000 00:00000000 00000000     0 0 1 1\nshort\n"
        let found = SocketTable(bytes(text), isTCP: true).listeners
        #expect(found.map(\.port) == [8080, 22])
        #expect(found.map(\.isLoopback) == [true, false])
        #expect(found.first?.queue == 3)
        #expect(found.first?.address == [127, 0, 0, 1])
        let six =
            head + "   0: 00000000000000000000000001000000:0035 0:0 07 00000000:00000000 00:00000000 00000000 0 0 1 1\n"
        #expect(SocketTable(bytes(six), isTCP: false).listeners.first?.isLoopback == true)
        #expect(SocketTable([], isTCP: true).listeners.isEmpty)
    }

    @Test func droppedPacketsAreSummedOverProcessors() {
        #expect(SocketTable.softnetDrops(bytes("0000 00000002 0\n0000 0000000a 0\n")) == 12)
        #expect(SocketTable.softnetDrops(bytes("x\n")) == nil)
    }
}
