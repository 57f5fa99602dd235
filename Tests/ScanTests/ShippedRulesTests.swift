// SPDX-License-Identifier: GPL-3.0-or-later
import Audit
import CEL
import Facts
import Foundation
import Model
import Rules
import Scan
import Testing

/// The rules of this repository, put through what `guaita rules check` and `guaita rules test` do.
@Suite("The rules that are shipped")
struct ShippedRulesTests {
    static let set: RuleSet = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../rules").standardized
        let paths = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let files = paths.compactMap { $0 as? URL }.filter { $0.pathExtension == "yaml" }
            .sorted { $0.path < $1.path }
            .compactMap { url in
                (try? Data(contentsOf: url)).map {
                    RuleFile(path: "rules" + url.path.dropFirst(folder.path.count), bytes: Array($0))
                }
            }
        return RuleLoader(
            catalogue: FactCollection.catalogue.map { Variable($0.name, $0.type) }, event: LogEventCollector.schema,
            strictness: .check
        ).load(files)
    }()

    @Test("load without an error or a warning")
    func load() {
        for problem in Self.set.problems { Issue.record("\(problem.rendered)") }
        #expect(!Self.set.rules.isEmpty)
    }

    @Test("stand in the file their id names")
    func names() {
        for rule in Self.set.rules {
            let expected = "rules/" + rule.id.split(separator: ".").joined(separator: "/") + ".yaml"
            #expect(rule.origin.path == expected)
        }
    }

    @Test("say what their own tests say they do")
    func tests() {
        let runner = RuleTestRunner(world: TestWorlds.world)
        for rule in Self.set.rules {
            for failure in runner.run(rule) {
                Issue.record("\(failure.origin.description): \(failure.rule): \(failure.subject): \(failure.message)")
            }
        }
    }
}
