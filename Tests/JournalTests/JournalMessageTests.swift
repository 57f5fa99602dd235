// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import Journal

@Suite struct JournalMessageTests {
    /// A catalog: the text of each entry by its id, as systemd's CATALOG format has them.
    private func catalog(_ name: String) throws -> [String: String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("systemd/\(name)"), encoding: .utf8)
        var entries: [String: String] = [:]
        var id = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
            if line.hasPrefix("-- ") {
                id = String(line.dropFirst(3))
                #expect(entries[id] == nil, "\(name): \(id) is there twice")
                entries[id] = ""
            } else {
                entries[id]? += line + "\n"
            }
        }
        return entries
    }

    /// Names between two `@`.
    private func fields(_ text: String) -> Set<String> {
        Set(text.split(separator: "@").map(String.init).filter { $0.hasPrefix("GUAITA_") && !$0.contains(" ") })
    }

    @Test(arguments: ["guaita.catalog", "guaita.ca.catalog", "guaita.es.catalog"])
    func catalogsHoldTheSameMessagesAsTheCode(name: String) throws {
        let entries = try catalog(name)
        let english = try catalog("guaita.catalog")
        #expect(Set(entries.keys) == Set(JournalMessage.allCases.map(\.id)))
        let known = Set(JournalKey.allCases.map(\.rawValue))
        for (id, text) in entries {
            #expect(text.hasPrefix("Subject: "), "\(name): \(id)")
            #expect(fields(text).isSubset(of: known), "\(name): \(id)")
            #expect(
                fields(text) == fields(english[id] ?? ""), "\(name): \(id) names other fields than the English text")
        }
    }

    @Test func idsAreDifferentAndWellFormed() {
        let ids = JournalMessage.allCases.map(\.id)
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.utf8.count == 32 && id.allSatisfy { "0123456789abcdef".contains($0) }) }
    }

    @Test func journaldTakesTheFieldNames() {
        // systemd.journal-fields(7): upper case, digits and underscores, at most 64; a leading underscore is journald's own.
        for name in JournalKey.allCases.map(\.rawValue) {
            #expect(name.utf8.count <= 64 && !name.hasPrefix("_"))
            #expect(name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        }
    }

    @Test func valuesAreCutAndCleaned() {
        func written(_ value: String) -> String {
            String(decoding: JournalField(.evidence, value).bytes, as: UTF8.self)
        }
        #expect(written("") == "")
        #expect(written("a\nb\tç") == "a\nb\tç")
        #expect(written("\u{1B}[31mred\0\u{7F}") == "\u{FFFD}[31mred\u{FFFD}\u{FFFD}")
        let long = written(String(repeating: "é", count: 5000))
        #expect(long.utf8.count <= JournalField.longest)
        #expect(long.utf8.count > JournalField.longest - 8)
        #expect(long.hasSuffix("é…"))
        #expect(written(String(repeating: "x", count: 4000)).utf8.count == 4000)
    }

    @Test(.enabled(if: !JournalWriter.isAvailable, "skipped: a journal is running here"))
    func withoutAJournalTheWriterSaysSo() {
        guard case .failure(let error) = JournalWriter().send(.scanStart, []) else {
            Issue.record("an entry went nowhere and nothing was said")
            return
        }
        #expect(error == .noJournal)
        #expect(error.description == "no journal is running here")
    }
}
