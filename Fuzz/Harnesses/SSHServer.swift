// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

/// A host with this sshd_config and an OpenSSH of this version; the file may include itself.
private func host(_ text: String, version: String) -> MemoryHost {
    MemoryHost([
        "/etc/ssh/sshd_config": .init(text),
        "/etc/passwd": .init("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n"),
        "/etc/group": .init("root:x:0:\nstaff:x:50:alice\n"), "/usr/sbin/sshd": .init("", mode: FileMode(bits: 0o755)),
        "/var/lib/dpkg/status": .init(
            "Package: openssh-server\nStatus: install ok installed\nArchitecture: amd64\nVersion: \(version)\n"),
    ])
}

/// Any bytes: both ways of splitting lines end, and so do the facts, for everybody and for one connection.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for dialect in [SSHServerConfiguration.Dialect.delimited, .arguments] {
        for directive in SSHServerConfiguration(bytes, dialect: dialect).directives {
            precondition(directive.line >= 1 && directive.column >= 1)
            _ = directive.words(dialect)
        }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for version in ["1:8.4p1-5+deb11u3", "1:9.2p1-2+deb12u3"] {
        let collector = SSHServerCollector()
        let collection = Collection(host: host(text, version: version), now: Timestamp(seconds: 0))
        let values = collector.collect(collection)
        precondition(values.count == collector.declarations.count)
        do throws(QuestionError) {
            _ = try collector.answer(["user": "alice", "addr": "203.0.113.9", "lport": "22"], collection)
        } catch {
            preconditionFailure(error.message)
        }
    }
    return 0
}
