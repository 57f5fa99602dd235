// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Model
import Sandbox
import Testing

/// The C compiler, where there is one.
private let compiler = ["/usr/bin/cc", "/usr/bin/clang", "/usr/bin/gcc"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

@Suite("A lowered process")
struct SandboxTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a program; the answer is its output, line by line, and its exit status.
    private func run(_ program: String, _ arguments: [String]) throws -> (lines: [Substring], status: Int32) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self).split(separator: "\n"), process.terminationStatus)
    }

    @Test(
        "is refused everything but what it was handed, and can still do its work",
        .enabled(if: compiler != nil, "no C compiler: the attempts cannot be built"))
    func attempts() throws {
        let program = FileManager.default.temporaryDirectory.appending(path: "guaita-attempts-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: program) }
        let root = Self.root.path
        let built = try run(
            compiler ?? "",
            [
                "-O1", "-I\(root)/Sources/CGuaita/include", "\(root)/Tests/Fixtures/sandbox/attempts.c",
                "\(root)/Sources/CGuaita/sandbox.c", "-o", program,
            ])
        try #require(built.status == 0)
        let (lines, status) = try run(program, [])
        let missing = lines.filter { $0.hasPrefix("measure") && $0.contains(":") }
        for line in missing { print("SandboxTests.attempts: not on this kernel: \(line)") }
        // Without its filter a process may do much of this; that is said above and is the kernel's doing.
        guard !missing.contains(where: { $0.hasPrefix("measure seccomp") }) else { return }
        #expect(lines.filter { $0.hasPrefix("ALLOWED") || $0.hasPrefix("BROKEN") } == [])
        #expect(lines.count { $0.hasPrefix("refused") } >= 35)
        #expect(lines.count { $0.hasPrefix("works") } == 5)
        #expect(status == 0)
    }

    @Test("a report tells what is missing")
    func report() {
        let report = SandboxReport(measures: [.init("seccomp"), .init("landlock-files", whyNot: "no Landlock")])
        #expect(report.missing == [.init("landlock-files", whyNot: "no Landlock")])
    }
}
