// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

// Seeds: rules/apt/*.yaml

/// Any bytes: the grammars end with places inside the text, and so do the facts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let configuration = APTConfiguration(bytes)
    for statement in configuration.statements { precondition(statement.line >= 1 && statement.column >= 1) }
    for isStanzas in [false, true] {
        let sources = APTSources(bytes, isStanzas: isStanzas, architecture: "amd64")
        for entry in sources.entries { precondition(entry.line >= 1 && !entry.uri.isEmpty) }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let host = MemoryHost(files: [
        "/etc/os-release": "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n",
        "/var/lib/dpkg/status": "Package: unattended-upgrades\nStatus: install ok installed\nVersion: 1\n",
        "/etc/apt/apt.conf": text, "/etc/apt/sources.list": text, "/etc/apt/sources.list.d/a.sources": text,
        "/etc/apt/preferences": text,
    ])
    let collection = Collection(host: host, now: Timestamp(seconds: 0))
    for collector in [OperatingSystemCollector() as any Collector, PackagesCollector()] {
        collection.collect(collector)
    }
    precondition(APTCollector().collect(collection).count == 1)
    return 0
}
