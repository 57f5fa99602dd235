// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

/// Any bytes: tokens have a place, and the facts end, whatever the files of nftables, iptables and ufw say.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for token in NftablesToken.read(bytes, path: "/a") {
        precondition(token.origin.line >= 1 && token.origin.column >= 1)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let host = MemoryHost([
        "/etc/nftables.conf": .init(text), "/etc/iptables/rules.v4": .init(text), "/etc/iptables/rules.v6": .init(text),
        "/etc/default/ufw": .init(text), "/etc/ufw/ufw.conf": .init("ENABLED=yes\n"),
        "/etc/ufw/before.rules": .init(text), "/etc/ufw/after.rules": .init(text), "/etc/ufw/user.rules": .init(text),
    ])
    let collector = FirewallCollector()
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    precondition(collector.collect(collection).count == collector.declarations.count)
    return 0
}
