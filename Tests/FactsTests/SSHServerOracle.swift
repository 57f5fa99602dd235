// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The real sshd, asked with `-T` about many small trees at once. Each tree is put over /etc/ssh inside a private mount
/// namespace, so relative Includes work and the machine's own configuration is never touched.
struct SSHServerOracle {
    /// A tree, and what is asked.
    struct Case {
        /// For a failure's report.
        var name = ""
        /// Contents by path under /etc/ssh.
        var files: [String: [UInt8]]
        /// `-C`, nil for a plain `-T`.
        var question: [String: String]?
        /// Further options on the command line.
        var options: [String] = []
    }

    /// What sshd said.
    struct Answer {
        var output: String
        var error: String
        var status: Int
    }

    /// The file system the program stands in: `/`, or a directory for chroot(8).
    var root: String

    /// Accounts the program is shown, so that its answers about groups do not depend on the machine.
    static let accounts = [
        "/etc/passwd": """
        root:x:0:0:root:/root:/bin/bash
        sshd:x:100:65534::/run/sshd:/usr/sbin/nologin
        alice:x:1000:1000::/home/alice:/bin/bash
        bob:x:1001:1001::/home/bob:/bin/bash
        backup:x:1002:34::/var/backups:/bin/sh

        """,
        "/etc/group": """
        root:x:0:
        sudo:x:27:alice
        backup:x:34:
        sftponly:x:40:bob,backup
        alice:x:1000:
        bob:x:1001:
        nogroup:x:65534:

        """,
        "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\n",
        "/etc/host.conf": "multi on\n",
        "/etc/hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost\n10.0.0.9 inside inside.example.org\n",
        "/etc/services": "ssh\t\t22/tcp\t\t\t# SSH Remote Login Protocol\n",
    ]

    /// Why the real program cannot be asked here; nil when it can.
    static var obstacle: String? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else { return "no /usr/sbin/sshd here" }
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen") else { return "no ssh-keygen here" }
        let probe = try? run("/usr/bin/unshare", ["-m", "/bin/sh", "-c", "mount -t tmpfs none /run"])
        return probe == 0 ? nil : "mount namespaces are not allowed here (not root, or a locked container)"
    }

    /// Asks about every case, four at a time.
    func answers(_ cases: [Case]) throws -> [Answer] {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("guaita-sshd-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: base) }
        _ = try Self.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(base)/key"])
        for (path, text) in Self.accounts { try write(text, to: base + path) }
        let shards = 4
        var scripts = (0..<shards).map { preamble(base, shard: $0) }
        for (index, test) in cases.enumerated() {
            for (path, bytes) in test.files { try write(bytes, to: "\(base)/cases/\(index)/\(path)") }
            try FileManager.default.copyItem(
                atPath: "\(base)/key", toPath: "\(base)/cases/\(index)/ssh_host_ed25519_key")
            scripts[index % shards] += command(test, index, base)
        }
        var processes: [Process] = []
        for (index, script) in scripts.enumerated() {
            try write(script, to: "\(base)/run\(index).sh")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
            process.arguments = ["-m", "/bin/sh", "\(base)/run\(index).sh"]
            try process.run()
            processes.append(process)
        }
        for process in processes { process.waitUntilExit() }
        return try cases.indices.map { index in
            Answer(
                output: try read("\(base)/\(index).out"), error: try read("\(base)/\(index).err"),
                status: Int(try read("\(base)/\(index).status").trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1)
        }
    }

    private func preamble(_ base: String, shard: Int) -> String {
        let inside = root == "/" ? "" : root
        let accounts = Self.accounts.keys.sorted()
            .map { "[ -e \(inside)\($0) ] || : > \(inside)\($0); mount --bind \(base)\($0) \(inside)\($0)" }
            .joined(separator: "\n")
        return """
            set -e
            mount --make-rprivate /
            mkdir -p \(base)/shard\(shard)
            mount --bind \(base)/shard\(shard) \(inside)/etc/ssh
            mount -t tmpfs none \(inside)/run
            mkdir -p \(inside)/run/sshd
            \(accounts)
            set +e
            cd /

            """
    }

    private func command(_ test: Case, _ index: Int, _ base: String) -> String {
        let inside = root == "/" ? "" : root
        var arguments = (root == "/" ? [] : ["chroot", root]) + ["/usr/sbin/sshd", "-T"] + test.options
        if let question = test.question {
            arguments += [
                "-C", question.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
            ]
        }
        let quoted = arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
        return """
            rm -rf \(inside)/etc/ssh/*
            cp -r \(base)/cases/\(index)/. \(inside)/etc/ssh/
            \(quoted.joined(separator: " ")) > \(base)/\(index).out 2> \(base)/\(index).err
            echo $? > \(base)/\(index).status

            """
    }

    private func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    private func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
