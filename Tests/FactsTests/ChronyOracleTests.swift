// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Foundation
import Host
import TestSupport
import Testing

@testable import Facts

/// Random configurations of chrony against `chronyd -p`, which prints what it takes and stops where it would not start.
@Suite struct ChronyOracleTests {
    private static let count = ProcessInfo.processInfo.environment["GUAITA_ORACLE_CASES"].flatMap { Int($0) } ?? 40
    private static let chronyd = ProcessInfo.processInfo.environment["GUAITA_CHRONYD"] ?? "/usr/sbin/chronyd"

    private static let lines = [
        "server ntp.example iburst", "  Server   ntp.example  nts ", "pool a.pool.example iburst maxsources 4",
        "peer p",
        "server", "server x bogus", "server x minpoll", "server x minpoll 4x", "server x key 5 NTS",
        "server x offset .5",
        "server x Prefer xleave", "port 0", "port x", "port 12x", "port", "cmdport 0 # x", "# comment", "! x", "; y",
        "% z", "\tmakestep  1 3", "makestep 1", "makestep 1.5 -1", "makestep 1 3 4", "makestep x 3", "rtcsync",
        "RTCSYNC", "rtcsync 1", "allow", "allow all", "allow 10/8", "allow all 10.1", "deny 192.168.0.0/16",
        "allow 300",
        "allow ::/0", "allow 2001:db8::/32", "allow 10.0.0.0/99", "allow 10.0.0.0/x", "cmdallow 1.2.3.4", "deny all",
        "cmddeny", "allow 1 2", "driftfile /var/lib/chrony/drift", "driftfile", "leapsectz right/UTC", "bogus",
        "maxupdateskew 100.0", "maxupdateskew x", "logdir /var/log/chrony", "log tracking", "minsources 2",
        "dumpdir a b",
        "lock_all", "local stratum 10", "linux_hz 100", "", "   ", "include TREE/d/*.inc", "include TREE/d/one.inc",
        "include TREE/nothing", "include TREE/nodir/*.inc", "include TREE/d/*.none", "confdir TREE/d TREE/e",
        "confdir TREE/e TREE/d", "confdir TREE/nodir", "confdir", "include", "sourcedir TREE/d",
        "confdir TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d TREE/d",
    ]
    /// Most lines are good ones, or nothing but the first would ever be read.
    private static let good = lines.indices.filter { [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 20, 22, 25, 26].contains($0) }

    private static func file(_ random: inout SeededGenerator, _ root: String) -> String {
        var text = ""
        for _ in 0..<random.below(9) {
            let line = random.below(3) > 0 ? lines[random.pick(good)] : random.pick(lines)
            text += line.replacing("TREE", with: root) + (random.below(12) == 0 ? "\r\n" : "\n")
        }
        return random.below(10) == 0 ? String(text.dropLast()) : text
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: chronyd), "the judge is not there: \(chronyd)"))
    func randomConfigurations() throws {
        let seed = SeededGenerator.seed()
        print("chrony oracle: GUAITA_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let tree = try TemporaryTree()
        var refused = 0
        for index in 0..<Self.count {
            let root = "\(tree.root)/\(index)"
            try tree.file("/\(index)/chrony.conf", Self.file(&random, root))
            for folder in ["d", "e"] {
                for name in ["a.conf", "b.conf", "one.inc", "two.inc", ".h.conf", "x.sources"] where random.below(3) > 0
                {
                    try tree.file("/\(index)/\(folder)/\(name)", Self.file(&random, root))
                }
                try tree.directory("/\(index)/\(folder)")
            }
            let process = Process()
            process.executableURL = URL(filePath: Self.chronyd)
            process.arguments = ["-p", "-f", root + "/chrony.conf"]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let printed = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
                .filter { !$0.lowercased().hasPrefix("sourcedir") }
            let model = ChronyModel(root + "/chrony.conf", try TreeHost(root: "/"))
            let isRefused = process.terminationStatus != 0
            refused += isRefused ? 1 : 0
            let name = Comment(rawValue: "seed \(seed), case \(index) in \(root)")
            #expect((model.error != nil) == isRefused, "\(name): \(model.error?.message ?? "") \(printed)")
            let main = model.lines.filter { !$0.path.hasSuffix(".sources") }.map(\.directive.text)
            // What chronyd stumbles over it prints first.
            #expect(main == Array(printed.prefix(main.count)), name)
            #expect(printed.count - main.count <= (isRefused ? 1 : 0), name)
        }
        print("chrony oracle: \(Self.count) configurations, \(refused) of them refused")
    }
}
