// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Foundation
import Testing

@Suite("Expressions that fuzzing found, and its seeds")
struct FuzzedTests {
    @Test("each ends in a value or in diagnostics")
    func replay() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fuzz/CEL").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(!names.isEmpty)
        let roots = ["server", "names", "table", "x", "hidden", "now", "size"]
        let environment = Environment(variables: roots.map { Variable($0, .dyn) })
        for name in names {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
            do throws(CompileFailure) {
                _ = try environment.compile(text, check: false).evaluateObserving(Bindings([:]))
            } catch {
                #expect(!error.diagnostics.isEmpty, "\(name)")
                for diagnostic in error.diagnostics { #expect(!diagnostic.rendered(in: text).isEmpty, "\(name)") }
            }
        }
    }
}
