// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

// Seeds: Tests/FactsTests/NginxOracleTests.swift | s/^ *"(.*)",?$/http { server { \1; } }/p

/// Any bytes: the words have places, and the facts end, for everybody and for one request; the file may include itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for directive in NginxConfiguration(bytes).directives {
        precondition(directive.words.allSatisfy { $0.line >= 1 && $0.column >= 1 })
    }
    var entry = MemoryHost.Entry()
    entry.bytes = bytes
    let host = MemoryHost(["/etc/nginx/nginx.conf": entry])
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    let collector = NginxCollector()
    precondition(collector.collect(collection).count == 1)
    do throws(QuestionError) {
        _ = try collector.answer(["listen": "80", "server": "www.example.org", "path": "/a/b.php"], collection)
    } catch {
        preconditionFailure(error.message)
    }
    return 0
}
