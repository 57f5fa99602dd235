// SPDX-License-Identifier: GPL-3.0-or-later

import CEL
import Foundation
import TestSupport
import Testing

/// dpkg itself is the judge of which version is later.
@Suite struct DebianVersionJudgeTests {
    static let perl = "/usr/bin/perl"
    static let isThere = ["/usr/share/perl5/Dpkg/Version.pm", perl].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0) || FileManager.default.isReadableFile(atPath: $0)
    }
    static let pairs = 1000

    @Test(.enabled(if: isThere, "the judge needs perl and libdpkg-perl"))
    func versionsOrderAsDpkgOrdersThem() throws {
        let seed = SeededGenerator.seed()
        print("version judge: \(Self.pairs) pairs, GUAITA_SEED=\(seed)")
        var random = SeededGenerator(seed: seed)
        let pairs = (0..<Self.pairs).map { _ in
            let first = Self.version(&random)
            return (first, random.below(3) == 0 ? Self.altered(first, &random) : Self.version(&random))
        }
        let answers = try Self.judge(pairs.map { "\($0.0) \($0.1)\n" }.joined())
        try #require(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            #expect(compareDebianVersions(pair.0, pair.1).signum() == answer, "\(pair.0) against \(pair.1)")
        }
    }

    static func version(_ random: inout SeededGenerator) -> String {
        let parts = ["0", "1", "9", "10", "00", "a", "b", "Z", "~", "~~", ".", "+", "rc", "deb12u", "dfsg", "007"]
        var text = random.below(3) == 0 ? "\(random.below(3)):" : ""
        text += "\(random.below(3))"
        for _ in 0..<random.below(5) { text += random.pick(parts) }
        if random.below(2) == 0 {
            text += "-" + random.pick(["0", "1", "1~bpo12", "1+b1", "2ubuntu1"]) + random.pick(["", "~", "0", ".1"])
        }
        return text
    }

    static func altered(_ version: String, _ random: inout SeededGenerator) -> String {
        version + random.pick(["", "~", "0", ".0", "a", "+", "-0", "-1"])
    }

    static func judge(_ input: String) throws -> [Int] {
        let file = FileManager.default.temporaryDirectory.appending(path: "guaita-versions-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: perl)
        process.arguments = [
            "-MDpkg::Version", "-ane", #"print version_compare($F[0], $F[1]) <=> 0, "\n""#, file.path,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }
}
