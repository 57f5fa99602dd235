// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Foundation
import Testing

/// The list of collectors is written by hand; the folder is what it must agree with.
@Suite struct AllCollectorsTests {
    @Test func theListNamesEveryCollectorOfTheFolder() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Facts")
        var found: Set<String> = []
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        for case let file as URL in files where file.pathExtension == "swift" {
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                guard let type = line.firstRange(of: "public struct "), line.contains(": Collector") else { continue }
                found.insert(String(line[type.upperBound...].prefix { $0.isLetter || $0.isNumber }))
            }
        }
        #expect(Set(allCollectors.map { String(describing: type(of: $0)) }) == found)
        #expect(allCollectors.count == found.count)
    }

    @Test func eachNeedIsCollectedBefore() {
        var ready: Set<String> = []
        for collector in allCollectors {
            #expect(ready.isSuperset(of: collector.needs), "\(type(of: collector)) needs \(collector.needs)")
            ready.formUnion(collector.declarations.map(\.name))
        }
    }

    @Test func rootsHaveOneCollectorEachAndAreDocumented() {
        let declarations = allCollectors.flatMap(\.declarations)
        #expect(Set(declarations.map(\.name)).count == declarations.count)
        #expect(declarations.allSatisfy { !$0.documentation.isEmpty && !$0.example.isEmpty })
    }
}
