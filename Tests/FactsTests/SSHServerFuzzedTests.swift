// SPDX-License-Identifier: GPL-3.0-or-later

import Facts
import Foundation
import Host
import Model
import Testing

@Suite("Configurations of the OpenSSH server that fuzzing found, and its seeds")
struct SSHServerFuzzedTests {
    @Test("each ends in facts", .timeLimit(.minutes(1)))
    func replay() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/fuzz/SSHServer").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(!names.isEmpty)
        for name in names {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
            let host = MemoryHost(files: ["/etc/ssh/sshd_config": text, "/usr/sbin/sshd": ""])
            let collection = Collection(host: host, now: Timestamp(seconds: 0))
            #expect(SSHServerCollector().collect(collection).count == 1, "\(name)")
            let answer = try SSHServerCollector().answer(["user": "alice", "addr": "203.0.113.9"], collection)
            #expect(answer?.count == 1, "\(name)")
        }
    }
}
