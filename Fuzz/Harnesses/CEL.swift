// SPDX-License-Identifier: GPL-3.0-or-later
// Seeds: rules/**/*.yaml | s/^ *(- )?(applies|require|where|each): *//p

import CEL
import Model

private let schema = RecordSchema(
    "server", "A server.",
    fields: [
        .init("name", .string, "Its name."), .init("ports", .list(.int), "Where it listens."),
        .init("banner", .string, "What it says."),
    ])

private let environment = Environment(variables: [
    Variable("server", .record(schema)), Variable("names", .list(.string)), Variable("table", .map(.string, .int)),
    Variable("x", .dyn), Variable("hidden", .dyn), Variable("now", .timestamp), Variable("size", .byteSize),
])

private let bindings = Bindings([
    "server": .record(
        Record(schema, ["name": .string("a"), "ports": .list([.int(22), .int(443)]), "banner": .absent])),
    "names": .strings(["root", "l·l", ""]), "table": .map([("a", .int(Int.max)), ("b", .int(Int.min))]),
    "x": .list([.double(.nan), .int(-1), .string("x"), .map([("k", .bool(true))])]),
    "hidden": .unknown("hidden", "permission denied"), "now": .timestamp(Timestamp(seconds: 1_795_000_000)),
    "size": .byteSize(1 << 40),
])

/// Any text: compiling ends in a program or in diagnostics that can be shown, and a program in a value within its cost.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    for check in [true, false] {
        do throws(CompileFailure) {
            let program = try environment.compile(text, check: check)
            _ = program.literalKeys(of: "table")
            _ = program.evaluate(bindings)
            _ = program.evaluateObserving(bindings)
        } catch {
            precondition(!error.diagnostics.isEmpty)
            for diagnostic in error.diagnostics { _ = diagnostic.rendered(in: text) }
        }
    }
    return 0
}
