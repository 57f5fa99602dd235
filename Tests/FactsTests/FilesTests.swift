// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Facts
import Host
import Model
import Testing

@Suite struct FilesTests {
    private func file(_ path: String, _ entries: [String: MemoryHost.Entry], _ field: String) -> String? {
        let facts = FactsProbe(FilesCollector(), MemoryHost(entries), keys: ["files": [path]])
        return facts["files", path, field]
    }

    @Test func aFileIsWhatStatSays() {
        let entries: [String: MemoryHost.Entry] = [
            "/etc/shadow": .init(
                "12345", mode: FileMode(bits: 0o640), group: "shadow", modified: Timestamp(seconds: 77))
        ]
        let expected = [
            "path": "/etc/shadow", "exists": "true", "kind": "regular", "mode": "0640", "owner": "root",
            "group": "shadow", "size": "5", "modified": "77",
        ]
        for (field, value) in expected { #expect(file("/etc/shadow", entries, field) == value) }
        #expect(file("/etc/shadow", entries, "link_target") == nil)
    }

    @Test func onlyWhatIsAskedForIsThere() {
        let facts = FactsProbe(
            FilesCollector(), MemoryHost(files: ["/a": "", "/b": ""]), keys: ["files": ["/a", "/a"]])
        #expect(facts["files"] == "map of 1")
    }

    @Test func nothingThereIsAnAnswer() {
        #expect(file("/none", [:], "exists") == "false")
        #expect(file("/none", [:], "mode") == nil)
    }

    @Test func aLinkIsWhatItLeadsTo() {
        let entries: [String: MemoryHost.Entry] = [
            "/link": .init(target: "real"), "/real": .init(mode: FileMode(bits: 0o600)),
            "/lost": .init(target: "/gone"),
        ]
        #expect(file("/link", entries, "mode") == "0600")
        #expect(file("/link", entries, "link_target") == "real")
        #expect(file("/lost", entries, "exists") == "true")
        #expect(file("/lost", entries, "kind") == "link")
    }

    @Test func numbersWithoutANameAreNumbersAndZeroIsRoot() {
        var entry = MemoryHost.Entry("", owner: nil, group: nil)
        entry.status.ownerID = 0
        entry.status.groupID = 1234
        #expect(file("/f", ["/f": entry], "owner") == "root")
        #expect(file("/f", ["/f": entry], "group") == "1234")
    }

    @Test func whatATreeDoesNotKeepIsUnknown() {
        let entries: [String: MemoryHost.Entry] = ["/f": .init(mode: nil, owner: nil, group: nil)]
        for field in ["mode", "owner", "group", "modified"] {
            #expect(file("/f", entries, field) == "unknown: /f: this tree does not keep it")
        }
        #expect(file("/f", entries, "exists") == "true")
    }

    @Test(arguments: ["relative", "/nul\0", ""])
    func aPathThatIsNoneIsUnknown(_ path: String) {
        let facts = FactsProbe(FilesCollector(), MemoryHost([:]), keys: ["files": [path]])
        #expect(facts["files", path] == "unknown: \(path): not a valid absolute path")
    }
}
