// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Testing

@Suite struct DpkgStatusTests {
    @Test func fieldsInAnyOrderAndWithoutALastLineEnd() {
        let file = DpkgStatus(Array("Version:1\nEssential:   yes \nStatus: hold ok installed\nPackage:\ta".utf8))
        let package = file.packages.first
        #expect(package?.name == "a")
        #expect(package?.version == "1")
        #expect(package?.isEssential == true)
        #expect(package?.want == "hold")
        #expect(package?.line == 4)
    }

    @Test func continuationLinesAndFieldsThatBeginAlikeAreNotTaken() {
        let text =
            "Package: a\nPackage-Type: deb\nStatus: install ok installed\nVersion-X: 9\nDescription: d\n Version: 8\n"
        #expect(DpkgStatus(Array(text.utf8)).packages.first?.version == "")
    }

    @Test(arguments: [[], [0x0A, 0x0A], [0x20], [0xFF, 0x00]] as [[UInt8]])
    func bytesWithoutPackages(_ bytes: [UInt8]) { #expect(DpkgStatus(bytes).packages.isEmpty) }

    @Test func problemsAreCapped() {
        let text = String(repeating: "X: 1\n\n", count: 1000)
        #expect(DpkgStatus(Array(text.utf8)).problems.count == 100)
    }
}
