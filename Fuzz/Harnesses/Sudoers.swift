// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

/// Any bytes: the grammar ends with places inside the text, and so do the facts and one user's answer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let document = Sudoers(bytes)
    for entry in document.entries { precondition(entry.line >= 1 && entry.column >= 1) }
    for problem in document.problems { precondition(problem.line >= 1 && problem.column >= 1) }
    let text = String(decoding: bytes, as: UTF8.self)
    let host = MemoryHost(files: [
        "/etc/sudoers": text, "/etc/sudoers.d/x": text, "/etc/hostname": "web1\n", "/usr/bin/id": "",
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/:/bin/sh\n", "/etc/group": "ops:x:50:alice\n",
    ])
    let collector = SudoCollector()
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    precondition(collector.collect(collection).count == collector.declarations.count)
    do throws(QuestionError) {
        _ = try collector.answer(["user": "alice", "command": "/usr/bin/id -u"], collection)
    } catch {
        preconditionFailure(error.message)
    }
    return 0
}
