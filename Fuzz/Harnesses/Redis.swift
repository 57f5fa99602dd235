// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

private let unit = "[Service]\nExecStart=/usr/bin/redis-server /etc/redis/redis.conf --supervised systemd\n"

/// Any bytes: lines are split and have a place, and the facts end, whatever the file and its file of users say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for directive in RedisConfiguration([("/a", bytes), ("/b", bytes)]).directives {
        precondition(directive.origin.line >= 1 && directive.origin.column >= 1)
        precondition(directive.name == directive.name.asciiLowercased)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let host = MemoryHost([
        "/etc/redis/redis.conf": .init(text), "/etc/redis/conf.d/a.conf": .init(text),
        "/etc/redis/users.acl": .init(text), "/usr/lib/systemd/system/redis-server.service": .init(unit + text),
    ])
    let collector = RedisCollector()
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    precondition(collector.collect(collection).count == collector.declarations.count)
    return 0
}
