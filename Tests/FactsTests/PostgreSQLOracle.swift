// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The real PostgreSQL 15, in a temporary directory.
final class PostgreSQLOracle {
    static let programs = "/usr/lib/postgresql/15/bin"
    let directory: String
    private var server: Process?

    /// Why the real program cannot be asked here; nil when it can.
    static var obstacle: String? {
        for program in ["\(programs)/postgres", "\(programs)/initdb", "/usr/bin/psql", "/usr/bin/python3"]
        where !FileManager.default.isExecutableFile(atPath: program) {
            return "no \(program) here"
        }
        return getuid() == 0 ? nil : "not root: the server would not run as postgres"
    }

    init() throws {
        directory = "/tmp/guaita-postgresql-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        server?.interrupt()
        server?.waitUntilExit()
        do { try FileManager.default.removeItem(atPath: directory) } catch { print("\(directory) is left: \(error)") }
    }

    func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: "\(directory)/\(path)")
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(path)")), as: UTF8.self)
    }

    /// Runs a program to its end.
    @discardableResult
    func run(_ program: String, _ arguments: [String], output: String? = nil) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        if let output {
            _ = FileManager.default.createFile(atPath: "\(directory)/\(output)", contents: nil)
            process.standardOutput = FileHandle(forWritingAtPath: "\(directory)/\(output)")
        }
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// A new cluster on a socket in the directory and on port 54399 of 127.0.0.1, until the oracle goes.
    func start() throws {
        try run("/bin/chown", ["postgres", directory])
        let asPostgres = ["-u", "postgres", "--"]
        let made = try run(
            "/usr/sbin/runuser",
            asPostgres + ["\(Self.programs)/initdb", "-D", "\(directory)/data", "-A", "trust", "-N"])
        guard made == 0 else { throw CocoaError(.executableLoad) }
        let process = Process()
        // setpriv becomes the server, so that ending it ends the server.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments =
            ["--reuid=postgres", "--regid=postgres", "--clear-groups", "\(Self.programs)/postgres"]
            + ["-D", "\(directory)/data", "-k", directory, "-p", "54399", "-h", "127.0.0.1", "-c", "fsync=off"]
            + ["-c", "password_encryption=md5", "-c", "hba_file=\(directory)/pg_hba.conf"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        try write("local all all trust\n", to: "pg_hba.conf")
        try process.run()
        server = process
        for _ in 0..<100 {
            if try psql(["-c", "select 1"]) == 0 { return }
            Thread.sleep(forTimeInterval: 0.2)
        }
        throw CocoaError(.executableLoad)
    }

    @discardableResult
    func psql(_ arguments: [String], output: String? = nil) throws -> Int32 {
        try run(
            "/usr/bin/psql", ["-h", directory, "-p", "54399", "-U", "postgres", "-d", "postgres", "-XqAt"] + arguments,
            output: output)
    }
}
