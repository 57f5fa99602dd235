// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

/// Any bytes as main.cf and as master.cf: what is read has its place, and the facts come to an end.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for assignment in PostfixConfiguration(bytes).assignments { precondition(assignment.line >= 1) }
    for service in PostfixServices(bytes).services { precondition(service.line >= 1) }
    let text = String(decoding: bytes, as: UTF8.self)
    let host = MemoryHost([
        "/etc/postfix/main.cf": .init(text), "/etc/postfix/master.cf": .init(text), "/etc/hostname": .init("mail\n"),
    ])
    let collector = PostfixCollector()
    let values = collector.collect(Collection(host: host, now: Timestamp(seconds: 0)))
    precondition(values.count == collector.declarations.count)
    return 0
}
