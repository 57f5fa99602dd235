// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import Logs

@Suite struct GzipTests {
    /// What gzip(1) makes of some bytes: the real program is the judge.
    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        process.arguments = ["-c"]
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("guaita-gzip-\(UUID().uuidString)")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        process.standardInput = try FileHandle(forReadingFrom: path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Array(data)
    }

    private func inflate(_ bytes: [UInt8], chunk: Int = 1000, limit: Int64 = 1 << 30) -> (
        bytes: [UInt8], isComplete: Bool, failure: GzipReader.Failure?
    ) {
        var reader = GzipReader(limit: limit)
        var output: [UInt8] = []
        do throws(GzipReader.Failure) {
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                _ = try reader.feed(Array(bytes[start..<min(start + chunk, bytes.count)])) {
                    output += $0
                    return true
                }
            }
        } catch {
            return (output, reader.isComplete, error)
        }
        return (output, reader.isComplete, nil)
    }

    private let text = Array((0..<40_000).map { "line \($0) of a log\n" }.joined().utf8)

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip"), "skipped: no gzip here"))
    func filesComeBackWhole() throws {
        let whole = try gzip(text)
        for chunk in [1, 777, 1 << 20] {
            let result = inflate(whole, chunk: chunk)
            #expect(result.bytes == text)
            #expect(result.isComplete)
            #expect(result.failure == nil)
        }
        let members = inflate(whole + whole)
        #expect(members.bytes == text + text)
        #expect(members.isComplete)
        #expect(inflate(try gzip([])).isComplete)
        #expect(inflate(whole + [0, 0, 0]).bytes == text)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip"), "skipped: no gzip here"))
    func filesThatAreCutShortOrDamagedSaySo() throws {
        let whole = try gzip(text)
        let cut = inflate(Array(whole.dropLast(whole.count / 2)))
        #expect(!cut.isComplete)
        #expect(cut.failure == nil)
        #expect(cut.bytes == Array(text.prefix(cut.bytes.count)))
        var damaged = whole
        damaged[whole.count / 2] ^= 0xFF
        #expect(inflate(damaged).failure == .damaged)
    }

    @Test func whatIsNotGzipSaysSo() {
        #expect(inflate(Array("plain text, not gzip".utf8)).failure == .damaged)
        #expect(!inflate([]).isComplete)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip"), "skipped: no gzip here"))
    func bombsStop() throws {
        let bomb = try gzip([UInt8](repeating: 0, count: 64 << 20))
        let dense = inflate(bomb)
        #expect(dense.failure == .tooDense(ratio: GzipReader.densest))
        #expect(dense.bytes.count < 32 << 20)
        let large = inflate(try gzip(text), limit: 10_000)
        #expect(large.failure == .tooLarge(bytes: 10_000))
        #expect(large.bytes.count <= 10_000 + 256 << 10)
    }
}
