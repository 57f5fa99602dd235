// SPDX-License-Identifier: GPL-3.0-or-later
import Host
import Model
import TestSupport
import Testing

@testable import Daemon

@Suite("The texts that come from the table of settings") struct SettingsDocumentTests {
    /// A file of the repository.
    private func repository(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return String(decoding: try LiveHost().read("/\(root)/\(path)").bytes, as: UTF8.self)
    }

    @Test("What the repository ships is what the table says: guaita settings file, guaita settings reference")
    func shipped() throws {
        #expect(try repository("systemd/guaita.yaml") == SettingsDocument().text)
        #expect(try repository("docs/guaita.yaml.md") == SettingsReference.markdown)
    }

    @Test("The commented file says the same as no file", arguments: Language.allCases)
    func defaults(_ language: Language) {
        let reading = SettingsReading(path: "/g.yaml", bytes: Array(SettingsDocument(language).text.utf8))
        #expect(reading.problems.isEmpty)
        #expect(reading.settings == Settings())
        #expect(reading.origins.isEmpty)
    }

    @Test(
        "Each line of it works when its # is taken away, and says the default", arguments: SettingsKey.all.map(\.name))
    func uncommented(_ name: String) throws {
        let key = try #require(SettingsKey.named(name))
        let text = SettingsDocument().text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let entry = line.drop { $0 == " " }
                guard entry.hasPrefix("#\(key.key): ") else { return String(line) }
                return String(line.prefix { $0 == " " } + entry.dropFirst())
            }
            .joined(separator: "\n")
        let reading = SettingsReading(path: "/g.yaml", bytes: Array(text.utf8))
        #expect(reading.problems.isEmpty, "\(reading.problems.map(\.rendered).joined())")
        #expect(reading.settings == Settings())
        #expect(reading.origins.keys.sorted() == [name])
    }

    @Test("Each example is valid and not the default", arguments: SettingsKey.all.map(\.name))
    func example(_ name: String) throws {
        let key = try #require(SettingsKey.named(name))
        let entry = "\(key.key): \(key.example)\n"
        let text = key.section.map { "\($0):\n  \(entry)" } ?? entry
        let reading = SettingsReading(path: "/g.yaml", bytes: Array(text.utf8))
        #expect(reading.problems.isEmpty)
        #expect(reading.settings != Settings())
        #expect(key.text(reading.settings) == key.example)
    }

    @Test("A suggestion is set, with its reason above it") func suggestion() {
        let document = SettingsDocument(
            preface: ["Written by hand."],
            suggestions: ["scan.interval": .init(value: "6h", reason: "A small machine.")])
        #expect(document.text.contains("#\n# Written by hand.\n"))
        #expect(document.text.contains("  #> A small machine.\n  interval: 6h\n"))
        let reading = SettingsReading(path: "/g.yaml", bytes: Array(document.text.utf8))
        #expect(reading.problems.isEmpty)
        #expect(reading.settings.interval == 21_600)
    }

    @Test("Every setting is documented in the three languages, on lines of at most 80 characters")
    func languages() {
        for language in Language.allCases {
            for key in SettingsKey.all { #expect(key.documentation[language]?.isEmpty == false) }
            for line in SettingsDocument(language).text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        }
    }

    @Test("What is in force comes with the line that sets it, or says that it is the default") func inForce() {
        let reading = SettingsReading(path: "/g.yaml", bytes: Array("scan:\n  interval: 90m\n".utf8))
        #expect(reading.inForce(.en).contains("scan.interval      1h30m"))
        #expect(reading.inForce(.en).contains("  /g.yaml:2\n"))
        #expect(reading.inForce(.en).contains("scan.jitter        5m"))
        #expect(reading.inForce(.ca).contains("  per defecte\n"))
        #expect(reading.inForce(.en).split(separator: "\n").count == SettingsKey.all.count)
    }

    @Test("Any edit of the shipped file is read without a trap, and what is not valid has a problem") func edits() {
        let seed = SeededGenerator.seed()
        var generator = SeededGenerator(seed: seed)
        let original = Array(SettingsDocument().text.utf8)
        for _ in 0..<300 {
            var bytes = original
            for _ in 0..<generator.below(6) {
                let index = generator.below(bytes.count)
                switch generator.below(3) {
                case 0: bytes[index] = UInt8(generator.below(256))
                case 1: bytes.remove(at: index)
                default: bytes.removeAll { $0 == UInt8(ascii: "#") && generator.below(8) == 0 }
                }
            }
            let reading = SettingsReading(path: "/g.yaml", bytes: bytes)
            let settings = reading.settings
            #expect(settings.jitter <= settings.interval, "seed \(seed)")
            #expect((60...30 * 86_400).contains(settings.interval), "seed \(seed)")
            #expect(!settings.rules.isEmpty, "seed \(seed)")
        }
    }
}
