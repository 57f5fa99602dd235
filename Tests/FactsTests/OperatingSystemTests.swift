// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Foundation
import Host
import Model
import Testing

@Suite struct OperatingSystemTests {
    private func os(_ text: String, _ more: [String: MemoryHost.Entry] = [:]) -> FactsProbe {
        FactsProbe(
            OperatingSystemCollector(), MemoryHost(more.merging(["/etc/os-release": .init(text)]) { $1 }))
    }

    @Test(arguments: [
        ("ID=debian\nVERSION_ID=\"12\"", "2026-07-11", "2028-06-30", "2033-06-30", "2028-06-30"),
        ("ID=debian\nVERSION_ID=13\n", "2028-08-09", "2030-06-30", "2035-06-30", "2030-06-30"),
        ("ID=ubuntu\nVERSION_ID='24.04'", "2029-05-31", nil, "2034-04-25", "2029-05-31"),
        ("ID=ubuntu\nVERSION_ID=\"25.10\"", "2026-07-09", nil, nil, "2026-07-09"),
        ("ID=debian\nVERSION_CODENAME=bookworm", "2026-07-11", "2028-06-30", "2033-06-30", "2028-06-30"),
    ])
    func theEndOfSupport(_ text: String, _ own: String, _ lts: String?, _ paid: String?, _ free: String) throws {
        let facts = os(text)
        func end(_ day: String?) throws -> String? {
            guard let day else { return nil }
            let moment = try Date(day + "T23:59:59Z", strategy: .iso8601)
            return String(Int64(moment.timeIntervalSince1970))
        }
        #expect(try facts["os", "support_end"] == end(own))
        #expect(try facts["os", "lts_end"] == end(lts))
        #expect(try facts["os", "extended_support_end"] == end(paid))
        #expect(try facts["os", "security_updates_end"] == end(free))
    }

    @Test(arguments: ["ID=debian\nVERSION_CODENAME=sid", "ID=raspbian\nVERSION_ID=12", "ID=debian\nVERSION_ID=99", ""])
    func aReleaseNobodyKnowsIsUnknown(_ text: String) {
        #expect(
            os(text)["os", "support_end"]?.hasSuffix("is not in the table of releases (distro-info-data 0.58+deb12u6)")
                == true)
    }

    @Test func theTableIsThatOfDistroInfoData() throws {
        let path = "/usr/share/distro-info/debian.csv"
        guard let table = try? String(contentsOfFile: path, encoding: .utf8) else {
            print("skipped: no \(path) to compare the table of releases with")
            return
        }
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
            guard fields.count >= 7, fields[4] >= "2012" else { continue }
            let facts = os("ID=debian\nVERSION_ID=\(fields[0].split(separator: ".").first ?? "")")
            let moment = try Date(fields[5] + "T23:59:59Z", strategy: .iso8601)
            #expect(facts["os", "support_end"] == String(Int64(moment.timeIntervalSince1970)), "\(line)")
        }
    }

    @Test func namesComeUnquotedAndWithTheirLine() {
        let facts = os(
            "# c\nPRETTY_NAME=\"A \\\"B\\\" \\$C\"\nID='ubuntu'\nID_LIKE=\"debian other\"\nbroken line\nX=\"open\n")
        #expect(facts["os", "pretty_name"] == "A \"B\" $C")
        #expect(facts["os", "id_like"] == "[debian, other]")
        #expect(facts.source(facts.value("os", "id"))?.origin.description == "/etc/os-release:3")
        #expect(facts.collection.problems.map(\.origin.line) == [5, 6])
    }

    @Test func vendorsFileServesWhereEtcHasNone() {
        let host = MemoryHost(files: ["/usr/lib/os-release": "ID=debian\n"])
        #expect(FactsProbe(OperatingSystemCollector(), host)["os", "id"] == "debian")
        #expect(FactsProbe(OperatingSystemCollector(), MemoryHost([:]))["os"] == nil)
        let closed = MemoryHost(["/etc/os-release": .init(failure: .permissionDenied)])
        #expect(FactsProbe(OperatingSystemCollector(), closed)["os"] == "unknown: /etc/os-release: permission denied")
    }

    @Test func aRebootIsAskedForByAFile() {
        let waiting = os(
            "ID=debian",
            [
                "/run/reboot-required": .init("", modified: Timestamp(seconds: 5)),
                "/run/reboot-required.pkgs": .init("linux-image\nlibc6\nlibc6\n"),
            ])
        #expect(waiting["os", "reboot_required"] == "true")
        #expect(waiting["os", "reboot_required_since"] == "5")
        #expect(waiting["os", "reboot_packages"] == "[libc6, linux-image]")
        #expect(os("ID=debian", ["/run/utmp": .init("")])["os", "reboot_required"] == "false")
        #expect(
            os("ID=debian")["os", "reboot_required"] == "unknown: there is no /run of a running system here")
        #expect(
            os("ID=debian", ["/run": .init(kind: .directory)])["os", "reboot_required"]?.hasPrefix("unknown") == true)
    }
}
