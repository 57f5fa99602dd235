// SPDX-License-Identifier: GPL-3.0-or-later

import Formats
import Foundation
import Model
import TestSupport
import Testing

@Suite struct SystemdUnitFileTests {
    private func parse(_ text: String) -> SystemdUnitFile { SystemdUnitFile(Array(text.utf8), path: "/u") }

    private func lines(_ text: String) -> [String] {
        parse(text).assignments.map { "\($0.section).\($0.key)=\($0.value)@\($0.origin.line):\($0.origin.column)" }
    }

    @Test func assignmentsAreTrimmedAndPlaced() {
        #expect(
            lines("[Unit]\n Description = a b \n[Service]\nExecStart=/bin/x\n[Unit]\nAfter=y\n") == [
                "Unit.Description=a b@2:2", "Service.ExecStart=/bin/x@4:1", "Unit.After=y@6:1",
            ])
    }

    @Test func aBackslashContinuesAndCommentsInsideAreDropped() {
        #expect(lines("[S]\nA=b \\\n# not this\n; nor this\n  c\\\nd\nE=f\n") == ["S.A=b    c d@2:1", "S.E=f@7:1"])
    }

    @Test func aContinuationAtTheEndOfTheFileCounts() {
        #expect(lines("[S]\nA=b \\\n") == ["S.A=b@2:1"])
        #expect(lines("[S]\nA=b\\\\\nC=d") == ["S.A=b\\\\@2:1", "S.C=d@3:1"])
    }

    @Test func carriageReturnsAndNULsEndLines() {
        #expect(lines("[S]\r\nA=b\r\nC=d\0E=f") == ["S.A=b@2:1", "S.C=d@3:1", "S.E=f@4:1"])
    }

    @Test func aByteOrderMarkIsSkipped() { #expect(lines("\u{FEFF}[S]\nA=b") == ["S.A=b@2:1"]) }

    @Test(
        "what is wrong is said and the rest is kept",
        arguments: [
            ("A=b\n[S]\nC=d", "outside of any section", 1), ("[S\nA=b\n[S]\nC=d", "does not end in a bracket", 1),
            ("[S]\nnothing\nC=d", "without =", 2), ("[S]\n=b\nC=d", "no name", 2),
        ])
    func problems(text: String, message: String, line: Int) {
        let file = parse(text)
        #expect(file.problems.first?.message.contains(message) == true)
        #expect(file.problems.first?.origin.line == line)
        #expect(file.assignments.last?.key == "C")
    }

    @Test func emptyFilesHoldNothing() {
        #expect(lines("").isEmpty)
        #expect(lines("\n\n# x\n").isEmpty)
    }

    @Test func linesThatAreNotUTF8AreIgnored() {
        let file = SystemdUnitFile(Array("[S]\nA=".utf8) + [0xFF] + Array("\nC=d".utf8), path: "/u")
        #expect(file.assignments.map(\.key) == ["C"])
        #expect(file.problems.map(\.origin.line) == [2])
    }

    @Test func aLineOfMoreThanAMegabyteStopsTheReading() {
        let file = parse("[S]\nA=b\nC=" + String(repeating: "x", count: 1 << 20) + "\nD=e")
        #expect(file.assignments.map(\.key) == ["A"])
        #expect(file.problems.count == 1)
    }

    static let analyze = "/usr/bin/systemd-analyze"

    @Test(
        "systemd reads the same assignments out of random text",
        .enabled(if: FileManager.default.isExecutableFile(atPath: analyze), "no systemd-analyze here"))
    func randomText() throws {
        let seed = SeededGenerator.seed(usually: 20_261_123)
        print("systemd unit grammar: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "K=", "M =", "=", "\\", "\\\n", "\n", "\n", "\r\n", "#", ";", " ", "\t", "[Unit]\n", "[Service]\n", "x",
            "a b",
            "\"", "\n[Install]\n", "[Unit", "]", "\\\\\n", "N=y\n",
        ]
        for round in 0..<60 {
            var text = "[Unit]\n"
            for _ in 0..<(3 + random.below(18)) { text += random.pick(pieces) }
            let file = FileManager.default.temporaryDirectory.appending(path: "guaita-grammar-\(seed)-\(round).service")
            try text.write(to: file, atomically: false, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            let process = Process()
            process.executableURL = URL(filePath: Self.analyze)
            process.arguments = ["verify", "--man=no", "--recursive-errors=no", file.path]
            let pipe = Pipe()
            process.standardError = pipe
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            let judged = output.split(separator: "\n").compactMap { line -> String? in
                guard let start = line.range(of: "Unknown key '"), let middle = line.range(of: "' in section ["),
                    let end = line.range(of: "], ignoring")
                else { return nil }
                return "\(line[middle.upperBound..<end.lowerBound]).\(line[start.upperBound..<middle.lowerBound])"
            }
            // A header that is cut off makes systemd give up the whole file: what stands before it was read.
            let ours = SystemdUnitFile(Array(text.utf8), path: "/u")
            let broken = ours.problems.first { $0.message.contains("bracket") }?.origin.line ?? Int.max
            let read = ours.assignments.filter { $0.origin.line < broken && $0.section != "Install" }
            let known: Set<String> = ["Unit", "Service"]
            #expect(
                read.filter { known.contains($0.section) }.map { "\($0.section).\($0.key)" }
                    == judged.filter {
                        !$0.hasPrefix("Install")
                    }, "round \(round): \(text.debugDescription)\n\(output)")
        }
    }
}
