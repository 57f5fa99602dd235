// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite struct PackagesTests {
    private func packages(_ files: [String: String]) -> FactsProbe {
        FactsProbe(PackagesCollector(), MemoryHost(files: files))
    }
    private static let dpkg = """
        Package: dpkg
        Essential: yes
        Status: install ok installed
        Architecture: amd64
        Version: 1.21.22

        """

    @Test func aPackageIsItsStanza() {
        let facts = packages([
            "/var/lib/dpkg/status": Self.dpkg + """

                Package: openssh-server
                Status: hold ok installed
                Priority: optional
                Maintainer: Somebody <a@example.org>
                Architecture: amd64
                Source: openssh (1:9.2p1-2+deb12u3)
                Version: 1:9.2p1-2+deb12u3
                Depends: libc6 (>= 2.36)
                Description: secure shell server
                 Version: this is text, no field
                """
        ])
        let expected = [
            "name": "openssh-server", "version": "1:9.2p1-2+deb12u3", "architecture": "amd64", "source": "openssh",
            "status": "installed", "want": "hold", "held": "true", "installed": "true", "broken": "false",
            "essential": "false",
        ]
        for (field, value) in expected { #expect(facts["packages", "openssh-server", field] == value, "\(field)") }
        #expect(facts["packages", "dpkg", "essential"] == "true")
        #expect(facts["packages", "dpkg", "source"] == "dpkg")
        #expect(facts.source(facts.value("packages", "openssh-server"))?.origin.line == 7)
    }

    @Test(arguments: [
        ("install ok installed", "true", "false"), ("install ok triggers-pending", "true", "false"),
        ("install ok triggers-awaited", "true", "false"), ("deinstall ok config-files", "false", "false"),
        ("install ok half-configured", "false", "true"), ("install ok unpacked", "false", "true"),
        ("install reinstreq half-installed", "false", "true"), ("install reinstreq installed", "true", "true"),
    ])
    func whatStatesMean(_ status: String, _ installed: String, _ broken: String) {
        let facts = packages(["/var/lib/dpkg/status": "Package: a\nStatus: \(status)\nVersion: 1\nArchitecture: all\n"])
        #expect(facts["packages", "a", "installed"] == installed)
        #expect(facts["packages", "a", "broken"] == broken)
    }

    @Test func foreignArchitecturesHaveNamesOfTheirOwn() {
        let stanza = "\nPackage: libc6\nStatus: install ok installed\nVersion: 2\n"
        let facts = packages([
            "/var/lib/dpkg/status": Self.dpkg + stanza + "Architecture: amd64\n" + stanza + "Architecture: i386\n"
                + "\nPackage: gone\nStatus: purge ok not-installed\n"
        ])
        #expect(facts["packages", "libc6", "architecture"] == "amd64")
        #expect(facts["packages", "libc6:i386", "architecture"] == "i386")
        #expect(facts["packages"] == "map of 3")
    }

    @Test func imagesWithoutDpkgKeepOneFileAPackage() {
        let facts = packages([
            "/var/lib/dpkg/status.d/base": "Package: base-files\nVersion: 12\nArchitecture: amd64\n",
            "/var/lib/dpkg/status.d/base.md5sums": "x",
        ])
        #expect(facts["packages", "base-files", "installed"] == "true")
        #expect(facts["packages"] == "map of 1")
    }

    @Test func aHostWithoutDpkgHasNoPackages() {
        #expect(packages([:])["packages"] == nil)
        let closed = MemoryHost(["/var/lib/dpkg/status": .init(failure: .permissionDenied)])
        #expect(
            FactsProbe(PackagesCollector(), closed)["packages"] == "unknown: /var/lib/dpkg/status: permission denied")
    }

    @Test func whatIsNoStanzaIsReportedAndLosesNothing() {
        let facts = packages([
            "/var/lib/dpkg/status": "Version: 1\n\nPackage: a\nStatus: broken\n\n\n" + Self.dpkg + "\n\0\u{1}\n"
        ])
        #expect(facts["packages"] == "map of 1")
        #expect(
            facts.collection.problems.map(\.message) == [
                "a stanza without Package", "a: no Status of three words", "a stanza without Package",
            ])
    }
}
