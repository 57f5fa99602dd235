// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Formats
import Host
import Model

// Seeds: Tests/Fixtures/postgresql/*

/// Any bytes as postgresql.conf, pg_hba.conf and pg_ctl.conf of old and new versions: both scanners end, and so do the
/// facts, for everybody and for one connection.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for setting in PostgreSQLConfiguration(bytes).settings { precondition(setting.line >= 1 && setting.column >= 1) }
    for continues in [false, true] {
        for line in PostgreSQLAuthenticationFile(bytes, continues: continues).lines {
            precondition(line.line >= 1 && line.fields.allSatisfy { !$0.isEmpty })
        }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for version in ["13", "15", "17"] {
        let directory = "/etc/postgresql/\(version)/main"
        let host = MemoryHost(files: [
            "\(directory)/postgresql.conf": text, "\(directory)/pg_hba.conf": text, "\(directory)/pg_ident.conf": text,
            "\(directory)/pg_ctl.conf": text, "\(directory)/start.conf": text,
        ])
        let collector = PostgreSQLCollector()
        let collection = Collection(host: host, now: Timestamp(seconds: 0))
        precondition(collector.collect(collection).count == collector.declarations.count)
        do throws(QuestionError) {
            _ = try collector.answer(["user": "alice", "addr": "203.0.113.9", "type": "hostssl"], collection)
        } catch {
            preconditionFailure(error.message)
        }
    }
    return 0
}
